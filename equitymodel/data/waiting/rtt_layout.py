"""Published waiting times from referral to treatment, in the layout of NHS England: whole lists by single weeks."""

from __future__ import annotations

import re

import pandas as pd
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.files import Source, load_text_table
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.kept_as_text import TableSource
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.data.waiting.read_list import BAND, lay_out_list
from equitymodel.data.waiting.week_bands import read_bands, spread_over_weeks
from equitymodel.errors import OptionError
from equitymodel.vocabulary import ALL_GROUPS, DEPRIVATION, ICS, PRIORITY, PROCEDURE

PARTS = {
    "part_1a": "treated", "part_1b": "treated", "part_2": "waiting", "part_3": "added", "completed_admitted": "treated",
    "completed_non_admitted": "treated", "incomplete": "waiting", "new_periods": "added",
}  # fmt: skip
"""Parts of the return, and what each is here; incomplete pathways with a decision to admit are among all incomplete."""
CODES = {ICS: ("commissioner_parent_org_code", "icb_ods", "ics"),
         PROCEDURE: ("treatment_function_code", "tfc", "specialty", "procedure"),
         "part": ("rtt_part_type", "rtt_part")}  # fmt: skip
TOTAL = re.compile(r"^(total_all|total)$")
WEEK = re.compile(r"^(?:gt_(?P<gt>\d+)(?:_to_\d+)?_weeks.*|w(?P<w>\d+))$")
ALL_SPECIALTIES = ("c_999", "999")
WEEKS_IN_MONTH = 365.25 / 12 / 7


def read_rtt(source: Source, *, weeks_in_period: float = WEEKS_IN_MONTH) -> xr.Dataset:
    """Read a month of published waits from referral to treatment; it has no groups.

    Parameters
    ----------
    source
        The full CSV of NHS England, with ``Gt 00 To 01 Weeks`` and so on, or the same with ``w0`` to ``w104``. Rows of
        all specialties together (C_999) are left out; providers are added up.
    weeks_in_period
        Weeks of the month, by which people added and treated become people a week.

    Returns
    -------
    xarray.Dataset
        As of `read_waiting`, with one group, ``All groups``: a scenario of groups is `split_by_group`. ``added`` is
        there where new pathways are.

    Raises
    ------
    OptionError
        When columns of weeks, or lists that wait, are not there.

    Examples
    --------
    >>> rows = pd.DataFrame({"icb_ods": "QE1", "tfc": "C_110", "rtt_part": ["incomplete", "completed_admitted"],
    ...                      "total": [30, 8], "w0": [10, 2], "w1": [20, 6]})
    >>> read_rtt(rows)["waiting_low"].values.ravel()
    array([10., 20.])
    """
    sent, log = SentTable.of(source), DataLog("waiting")
    written, sha256 = load_text_table(sent, log)[:2]
    frame = _named(written)
    weeks = {name: found for name in frame.columns if (found := _week(str(name))) is not None}
    if not weeks:
        raise OptionError(f"{sent.name} has no columns of weeks waited, such as 'Gt 00 To 01 Weeks SUM 1' or w0; give "
                          "the full CSV of waiting times")  # fmt: skip
    last = max(weeks.values())
    labels = {name: f"{week}+" if week == last else str(week) for name, week in weeks.items()}
    rows = _long(frame, labels)
    bands = read_bands(pd.Series([labels[name] for name in sorted(weeks, key=lambda name: weeks[name])]), log)
    found = lay_out_list(_by_part(rows, weeks_in_period, sent.name), [band.label for band in bands])
    people = found["waiting_low"].sum([name for name in found["waiting_low"].dims if name != BAND]).values
    found[f"{BAND}_share"] = ((BAND, "weeks_waited"), spread_over_weeks(bands, people))
    facts = CellFacts(findings=tuple(log.findings), sources=(TableSource("waiting", sent.name, sha256),))
    return facts.keep_with(found)


def _named(written: pd.DataFrame) -> pd.DataFrame:
    """Give columns their names here."""
    plain = {name: re.sub(r"\W+", "_", str(name).strip().lower()).strip("_") for name in written.columns}
    frame = written.rename(columns=plain)
    for ours, names in CODES.items():
        there = [name for name in names if name in frame]
        if not there:
            raise OptionError(f"published waits need a column '{names[0]}' or '{names[1]}'; give the full CSV")
        frame = frame.rename(columns={there[0]: ours})
    return frame


def _week(name: str) -> int | None:
    found = WEEK.match(name)
    return None if found is None else int(found["gt"] or found["w"])


def _long(frame: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    """Give a row a list, part and week; new pathways have no weeks, and are in the first."""
    part = frame["part"].astype(str).str.strip().str.lower().map(PARTS)
    chosen = part.notna() & ~frame[PROCEDURE].astype(str).str.lower().isin(ALL_SPECIALTIES)
    own = frame[chosen].assign(part=part[chosen])
    numbers = own[list(labels)].apply(pd.to_numeric, errors="coerce").fillna(0.0)
    new = own["part"] == "added"
    total = next((name for name in own.columns if TOTAL.match(str(name))), None)
    if total is not None and new.any():
        first = next(iter(labels))
        numbers.loc[new, first] = pd.to_numeric(own.loc[new, total], errors="coerce")
    keys = {name: own[name].astype(str).astype(object) for name in (ICS, PROCEDURE, "part")}
    numbers = numbers.rename(columns=labels).assign(**keys)
    rows: pd.DataFrame = numbers.melt([ICS, PROCEDURE, "part"], var_name=BAND, value_name="people")
    return rows


def _by_part(rows: pd.DataFrame, weeks: float, name: str) -> pd.DataFrame:
    """Add providers up, and give the parts columns of their own."""
    wide = rows.pivot_table("people", [ICS, PROCEDURE, BAND], "part", aggfunc="sum").fillna(0.0).reset_index()
    if "waiting" not in wide:
        raise OptionError(f"{name} has no incomplete pathways (Part_2), which are those who wait; give the full CSV")
    for part in ("added", "treated"):
        if part in wide:
            wide[part] = wide[part] / weeks
    wide = wide.rename(columns={"waiting": "admissions_low"})
    wide[DEPRIVATION], wide[PRIORITY] = ALL_GROUPS, 1
    return wide.assign(admissions_high=wide["admissions_low"])
