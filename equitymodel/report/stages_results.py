"""From the profile of a pathway to a folder: tables, a picture, a page, draws, and where it all comes from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.estimands.stage_records import periods_of
from equitymodel.inference.passages.saved_profile import save_profile
from equitymodel.inference.passages.stage_profile import StageProfile
from equitymodel.report.content.published_stages import ATTRIBUTION, CHANGES, GAPS, PublishedStages
from equitymodel.report.content.stages_document import stages_document
from equitymodel.report.document.formats import write_document
from equitymodel.report.document.released import release_documents
from equitymodel.report.plain_files import write_csv, write_json
from equitymodel.report.plots.stages_plot import plot_stages
from equitymodel.report.provenance import PROVENANCE, record_of
from equitymodel.report.published_files import write_inputs, write_parquet
from equitymodel.report.results_folder import write_folder
from equitymodel.report.tables.stages_table import stage_attribution_table, stage_changes_table, stage_gaps_table
from equitymodel.vocabulary import STAGE


@refuses_other_types
def write_stages(
    profile: StageProfile,
    out: Path | str,
    *,
    options: Mapping[str, Any] | None = None,
    overwrite: bool = False,
    inputs: Mapping[str, pd.DataFrame] | None = None,
) -> PublishedStages:
    """Write the folder of a pathway, all of it or none.

    Parameters
    ----------
    profile
        From `fit_stages`.
    out, options, overwrite
        As for `write_evaluation`; the options are for the record.
    inputs
        Tables to keep beside the results, for an example whose inputs are nowhere else.

    Returns
    -------
    PublishedStages
        What was written: ``stage_gaps, stage_attribution``, of several periods ``stage_changes``, as CSV and Parquet;
        ``report.html, stages.png, posterior.nc, diagnosis.json, provenance.json, manifest.json``.

    Raises
    ------
    DiagnosisError
        When the profile failed its diagnosis and was not forced.
    OutputError
        When the folder holds something else.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from equitymodel.data.stages.read_stages import read_stages
    >>> from equitymodel.inference.passages.fit_stages import fit_stages
    >>> from equitymodel.simulate.simulated_stages import example_stages
    >>> out = Path(mkdtemp()) / "results"
    >>> written = write_stages(fit_stages(read_stages(example_stages(areas=4)), seed=1), out)
    >>> sorted(path.name for path in out.glob("*.csv"))
    ['stage_attribution.csv', 'stage_gaps.csv']
    """
    own = profile.require_sound()
    published = published_of(own, options or {})
    write_folder(out, partial(_write_files, own, published, inputs or {}), overwrite=overwrite)
    return published


def published_of(profile: StageProfile, options: Mapping[str, Any]) -> PublishedStages:
    """Work out every published quantity of a profile, and record where it comes from."""
    facts = CellFacts.of(profile.stages)
    said = {"stamp": profile.stamp, "synthetic": facts.synthetic}
    found = {GAPS: stage_gaps_table(profile), ATTRIBUTION: stage_attribution_table(profile)}
    changes = stage_changes_table(profile)
    found |= {} if changes is None else {CHANGES: changes}
    notes = {name: text for name, text in said.items() if text}
    tables = {name: table.assign(**notes) for name, table in found.items()}
    return PublishedStages(tables, facts, _record(profile, facts, options), profile.stamp)


def _record(profile: StageProfile, facts: CellFacts, options: Mapping[str, Any]) -> dict[str, Any]:
    stages = profile.stages
    after = stages.isel({STAGE: slice(1, None)})
    names = [str(name) for name in after[STAGE].values]
    own = {
        "synthetic": facts.synthetic or None,
        "engine": "laplace",
        "model": {"name": profile.spec.name, "sha256": profile.spec.sha256, "text": profile.spec.text},
        "stages": {
            "first": profile.first,
            "linked": dict(zip(names, map(bool, after["linked"].values), strict=True)),
            "lag_months": dict(zip(names, map(float, after["lag_months"].values), strict=True)),
            "error": "chain" in profile.need.dims,
            "periods": periods_of(stages),
            "shares": profile.spec.shares_in_words() or "none, by this model",
        },
        "sign_convention": "a log ratio below 0 = a smaller share of the most deprived, or of the group, passes",
    }
    return record_of(facts, own, options=options, seed=profile.seed)


def _write_files(
    profile: StageProfile, published: PublishedStages, inputs: Mapping[str, pd.DataFrame], folder: Path
) -> None:
    write_inputs(folder / "inputs", inputs)
    for name, table in published.tables.items():
        write_parquet(folder / f"{name}.parquet", table)
        write_csv(folder / f"{name}.csv", table)
    save_profile(profile, folder / "posterior.nc")
    write_json(folder / "diagnosis.json", profile.diagnosis.to_dict() | {"stamp": published.stamp})
    write_json(folder / PROVENANCE, published.provenance)
    if published.facts.group.ordered:
        plot_stages(published.tables[GAPS]).savefig(folder / "stages.png")
    [document] = release_documents([stages_document(published)]).documents
    write_document(document, folder / "report.html")
