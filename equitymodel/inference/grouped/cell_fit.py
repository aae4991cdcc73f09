"""A model fitted to cells: ratios, fitted and expected admissions, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.informative import likelihood_cells
from equitymodel.data.cells.years import PERIOD_YEARS
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.errors import OptionError
from equitymodel.inference.fit import Fit
from equitymodel.inference.grouped.covariate_terms import covariate_terms
from equitymodel.inference.grouped.next_year import draw_next_year, draw_this_year
from equitymodel.inference.grouped.predict import complete_counts, draw_expected, draw_fitted, draw_ratios
from equitymodel.inference.grouped.prediction import Prediction, predict_counts
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import PERIOD

ALMOST_A_YEAR = 0.02
"""A period may be this much longer or shorter than a year: leap years, and years of 52 weeks."""


@dataclass(frozen=True, repr=False)
class CellFit(Fit):
    """A model fitted to cells; ``draws, diagnosis, seed`` and the gate are those of every `Fit`.

    Attributes
    ----------
    spec, cells
        What was assumed, and what was observed.
    """

    spec: ModelSpec
    cells: xr.Dataset

    kind: ClassVar[str] = "cells"
    ways_out: ClassVar[dict[str, str]] = {
        "nuts": "sample longer (--draws)",
        "laplace": "sample with --engine nuts",
    }

    @property
    def assumed(self) -> ModelSpec:
        """The model: what was assumed."""
        return self.spec

    @cached_property
    def ratio(self) -> xr.DataArray:
        """Standardised ratio of each cell, draw by draw; 1 = as expected from need."""
        return draw_ratios(self.spec, self.posterior, self.cells)

    @cached_property
    def fitted(self) -> xr.DataArray:
        """Mean admissions of each cell, draw by draw, in admissions."""
        return draw_fitted(self.ratio, self.expected)

    @cached_property
    def this_year(self) -> xr.DataArray:
        """Mean admissions with the noise of the year, count noise left out; in admissions.

        What the counts would be on average if the noise of their year were the same again: of the area as it was in
        that year, where `fitted` is the area as it is.
        """
        ratio = draw_ratios(self.spec, self.posterior, self.cells, this_year=True)
        low, high = (bound.where(likelihood_cells(self.cells)) for bound in count_bounds(self.cells))
        mean = draw_fitted(ratio, self.expected)
        counts = complete_counts(mean, self.posterior, low, high, seed=self.seed)
        return draw_this_year(mean, self.posterior, counts, seed=self.seed)

    @property
    def of_whole_years(self) -> bool:
        """Whether the last period is a year, so that a next year can be predicted: not a quarter, nor several years."""
        if PERIOD_YEARS in self.cells.coords:
            return abs(float(self.cells[PERIOD_YEARS].values.ravel()[-1]) - 1.0) < ALMOST_A_YEAR
        return len(CellFacts.of(self.cells).periods) <= 1

    def next_year(self, seed: int | None = None) -> xr.DataArray:
        """Predict the counts of the year after the last, for the expected admissions of the last.

        Parameters
        ----------
        seed
            Seed of the random numbers; that of the fit by default.

        Returns
        -------
        xarray.DataArray
            See `draw_next_year`.

        Raises
        ------
        OptionError
            When the last period is not a year, but a quarter or several years added up: noise of a year is then not
            known.
        """
        if not self.of_whole_years:
            raise OptionError("the last period is not one year, so the next year is not predicted; read years as years")
        own = self.seed if seed is None else seed
        return draw_next_year(self.spec, self.posterior, self.cells, self.fitted, seed=own)

    def predict(
        self, expected: xr.DataArray | None = None, *, years_ahead: float = 0.0, seed: int | None = None
    ) -> Prediction:
        """Predict admissions of a year, for other exposures, later years, or areas that were not fitted.

        Parameters
        ----------
        expected
            Expected admissions of a year with the labels of what they are for: `fit.expected` times what changes, or
            with other ICSs; dims ``ics``, groups and ``procedure``. By default those of the last year.
        years_ahead
            How many years after the last it is: 0 for the last year again.
        seed
            Seed of the random numbers; that of the fit by default.

        Returns
        -------
        Prediction
            Mean admissions and counts, draw by draw, in admissions; `frame` gives both with their intervals.

        Raises
        ------
        OptionError
            When labels are not those of the fit, expected admissions are not above 0, or the last period is not a year.
        DiagnosisError
            When the fit failed its diagnosis and was not forced.

        Notes
        -----
        See `predict_counts` for what is assumed of new areas and later years.

        Examples
        --------
        >>> import equitymodel as em
        >>> cells, _ = em.simulate_cells(areas=6, seed=1)
        >>> fit = em.fit_model(em.load_model(), cells, engine="laplace", seed=1)
        >>> more = fit.predict(1.03 * fit.expected, years_ahead=1)
        >>> more.frame().columns.tolist()
        ['mean', 'low', 'high', 'count_low', 'count_high', 'interval']
        """
        if not self.of_whole_years:
            raise OptionError("the last period is not one year, so years are not predicted; read years as years")
        sound, own = self.require_sound(), self.seed if seed is None else seed
        if expected is None:
            expected = self.expected.isel({PERIOD: -1}, drop=True) if PERIOD in self.expected.dims else self.expected
        found = predict_counts(self.spec, self.posterior, self.cells, expected, years_ahead=years_ahead, seed=own)
        return replace(found, stamp=sound.stamp)

    @cached_property
    def expected(self) -> xr.DataArray:
        """Expected admissions with the fullest adjustment, in admissions; with draws where they are uncertain."""
        return self.expected_under()

    def expected_under(self, adjustment: str | None = None) -> xr.DataArray:
        """Compute expected admissions under one adjustment, to set beside the fullest.

        Parameters
        ----------
        adjustment
            ``population``, ``age_sex`` or ``need``; by default the fullest that the cells have.

        Returns
        -------
        xarray.DataArray
            In admissions; dims of cells, and ``chain, draw`` where they are uncertain.
        """
        return draw_expected(self.cells, self.posterior, adjustment)

    @cached_property
    def covariate_terms(self) -> dict[str, xr.DataArray]:
        """What each covariate adds to the log of use in each cell, draw by draw; see `covariate_terms`."""
        return covariate_terms(self.spec, self.posterior, self.cells)

    @property
    def counted_covariates(self) -> tuple[str, ...]:
        """The covariates that count as need, and are in expected admissions."""
        counted = (effect.covariate for effect in self.spec.effects if effect.covariate and not effect.neutralise)
        return tuple(dict.fromkeys(counted))

    @property
    def data(self) -> xr.Dataset:
        """What was observed: the cells."""
        return self.cells
