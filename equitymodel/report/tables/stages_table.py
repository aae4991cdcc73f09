"""The stages of a pathway as tables: the gap that arises at each, and the admissions that each accounts for."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.estimands.stage_records import (
    TOTAL,
    StageMeasure,
    attribution_measure,
    change_measure,
    gap_measure,
    periods_of,
)
from equitymodel.estimands.summary import summarise
from equitymodel.inference.passages.stage_profile import StageProfile
from equitymodel.vocabulary import ALL_ICS, GROUP, ICS, PROCEDURE, STAGE

FIRST = [ICS, PROCEDURE, STAGE, "estimate", "lower", "upper"]
LAST = ["interval_probability", "interval_kind", "unit", "linked", "ics_name", "region"]
LINKED = {True: "linked", False: "counted apart"}


def stage_gaps_table(profile: StageProfile) -> pd.DataFrame:
    """Lay out the gap that arises at each stage, and their sum.

    Parameters
    ----------
    profile
        A diagnosed profile.

    Returns
    -------
    pandas.DataFrame
        ``ics, procedure, stage, estimate, lower, upper`` (log ratios of passages, means), the probability that the
        stage is against the most deprived, or the group, and that it takes most, what has come together so far, and
        labels; a row a stage and one ``total`` for each ICS and procedure.

    Raises
    ------
    DiagnosisError
        When the profile failed its diagnosis and was not forced.
    """
    own = profile.require_sound()
    return _lay_out(own, gap_measure(own.need, own.log_passage, own.stages), "log ratio of passages", "widens")


def stage_attribution_table(profile: StageProfile) -> pd.DataFrame:
    """Lay out the admissions that each stage accounts for, and their sum.

    Parameters
    ----------
    profile
        From `fit_stages` or `open_profile`.

    Returns
    -------
    pandas.DataFrame
        As `stage_gaps_table`, in admissions that equal passage would add.

    Raises
    ------
    DiagnosisError
        When the profile failed its diagnosis and was not forced.
    """
    own = profile.require_sound()
    return _lay_out(own, attribution_measure(own.need, own.log_passage), "admissions", "adds")


def stage_changes_table(profile: StageProfile) -> pd.DataFrame | None:
    """Lay out how the gap of each stage changed from the first period to the last; nothing where there is one period.

    Parameters
    ----------
    profile
        A diagnosed profile.

    Raises
    ------
    DiagnosisError
        When the profile failed its diagnosis and was not forced.
    """
    own = profile.require_sound()
    periods = periods_of(own.stages)
    if not periods:
        return None
    ends = {"first": periods[0], "last": periods[-1]}
    measure = change_measure(own.need, own.log_passage, own.stages, **ends)
    table = _lay_out(own, measure, "change of log ratio", "worse")
    return table.assign(period_from=ends["first"], period_to=ends["last"])


def _lay_out(profile: StageProfile, measure: StageMeasure, unit: str, event: str) -> pd.DataFrame:
    """Lay draws out as rows, in the order of ICSs and stages, with what each row says beside its numbers."""
    table = summarise(measure.draws, unit=unit, centre="mean").drop(columns="probability")
    labels = [str(dim) for dim in measure.draws.dims if dim not in ("chain", "draw")]
    for name, values in {f"probability_{event}": measure.against, "probability_most": measure.most}.items():
        table = table.merge(_column(values, name), on=labels, how="left")
    for name, draws in measure.beside.items():
        own = summarise(draws, unit="", centre="mean")[[*labels, "estimate", "lower", "upper"]]
        renamed = own.rename(columns={end: f"{name}{end}" for end in ("estimate", "lower", "upper")})
        table = table.merge(renamed, on=labels, how="left")
    return _named(profile, table, labels)


def _column(values: xr.DataArray, name: str) -> pd.DataFrame:
    rows: pd.DataFrame = values.rename(name).to_series().reset_index()
    return rows


def _named(profile: StageProfile, table: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """Name areas, say which stages are linked, and order rows and columns."""
    stages = profile.stages
    for column in ("ics_name", "region"):
        known = dict(zip(stages[ICS].values, stages[column].values, strict=True))
        table[column] = table[ICS].map(known).fillna(ALL_ICS)
    said = {str(name): LINKED[bool(value)] for name, value in profile.linked.to_series().items()}
    table["linked"] = table[STAGE].map(said).fillna("")
    group = CellFacts.of(stages).group.name
    further = [name for name in labels if name not in FIRST]
    numbers = [name for name in table if name not in (*FIRST, *LAST, *further)]
    ordered = [*FIRST, *further, *numbers, *LAST]
    place = {label: at for at, label in enumerate([*stages[STAGE].values.tolist(), TOTAL])}
    keys = [ICS, PROCEDURE, *(name for name in further if name != STAGE)]
    rows = table.assign(_all=table[ICS] == ALL_ICS, _place=table[STAGE].map(place))
    rows = rows.sort_values(["_all", *keys, "_place"], kind="stable")[ordered]
    return rows.rename(columns={GROUP: group}).reset_index(drop=True)
