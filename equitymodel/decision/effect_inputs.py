"""What was stated of each strategy, as a table: priors with their difference between groups, reach, and sources."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from equitymodel.decision.effect_prior import NORMAL_975
from equitymodel.decision.strategy_effect import EffectOptions, StrategyEffect

EVERYWHERE = "all"
NOT_STATED = "not stated"


def effect_inputs(options: EffectOptions) -> pd.DataFrame:
    """Lay out what was stated, one row a strategy and stage.

    Parameters
    ----------
    options
        What the user states.

    Returns
    -------
    pandas.DataFrame
        Log effects among the most and the least deprived with their standard deviations, the mean and the standard
        deviation of their difference, the ratio with its 95 % interval, reach, where and when it acts, and the source.

    Examples
    --------
    >>> from equitymodel.decision.effect_prior import EffectPrior
    >>> one = StrategyEffect(6, "Reminders", "seen", EffectPrior.alike(0.131, 0.0514), "audit", 0.6)
    >>> effect_inputs(EffectOptions((one,)))[["ratio_most", "difference_mean", "reach"]].values.tolist()
    [['1.14 (1.03 to 1.26)', 0.0, '0.6']]
    """
    return pd.DataFrame([_row(one) for one in sorted(options.effects, key=lambda one: (one.number, one.stage))])


def _row(one: StrategyEffect) -> dict[str, object]:
    prior = one.prior
    return {
        "strategy": one.name,
        "number": one.number,
        "stage": one.stage,
        "log_effect_most": prior.most,
        "sd_most": prior.most_sd,
        "log_effect_least": prior.least,
        "sd_least": prior.least_sd,
        "correlation": prior.correlation,
        "difference_mean": prior.difference_mean,
        "difference_sd": prior.difference_sd,
        "ratio_most": _ratio(prior.most, prior.most_sd),
        "ratio_least": _ratio(prior.least, prior.least_sd),
        "reach": _reach(one),
        "ics": ", ".join(one.ics) or EVERYWHERE,
        "procedures": ", ".join(one.procedures) or EVERYWHERE,
        "months_to_effect": one.months_to_effect,
        "fixed_cost": one.fixed_cost,
        "cost_per_person_reached": one.cost_per_person_reached,
        "source": one.source,
    }


def _ratio(mean: float, sd: float) -> str:
    ends = (math.exp(mean + sign * NORMAL_975 * sd) for sign in (-1, 1))
    return f"{math.exp(mean):.3g} ({' to '.join(f'{end:.3g}' for end in ends)})"


def _reach(one: StrategyEffect) -> str:
    if one.reach is None:
        return NOT_STATED
    if isinstance(one.reach, Mapping):
        return "by ICS"
    return ", ".join(f"{share:g}" for share in (one.reach if isinstance(one.reach, tuple) else (one.reach,)))
