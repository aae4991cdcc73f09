"""The report of a pathway: where the gap arises first, then what each stage accounts for and what it rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from equitymodel.report.content.published_stages import ATTRIBUTION, CHANGES, GAPS, PublishedStages
from equitymodel.report.document.blocks import Block, Bullets, DataTable, Document, Paragraph, Picture, Section
from equitymodel.report.document.columns import Column, estimate
from equitymodel.report.plots.alt_words import first_upper
from equitymodel.report.plots.stages_plot import last_period, plot_stages, stages_alt_text, stages_data
from equitymodel.report.wording.stage_words import caveats, gap_sentence, groups_sentence, stage_sentence
from equitymodel.vocabulary import ALL_ICS, ICS, PERIOD, PROCEDURE, STAGE

TITLE = "Where along the pathway to planned care the gap arises"
ENDS = ("estimate", "lower", "upper")


def stages_document(published: PublishedStages, area: str = ALL_ICS) -> Document:
    """Say of one area, by code or name, at which stages groups part ways.

    Parameters
    ----------
    published
        From `open_stages`, or of a profile at hand.
    area
        An ICS by code or name; all together by default. An `OptionError` is raised where there is no such ICS.
    """
    code = published.code_of(area)
    blocks: tuple[Block, ...] = (
        *(Paragraph(text, "text" if number else "answer") for number, text in enumerate(answers(published, code))),
        *_warnings(published),
        *_picture(published, code),
        Section("The gap that arises at each stage", (_gaps(published, code),)),
        Section("Admissions that each stage accounts for", (_attribution(published, code),)),
        *_changes(published, code),
        *_by_ics(published, code),
        Section(
            "What these figures rest on, and cannot say", (Bullets(tuple(caveats(published.provenance))),), limits=True
        ),
    )
    return Document(TITLE, published.title_of(code), blocks, _about(published), published.stamp)


def _labels(published: PublishedStages) -> list[str]:
    """Name the columns that tell the rows of an area and stage apart."""
    group = published.facts.group
    return [
        PROCEDURE,
        *([] if group.ordered else [group.name]),
        *([PERIOD] if PERIOD in published.tables[GAPS] else []),
    ]


def _rows(published: PublishedStages, table: str, code: str) -> pd.DataFrame:
    found = published.tables[table]
    return found[found[ICS] == code].reset_index(drop=True)


def answers(published: PublishedStages, code: str = ALL_ICS) -> list[str]:
    """Say of one area, in a sentence or three a procedure, where the gap arises; of several periods, of the last."""
    gaps, parts = (last_period(_rows(published, name, code)) for name in (GAPS, ATTRIBUTION))
    comparison = published.facts.group.comparison
    said: list[str] = []
    for name, own in gaps.groupby(PROCEDURE, sort=False):
        same = parts[parts[PROCEDURE] == name]
        if published.facts.group.ordered:
            said.append(stage_sentence(own, same, comparison.within_sentence))
            continue
        groups = own.groupby(published.facts.group.name, sort=False)
        said += [gap_sentence(rows, f"{label} against {comparison.last}") for label, rows in groups]
        said.append(groups_sentence(same, comparison.aim))
    return said


def _warnings(published: PublishedStages) -> list[Paragraph]:
    said = [published.facts.synthetic, "approximate: fitted by a nested Laplace approximation"]
    return [Paragraph(f"{first_upper(text.rstrip('.'))}.", "warning") for text in said if text]


def _picture(published: PublishedStages, code: str) -> list[Picture]:
    """Draw the waterfall, where two groups are compared."""
    if not published.facts.group.ordered:
        return []
    table = published.tables[GAPS]
    title = f"Where the gap arises along the pathway, {published.title_of(code)}"
    return [Picture("stages", title, stages_alt_text(stages_data(table, ics=code)), plot_stages(table, ics=code))]


def _gaps(published: PublishedStages, code: str) -> DataTable:
    rows = _rows(published, GAPS, code)
    ratios = {f"ratio_{name}": np.exp(rows[name]) for name in ENDS}
    far = {f"far_{name}": np.exp(rows[f"cumulative_{name}"]) for name in ENDS}
    columns = (
        *(Column(name, (name,)) for name in _labels(published)),
        Column("stage arrived at", (STAGE,)),
        estimate("ratio of passages", of="ratio_", decimals=2),
        Column("probability that fewer pass", ("probability_widens",), "probability"),
        Column("probability that it takes most", ("probability_most",), "probability"),
        estimate("ratio so far", of="far_", decimals=2),
        Column("records", ("linked",)),
    )
    note = (
        f"{published.facts.group.comparison.words}. Below 1, a smaller share passes. Ratios of the stages multiply to "
        "that of the total. Brackets hold 95 % credible intervals."
    )
    title = f"Ratio of passages by stage, {published.title_of(code)}"
    return DataTable("stage_gaps", title, columns, rows.assign(**ratios, **far), first_upper(note))


def _attribution(published: PublishedStages, code: str) -> DataTable:
    columns = (
        *(Column(name, (name,)) for name in _labels(published) if name in published.tables[ATTRIBUTION]),
        Column("stage arrived at", (STAGE,)),
        estimate("admissions that equal passage would add"),
        Column("probability that it adds", ("probability_adds",), "probability"),
        Column("probability that it adds most", ("probability_most",), "probability"),
    )
    note = (
        f"Over all groups, each passing as {published.facts.group.comparison.aim}. Shared out by Shapley value: "
        "means add up to the total. Below 0: the group compared with passes less."
    )
    title = f"Admissions by stage, {published.title_of(code)}"
    return DataTable("stage_attribution", title, columns, _rows(published, ATTRIBUTION, code), note)


def _changes(published: PublishedStages, code: str) -> list[Section]:
    """Say which stage changed, where there are several periods."""
    if CHANGES not in published.tables:
        return []
    rows = _rows(published, CHANGES, code)
    ratios = {f"ratio_{name}": np.exp(rows[name]) for name in ENDS}
    columns = (
        *(Column(name, (name,)) for name in _labels(published) if name in rows),
        Column("stage arrived at", (STAGE,)),
        estimate("ratio of ratios", of="ratio_", decimals=2),
        Column("probability that it became worse", ("probability_worse",), "probability"),
        Column("probability that it worsened most", ("probability_most",), "probability"),
    )
    first, last = rows["period_from"].iloc[0], rows["period_to"].iloc[0]
    title = f"Change of the ratio of passages, {first} to {last}, {published.title_of(code)}"
    return [Section("Which stage changed", (DataTable("stage_changes", title, columns, rows.assign(**ratios)),))]


def _by_ics(published: PublishedStages, code: str) -> list[Section]:
    """List every ICS at the stage that takes most there, in the report of all together."""
    if code != ALL_ICS or len(published.areas) < 2:
        return []
    rows = last_period(published.tables[ATTRIBUTION])
    rows = rows[(rows[ICS] != ALL_ICS) & (rows["probability_most"].notna())]
    keys = [ICS, *(name for name in _labels(published) if name in rows and name != PERIOD)]
    most = rows.loc[rows.groupby(keys)["probability_most"].idxmax()]
    columns = (
        Column("ICS", ("ics_name",)),
        *(Column(name, (name,)) for name in keys[1:]),
        Column("stage that adds most", (STAGE,)),
        Column("probability", ("probability_most",), "probability"),
        estimate("admissions there"),
    )
    table = DataTable("stages_by_ics", "The stage that adds most, by ICS", columns, most, place="workbook")
    return [Section("By ICS", (table, Paragraph("The workbook (.xlsx) lists every ICS.", "note")))]


def _about(published: PublishedStages) -> tuple[tuple[str, str], ...]:
    kept = published.provenance
    inputs = ", ".join(f"{name}: {source['file']}" for name, source in kept["inputs"].items())
    return (
        ("Made", kept["made"]),
        ("Areas", f"{len(published.areas)} ICSs in the fit"),
        ("Model", f"{kept['model']['name']}, engine {kept['engine']}, seed {kept['seed']}"),
        ("Tables", inputs or "the embedded example"),
        ("Package", f"equitymodel {kept['versions']['equitymodel']}"),
    )
