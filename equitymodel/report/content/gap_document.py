"""The report of one area, or of all together: the answer first, then what it rests on."""

from __future__ import annotations

from equitymodel.report.content.answer import answer_words
from equitymodel.report.content.board_section import statement_section
from equitymodel.report.content.published import Published
from equitymodel.report.content.rests_on_section import rests_on_section
from equitymodel.report.content.routes_section import routes_section
from equitymodel.report.content.summary_section import summary_table
from equitymodel.report.content.years_content import years_content
from equitymodel.report.document.blocks import Block, Bullets, Document, Paragraph, Picture, Section
from equitymodel.report.plots.gap_plots import plot_gap
from equitymodel.vocabulary import ALL_ICS, ICS

TITLE = "Equity of access to planned hospital care"


def gap_document(published: Published, area: str = ALL_ICS) -> Document:
    """Say what was found in one area, by code or name; an `OptionError` where there is none of that name."""
    code = published.code_of(area)
    years = years_content(published, code)
    blocks: tuple[Block, ...] = (
        Paragraph(answer_words(published, code), "answer"),
        *_warnings(published),
        summary_table(published, code),
        _overview(published, code),
        statement_section(published, code),
        *([years] if years else []),
        routes_section(published, code),
        rests_on_section(published, code),
        Section("What these figures cannot say", (Bullets(tuple(published.provenance["limits"])),)),
    )
    subtitle = ", ".join(filter(None, (published.name_of(code), published.period)))
    return Document(TITLE, subtitle, blocks, _about(published), published.stamp)


def _warnings(published: Published) -> list[Paragraph]:
    gaps = published.tables["gaps"]
    said = [str(gaps[name].iloc[0]) for name in ("synthetic", "approximate") if name in gaps]
    return [Paragraph(f"{text[:1].upper()}{text[1:].rstrip('.')}.", "warning") for text in said]


def _overview(published: Published, code: str) -> Picture:
    """Draw every procedure of the area."""
    gaps, name = published.tables["gaps"], published.name_of(code)
    figure = plot_gap(gaps, ics=None if code == ALL_ICS else code)
    return Picture("gap_by_procedure", f"{name}: the gap by procedure, with 95 % credible intervals",
                   answer_words(published, code), figure)  # fmt: skip


def _about(published: Published) -> tuple[tuple[str, str], ...]:
    kept = published.provenance
    inputs = ", ".join(f"{name}: {source['file']}" for name, source in kept["inputs"].items())
    return (
        ("Made", kept["made"]),
        ("Areas", f"{published.tables['gaps'][ICS].nunique() - 1} ICSs in the fit"),
        ("Adjusted for", kept["adjustment"]),
        ("Model", f"{kept['model']['name']}, engine {kept['engine']}, seed {kept['seed']}"),
        ("Tables", inputs),
        ("Package", f"equitymodel {kept['versions']['equitymodel']}"),
    )
