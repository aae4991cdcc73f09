"""A table of published estimates and their intervals, an area a row, on the scale on which they are pooled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.stats import norm

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.tables.column_names import name_columns
from equitymodel.data.tables.files import Source, load_as_written
from equitymodel.data.tables.findings import DataLog, Finding
from equitymodel.data.tables.numbers import parse_numbers
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

Scale = Literal["ratio", "difference"]
RULES = (
    Rule("E01", "error", "published estimates that cannot be read", "give columns area and estimate, and lower and "
         "upper (ends of the published interval) or se (its standard error; for ratios, of the logarithm)"),
    Rule("E02", "error", "an estimate outside its interval, or no width", "correct it; lower < estimate < upper"),
    Rule("E03", "error", "a ratio or rate of 0 or less, which has no logarithm", "choose --scale difference for what "
         "may be 0 or negative, such as a slope index"),
    Rule("E04", "error", "an area with two estimates", "keep one row an area: one period, sex, age and definition"),
    Rule("E05", "repair", "an area without a published estimate was left out", "its number may be suppressed because "
         "it is small; the spread is of the areas that were published"),
    Rule("E06", "warning", "published intervals that are not symmetrical on the scale chosen", "choose the other "
         "scale, if the interval was made on it; otherwise few counts are behind it, and half widths were averaged"),
)  # fmt: skip
LEAST_AREAS = 3
LOPSIDED = 1.25
"""One side of an interval to the other, from which on it is called not symmetrical; rounding alone does less."""
SPELLINGS = {
    "area": ("area_name", "area_code", "ics", "ics_name", "icb", "name"),
    "estimate": ("value", "rate", "ratio", "rate_ratio", "sii", "rii"),
    "lower": ("lower_ci_95.0_limit", "lower_ci", "lower_95", "lci", "ci_low", "lower_limit"),
    "upper": ("upper_ci_95.0_limit", "upper_ci", "upper_95", "uci", "ci_high", "upper_limit"),
    "se": ("standard_error", "std_error"),
}
"""Names in common use, those of a Fingertips export among them; of several the first that is there."""


@dataclass(frozen=True)
class PublishedEstimates:
    """Estimates of areas, on the scale on which they are pooled.

    Attributes
    ----------
    table
        Index ``area``; ``estimate`` (as published), ``value`` and ``error`` (on the scale: logarithms for ratios).
    scale
        ``ratio`` or ``difference``.
    findings
        What was met in the table.
    source
        Its file name.
    sha256
        Of the bytes that were read.
    """

    table: pd.DataFrame = field(repr=False)
    scale: Scale
    findings: tuple[Finding, ...] = ()
    source: str = ""
    sha256: str = ""


@refuses_other_types
def read_estimates(source: Source, *, scale: str = "ratio", interval_probability: float = 0.95) -> PublishedEstimates:
    """Read published estimates with their intervals, and hold them against the contract (rules E01 to E06).

    Parameters
    ----------
    source
        A table of ``area, estimate`` and ``lower, upper`` or ``se``; the columns of a Fingertips export are known.
    scale
        ``ratio`` for rates, ratios and other quantities above 0, pooled as logarithms; ``difference`` for slopes and
        differences, pooled as they are.
    interval_probability
        Of the published intervals; 0.95 or 0.998 as a rule.

    Returns
    -------
    PublishedEstimates
        An area a row, with its standard error on the scale.

    Raises
    ------
    EquityDataError
        When the table breaks a rule.
    OptionError
        When there is no such scale, or fewer than three areas are left.

    Examples
    --------
    >>> rows = {"area": list("ABC"), "estimate": [1.2, 1.3, 1.6], "lower": [1, 1.1, 1.2], "upper": [1.44, 1.54, 2.13]}
    >>> read_estimates(pd.DataFrame(rows)).table["error"].round(3).tolist()
    [0.093, 0.086, 0.146]
    """
    if scale not in get_args(Scale):
        raise OptionError(f"'{scale}' is no scale. {nearest(scale, get_args(Scale))}")
    if not 0.5 <= interval_probability < 1:
        raise OptionError("the probability of the published intervals lies between 0.5 and 1, such as 0.95")
    log = DataLog("estimates")
    table = SentTable.of(source)
    sent, sha256, _ = load_as_written(table, log)
    frame = _numbers(_named(name_columns(sent, log), log), log)
    width = 2 * float(norm.ppf((1 + interval_probability) / 2))
    read = _on_scale(_published(frame, log), str(scale), width, log)
    if len(read) < LEAST_AREAS:
        raise OptionError(f"{len(read)} of {len(frame)} areas have an estimate with its interval or standard "
                          f"error; how much areas differ needs {LEAST_AREAS} or more")  # fmt: skip
    return PublishedEstimates(
        read, "ratio" if scale == "ratio" else "difference", tuple(log.findings), table.name, sha256
    )


def _named(sent: pd.DataFrame, log: DataLog) -> pd.DataFrame:
    """Choose the columns, under the names of the contract."""
    chosen = {
        name: next((each for each in (name, *others) if each in sent), None) for name, others in SPELLINGS.items()
    }
    missing = [name for name in ("area", "estimate") if chosen[name] is None]
    if chosen["se"] is None:
        missing += [name for name in ("lower", "upper") if chosen[name] is None]
    if missing:
        log.add("E01", detail=f"there is no column {' and '.join(missing)}")
        log.raise_errors()
    return pd.DataFrame({name: sent[column] for name, column in chosen.items() if column is not None})


def _numbers(frame: pd.DataFrame, log: DataLog) -> pd.DataFrame:
    """Read the numbers, and refuse an area that is there twice or has no name."""
    areas = frame["area"].astype(str).str.strip()
    if (nameless := areas.isin(["", "nan", "None"])).any():
        log.add("E01", detail="an area has no name", rows=list(frame.index[nameless]))
    if (twice := areas.duplicated(keep=False) & ~nameless).any():
        log.add("E04", rows=[f"{row}: {area}" for row, area in areas[twice].items()])
    numbers = {name: parse_numbers(frame[name], log) for name in frame if name != "area"}
    log.raise_errors()
    return pd.DataFrame(numbers).set_index(pd.Index(areas, name="area"))


def _published(frame: pd.DataFrame, log: DataLog) -> pd.DataFrame:
    """Leave out areas whose estimate, or its error, was not published (rule E05)."""
    ends = frame[[name for name in ("lower", "upper") if name in frame]]
    error = ends.notna().all(axis=1) if ends.shape[1] == 2 else pd.Series(False, frame.index)
    known = frame["estimate"].notna() & (error | frame["se"].notna() if "se" in frame else error)
    if not known.all():
        log.add("E05", rows=list(frame.index[~known]))
    return frame[known]


def _on_scale(frame: pd.DataFrame, scale: str, width: float, log: DataLog) -> pd.DataFrame:
    """Work out values and their standard errors on the scale (rules E02, E03 and E06)."""
    ends = frame.reindex(columns=["lower", "estimate", "upper"])
    if scale == "ratio" and (low := (ends <= 0).any(axis=1)).any():
        log.add("E03", rows=list(frame.index[low]))
        log.raise_errors()
    lower, value, upper = (ends[name] if scale == "difference" else np.log(ends[name]) for name in ends)
    given = frame.reindex(columns=["se"])["se"]
    error = given.where(given.notna(), (upper - lower) / width).astype(float)
    wrong = (lower > value) | (upper < value) | (error <= 0) | ~np.isfinite(error)
    if wrong.any():
        log.add("E02", rows=list(frame.index[wrong]))
        log.raise_errors()
    above, below = upper - value, value - lower
    lopsided = given.isna() & ((above > LOPSIDED * below) | (below > LOPSIDED * above))
    if lopsided.any():
        log.add("E06", rows=list(frame.index[lopsided]))
    return pd.DataFrame({"estimate": frame["estimate"], "value": value, "error": error})
