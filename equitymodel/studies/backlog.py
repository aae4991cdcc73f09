"""Admissions missed since a day, by group: what would have been, had the months before gone on, less what was."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.series.as_of import ended_by, hide_counts_from
from equitymodel.data.series.read_series import add_up_series
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.suppression import count_bounds, count_middle
from equitymodel.errors import OptionError
from equitymodel.estimands.interrupted_series import new_counts
from equitymodel.inference.series.fit_interruption import fit_interruption
from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.spec.dates import Day, read_day
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.library import load_series_model
from equitymodel.studies.missed_admissions import ALL, LESS, Backlog
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, INTERVAL_PROBABILITY, PERIOD, PROCEDURE, SAMPLE_DIMS

MOST_UNKNOWN = 0.02
"""Share of expected admissions whose counts may be unknown: what was missed of them is not counted."""
BY = {"deprivation": DEPRIVATION, "ics": ICS, "procedure": PROCEDURE}
"""What a backlog can be split by: all else is added up first."""
LEAST_MONTHS = 18
"""Months before a day from which a season and a trend can be carried on at all; with so few, intervals are wide."""
INTERVAL_KIND = "credible interval, counts to come and the trend before included"
COLUMNS = ["group", "quantity", "unit", "estimate", "lower", "upper", "probability_above_0", "interval_probability",
           "interval_kind"]  # fmt: skip


@refuses_other_types
def backlog(series: xr.Dataset, since: Day = "2020-03", *, seed: int, by: str = "deprivation") -> Backlog:
    r"""Estimate admissions missed since a day against what would have been, by group, and how much came back.

    .. math:: M_{gt} = \sum_{u \le t} (Y^{0,\mathrm{new}}_{gu} - Y_{gu})

    Parameters
    ----------
    series
        From `read_series`, with the months since then in it; whether they are masked does not matter.
    since
        The first day that is not carried on from; of a day inside a period, the first of that period.
    seed
        Seed of the random numbers.
    by
        ``deprivation``, ``ics`` or ``procedure``: what to split by; all else is added up.

    Returns
    -------
    Backlog
        Prints as a sentence a group. Quantities: ``missed_at_last`` and ``missed_at_deepest`` (admissions),
        ``share_of_expected``, ``per_100,000_people`` (or ``per_100_expected_admissions``), and ``came_back`` (share
        of what was missed at the deepest point of each draw; 1 where all of it or more did); by deprivation also
        the most less the least deprived.

    Raises
    ------
    OptionError
        When `by` is not one of these, too few months lie before the day, or none after, or many counts since then
        are not known.

    Notes
    -----
    The groups are fitted together to the months before alone: their own trends bend, and they share shocks. Counts to
    come are drawn around what would have been, so that intervals are predictive, and differences between groups are
    taken draw by draw.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, _ = simulate_series(Sizes(groups=2, periods=48, before=36), seed=1)
    >>> lost = series.assign(admissions=series["admissions"].where(series["period"] < np.datetime64("2018-01-01"), 0))
    >>> found = backlog(lost, "2018-01", seed=1).table.set_index(["group", "quantity"])
    >>> bool(found.loc[("all", "missed_at_last"), "lower"] > 1000), found.loc[("all", "came_back"), "estimate"].round(6)
    (True, np.float64(0.0))
    """
    if by not in BY:
        raise OptionError(f"by is one of {', '.join(BY)}, not '{by}'")
    whole = add_up_series(series, tuple(dim for dim in CELL_DIMS if dim != BY[by]))
    day = _start_of_period(whole, str(read_day(since)))
    fit = _carry_on(whole, day, seed)
    missed = _missed(fit, whole, day, BY[by])
    cumulative = missed.cumsum(PERIOD)
    hidden = _expected_where_unknown(fit, whole, cumulative[PERIOD])
    low, high = (bound.sel({PERIOD: cumulative[PERIOD]}) for bound in count_bounds(whole))
    table = pd.DataFrame(_rows(cumulative, fit, whole, BY[by]))
    return Backlog(
        day, by,
        table=table.assign(interval_probability=INTERVAL_PROBABILITY, interval_kind=INTERVAL_KIND)[COLUMNS],
        by_month=pd.concat([_month_table(part, group) for group, part in _parts(cumulative, BY[by])]),
        unknown=int(low.isnull().sum()),
        unknown_expected=hidden,
        bounded=int((high > low).sum()),
        fit=fit,
    )  # fmt: skip


def _carry_on(whole: xr.Dataset, day: str, seed: int) -> SeriesFit:
    """Fit the months before a day, and carry them on to the end of the series."""
    before = ended_by(whole, day) & ~whole["masked"].values
    months = before.sum() * SeriesFacts.of(whole).frequency.in_months
    if months < LEAST_MONTHS:
        raise OptionError(f"{months:g} months lie before {day}; what would have been needs {LEAST_MONTHS} or more. "
                          "Way out: a series that begins earlier, or a later day")  # fmt: skip
    open_after = whole.assign(masked=whole["masked"] & xr.DataArray(ended_by(whole, day), dims=PERIOD))
    several = max(whole.sizes[dim] for dim in CELL_DIMS) > 1
    model = load_series_model("gap_interruption" if several else "interruption")
    fit = fit_interruption(hide_counts_from(open_after, day), Interruption(day), model, seed=seed)
    return fit.require_sound()


def _start_of_period(whole: xr.Dataset, day: str) -> str:
    """Give the first day of the period that a day lies in, from which on nothing is carried on from."""
    later = ~ended_by(whole, day)
    if not later.any():
        raise OptionError(f"the series ends before {day}, so that nothing can have been missed since")
    return f"{pd.Timestamp(whole[PERIOD].values[later][0]):%Y-%m-%d}"


def _expected_where_unknown(fit: SeriesFit, whole: xr.Dataset, since: xr.DataArray) -> float:
    """Give the admissions expected where counts are not known: what was missed of them is not counted."""
    expected = fit.counterfactual.sel({PERIOD: since}).mean(SAMPLE_DIMS)
    hidden = float(expected.where(count_middle(whole).sel({PERIOD: since}).isnull()).sum())
    if hidden > MOST_UNKNOWN * float(expected.sum()):
        raise OptionError(
            f"about {hidden:,.0f} of {float(expected.sum()):,.0f} admissions were expected where counts are not known; "
            "without them too little would seem missed. Way out: read hidden counts as bounds, by a rule in "
            "small_numbers (--small-numbers)"
        )
    return hidden


def _missed(fit: SeriesFit, whole: xr.Dataset, day: str, dim: str) -> xr.DataArray:
    """Draw admissions missed in each period since a day; over what it is split by, 0 where a count is not known."""
    since = xr.DataArray(~ended_by(whole, day), dims=PERIOD)
    mean = fit.counterfactual.isel({PERIOD: since.values})
    less = new_counts(fit.posterior, mean, seed=fit.seed) - count_middle(whole).isel({PERIOD: since.values})
    others = [name for name in CELL_DIMS if name != dim]
    return less.fillna(0.0).sum(others)


def _parts(cumulative: xr.DataArray, dim: str) -> Iterator[tuple[str, xr.DataArray]]:
    """Give all together, then each group."""
    yield ALL, cumulative.sum(dim)
    if cumulative.sizes[dim] > 1:
        for label in cumulative[dim].values:
            yield str(label), cumulative.sel({dim: label}, drop=True)


def _rows(cumulative: xr.DataArray, fit: SeriesFit, whole: xr.Dataset, dim: str) -> Iterator[dict[str, object]]:
    others = [name for name in CELL_DIMS if name != dim]
    known = count_middle(whole).sel({PERIOD: cumulative[PERIOD]}).notnull()
    expected = fit.counterfactual.sel({PERIOD: cumulative[PERIOD]}).where(known).sum([*others, PERIOD])
    of_expected = SeriesFacts.of(whole).exposure == "expected_admissions"
    people = whole["exposure"].sel({PERIOD: cumulative[PERIOD]}).sum(others)
    base = people.sum(PERIOD) / 100 if of_expected else people.mean(PERIOD) / 100_000
    unit = "per 100 expected admissions" if of_expected else "per 100,000 people"
    for group, part in _parts(cumulative, dim):
        mine = [
            each.sum(dim) if group == ALL else each.sel({dim: _label(whole, dim, group)}) for each in (expected, base)
        ]
        last, deepest = part.isel({PERIOD: -1}), part.max(PERIOD)
        yield _row(group, "missed_at_last", "admissions", last)
        yield _row(group, "missed_at_deepest", "admissions", deepest)
        yield _row(group, "share_of_expected", "share", last / mine[0])
        yield _row(group, unit.replace(" ", "_"), unit, last / mine[1])
        yield _row(group, "came_back", "share", ((deepest - last) / deepest.where(deepest > 0)).fillna(0.0).clip(max=1))
    if dim == DEPRIVATION and cumulative.sizes[dim] > 1:
        rate = cumulative.isel({PERIOD: -1}) / base
        apart = rate.isel({dim: 0}, drop=True) - rate.isel({dim: -1}, drop=True)
        yield _row(LESS, unit.replace(" ", "_"), unit, apart)


def _label(whole: xr.Dataset, dim: str, group: str) -> object:
    return next(label for label in whole[dim].values if str(label) == group)


def _row(group: str, quantity: str, unit: str, draws: xr.DataArray) -> dict[str, object]:
    ends = _interval(draws)
    return {
        "group": group,
        "quantity": quantity,
        "unit": unit,
        **ends,
        "probability_above_0": float((draws > 0).mean()),
    }


def _interval(draws: xr.DataArray) -> dict[str, float]:
    tail = (1 - INTERVAL_PROBABILITY) / 2
    lower, middle, upper = np.quantile(draws.values.ravel(), [tail, 0.5, 1 - tail])
    return {"estimate": float(middle), "lower": float(lower), "upper": float(upper)}


def _month_table(part: xr.DataArray, group: str) -> pd.DataFrame:
    tail = (1 - INTERVAL_PROBABILITY) / 2
    found = part.quantile([0.5, tail, 1 - tail], SAMPLE_DIMS)
    ends = dict(zip(("estimate", "lower", "upper"), found.values, strict=True))
    return pd.DataFrame({"group": group, "period": part[PERIOD].values, **ends})
