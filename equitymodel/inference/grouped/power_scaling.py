"""Which numbers hang on which prior: how far each moves when a prior is made a little stronger or weaker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

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
NUMBER = "number"


@dataclass(frozen=True)
class PriorSensitivity:
    """How far the number moves that hangs most on one prior.

    Attributes
    ----------
    prior
        Of what it is the prior, in words, with its distribution.
    number
        The number that moves most, by the name of its quantity and its labels.
    sensitivity
        How far its distribution moves with the log of the power that the prior is raised to; no unit.
    """

    prior: str
    number: str
    sensitivity: float

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
    numbers = [_in_line(name, draws) for name, draws in reported.items()]
    quantities = [(own, _scores(own)) for own in numbers if own.size]
    found = [_most_moved(words, density, quantities) for words, density in log_priors(fit).items()]
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


def _in_line(name: str, draws: xr.DataArray) -> xr.DataArray:
    """Lay the numbers of a quantity out along one dimension, each with its name; those that never vary are left out."""
    labels = [str(dim) for dim in draws.dims if dim not in SAMPLE_DIMS]
    values = draws.transpose(*SAMPLE_DIMS, *labels).values
    flat = values.reshape(*values.shape[:2], -1)
    each = product(*(draws[dim].values for dim in labels))
    names = np.array([", ".join([name, *map(str, label)]) for label in each], dtype=object)
    kept = flat.std(axis=(0, 1)) > 0
    return xr.DataArray(flat[..., kept], dims=(*SAMPLE_DIMS, NUMBER), coords={NUMBER: names[kept]})


def _most_moved(
    prior: str, density: xr.DataArray, quantities: list[tuple[xr.DataArray, np.ndarray]]
) -> PriorSensitivity:
    """Find the number that moves most with a prior, among those of each quantity whose draws go most with it."""
    from arviz_stats import psense  # seconds to load; nothing else here needs it

    chosen = xr.concat([_goes_with(density, numbers, scores) for numbers, scores in quantities], NUMBER)
    tree = xr.DataTree.from_dict({
        "/posterior": chosen.to_dataset(name="moved"), "/log_prior": density.to_dataset(name="density"),
    })  # fmt: skip
    moved = psense(tree)["moved"].values
    most = int(np.argmax(moved))
    return PriorSensitivity(prior, str(chosen[NUMBER].values[most]), float(moved[most]))


def _scores(numbers: xr.DataArray) -> np.ndarray:
    """Give standard scores of draws, of where they are and of how far from the middle; shape (2, numbers, draws)."""
    flat = numbers.values.reshape(-1, numbers.sizes[NUMBER]).T
    centre = stats.zscore(flat, axis=1)
    return np.stack([centre, stats.zscore(centre**2, axis=1)])


def _goes_with(density: xr.DataArray, numbers: xr.DataArray, scores: np.ndarray) -> xr.DataArray:
    """Choose the numbers whose centre or spread goes most with a density: they move most with its prior."""
    together = abs(scores @ stats.zscore(density.values.ravel())).max(axis=0)
    return numbers.isel({NUMBER: np.argsort(-together, kind="stable")[:LOOKED_AT]})
