"""Strategies through pathways of all ICSs: 60 s and 4 GB are the limits. Beside it, a plain loop over numpy arrays.

uv run python benchmarks/effects_speed.py [DRAWS]    (4,000 by default; 42 ICSs x 8 procedures x 6 stages x 18 strategies)

The peer does the same arithmetic with no bound, no table and no joint effect: for each strategy it changes the passage,
multiplies all passages and takes quantiles. It says whether both find the same admissions.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import xarray as xr

from equitymodel.decision.effect_prior import EffectPrior
from equitymodel.decision.read_register import read_strategies
from equitymodel.decision.strategy_effect import EffectOptions, StrategyEffect
from equitymodel.decision.strategy_effects import StrategyEffects, strategy_effects
from equitymodel.simulate.made_up_pathway import MadeUpPathway
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, ALL_PROCEDURES

ICSS, GROUPS, PROCEDURES, STAGES, STRATEGIES = 42, 5, 8, 6, 18
SECONDS, GIGABYTES = 60, 4


def pathway(draws: int) -> MadeUpPathway:
    """Make passages about a half, and 1,000 people in need in each cell."""
    rng = np.random.default_rng(1)
    coords = {"ics": [f"area {n:02d}" for n in range(ICSS)], "deprivation": [str(n + 1) for n in range(GROUPS)],
              "procedure": [f"procedure {n}" for n in range(PROCEDURES)]}  # fmt: skip
    stages = [f"stage {n}" for n in range(STAGES)]
    shape = (1, draws, ICSS, GROUPS, PROCEDURES, STAGES)
    passage = rng.standard_normal(shape)
    passage *= 0.05
    passage += np.log(0.5)
    dims = ("chain", "draw", *coords, "stage")
    return MadeUpPathway(
        need=xr.DataArray(np.full(shape[2:5], 1000.0), coords, tuple(coords)),
        log_passage=xr.DataArray(passage, {**coords, "stage": stages}, dims),
        linked=xr.DataArray(np.full(STAGES, True), {"stage": stages}, ("stage",)),
    )


def stated() -> EffectOptions:
    """State an effect of every strategy of the register, alike for all groups."""
    prior = EffectPrior.alike(0.05, 0.02)
    effects = [StrategyEffect(one.number, one.name, f"stage {one.number % STAGES}", prior, "made up", 0.5)
               for one in read_strategies()]  # fmt: skip
    return EffectOptions(tuple(effects), made_up=True)


def plain_loop(made: MadeUpPathway, options: EffectOptions) -> dict[str, float]:
    """Do it with numpy alone, all procedures at once."""
    passage, need = made.log_passage.values[0], made.need.values
    before, found = need * np.exp(passage.sum(axis=-1)), {}
    for effect in options.effects:
        place = made.log_passage["stage"].values.tolist().index(effect.stage)
        log_effect = effect.prior.draw(len(passage), GROUPS, seed=options.seed, of=effect.acts)
        changed = passage.copy()
        changed[..., place] += np.log1p(0.5 * np.expm1(log_effect))[:, None, :, None]
        added = need * np.exp(changed.sum(axis=-1)) - before
        np.quantile(added, [0.025, 0.5, 0.975], axis=0)
        found[effect.name] = float(added.sum(axis=(1, 2, 3)).mean())
    return found


def totals(effects: StrategyEffects) -> dict[str, float]:
    """Give the admissions that each strategy adds in all."""
    table = effects.table
    whole = table[(table["quantity"] == "extra_admissions") & (table["ics"] == ALL_ICS)
                  & (table["procedure"] == ALL_PROCEDURES) & (table["deprivation"] == ALL_GROUPS)]  # fmt: skip
    return dict(zip(whole["strategy"], whole["estimate"], strict=True))


def main() -> None:
    """Time both, and say memory after each."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    made, options = pathway(draws), stated()
    start, before = time.process_time(), time.perf_counter()
    effects = strategy_effects(made, options)
    took, worked = time.perf_counter() - before, time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{ICSS} ICSs x {PROCEDURES} procedures x {STAGES} stages x {STRATEGIES} strategies x {draws:,} draws")
    print(
        f"equitymodel: {took:.1f} s ({worked:.1f} s of processor), {memory:.2f} GB at most, {len(effects.table):,} rows"
    )
    start, before = time.process_time(), time.perf_counter()
    peer = plain_loop(made, options)
    peer_took, peer_worked = time.perf_counter() - before, time.process_time() - start
    peer_memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"plain loop over numpy: {peer_took:.1f} s ({peer_worked:.1f} s of processor), {peer_memory:.2f} GB at most, no "
          "joint effect, no gap, no table")  # fmt: skip
    ours = totals(effects)
    apart = max(abs(ours[name] / peer[name] - 1) for name in peer)
    print(f"admissions added differ by at most {apart:.1e} of themselves")
    sys.exit(int(took > SECONDS or memory > GIGABYTES or apart > 1e-9))


if __name__ == "__main__":
    main()
