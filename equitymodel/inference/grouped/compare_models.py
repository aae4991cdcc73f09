"""Which of several models best predicts counts it has not seen, by leaving out each cell in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.informative import likelihood_cells
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.errors import OptionError
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.leave_one_out import elpd_of_cells, leave_out_cells
from equitymodel.inference.grouped.predict import errors_of_expected

CLEAR = 2.0
"""A difference of so many standard errors is told from none."""
SMALL = 4.0
"""A smaller difference tells nothing, as its standard error is itself not to be relied on."""
CHOOSE = "Choose by what is known, and report what hangs on the choice."
LIMITS = (
    "This compares predictions of single cells of these areas, procedures and years; it does not say which model is "
    "true, whether a gap is right, or how well next year or another area is predicted; models that predict alike can "
    "have different targets."
)
STEPS = 2000
"""Steps to the stacking weights; each makes the mixture predict better."""


@dataclass(frozen=True)
class ComparedModel:
    """One model among those compared.

    Attributes
    ----------
    name, model
        What the fit was called, and the name of its model.
    elpd
        Expected log predictive density of all cells, each left out: the higher, the better it predicts.
    unreliable
        In how many cells the estimate may be wrong, as leaving them out matters much.
    difference, error
        From the best model, 0 or below; and its standard error, over cells.
    weight
        Of this model in the mixture that predicts best (stacking); weights add up to one.
    """

    name: str
    model: str
    elpd: float = field(kw_only=True)
    difference: float = field(kw_only=True)
    error: float = field(kw_only=True)
    weight: float = field(kw_only=True)
    unreliable: int = field(kw_only=True)

    @property
    def apart(self) -> bool:
        """Whether it is told from the best: its difference is neither small nor within two standard errors."""
        return -self.difference > max(SMALL, CLEAR * self.error)

    def __str__(self) -> str:
        """Say how it predicts, beside the best."""
        said = "best" if not self.difference else f"{self.difference:.1f} (standard error {self.error:.1f})"
        judged = "" if not self.difference else ", told apart" if self.apart else ", cannot be told from the best"
        return f"{self.name}: elpd {self.elpd:.1f}, {said}{judged}; weight {self.weight:.2f}"


@dataclass(frozen=True)
class ModelComparison:
    """Models from the best to the worst, with what their comparison can tell.

    Attributes
    ----------
    models
        Best first.
    cells
        How many cells were left out, each in turn.
    """

    models: tuple[ComparedModel, ...]
    cells: int

    @property
    def best(self) -> str:
        """The name of the fit that predicts best, whether others can be told from it or not."""
        return self.models[0].name

    @property
    def not_apart(self) -> tuple[str, ...]:
        """The names of the fits that cannot be told from the best, with the best."""
        return tuple(one.name for one in self.models if not one.apart)

    def frame(self) -> pd.DataFrame:
        """Give one row a model, best first."""
        rows = [asdict(one) | {"told_apart": one.apart} for one in self.models]
        return pd.DataFrame(rows).set_index("name")

    def __str__(self) -> str:
        """Say which predicts best, and what that can and cannot tell."""
        lines = [f"Each of {self.cells:,} cells was left out in turn.", *(f"  {one}" for one in self.models)]
        if len(self.not_apart) == 1:
            lines.append(f"'{self.best}' predicts a count it has not seen better than the others.")
        else:
            lines.append(f"These cannot be told apart: {', '.join(self.not_apart)}. {CHOOSE}")
        if doubtful := [f"{one.name} ({one.unreliable})" for one in self.models if one.unreliable]:
            lines.append(f"Leaving a cell out could not be relied on in some cells: {', '.join(doubtful)}.")
        return "\n".join([*lines, LIMITS])


@refuses_other_types
def compare_models(fits: Mapping[str, CellFit]) -> ModelComparison:
    r"""Compare models fitted to the same counts by how well they predict a cell that is left out.

    .. math:: \mathrm{elpd} = \sum_c \log p(y_c \mid y_{-c})

    Parameters
    ----------
    fits
        Fits by the names they are to have; two or more, each past its gate (`Fit.require_sound`).

    Returns
    -------
    ModelComparison
        Differences in elpd with standard errors, stacking weights, and words.

    Raises
    ------
    OptionError
        When there are fewer than two fits; when their counts are not the same; when one has uncertain expected
        admissions, whose draws are not reweighted.
    DiagnosisError
        When a fit failed its diagnosis and was not forced.

    Notes
    -----
    By importance sampling of the draws of one fit, with all effects of the ICS of a cell integrated out
    (`leave_out_cells`): a model with an effect for every cell would otherwise seem to predict better than it does, by a
    little in each cell and by several units in all. What is adjusted for may differ between fits.

    Two models are told apart where their difference is above 4 and above two standard errors: of small differences
    the standard error is not to be relied on. It takes cells as independent.

    References
    ----------
    Vehtari A, Gelman A, Gabry J (2017) Statistics and Computing 27:1413. doi:10.1007/s11222-016-9696-4
    Yao Y et al (2018) Using stacking to average Bayesian predictive distributions. Bayesian Analysis 13:917.
    Sivula T et al (2025) Uncertainty in Bayesian leave-one-out cross-validation based model comparison.
    Bayesian Analysis. doi:10.1214/25-BA1569

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=6, procedures=2, seed=1)
    >>> fits = {name: em.fit_model(name, cells, engine="laplace", seed=1)
    ...         for name in ("gap_by_procedure", "straight_gradients")}
    >>> found = compare_models(fits)
    >>> found.best, round(sum(one.weight for one in found.models), 3)
    ('straight_gradients', 1.0)
    """
    _refuse(fits)
    left_out = {name: leave_out_cells(fit.spec, fit.cells, fit.posterior, every=True) for name, fit in fits.items()}
    each = {name: elpd_of_cells(out) for name, out in left_out.items()}
    weights = dict(zip(each, stacking_weights(np.stack(list(each.values()), axis=1)), strict=True))
    order = sorted(each, key=lambda name: -each[name].sum())
    best = each[order[0]]
    models = []
    for name in order:
        away, out = each[name] - best, left_out[name]
        models.append(ComparedModel(
            name, fits[name].spec.name, elpd=float(each[name].sum()), difference=float(away.sum()),
            error=float(np.sqrt(len(away)) * away.std(ddof=1)), weight=float(weights[name]),
            unreliable=int((out.k > out.limit).sum()),
        ))  # fmt: skip
    return ModelComparison(tuple(models), len(best))


def stacking_weights(log_densities: np.ndarray) -> np.ndarray:
    """Weigh predictive distributions so that their mixture predicts cells that are left out best.

    Parameters
    ----------
    log_densities
        Log predictive density of each cell under each model; shape (cell, model).

    Returns
    -------
    numpy.ndarray
        Weights that add up to one.

    Examples
    --------
    >>> stacking_weights(np.log([[0.5, 0.1], [0.5, 0.1]])).round(2)
    array([1., 0.])
    """
    density = np.exp(log_densities - log_densities.max(axis=1, keepdims=True))
    weights = np.full(density.shape[1], 1.0 / density.shape[1])
    for _ in range(STEPS):
        shares = density * weights
        weights = (shares / shares.sum(axis=1, keepdims=True)).mean(axis=0)
    return weights


def _refuse(fits: Mapping[str, CellFit]) -> None:
    """Refuse fits that cannot be compared."""
    if len(fits) < 2:
        raise OptionError('give two fits or more, such as {"ours": fit, "shipped": other}')
    (first, one), *others = fits.items()
    seen = _counts(one.require_sound().cells)
    for name, fit in others:
        if not _counts(fit.require_sound().cells).equals(seen):
            raise OptionError(
                f"'{name}' and '{first}' are fits of different data, and comparing their predictions says nothing; fit "
                "both to the same cells"
            )
    for name, fit in fits.items():
        if uncertain := errors_of_expected(fit.posterior):
            raise OptionError(
                f"'{name}' has uncertain expected admissions ({', '.join(uncertain)}), so its cells cannot be left "
                "out by reweighting draws; compare fits without them"
            )


def _counts(cells: xr.Dataset) -> xr.Dataset:
    """Give what was counted in the cells that inform a fit, with their labels."""
    known = likelihood_cells(cells)
    bounds = dict(zip(("low", "high"), count_bounds(cells), strict=True))
    return xr.Dataset({name: bound.where(known).reset_coords(drop=True) for name, bound in bounds.items()})
