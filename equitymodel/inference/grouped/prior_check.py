"""Prior predictive check: what the priors imply for these cells, before the counts are seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.errors import DiagnosisError
from equitymodel.inference.accepted_prior import AcceptedPrior, stated_reason
from equitymodel.inference.grouped.effect_parts import EffectPart, parts_of, value_basis
from equitymodel.inference.grouped.effect_shapes import fit_for
from equitymodel.inference.grouped.new_values import draw_weights
from equitymodel.inference.grouped.predict import draw_expected, draw_fitted, draw_ratios
from equitymodel.spec.effect import Effect
from equitymodel.spec.library import choose_model
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior
from equitymodel.vocabulary import ICS, SAMPLE_DIMS, group_dim

WIDEST_RATIO = 20.0
SHARE_BEYOND = 0.01
NATIONAL_FACTOR = 5.0


@dataclass(frozen=True)
class PriorCheck:
    """What the priors imply for these cells.

    Attributes
    ----------
    rate_ratio
        95 % range of the ratio of the first to the last group: the most to the least deprived, or
        any group to the reference group.
    cell_ratio
        95 % range of the ratio of fitted to expected admissions in a cell.
    national_ratio
        95 % range of the same for all ICSs together.
    beyond
        Share of cells with a ratio outside 1/20 to 20.
    compared
        Which groups `rate_ratio` compares.
    """

    rate_ratio: tuple[float, float]
    cell_ratio: tuple[float, float]
    national_ratio: tuple[float, float]
    beyond: float
    compared: str = "most against least deprived"

    @property
    def absurd(self) -> bool:
        """Whether the priors give weight to what cannot be."""
        low, high = self.national_ratio
        return self.beyond > SHARE_BEYOND or low < 1 / NATIONAL_FACTOR or high > NATIONAL_FACTOR

    def raise_absurd(self) -> None:
        """Raise `DiagnosisError` if the priors give weight to what cannot be."""
        if self.absurd:
            raise DiagnosisError(
                "The priors alone allow absurd admissions, so the model was not fitted.\n"
                f"{self}\nWay out: make the priors of the specification narrower, or say why they are right: "
                "--accept-prior REASON (in Python accept_prior=REASON) fits all the same, stamped with the reason."
            )

    def accept(self, reason: str | None) -> AcceptedPrior | None:
        """Pass the gate: by priors that allow nothing absurd, or with a reason why they are right all the same.

        Returns
        -------
        AcceptedPrior or None
            What was accepted, and whether that was needed; none where no reason was given, as none was needed.

        Raises
        ------
        DiagnosisError
            When the priors allow what cannot be, and no reason is given.
        OptionError
            When the reason says nothing.
        """
        if reason is None:
            self.raise_absurd()
            return None
        return AcceptedPrior(stated_reason(reason), self.absurd, self.found)

    @property
    def found(self) -> str:
        """What the gate is about, with its limits, on one line."""
        low, high = self.national_ratio
        return (
            f"{self.beyond:.1%} of cells with a ratio outside 1/{WIDEST_RATIO:g} to {WIDEST_RATIO:g} (limit "
            f"{SHARE_BEYOND:.0%}); all ICSs together {low:.2f} to {high:.2f} times expected (limits "
            f"1/{NATIONAL_FACTOR:g} and {NATIONAL_FACTOR:g})"
        )

    def __str__(self) -> str:
        """Say what the priors believe, one line each."""
        lines = {
            self.compared: self.rate_ratio,
            "a cell against its expected admissions": self.cell_ratio,
            "all ICSs together against expected": self.national_ratio,
        }
        body = [f"  {name}: {low:.2f} to {high:.2f}" for name, (low, high) in lines.items()]
        gate = f"  cells outside 1/{WIDEST_RATIO:g} to {WIDEST_RATIO:g}: {self.beyond:.2%} (limit {SHARE_BEYOND:.0%})"
        return "\n".join(["Before the data, the priors give 95 % to these ratios:", *body, gate])


@refuses_other_types
def check_prior(spec: ModelSpec | str | Path, cells: xr.Dataset, *, seed: int, draws: int = 500) -> PriorCheck:
    """Draw from the priors alone and see what they believe about these cells.

    Parameters
    ----------
    spec
        The model, or its name or file.
    cells
        Which cells; their admissions are not used.
    seed
        Seed of the random numbers.
    draws
        How many draws.

    Returns
    -------
    PriorCheck
        Ranges of ratios, to print; and whether they are absurd.

    Raises
    ------
    SpecError
        When an effect needs groups in order, and these have none.

    References
    ----------
    Gabry J et al (2019) Visualization in Bayesian workflow. JRSS A 182:389. doi:10.1111/rssa.12378

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> check_prior(load_model(), simulate_cells(areas=5, seed=1)[0], seed=1).absurd
    False
    """
    spec = fit_for(choose_model(spec), cells)
    ratio = draw_ratios(spec, draw_prior(spec, cells, seed=seed, draws=draws), cells)
    fitted = draw_fitted(ratio, draw_expected(cells, xr.Dataset()))
    expected = fitted / ratio
    groups = group_dim(cells.dims)
    national = fitted.sum([ICS, groups]) / expected.sum([ICS, groups])
    return PriorCheck(
        rate_ratio=_range(ratio.isel({groups: 0}) / ratio.isel({groups: -1})),
        cell_ratio=_range(ratio),
        national_ratio=_range(national),
        beyond=float((abs(np.log(ratio)) > np.log(WIDEST_RATIO)).mean()),
        compared=CellFacts.of(cells).group.comparison.words,
    )


def draw_prior(spec: ModelSpec, cells: xr.Dataset, *, seed: int, draws: int) -> xr.Dataset:
    """Draw every effect of a specification from its prior.

    Parameters
    ----------
    spec, cells, seed, draws
        As for `check_prior`.

    Returns
    -------
    xarray.Dataset
        Named as the draws of a fit; dims ``chain`` (one), ``draw`` and those of each effect.

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> drawn = draw_prior(load_model(), simulate_cells(areas=5, seed=1)[0], seed=1, draws=10)
    >>> drawn["ics_gradient_effect"].sizes["ics"], bool(abs(drawn["ics_gradient_effect"].sum("ics")).max() < 1e-9)
    (5, True)
    """
    rng = np.random.default_rng(seed)
    drawn: dict[str, xr.DataArray] = {}
    for effect in spec.for_sizes(cells.sizes).effects:
        drawn |= _draw_effect(effect, cells, draws, rng)
        if effect.part_of_extra_variation:
            drawn["extra_variation"] = drawn[effect.spread_variable] * np.sqrt(1.0 - drawn[effect.share_variable])
    if spec.overdispersion is not None and "extra_variation" not in drawn:
        drawn["extra_variation"] = _draw_spread(spec.overdispersion, spec.overdispersion_over, cells, draws, rng)
    return xr.Dataset(drawn)


def _draw_spread(
    prior: Prior, over: tuple[str, ...], cells: xr.Dataset, draws: int, rng: np.random.Generator
) -> xr.DataArray:
    """Draw standard deviations or coefficients of variation from their prior."""
    values = prior.draw(rng, (1, draws, *(cells.sizes[dim] for dim in over)))
    return xr.DataArray(values, dims=(*SAMPLE_DIMS, *over), coords={dim: cells[dim].values for dim in over})


def _draw_effect(effect: Effect, cells: xr.Dataset, draws: int, rng: np.random.Generator) -> dict[str, xr.DataArray]:
    """Draw the values of one effect from its prior, with its standard deviation and the share that lasts."""
    drawn: dict[str, xr.DataArray] = {}
    sd: xr.DataArray | float = 1.0
    if effect.pooled:
        sd = drawn[effect.spread_variable] = _draw_spread(effect.belief, effect.spread_over, cells, draws, rng)
    lasting = effect.share
    if lasting is not None:
        share = xr.DataArray(rng.beta(lasting.a, lasting.b, (1, draws)), dims=SAMPLE_DIMS)
        drawn[effect.share_variable] = share
    for part in parts_of(effect):
        own = sd if lasting is None else sd * np.sqrt(share if part.lasts else 1.0 - share)
        drawn[part.variable] = _draw_part(part, own, cells, draws, rng)
    return drawn


def _draw_part(
    part: EffectPart, sd: xr.DataArray | float, cells: xr.Dataset, draws: int, rng: np.random.Generator
) -> xr.DataArray:
    """Draw the values of one part of an effect, given its standard deviation."""
    effect, basis = part.effect, value_basis(part, cells)
    weights = draw_weights(part, (1, draws), cells, basis.shape[1], rng)
    weights = weights * sd if effect.pooled else effect.belief.mean + effect.belief.scale * weights
    if part.sum_to_zero:
        weights = weights - weights.mean(part.sum_to_zero)
    weights = weights.transpose(*SAMPLE_DIMS, *effect.dims, "shape")
    tail = part.tail(cells.dims)
    shape = (*weights.shape[:-1], *(cells.sizes[dim] for dim in tail))
    values = (weights.values @ basis.T).reshape(shape)
    dims = (*effect.dims, *tail)
    return xr.DataArray(values, dims=(*SAMPLE_DIMS, *dims), coords={dim: cells[dim].values for dim in dims})


def _range(values: xr.DataArray) -> tuple[float, float]:
    low, high = np.nanquantile(values.values, [0.025, 0.975])
    return float(low), float(high)
