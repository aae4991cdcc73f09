"""A fit on areas that were counted, carried over to those they became: what reports on new areas are made of."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.areas.carry_known import carry, carry_people
from equitymodel.data.areas.crosswalk import Crosswalk
from equitymodel.data.cells.area_covariates import names_of_covariates
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.label_cells import area_coords
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.footprints import AreaCheck, codes_of, words_for
from equitymodel.data.tables.suppression import count_bounds, count_variables
from equitymodel.errors import OptionError
from equitymodel.estimands.carried_draws import carry_by, draw_shares
from equitymodel.inference.fit import Fit
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.prediction import Prediction
from equitymodel.vocabulary import DEPRIVATION, ICS, PERIOD


@dataclass(frozen=True, repr=False)
class CarriedFit(CellFit):
    """A fit whose ratios, fitted and expected admissions are of new areas, draw by draw.

    Attributes
    ----------
    counted
        The fit, on the areas that were counted.
    crosswalk
        Which of them became which.
    """

    counted: CellFit
    crosswalk: Crosswalk

    @property
    def posterior(self) -> xr.Dataset:
        """The draws of the model, of the areas that were counted."""
        return self.counted.posterior

    @property
    def flagged(self) -> tuple[str, ...]:
        """The new areas that hold part of one that was split: their admissions are worked out, not counted."""
        old = set(map(str, self.counted.cells[ICS].values)) & set(self.crosswalk.split)
        return tuple(sorted({new for area in old for new in self.crosswalk.becomes(area)}))

    @cached_property
    def shares(self) -> dict[str, xr.DataArray]:
        """The shares of areas that were split, draw by draw; see `draw_shares`."""
        return draw_shares(self.crosswalk, self.counted.fitted, seed=self.seed)

    def carry(self, draws: xr.DataArray) -> xr.DataArray:
        """Carry draws of admissions of the areas that were counted over, by the same shares as all others."""
        return carry_by(draws, self.crosswalk, self.shares)

    @cached_property
    def fitted(self) -> xr.DataArray:
        """Mean admissions of each cell, draw by draw, in admissions."""
        return self.carry(self.counted.fitted)

    @cached_property
    def ratio(self) -> xr.DataArray:
        """Standardised ratio of each cell, draw by draw; 1 = as expected from need."""
        return self.fitted / self.expected

    @cached_property
    def this_year(self) -> xr.DataArray:
        """Mean admissions with the noise of the year, count noise left out; in admissions."""
        return self.carry(self.counted.this_year)

    @property
    def of_whole_years(self) -> bool:
        """Whether the period is a year."""
        return self.counted.of_whole_years

    def next_year(self, seed: int | None = None) -> xr.DataArray:
        """Predict the counts of next year: those of an area that was split fall to its parts one by one."""
        counts = self.counted.next_year(seed)
        rng = np.random.default_rng([self.seed if seed is None else seed, 26])
        return carry(counts, self.crosswalk, lambda area: self._divided(counts.sel({ICS: area}, drop=True), area, rng))

    def _divided(self, counts: xr.DataArray, area: str, rng: np.random.Generator) -> dict[str, xr.DataArray]:
        """Give the part of counts that falls to each new area: whole admissions, each to one of them."""
        chances = self.shares[area].broadcast_like(counts).transpose(*counts.dims, "to")
        whole = counts.fillna(0.0).round().astype(np.int64)
        parts = chances.copy(data=rng.multinomial(whole.values, chances.values))
        share = (parts / counts.where(counts > 0)).fillna(0.0)
        return {str(new): share.sel(to=new, drop=True) for new in share["to"].values}

    def predict(
        self, expected: xr.DataArray | None = None, *, years_ahead: float = 0.0, seed: int | None = None
    ) -> Prediction:
        """Predict admissions of the areas that were counted; `carry` puts draws on the new ones."""
        return self.counted.predict(expected, years_ahead=years_ahead, seed=seed)

    def expected_under(self, adjustment: str | None = None) -> xr.DataArray:
        """Compute expected admissions under one adjustment, the fullest by default: by shares of residents."""
        return carry_people(self.counted.expected_under(adjustment), self.crosswalk)


@refuses_other_types
def carry_fit(fit: Fit, crosswalk: Crosswalk) -> CarriedFit:
    """Carry a fit over to the areas that those counted became, for results and reports of these.

    Parameters
    ----------
    fit
        A fit to cells by deprivation, of one period.
    crosswalk
        Which areas became which, by the groups of the fit: `board_succession`, or of your own `read_crosswalk`.

    Returns
    -------
    CarriedFit
        For `make_results` and every table of gaps, routes and shortfalls. Areas that went whole are added up draw by
        draw; of one that was split each draw has shares of its own, see `carry_draws`.

    Raises
    ------
    EquityDataError
        When an area is not in the crosswalk (rule A02).
    OptionError
        When the fit is of a series, of several periods, of other groups than those of the crosswalk, or has covariates
        of areas, which are not known of new ones.

    Examples
    --------
    >>> import pandas as pd
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model("gap_by_procedure", cells, engine="laplace", seed=1)
    >>> areas = cells["ics"].values
    >>> walk = em.data.read_crosswalk(pd.DataFrame({"from": areas, "to": ["north", "north", *areas[2:]]}))
    >>> carry_fit(fit, walk).ratio["ics"].values.tolist()
    ['area 03', 'area 04', 'north']
    """
    counted = _of_cells(fit)
    check_carried(counted.cells, crosswalk)
    own = {field.name: getattr(counted, field.name) for field in fields(CellFit)}
    cells = _cells_on(counted.cells, crosswalk)
    return CarriedFit(**own | {"cells": cells}, counted=counted, crosswalk=crosswalk)


def as_counted(fit: CellFit) -> CellFit:
    """Give the fit on the areas that were counted, which most fits are themselves.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model("gap_by_procedure", cells, engine="laplace", seed=1)
    >>> as_counted(fit) is fit
    True
    """
    if not isinstance(fit, CarriedFit):
        return fit
    return replace(fit.counted, diagnosis=fit.diagnosis, forced=fit.forced)


def _of_cells(fit: Fit) -> CellFit:
    if not isinstance(fit, CellFit):
        raise OptionError("a series cannot be carried over to other areas once it is fitted: put its table on them "
                          "(carry_table, --areas to_icb2026), or count it again from records")  # fmt: skip
    return fit


def check_carried(cells: xr.Dataset, crosswalk: Crosswalk) -> None:
    """Refuse cells of which no fit can be carried over.

    Raises
    ------
    EquityDataError
        When an area is not in the crosswalk (rule A02).
    OptionError
        When there are several periods, groups are others than those of the crosswalk, or areas have covariates.

    Examples
    --------
    >>> import pandas as pd
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=2, procedures=1, seed=1)
    >>> walk = em.data.read_crosswalk(pd.DataFrame({"from": cells["ics"].values, "to": "north"}))
    >>> check_carried(cells, walk)
    """
    if PERIOD in cells.dims:
        raise OptionError("a fit to several periods cannot be carried over to other areas: fit the last of them alone, "
                          "or add them up (--periods add_up)")  # fmt: skip
    group = CellFacts.of(cells).group
    if group.crossed or not group.ordered:
        raise OptionError(f"shares of areas that were split are by deprivation, and these groups are of {group.words}: "
                          "count them again from records by small area")  # fmt: skip
    if names_of_covariates(cells):
        raise OptionError("covariates are of the areas that were counted, and not known of others: fit without them to "
                          "carry results over")  # fmt: skip
    areas, groups = [str(area) for area in cells[ICS].values], [int(label) for label in cells[DEPRIVATION].values]
    crosswalk.require(areas, DataLog("areas"))
    for area in set(areas) & set(crosswalk.split):
        crosswalk.shares(area, groups)


def _cells_on(cells: xr.Dataset, crosswalk: Crosswalk) -> xr.Dataset:
    """Put cells on new areas; counts of those that hold a part of an area that was split are not known."""
    everyone = {area: dict.fromkeys(crosswalk.becomes(area), xr.DataArray(1.0)) for area in crosswalk.split}
    nobody = {area: dict.fromkeys(crosswalk.becomes(area), xr.DataArray(np.nan)) for area in crosswalk.split}
    low, high = (carry(bound.where(cells["offered"], 0.0), crosswalk, nobody.__getitem__)
                 for bound in count_bounds(cells))  # fmt: skip
    offered = carry(cells["offered"].astype(float), crosswalk, everyone.__getitem__) > 0
    counts = count_variables(low.where(offered), high.where(offered))
    expected = carry_people(cells["expected_admissions"], crosswalk)
    new = xr.Dataset({**counts, "expected_admissions": expected.where(offered), "offered": offered,
                      "population": carry_people(cells["population"], crosswalk)}, attrs=cells.attrs)  # fmt: skip
    new = new.assign_coords({name: cells[name] for name in cells.coords if ICS not in cells[name].dims})
    facts = replace(CellFacts.of(cells), footprint=_footprint(new))
    return facts.keep_with(new.assign_coords(_names(cells, new, crosswalk)))


def _footprint(new: xr.Dataset) -> str:
    """Name what new areas are: the boards of a date where all are of it."""
    codes = {str(area) for area in new[ICS].values}
    dates: tuple[AreaCheck, ...] = ("icb2026", "icb2023")
    return words_for(next((date for date in dates if codes <= codes_of(date)), None), codes)


def _names(cells: xr.Dataset, new: xr.Dataset, crosswalk: Crosswalk) -> dict[str, tuple[str, list[str]]]:
    """Name new areas and their regions: those that stay the same as they were named, and others by their codes."""
    kept = {area: area for area in map(str, cells[ICS].values) if crosswalk.becomes(area) == (area,)}
    found = area_coords(new, [])
    for name, (dim, labels) in found.items():
        old = dict(zip(map(str, cells[ICS].values), cells[name].values, strict=True))
        own = [old[kept[area]] if area in kept else label
               for area, label in zip(map(str, new[ICS].values), labels, strict=True)]  # fmt: skip
        found[name] = (dim, own)
    return found
