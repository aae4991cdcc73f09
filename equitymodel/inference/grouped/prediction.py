"""Predict admissions for other exposures, later years and areas that were not fitted, with their intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.cells.same_labels import align_exactly
from equitymodel.data.cells.years import one_year
from equitymodel.errors import OptionError
from equitymodel.inference.grouped.effect_parts import EffectPart, all_parts, middles_of_years
from equitymodel.inference.grouped.effect_shapes import weight_in_cells
from equitymodel.inference.grouped.new_values import draw_new_values, sd_of_part
from equitymodel.inference.grouped.next_year import TWO_YEARS, draw_step
from equitymodel.inference.grouped.predict import draw_predicted
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.over_years import TREND, WALK
from equitymodel.vocabulary import (
    ICS,
    INTERVAL_KIND,
    INTERVAL_PROBABILITY,
    PERIOD,
    PROCEDURE,
    SAMPLE_DIMS,
    cell_dims,
    group_dim,
    nearest,
)


@dataclass(frozen=True)
class Prediction:
    """Predicted admissions of one year, draw by draw.

    Attributes
    ----------
    mean
        Mean admissions: what lasts in that year, without its noise; dims ``chain, draw`` and those of cells.
    counts
        Whole numbers of admissions: with the noise of the year and of counting; the same dims.
    years_ahead
        How many years after the last that was fitted.
    new_areas
        ICSs that were not fitted: theirs are the gaps and levels of an ICS like the others.
    stamp
        The warning of the fit it comes from; empty for a sound one.
    """

    mean: xr.DataArray
    counts: xr.DataArray
    years_ahead: float
    new_areas: tuple[str, ...] = ()
    stamp: str = ""

    def __post_init__(self) -> None:
        """Refuse counts of other cells than the mean's."""
        aligned = align_exactly({"mean": self.mean, "counts": self.counts}, type(self).__name__)
        object.__setattr__(self, "counts", aligned["counts"])

    def total(self, *over: str) -> Prediction:
        """Add up over dimensions, draw by draw, so that intervals are those of the totals.

        Raises
        ------
        OptionError
            When there is no such dimension.
        """
        dims = [str(dim) for dim in self.mean.dims if dim not in SAMPLE_DIMS]
        if unknown := [dim for dim in over if dim not in dims]:
            raise OptionError(f"a prediction has no dimension '{unknown[0]}'. {nearest(unknown[0], dims)}")
        mean, counts = (drawn.sum(list(over), min_count=1) for drawn in (self.mean, self.counts))
        return replace(self, mean=mean, counts=counts)

    def frame(self) -> pd.DataFrame:
        """Give one row a cell, with means and intervals of both kinds; in admissions.

        ``low`` and ``high`` bound the mean, ``count_low`` and ``count_high`` what may be counted; their level and kind
        are in ``interval``. Cells without expected admissions are left out.
        """
        tail = (1.0 - INTERVAL_PROBABILITY) / 2.0
        columns = {"mean": self.mean.mean(SAMPLE_DIMS)}
        for prefix, drawn in (("", self.mean), ("count_", self.counts)):
            for name, at in (("low", tail), ("high", 1.0 - tail)):
                columns[prefix + name] = drawn.quantile(at, SAMPLE_DIMS, skipna=False).drop_vars("quantile")
        table = xr.Dataset(columns)
        rows = table.to_dataframe() if table.dims else pd.DataFrame([{name: float(table[name]) for name in table}])
        return rows.dropna(subset=["mean"]).assign(interval=f"{INTERVAL_PROBABILITY:.0%} {INTERVAL_KIND}")

    def __str__(self) -> str:
        """Say what is predicted and what the intervals are of."""
        whole = self.total(*(str(dim) for dim in self.mean.dims if dim not in SAMPLE_DIMS)).frame().iloc[0]
        when = "the last year again" if not self.years_ahead else f"{self.years_ahead:g} years after the last"
        lines = [
            self.stamp,
            f"{whole['mean']:,.0f} admissions in all in {when}, {whole['low']:,.0f} to {whole['high']:,.0f} on average "
            f"and {whole['count_low']:,.0f} to {whole['count_high']:,.0f} counted ({whole['interval']}s).",
            f"Not fitted, and so drawn from ICSs like them: {', '.join(self.new_areas)}." if self.new_areas else "",
        ]
        return "\n".join(filter(None, lines))


def predict_counts(
    spec: ModelSpec, draws: xr.Dataset, cells: xr.Dataset, expected: xr.DataArray, *, years_ahead: float, seed: int
) -> Prediction:
    r"""Predict admissions from expected ones.

    .. math:: \mu = E\,\theta\,e^{\delta}, \quad y \sim \mathrm{NB}(\mu\, e^{\epsilon}, \varphi)

    with :math:`\theta` the standardised ratio, :math:`\delta` what changes in the years ahead and :math:`\epsilon` the
    noise of a year.

    Parameters
    ----------
    spec, draws, cells
        The model, its draws, and the cells they were fitted to.
    expected
        Expected admissions of a year; dims ``ics``, groups and ``procedure``. ICSs may be new, procedures may be fewer.
    years_ahead
        Years after the last: 0 for the last again.
    seed
        Seed of the random numbers.

    Returns
    -------
    Prediction
        With the labels of `expected`, in its order;
        groups are in that of the fit.

    Raises
    ------
    OptionError
        When labels do not match those of the fit, or expected admissions are not positive.

    Notes
    -----
    A new area is one like those fitted: its effects are drawn from the standard deviations that they have, so its
    intervals are wide. Assumes that areas are alike before the data, and that a year ahead is like the years fitted;
    with one year fitted, how far levels walk comes from priors alone.
    """
    _refuse(spec, years_ahead)
    expected, new = _at_labels(expected, cells)
    rng = np.random.default_rng([seed, 37])
    last, own = one_year(cells), spec.for_sizes(cells.sizes)
    wide = _with_new_areas(own, draws, cells, _places(last, new), rng) if new else draws
    places = _places(last, [*last[ICS].values, *new])
    lasting = [
        (part, _at_last(wide[part.variable]))
        for part in all_parts(own)
        if not (part.this_year or part.effect.change.between_years)
    ]
    changing = all_parts(spec.for_sizes({**cells.sizes, PERIOD: TWO_YEARS}))
    drawn = [(part, draw_step(part, wide, cells, places, rng, years=years_ahead)) for part in changing]
    steps, noise = (
        [(part, step) for part, step in drawn if step is not None and part.this_year is of_year]
        for of_year in (False, True)
    )
    mean = _mean([*lasting, *steps], expected, last)
    offered = draws.sel({PROCEDURE: expected[PROCEDURE].values}) if PROCEDURE in draws.dims else draws
    counts = draw_predicted(_mean([*lasting, *steps, *noise], expected, last), offered, seed=seed)
    return Prediction(mean.rename("mean"), counts.where(mean.notnull()).rename("counts"), years_ahead, tuple(new))


