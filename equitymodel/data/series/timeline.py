"""What belongs to periods alone: gaps, masks, working days, strikes, and whether the last is whole."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.series.breaks import (
    NOT_CONFIRMED,
    Breaks,
    breaks_between,
    choose_breaks,
    is_file,
    known_breaks,
    overlap,
)
from equitymodel.data.series.frequency import Frequency
from equitymodel.data.series.periods import Gaps, Periods
from equitymodel.data.series.series_facts import ListedBreak, SeriesFacts, calendar_of
from equitymodel.data.series.working_days import count_working_days
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import count_middle
from equitymodel.errors import OptionError
from equitymodel.vocabulary import ALL_ICS, CELL_DIMS, ICS, PERIOD

RULES = (
    Rule(
        "T01",
        "error",
        "periods are missing between the first and the last",
        "add them; if there are none to be had, gaps='keep' leaves a true gap in time, or declare a break there",
    ),
    Rule("T13", "error", "a period that is not over yet", "leave it out with drop_last, or delete its rows"),
    Rule(
        "T14",
        "warning",
        "the last period has far fewer admissions a day than those before it; it may not be complete",
        "if it is not, leave it out with drop_last=1",
    ),
    Rule("T16", "repair", "periods inside a declared break are masked: kept in the series, left out of fits"),
    Rule(
        "T17",
        "warning",
        "known breaks inside the series are not masked",
        "name those that matter here in breaks, or say breaks=None if none does",
    ),
    Rule("T22", "repair", "periods that are not there were left as a true gap in time"),
)
FAR_FEWER = 0.7
BEFORE_LAST = 12
ENOUGH_BEFORE = 6


def check_last_period(starts: pd.DatetimeIndex, frequency: Frequency, log: DataLog) -> None:
    """Record periods that end after today (rule T13)."""
    unfinished = starts[frequency.ends(starts) > pd.Timestamp.today()]
    if len(unfinished):
        log.add("T13", rows=[frequency.label(start) for start in unfinished])


def without_last(frame: pd.DataFrame, frequency: Frequency, drop_last: int, log: DataLog) -> pd.DataFrame:
    """Leave out the rows of the last periods, as asked (rule T15).

    Raises
    ------
    OptionError
        When no period would be left.
    """
    starts = pd.DatetimeIndex(sorted(frame[PERIOD].unique()))
    if drop_last >= len(starts) > 0:
        raise OptionError(f"drop_last={drop_last} leaves out {drop_last} periods, and the series has {len(starts)}; "
                          "leave out fewer")  # fmt: skip
    if drop_last:
        log.add("T15", rows=[frequency.label(start) for start in starts[-drop_last:]])
    return frame[frame[PERIOD].isin(starts[: len(starts) - drop_last])]


def lay_out_time(series: xr.Dataset, frequency: Frequency, periods: Periods, log: DataLog) -> xr.Dataset:
    """Give working days, strike days and the mask of each period, and check gaps and breaks.

    Parameters
    ----------
    series
        Anything over ``period``, named by the days on which periods start.
    frequency
        How long periods are.
    periods
        What is masked, whether gaps may be, and which days count.
    log
        Where rules T01, T16 to T18 and T22 are recorded.

    Returns
    -------
    xarray.Dataset
        ``working_days`` and ``strike_days`` (days), and ``masked`` (true or false), over ``period``.
        Its `SeriesFacts` list the breaks that touch the series, and whether they are masked;
        ``frequency`` and ``days`` are as found and asked.

    Raises
    ------
    EquityDataError
        Rule T18, when a break of one's own cannot be read.
    OptionError
        When no break is known by a name.

    Examples
    --------
    >>> from equitymodel.data.series.frequency import FREQUENCIES
    >>> months = xr.Dataset(coords={"period": pd.date_range("2020-01-01", periods=4, freq="MS")})
    >>> time = lay_out_time(months, FREQUENCIES["monthly"], Periods(), DataLog())
    >>> time["working_days"].values, time["masked"].values
    (array([22, 20, 22, 20]), array([False, False,  True,  True]))
    """
    starts = pd.DatetimeIndex(series[PERIOD])
    ends = frequency.ends(starts)
    chosen = choose_breaks(periods.breaks, log)
    _check_gaps(starts, frequency, chosen, periods.gaps, log)
    register = _register(periods.breaks)
    others = _others(register.drop(chosen.index, errors="ignore"), series, starts[0], ends[-1])
    touched = overlap(chosen, starts, ends).to_numpy(dtype=bool)
    _note_breaks(chosen, touched, others, starts, frequency, log)
    noted = pd.concat([chosen[touched.any(axis=1)].assign(masked=True), others.assign(masked=False)])
    counted = {
        "working_days": count_working_days(starts, ends),
        "strike_days": _strike_days(register[register["kind"] == "strike"], starts, ends),
    }
    mask = (PERIOD, touched.any(axis=0), {"unit": "whether the period lies in a declared break"})
    time = xr.Dataset(
        {name: (PERIOD, value, {"unit": "days"}) for name, value in counted.items()} | {"masked": mask},
        coords={PERIOD: series[PERIOD]},
    )
    days = periods.days if frequency.has_season else "equal"
    return SeriesFacts(frequency, days, breaks=_listed(noted)).keep_with(time)


def period_days(series: xr.Dataset) -> xr.DataArray:
    """Give the days that admissions of each period are spread over.

    Parameters
    ----------
    series
        From `read_series`; its attribute ``days`` says which are counted, working days if it has none.

    Returns
    -------
    xarray.DataArray
        Over ``period``: working days, all days, or 1 where periods are taken to be equal.

    Examples
    --------
    >>> from equitymodel.data.series.periods import DAYS
    >>> from equitymodel.simulate import simulate_series
    >>> series, _ = simulate_series(seed=1)
    >>> [period_days(series.assign_attrs(days=days)).values[:2].tolist() for days in DAYS]
    [[21, 20], [31, 28], [1, 1]]
    """
    working, days = series["working_days"], SeriesFacts.of(series).days
    if days == "working":
        return working
    if days == "equal":
        return xr.ones_like(working)
    calendar = calendar_of(series)
    return working.copy(data=(calendar.ends - calendar.starts).days)


def check_timeline(series: xr.Dataset, log: DataLog) -> None:
    """Record a last period that looks unfinished, by its admissions a day (rule T14)."""
    total = count_middle(series).sum([dim for dim in CELL_DIMS if dim in series.dims])
    daily = (total / period_days(series)).where(~series["masked"]).values
    before = daily[-BEFORE_LAST - 1 : -1]
    before = before[np.isfinite(before)]
    if len(before) >= ENOUGH_BEFORE and daily[-1] < FAR_FEWER * before.min():
        last = pd.Timestamp(series[PERIOD].values[-1])
        log.add("T14", detail=f"{daily[-1]:.1f} in the period from {last:%Y-%m-%d}, at least {before.min():.1f} before")


def _register(breaks: Breaks) -> pd.DataFrame:
    """Give the register of England where breaks are named from it; nothing where they are one's own, or none."""
    named = isinstance(breaks, str | tuple | list) and len(breaks) > 0 and not is_file(breaks)
    return known_breaks() if named else known_breaks().iloc[:0]


