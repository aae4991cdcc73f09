"""Which numbers hang on which prior: how far each moves when a prior is made a little stronger or weaker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
import xarray as xr
from scipy import stats

from equitymodel.argument_types import refuses_other_types
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.effect_parts import parts_of, value_basis
from equitymodel.inference.grouped.predict import errors_of_expected
from equitymodel.spec.effect import Effect
from equitymodel.spec.model_spec import EXTRA_VARIATION
from equitymodel.vocabulary import SAMPLE_DIMS

HANGS = 0.05
"""A number that moves as much hangs on the prior, as those say who proposed the measure."""
LOOKED_AT = 2
"""Of each quantity so many numbers are measured for a prior: those whose draws go most with its density."""
ROUNDING = 1e-9
MOST_ALIKE = 0.95
"""A number that has one value in more draws is passed over: its few other draws say how far it moves, by chance."""


@dataclass(frozen=True)
class PriorSensitivity:
    """How far the number moves that hangs most on one prior.

    Attributes
    ----------
    prior
        Of what it is the prior, in words, with its distribution.
    quantity
        The name of the quantity that the number is one of.
    labels
        The labels of the number, by dimension.
    sensitivity
        How far its distribution moves with the log of the power that the prior is raised to; no unit. It is 0 where the
        draws of no number go with the density of the prior more than chance lets one of so many.
    hanging
        The names of all quantities of which a number hangs on the prior.
    """

    prior: str
    quantity: str
    labels: Mapping[str, str]
    sensitivity: float
    hanging: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """The number that moves most, by the name of its quantity and its labels."""
        return ", ".join([self.quantity, *self.labels.values()])

    @property
    def hangs(self) -> bool:
        """Whether the number hangs on the prior."""
        return self.sensitivity >= HANGS

    def __str__(self) -> str:
        """Say which number, and which prior."""
        return f"{self.number} on the prior of {self.prior} ({self.sensitivity:.3f})"


@refuses_other_types
def power_scale(fit: CellFit, reported: Mapping[str, xr.DataArray]) -> list[PriorSensitivity]:
    r"""Measure how far numbers move as each prior is raised to a power near one.

    .. math:: p_\alpha(\theta \mid y) \propto p(y \mid \theta) \, p(\theta)^{\alpha}

    Parameters
    ----------
    fit
        A fit of cells.
    reported
        Draws of what is reported, by name; dims ``chain, draw`` and labels.

    Returns
    -------
    list of PriorSensitivity
        One a prior, the largest first, each with the number that moves most. None where expected admissions are
        uncertain: their draws are pooled over several posteriors, which one prior would not reweight alike.

    Notes
    -----
    By reweighting draws, without another fit. It is of small changes: it says nothing of a prior of another family, and
    a standard deviation that its prior holds near 0 hardly moves. The priors are those at the top: of effects that
    are not pooled, of standard deviations and of shares.

    References
    ----------
    Kallioinen N et al (2024) Detecting and diagnosing prior and likelihood sensitivity with power-scaling. Statistics
    and Computing 34:57. doi:10.1007/s11222-023-10366-5

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=6, procedures=2, seed=1)
    >>> fit = em.fit_model("gap_by_procedure", cells, engine="laplace", seed=1)
    >>> found = power_scale(fit, {"ratio": fit.ratio})
    >>> any(one.hangs for one in found)
    False
    """
    if errors_of_expected(fit.posterior):
        return []
    priors = log_priors(fit)
    chosen: dict[str, list[_Numbers]] = {words: [] for words in priors}
    tried = 0
    for name, draws in reported.items():
        numbers = _in_line(name, draws)
        tried += len(numbers.labels)
        for words, own in zip(priors, _go_with(numbers, list(priors.values())), strict=True):
            chosen[words] += own
    chance = _by_chance(tried * len(priors), fit.posterior.sizes["chain"] * fit.posterior.sizes["draw"])
    found = [_most_moved(words, priors[words], own, chance) for words, own in chosen.items() if own]
    return sorted(found, key=lambda one: -one.sensitivity)


def log_priors(fit: CellFit) -> dict[str, xr.DataArray]:
    """Give the log density of every prior at the top of a model in each draw.

    Returns
    -------
    dict of xarray.DataArray
        By what it is the prior of, in words; dims ``chain, draw``. Priors of numbers that never vary are left out.
    """
    found: dict[str, xr.DataArray] = {}
    spec, posterior = fit.spec.for_sizes(fit.cells.sizes), fit.posterior
    for effect in spec.effects:
        found |= _of_spread(effect, posterior) if effect.pooled else _of_values(effect, fit)
        found |= _of_share(effect, posterior)
    whole = any(effect.part_of_extra_variation for effect in spec.effects)
    if spec.overdispersion is not None and not whole:
        density = spec.overdispersion.law.logpdf(posterior[EXTRA_VARIATION])
        found[f"{EXTRA_VARIATION}, {spec.overdispersion}"] = _summed(density)
    return {words: density for words, density in found.items() if float(density.std()) > 0}


def _of_spread(effect: Effect, posterior: xr.Dataset) -> dict[str, xr.DataArray]:
    what = EXTRA_VARIATION if effect.part_of_extra_variation else f"the standard deviation of {effect.name}"
    return {f"{what}, {effect.belief}": _summed(effect.belief.law.logpdf(posterior[effect.spread_variable]))}


def _of_values(effect: Effect, fit: CellFit) -> dict[str, xr.DataArray]:
    """Give the log density of values that are not pooled, by the weights of their shapes, which the prior is of."""
    part, *_ = parts_of(effect)
    basis = value_basis(part, fit.cells)
    dims = (*SAMPLE_DIMS, *effect.dims, *part.tail(fit.cells.dims))
    values = fit.posterior[part.variable].transpose(*dims).values
    weights = values.reshape(*values.shape[:2], -1, len(basis)) @ np.linalg.pinv(basis).T
    return {f"{effect.name}, {effect.belief}": _summed(effect.belief.law.logpdf(weights))}


def _of_share(effect: Effect, posterior: xr.Dataset) -> dict[str, xr.DataArray]:
    if effect.share is None or effect.share_variable not in posterior:
        return {}
    alike = "neighbours" if effect.share_of_neighbours is not None else "procedures"
    does = "lasts" if effect.share_that_lasts is not None else f"{alike} have in common"
    density = stats.beta(effect.share.a, effect.share.b).logpdf(posterior[effect.share_variable])
    return {f"the share of {effect.name} that {does}, {effect.share}": _summed(density)}


def _summed(densities: np.ndarray) -> xr.DataArray:
    """Add log densities up over all but chains and draws."""
    return xr.DataArray(densities.reshape(*densities.shape[:2], -1).sum(axis=-1), dims=SAMPLE_DIMS)


class _Numbers(NamedTuple):
    """Numbers of one quantity.

    Attributes
    ----------
    quantity, labels
        Its name, and the labels of each.
    draws
        Of shape (numbers, chains, draws).
    together
        How far each goes with the density of a prior, by its centre or its spread: a correlation.
    """

    quantity: str
    labels: list[dict[str, str]]
    draws: np.ndarray
    together: np.ndarray


def _in_line(name: str, draws: xr.DataArray) -> _Numbers:
    """Lay the numbers of a quantity out along one dimension, without those that hardly ever vary."""
    dims = [str(dim) for dim in draws.dims if dim not in SAMPLE_DIMS]
    values = draws.transpose(*dims, *SAMPLE_DIMS).values
    flat = values.reshape(-1, *values.shape[-2:])
    each = product(*(draws[dim].values for dim in dims))
    kept = np.nonzero(_vary(flat.reshape(len(flat), values.shape[-2] * values.shape[-1])))[0]
    labels = [dict(zip(dims, map(str, label), strict=True)) for label in each]
    return _Numbers(name, [labels[at] for at in kept], flat[kept], np.zeros(len(kept)))


def _vary(draws: np.ndarray) -> np.ndarray:
    """Whether draws of a number, a row each, are finite and not nearly all of one value but for rounding."""
    first, last = np.quantile(draws, [0.5 * (1 - MOST_ALIKE), 0.5 * (1 + MOST_ALIKE)], axis=1)
    return np.isfinite(draws).all(axis=1) & (last - first > ROUNDING * np.maximum(abs(first), abs(last)))


def _go_with(numbers: _Numbers, densities: list[xr.DataArray]) -> list[list[_Numbers]]:
    """Choose, for each density, the numbers whose centre or spread goes most with it: they move most with its prior."""
    if not numbers.labels:
        return [[] for _ in densities]
    centre = stats.zscore(numbers.draws.reshape(len(numbers.labels), -1), axis=1)
    scores = stats.zscore([density.values.ravel() for density in densities], axis=1).T / centre.shape[1]
    together = np.maximum(abs(centre @ scores), abs(stats.zscore(centre**2, axis=1) @ scores))
    best = np.argsort(-together, axis=0, kind="stable")[:LOOKED_AT].T
    return [
        [_Numbers(numbers.quantity, [numbers.labels[at] for at in own], numbers.draws[own], together[own, prior])]
        for prior, own in enumerate(best)
    ]


def _by_chance(tried: int, draws: int) -> float:
    """How large the largest of many correlations of independent draws is: beyond it in fewer than one of ten cases."""
    return float(np.sqrt(2.0 * np.log(2.0 * max(tried, 1)) / draws))


def _most_moved(prior: str, density: xr.DataArray, chosen: list[_Numbers], chance: float) -> PriorSensitivity:
    """Find the number that moves most with a prior, and the quantities of which any hangs on it."""
    from arviz_stats import psense  # seconds to load; nothing else here needs it

    draws = xr.DataArray(np.concatenate([own.draws for own in chosen]), dims=("number", *SAMPLE_DIMS))
    tree = xr.DataTree.from_dict({
        "/posterior": draws.to_dataset(name="moved"), "/log_prior": density.to_dataset(name="density"),
    })  # fmt: skip
    together = np.concatenate([own.together for own in chosen])
    moved = np.where(together > chance, psense(tree)["moved"].values, 0.0)
    named = [(own.quantity, label) for own in chosen for label in own.labels]
    hanging = dict.fromkeys(name for (name, _), far in zip(named, moved, strict=True) if far >= HANGS)
    most = int(np.lexsort((together, moved))[-1])
    return PriorSensitivity(prior, *named[most], float(moved[most]), tuple(hanging))