def _mean(terms: list[tuple[EffectPart, xr.DataArray]], expected: xr.DataArray, last: xr.Dataset) -> xr.DataArray:
    """Multiply expected admissions by what parts of effects make of them, at the labels of the expected ones."""
    at = {dim: expected[dim].values for dim in (ICS, PROCEDURE)}
    log_ratio = sum(
        (values if part.effect.shaped else values * weight_in_cells(part.effect.form, last)).sel(
            {dim: labels for dim, labels in at.items() if dim in values.dims}
        )
        for part, values in terms
    )
    return (np.exp(log_ratio) * expected).transpose(*SAMPLE_DIMS, *cell_dims(expected.dims))


def _refuse(spec: ModelSpec, years_ahead: float) -> None:
    """Refuse what cannot be predicted."""
    if measured := [effect.name for effect in spec.effects if effect.form.covariate or effect.form.measured]:
        raise OptionError(
            f"the model has effects of what was measured in each cell ({', '.join(measured)}), which is not known of "
            "others; predict from a model without them"
        )
    if not 0 <= years_ahead < np.inf:
        raise OptionError(f"years_ahead is 0 (the last year again) or more, not {years_ahead}")


def _at_labels(expected: xr.DataArray, cells: xr.Dataset) -> tuple[xr.DataArray, list[str]]:
    """Hold the labels of expected admissions against those of the fit; give them in its order, and new ICSs."""
    groups = group_dim(cells.dims)
    for dim in (ICS, groups, PROCEDURE):
        if dim not in expected.dims or dim not in expected.coords:
            raise OptionError(f"expected admissions need the dimension '{dim}' with its labels, as fit.expected has it")
        labels = expected[dim].to_index()
        if not labels.is_unique:
            raise OptionError(f"expected admissions have {dim} '{labels[labels.duplicated()][0]}' twice")
        lost = [str(label) for label in labels if label not in cells[dim].values]
        if lost and dim != ICS:
            raise OptionError(f"{dim} '{lost[0]}' was not fitted. {nearest(lost[0], map(str, cells[dim].values))}")
    if over := [str(dim) for dim in expected.dims if dim not in (ICS, groups, PROCEDURE, *SAMPLE_DIMS)]:
        raise OptionError(f"expected admissions are of one year, and have the dimension '{over[0]}'; choose one of it")
    if expected.sizes[groups] != cells.sizes[groups]:
        raise OptionError(
            f"expected admissions need every {groups} that was fitted; a group without any has none (nan)"
        )
    if bool((expected <= 0).any() | np.isinf(expected).any()):
        raise OptionError("expected admissions are above 0 and finite; where a procedure is not offered, nan")
    known = set(cells[ICS].values)
    plain = expected.drop_vars([name for name in expected.coords if name not in expected.dims])
    return plain.sel({groups: cells[groups].values}), [label for label in plain[ICS].values if label not in known]


def _places(last: xr.Dataset, areas: list[str]) -> xr.Dataset:
    """Cells of one year at other ICSs: their labels, and the positions of groups."""
    dims = {dim: last[dim].values for dim in cell_dims(last.dims)}
    groups = (group_dim(last.dims),)
    whole = {name: coord for name, coord in last.coords.items() if coord.dims == groups and name not in dims}
    return xr.Dataset(coords={**dims, **whole, ICS: list(areas)})


def _at_last(values: xr.DataArray) -> xr.DataArray:
    """Give values of the last year."""
    return values.isel({PERIOD: -1}, drop=True) if PERIOD in values.dims else values


def _with_new_areas(
    spec: ModelSpec, draws: xr.Dataset, cells: xr.Dataset, places: xr.Dataset, rng: np.random.Generator
) -> xr.Dataset:
    """Add values of what lasts in new ICSs to the draws, from the standard deviations of those fitted."""
    values = {str(name): array for name, array in draws.items() if ICS not in array.dims}
    years = middles_of_years(cells)
    for part in all_parts(spec):
        if ICS not in part.effect.over or part.this_year or part.over_years == WALK:
            continue
        new = draw_new_values(part, sd_of_part(part, draws, rng), draws, places, rng, held=False)
        now = draws[part.variable]
        if part.over_years == TREND:
            new = new * xr.DataArray(years - years[-1], dims=PERIOD, coords={PERIOD: now[PERIOD].values})
        else:
            now = _at_last(now)
        values[part.variable] = xr.concat([now, new.transpose(*now.dims)], ICS)
    return xr.Dataset(values)
