"""Panels of information: which unknown would change the choice, and what knowing it, or a pilot, is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.decision.acceptability import OPTION
from equitymodel.decision.judged_options import JudgedOptions
from equitymodel.decision.panel_rows import gap_of_groups
from equitymodel.decision.value_of_information import (
    FEWEST_FOR_ONE,
    information_on,
    perfect_information,
    pilot_errors,
    value_of_pilot,
    what_would_change_the_choice,
)
from equitymodel.estimands.power import AutocorrelatedNoise
from equitymodel.vocabulary import DEPRIVATION

TOO_FEW = (
    "What it is worth to know one unknown is left out: the results keep {draws:,} draws, and it takes {fewest:,}; keep "
    "more with --draws."
)
NOTHING = 1e-12
"""A value that is rounding alone."""
JUDGED_ON = 12
"""Months after its start on which a pilot is judged, as an evaluation is: later ones tell the trend beside the step."""
UNIT = "share of the way from the worst to the best by all criteria, at the mean weights"


def too_few_draws(judged: JudgedOptions) -> str:
    """Say why it is not said what it is worth to know one unknown; nothing where it is.

    Examples
    --------
    >>> TOO_FEW.format(draws=20, fewest=FEWEST_FOR_ONE)[-67:]
    'the results keep 20 draws, and it takes 60; keep more with --draws.'
    """
    draws = judged.fitted.sizes["chain"] * judged.fitted.sizes["draw"]
    return TOO_FEW.format(draws=draws, fewest=FEWEST_FOR_ONE) if draws < FEWEST_FOR_ONE else ""


def unknowns_of(judged: JudgedOptions) -> dict[str, xr.DataArray]:
    """Give what is not known and bears on the choice: the gap, admissions, and the effects of strategies.

    Parameters
    ----------
    judged
        From `judge_options`.

    Returns
    -------
    dict of xarray.DataArray
        By name; effects in per cent of admissions, among the most deprived and among all. Of several strategies
        together only where none is an option alone: the unknowns are those of each.
    """
    found = {"gap now": gap_of_groups(judged.fitted, judged.expected), "admissions now": judged.fitted.sum(DEPRIVATION)}
    moved = (*judged.question.by_strategies, *judged.question.by_rules)
    alone = [option for option in moved if option.rule or len(option.strategies) == 1]
    for option in alone or moved:
        change = judged.change.sel({OPTION: option.name}, drop=True)
        all_groups = change.sum(DEPRIVATION) / judged.fitted.sum(DEPRIVATION)
        found[f"effect of {option.name} on the most deprived, %"] = 100 * (effect_on_most(judged, option.name) - 1)
        found[f"effect of {option.name} on all, %"] = 100 * all_groups
    return found


def effect_on_most(judged: JudgedOptions, option: str) -> xr.DataArray:
    """Give the ratio by which an option changes admissions of the most deprived, draw by draw."""
    most = {DEPRIVATION: 0}
    change = judged.change.sel({OPTION: option}, drop=True)
    return 1 + change.isel(most, drop=True) / judged.fitted.isel(most, drop=True)


def information_table(judged: JudgedOptions) -> pd.DataFrame:
    """Lay out what it is worth to know everything, and each unknown.

    Parameters
    ----------
    judged
        From `judge_options`.

    Returns
    -------
    pandas.DataFrame
        ``unknown, value, chosen_now, changes_at, changes_beyond, changes_to, unit``; the first row is of everything,
        and single unknowns are left out where draws are too few.
    """
    worth = judged.worth
    each = what_would_change_the_choice(worth, {} if too_few_draws(judged) else unknowns_of(judged))
    now = worth[OPTION].values[int(worth.mean(("chain", "draw")).argmax(OPTION))]
    everything = pd.DataFrame({"unknown": ["everything"], "value": [perfect_information(worth)],
                               "chosen_now": [str(now)]})  # fmt: skip
    table = pd.concat([everything, each], ignore_index=True)
    words = {name: table[name].fillna("") for name in ("changes_beyond", "changes_to")}
    return table.assign(**words, unit=UNIT)


def pilot_table(judged: JudgedOptions) -> pd.DataFrame | None:
    """Lay out what a pilot is worth that would be evaluated by our own interrupted series; none where none is asked.

    Parameters
    ----------
    judged
        From `judge_options`.

    Returns
    -------
    pandas.DataFrame or None
        ``option, months, standard_error`` (log ratio of the most deprived group, over its first 12 months; infinite
        where it cannot be evaluated), ``expected_sd``, ``value`` (of one choice), ``if_known`` (what
        knowing the effect for sure is worth) and ``unit``. What a pilot costs is not in the unit of the criteria, and
        is not taken off.
    """
    pilot = judged.question.pilot
    if pilot is None or too_few_draws(judged):
        return None
    effect = np.log(effect_on_most(judged, pilot.option))
    noise = AutocorrelatedNoise(sd=pilot.noise)
    errors = pilot_errors(pilot.months, before=pilot.before, admissions=pilot.admissions, noise=noise, gap=False,
                          judged_on=JUDGED_ON)  # fmt: skip
    worth = value_of_pilot(judged.worth, effect, errors).drop(columns="net_value")
    worth = worth.assign(value=worth["value"].where(worth["value"] > NOTHING, 0.0))
    known = information_on(judged.worth, {"effect": effect})
    return worth.assign(option=pilot.option, if_known=known, unit=UNIT)[
        [OPTION, *worth.columns, "if_known", "unit"]
    ]  # fmt: skip
