"""Effects of strategies in a made-up pathway, with everything stated, for tests of what publishes them."""

from __future__ import annotations

from equitymodel.decision.effect_prior import EffectPrior
from equitymodel.decision.strategy_effect import Capacity, EffectOptions, PerAdmission, StrategyEffect
from equitymodel.decision.strategy_effects import StrategyEffects, strategy_effects
from equitymodel.simulate.made_up_pathway import made_up_pathway


def example_effects(*, made_up: bool = True) -> StrategyEffects:
    """Carry two strategies through a pathway of two ICSs and two procedures."""
    prior = EffectPrior(0.06, 0.02, 0.02, 0.02)
    stated = {"months_to_effect": 6.0, "fixed_cost": 100.0, "cost_per_person_reached": 1.0}
    effects = (StrategyEffect(6, "Outpatient appointment and treatment reminder systems", "seen", prior, "made up", 0.5, **stated),
               StrategyEffect(8, "Transport systems, support and costs", "seen", prior, "made up", 0.2, **stated))  # fmt: skip
    each = {"procedure 1": 2.0, "procedure 2": 3.0}
    options = EffectOptions(effects, per_admission=PerAdmission(each, each, each), capacity=Capacity("hours", 1.0, 2.0),
                            health_unit="QALYs", months_counted=12, horizon_months=24, made_up=made_up)  # fmt: skip
    return strategy_effects(made_up_pathway(ics=2, procedures=2, draws=40), options)


def no_effects() -> StrategyEffects:
    """State nothing of any strategy."""
    return strategy_effects(made_up_pathway(draws=8), EffectOptions(()))
