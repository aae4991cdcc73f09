"""Panels of capacity: the frontier with today and every option on it, and how long growth alone would take."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.decision.acceptability import OPTION
from equitymodel.decision.decision_question import TODAY
from equitymodel.decision.frontier import frontier, place_on_frontier, price_words
from equitymodel.decision.growth import YEAR, growth_plan, years_to_equity
from equitymodel.decision.judged_options import JudgedOptions
from equitymodel.decision.panel_rows import SHOWN, gap_of_groups, summary_rows
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION

MOSTLY = 0.975
SEE = "see whether it is of the same area, period and unit as the results."
BEYOND = f"Today takes more than that capacity: {SEE}"
NOT_BINDING = (
    "This capacity does not bind, so that equal rates cost nothing of it: of {total:,.0f} {unit}, {most:,.0f} would "
    f"bring every group to the highest rate of today. If that is more than was meant, {SEE}"
)
UNSURE = 0.025
"""The share of draws in which an option takes more than there is, from which on it is said."""
UNITS = {"total": "admissions", "ratio": "rate ratio", "equality": "lowest over highest rate", "inside": "admissions",
         "price": "share of admissions", "given_up": "admissions of others for each"}  # fmt: skip
PLANNED = 10
"""Years of growth that are laid out."""


def frontier_table(judged: JudgedOptions) -> pd.DataFrame | None:
    """Lay out the frontier, today and each option on it; none without a capacity.

    Parameters
    ----------
    judged
        From `judge_options`.

    Returns
    -------
    pandas.DataFrame or None
        ``kind`` (``frontier`` or ``plan``), ``at`` (an aversion, today, or an option), ``measure`` and estimates.

    Raises
    ------
    OptionError
        When the capacity is not above 0 or names a group that the results do not have, or an option is called today.
    """
    if judged.question.capacity is None:
        return None
    if TODAY in judged.change[OPTION].values:
        raise OptionError(
            f"'{TODAY}' is what admissions now are called on the frontier; call the option something else"
        )
    limits = _limits(judged)
    found = frontier(*limits)
    today = judged.fitted.expand_dims({OPTION: [TODAY]})
    place = place_on_frontier(xr.concat([today, judged.fitted + judged.change], OPTION), *limits)
    parts = ((found, "aversion", "frontier", ("total", "ratio", "equality", "price", "given_up")),
             (place, OPTION, "plan", ("total", "ratio", "equality", "used", "inside")))  # fmt: skip
    rows = [_rows(values[name].rename({dim: "at"}), name, kind, judged)
            for values, dim, kind, names in parts for name in names]  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def price_sentence(judged: JudgedOptions) -> str:
    """Say what equal rates would cost under the capacity, or that it does not bind; nothing without one.

    Parameters
    ----------
    judged
        From `judge_options`.

    Returns
    -------
    str
        A sentence or two.
    """
    capacity = judged.question.capacity
    if capacity is None:
        return ""
    need, takes, total = _limits(judged)
    most = (need * takes).sum(DEPRIVATION)
    if float((most <= total).mean()) >= MOSTLY:
        return NOT_BINDING.format(total=total, unit=capacity.unit, most=float(most.mean()))
    said = price_words(frontier(need, takes, total, aversions=(np.inf,))["price"].sel(aversion=np.inf, drop=True))
    beyond = float(((judged.fitted * takes).sum(DEPRIVATION) > total).mean())
    return said if beyond < MOSTLY else f"{said} {BEYOND}"


def over_capacity(judged: JudgedOptions) -> dict[str, tuple[float, float]]:
    """Say which options take more than the capacity; none without one.

    Parameters
    ----------
    judged
        From `judge_options`.

    Returns
    -------
    dict
        By name of an option that takes more in 2.5 % of draws or in more of them: the share of draws in which it does,
        and what it takes on average, in the unit of the capacity.

    Raises
    ------
    OptionError
        As for `frontier_table`.
    """
    if judged.question.capacity is None:
        return {}
    _, takes, total = _limits(judged)
    used = ((judged.fitted + judged.change) * takes).sum(DEPRIVATION)
    each = {str(name): used.sel({OPTION: name}) for name in used[OPTION].values}
    said = {name: (float((draws > total).mean()), float(draws.mean())) for name, draws in each.items()}
    return {name: found for name, found in said.items() if found[0] >= UNSURE}


def growth_table(judged: JudgedOptions) -> pd.DataFrame | None:
    """Lay out a growth-only plan: years to equity, and the gap year by year; none without growth.

    Parameters
    ----------
    judged
        From `judge_options`.

    Returns
    -------
    pandas.DataFrame or None
        ``measure`` (``years_to_equity``; ``gap`` and ``most_deprived``, by ``year``) and estimates. Nobody is cut:
        what grows goes to the groups of the lowest rates.
    """
    capacity = judged.question.capacity
    if capacity is None or capacity.growth is None:
        return None
    wait = years_to_equity(judged.fitted, judged.expected, growth=capacity.growth)
    plan = growth_plan(judged.fitted, judged.expected, growth=capacity.growth, years=PLANNED)
    rows = [
        summary_rows(wait, "years").assign(measure="years_to_equity"),
        summary_rows(gap_of_groups(plan, judged.expected), "rate ratio").assign(measure="gap"),
        summary_rows(plan.isel({DEPRIVATION: 0}, drop=True), "admissions", centre="mean").assign(
            measure="most_deprived"
        ),
    ]
    return pd.concat(rows, ignore_index=True)[["measure", YEAR, *SHOWN]]


def _limits(judged: JudgedOptions) -> tuple[xr.DataArray, xr.DataArray, float]:
    """Give need, what an admission takes and the capacity; nobody is planned beyond the highest rate of today."""
    capacity = judged.question.capacity
    assert capacity is not None
    if not capacity.total > 0:
        raise OptionError(f"[capacity] total is above 0, not {capacity.total:g}; give what there is, or no capacity")
    groups = [str(group) for group in judged.expected[DEPRIVATION].values]
    if unknown := [group for group in capacity.per_admission if group not in groups]:
        raise OptionError(f"[capacity] per_admission names group {unknown[0]}; the results have {', '.join(groups)}")
    takes = xr.DataArray([capacity.per_admission.get(group, 1.0) for group in groups],
                         {DEPRIVATION: judged.expected[DEPRIVATION]}, DEPRIVATION)  # fmt: skip
    highest = (judged.fitted / judged.expected).max(DEPRIVATION)
    return judged.expected * highest, takes, capacity.total


def _rows(draws: xr.DataArray, measure: str, kind: str, judged: JudgedOptions) -> pd.DataFrame:
    assert judged.question.capacity is not None
    unit = UNITS.get(measure, judged.question.capacity.unit)
    table = summary_rows(draws, unit).assign(measure=measure, kind=kind)
    return table.assign(at=table["at"].astype(str))[["kind", "at", "measure", *SHOWN]]
