"""Use that does not rise in proportion to need: an estimated elasticity, beside the normative 1.

An elasticity estimated from use absorbs part of the inequity it should reveal: where the deprived
need more and are served less, it comes out below 1, and the gap comes out narrower. It is a
sensitivity analysis; equal use for equal need, an elasticity of 1, stays the default.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import xarray as xr

from equitymodel.data.cells.bands import has_bands
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.rate_error import RATE_ERROR
from equitymodel.data.tables.crossed_groups import refuse_crossed
from equitymodel.errors import EquityModelError
from equitymodel.inference.fit_model import Engine, diagnose, make_sampler
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.covariate_terms import count_as_need
from equitymodel.inference.grouped.need_error import (
    NeedError,
    draw_need_error,
    log_reported_need,
    true_need,
    with_need_error,
)
from equitymodel.inference.grouped.predict import NEED_ERROR
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.progress import Progress, silent
from equitymodel.spec.effect import Effect
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior
from equitymodel.vocabulary import PROCEDURE, SAMPLE_DIMS, cell_dims

if TYPE_CHECKING:
    from equitymodel.inference.grouped.nuts import Sampling

LINE = Effect("need_elasticity", (), "need_line", "the power of need to which use rises",
              prior=Prior("normal", mean=1.0, sd=0.25))  # fmt: skip
OF_PROCEDURE = Effect("need_elasticity_of_procedure", (PROCEDURE,), "need_line",
                      "how far the elasticity of a procedure lies from that of all",
                      spread=Prior("half_normal", sd=0.2))  # fmt: skip
CURVE = Effect("need_curve", (), "need_curve", "how far use bends away from a straight line in log need",
               prior=Prior("normal", sd=0.5))  # fmt: skip
DRAWS = 400
"""Draws of need over which its square is averaged."""
SHARES = (0.1, 0.5, 0.9)
"""Where along the needs of a procedure a curve is described."""


@dataclass(frozen=True)
class Elasticity:
    """Which elasticities of use to need a model has.

    Attributes
    ----------
    by_procedure
        Whether each procedure has its own elasticity, pooled towards that of all; or one for all.
    curved
        Whether there is a quadratic term in log need, one for all procedures: the check of linearity.
    prior_sd
        Standard deviation of the prior of the elasticity, around 1.

    Examples
    --------
    >>> [effect.name for effect in Elasticity(curved=True).effects]
    ['need_elasticity', 'need_curve']
    """

    by_procedure: bool = False
    curved: bool = False
    prior_sd: float = 0.25

    @property
    def effects(self) -> tuple[Effect, ...]:
        """The effects that are added to a model."""
        line = replace(LINE, prior=Prior("normal", mean=1.0, sd=self.prior_sd))
        return (line, *((OF_PROCEDURE,) if self.by_procedure else ()), *((CURVE,) if self.curved else ()))


def fit_elasticity(
    spec: ModelSpec,
    cells: xr.Dataset,
    elasticity: Elasticity | None = None,
    *,
    need_error: NeedError | None = None,
    engine: Engine = "laplace",
    laplace: Laplace | None = None,
    sampling: Sampling | None = None,
    seed: int,
    progress: Progress | None = None,
) -> CellFit:
    r"""Fit a model in which use rises with need to an estimated power.

    .. math:: \log\mu_c = \log E_c + \theta_p \log n_c + \kappa (\log n_c - m_p)^2 + \ldots, \qquad
              \theta_p \sim N(\theta, \sigma^2),\; \theta \sim N(1, 0.25^2),\;
              \sigma \sim N^+(0, 0.2^2),\; \kappa \sim N(0, 0.5^2)

    Parameters
    ----------
    spec
        The model.
    cells
        From `read_cells`, with need.
    elasticity
        Which elasticities there are; one for all procedures if not given.
    need_error
        The measurement error model of need. Classical error attenuates an elasticity: log need, and
        its square, are then replaced by their expectations given the need data (regression calibration).
    engine, laplace, sampling, seed, progress
        As for `fit_model`; ``laplace`` by default, since this is a sensitivity analysis.

    Returns
    -------
    CellFit
        With draws ``need_elasticity`` (1 = use in proportion to need; by procedure if asked for, and at
        the mean need of the procedure if curved) and ``need_curve`` (0 = a straight line); expected
        admissions follow them, draw by draw.

    Raises
    ------
    EquityModelError
        When the cells have no need, or `need_error` is given and standard errors are lacking; when
        `need_error` asks for feedback; when the cells carry age bands or drawn rates, which an
        elasticity is not offered with.

    Notes
    -----
    The uncertainty that is left in need is not carried on; the gap is. Always show the fit with
    an elasticity of 1 beside it.

    References
    ----------
    Gravelle H (2003) Measuring income related inequality in health: standardisation and the partial
    concentration index. Health Economics 12:803. doi:10.1002/hec.813
    Carroll RJ et al (2006) Measurement error in nonlinear models, ch 4: regression calibration.

    Examples
    --------
    >>> import numpy as np
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> cells, _ = simulate_cells(areas=8, procedures=2, seed=1)
    >>> need = np.exp(0.3 * (0.5 - cells["position"])) * xr.ones_like(cells["admissions"])
    >>> cells = cells.assign(need_ratio=need, expected_admissions=cells["expected_admissions"] * need)
    >>> fit = fit_elasticity(load_model("gap_by_procedure"), cells, Elasticity(by_procedure=True), seed=1)
    >>> fit.draws["posterior"]["need_elasticity"].dims
    ('chain', 'draw', 'procedure')
    """
    refuse_crossed(CellFacts.of(cells).group, "an elasticity", "use fit_model, which takes need as it is reported")
    if has_bands(cells) or RATE_ERROR in cells:
        raise EquityModelError("an elasticity is not offered with age_bands or rate_error; read the cells without them")
    if need_error is not None and need_error.feedback:
        raise EquityModelError(
            "an elasticity takes need by regression calibration, which admissions do not update; leave feedback out"
        )
    model = replace(spec, effects=(*spec.effects, *(elasticity or Elasticity()).effects))
    cells = with_powers_of_need(cells, need_error, seed=seed)
    sample = make_sampler(model, engine, sampling=sampling, laplace=laplace, progress=progress or silent)
    tree = sample(with_need_error(cells, -log_reported_need(cells)), seed)
    posterior = _follow(tree["posterior"].to_dataset(), cells)
    tree = xr.DataTree.from_dict({"/posterior": posterior, "/sample_stats": tree["sample_stats"].to_dataset()})
    cells, tree = count_as_need(model, cells, tree)
    return CellFit(spec, cells, draws=tree, diagnosis=diagnose(spec, cells, tree, seed=seed), seed=seed)


def with_powers_of_need(cells: xr.Dataset, error: NeedError | None, *, seed: int) -> xr.Dataset:
    """Add the covariates of an elasticity to cells: expected log need, and its expected squared deviation.

    Parameters
    ----------
    cells
        From `read_cells`, with need.
    error
        The measurement error model of need; none to take need as reported.
    seed
        Seed of the draws of need that are averaged.

    Returns
    -------
    xarray.Dataset
        With ``need_line`` and ``need_curve``; the square of what is expected is not the expected
        square, which has the variance in it.

    Raises
    ------
    EquityModelError
        When the cells have no need, or an error is given and its standard errors are lacking.

    Examples
    --------
    >>> import numpy as np
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> cells, _ = simulate_cells(areas=2, seed=1)
    >>> need = cells["admissions"] * 0 + np.exp(cells["position"])
    >>> made = with_powers_of_need(cells.assign(need_ratio=need), None, seed=1)
    >>> made["need_curve"].isel(ics=0, procedure=0).values.round(2)
    array([0.16, 0.04, 0.  , 0.04, 0.16])
    """
    line = true_need(cells, error, seed=seed)
    error_variance = (
        0.0 if error is None else draw_need_error(cells, replace(error, draws=DRAWS), seed=seed).var("draw")
    )
    curve = (line - _mean_need(line, cells)) ** 2 + error_variance
    dims = cell_dims(cells.dims)
    return cells.assign(need_line=line.transpose(*dims), need_curve=curve.transpose(*dims))


def elasticity_over_need(fit: CellFit, shares: Sequence[float] = SHARES) -> xr.DataArray:
    r"""Compute the elasticity at quantiles of need: how much it departs from a constant.

    .. math:: \partial \log\mu / \partial \log n = \theta_p + 2 \kappa (\log n - m_p)

    Parameters
    ----------
    fit
        From `fit_elasticity`.
    shares
        Which quantiles of the log needs of a procedure.

    Returns
    -------
    xarray.DataArray
        Draws of elasticities, no unit; dims ``chain, draw, procedure, quantile``. A straight line has the
        same everywhere.

    Raises
    ------
    DiagnosisError
        When the fit failed its diagnosis.

    Examples
    --------
    >>> import numpy as np
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> cells, _ = simulate_cells(areas=8, procedures=1, seed=1)
    >>> need = np.exp(0.3 * (0.5 - cells["position"])) * xr.ones_like(cells["admissions"])
    >>> cells = cells.assign(need_ratio=need, expected_admissions=cells["expected_admissions"] * need)
    >>> fit = fit_elasticity(load_model("gap_by_procedure"), cells, Elasticity(curved=True), seed=1)
    >>> elasticity_over_need(fit).sizes["quantile"]
    3
    """
    need, draws = fit.require_sound().cells["need_line"], fit.posterior
    over = _all_but_procedures(need)
    away = need.where(fit.cells["offered"]).quantile(list(shares), over) - _mean_need(need, fit.cells)
    slope = draws["need_elasticity"] + 2.0 * draws.get("need_curve", 0.0) * away
    return slope.transpose(*SAMPLE_DIMS, PROCEDURE, "quantile").rename("need_elasticity")


def _follow(draws: xr.Dataset, cells: xr.Dataset) -> xr.Dataset:
    """Name elasticities among the draws, and add the log of need that use follows over reported need."""
    power = draws[LINE.variable]
    if OF_PROCEDURE.variable in draws:
        power = power + draws[OF_PROCEDURE.variable]
    followed = power * cells["need_line"]
    if CURVE.variable in draws:
        followed = followed + draws[CURVE.variable] * cells["need_curve"]
        draws = draws.assign(need_curve=draws[CURVE.variable])
    away = (followed - log_reported_need(cells)).transpose(*SAMPLE_DIMS, *cell_dims(cells.dims))
    return draws.assign({"need_elasticity": power, NEED_ERROR: away}).assign_attrs(need="elasticity")


def _mean_need(line: xr.DataArray, cells: xr.Dataset) -> xr.DataArray:
    """Compute the mean log need of each procedure, over all years."""
    return line.where(cells["offered"]).mean(_all_but_procedures(line))


def _all_but_procedures(line: xr.DataArray) -> list[str]:
    return [dim for dim in cell_dims(line.dims) if dim != PROCEDURE]