def _others(register: pd.DataFrame, series: xr.Dataset, first: pd.Timestamp, after: pd.Timestamp) -> pd.DataFrame:
    """Give breaks that fall inside the series and are not masked; boundaries matter where there are areas."""
    whole = ICS not in series or series[ICS].values.tolist() == [ALL_ICS]
    left_out = ("pandemic", "boundary") if whole else ("pandemic",)
    return breaks_between(register[~register["kind"].isin(left_out)], first, after)


def _check_gaps(starts: pd.DatetimeIndex, frequency: Frequency, chosen: pd.DataFrame, gaps: Gaps, log: DataLog) -> None:
    """Record absent periods, which are allowed inside a declared break or where gaps are to be kept."""
    absent = frequency.between(starts[0], starts[-1]).difference(starts)
    declared = overlap(chosen, absent, frequency.ends(absent)).any(axis=0).to_numpy(dtype=bool)
    allowed = declared | (gaps == "keep")
    for rule, left in (("T22", absent[allowed]), ("T01", absent[~allowed])):
        if len(left):
            log.add(rule, rows=[frequency.label(start) for start in left])


def _note_breaks(
    chosen: pd.DataFrame,
    touched: np.ndarray,
    others: pd.DataFrame,
    starts: pd.DatetimeIndex,
    frequency: Frequency,
    log: DataLog,
) -> None:
    for name, hit in zip(chosen.index, touched, strict=True):
        if hit.any():
            first, last = (frequency.label(start) for start in starts[hit][[0, -1]])
            log.add("T16", detail=f"{name}, {first} to {last}", count=int(hit.sum()))
    if len(others):
        log.add("T17", rows=[_name_break(str(name), row) for name, row in others.iterrows()])


def _name_break(name: str, row: pd.Series) -> str:
    doubt = f" (source: {NOT_CONFIRMED})" if row["source"] == NOT_CONFIRMED else ""
    return f"{name}, {row['start']:%Y-%m-%d}: {row['states']}{doubt}"


def _strike_days(strikes: pd.DataFrame, starts: pd.DatetimeIndex, ends: pd.DatetimeIndex) -> np.ndarray:
    """Count the days of strikes in each period."""
    days = pd.DatetimeIndex([day for _, row in strikes.iterrows() for day in pd.date_range(row["start"], row["end"])])
    edges = days.unique().sort_values()
    counted: np.ndarray = edges.searchsorted(ends) - edges.searchsorted(starts)
    return counted


def _listed(breaks: pd.DataFrame) -> tuple[ListedBreak, ...]:
    table = breaks.reset_index(names="id")
    dates = {end: table[end].dt.strftime("%Y-%m-%d").fillna("") for end in ("start", "end")}
    records = table.assign(**dates).to_dict("records")
    return tuple(ListedBreak(**{str(name): value for name, value in record.items()}) for record in records)
