"""A fit to several years made from one of a single year: the most deprived gain from year to year."""

from dataclasses import dataclass, field, fields
from functools import cached_property

import xarray as xr

from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.predict import draw_ratios
from equitymodel.vocabulary import group_dim

GAINS = (0.8, 0.9, 1.0)
YEARS = {"2019/20": 2019.75, "2021/22": 2021.75, "2022/23": 2022.75}
COUNTED = ("admissions", "admissions_low", "admissions_high", "expected_admissions", "population")


@dataclass(frozen=True, repr=False)
class FitOfYears(CellFit):
    """A fit whose ratios in each year are those of a fit to one year, times a gain of the first group."""

    gains: xr.DataArray = field(default_factory=lambda: xr.DataArray(1.0))

    @cached_property
    def ratio(self):
        once = draw_ratios(self.spec, self.posterior, self.cells.isel(period=-1, drop=True))
        groups = group_dim(self.cells.dims)
        first = self.cells[groups] == self.cells[groups].values[0]
        return (once * xr.where(first, self.gains, 1.0)).transpose(*once.dims, "period")


def with_years(fit, *, length=1.0, gains=GAINS):
    """Repeat the cells of a fit over years; the ratio of the first group is multiplied by a number in each.

    The model is left without changes between years, of which a fit to one year has no draws.
    """
    labels = list(YEARS)[-len(gains) :]
    gain = xr.DataArray(list(gains), coords={"period": labels})
    coords = {"year": ("period", [YEARS[name] for name in labels]), "period_years": ("period", [length] * len(labels))}
    repeated = {
        name: (fit.cells[name] * xr.ones_like(gain)).assign_attrs(fit.cells[name].attrs)
        for name in COUNTED
        if name in fit.cells
    }
    kept = {item.name: getattr(fit, item.name) for item in fields(fit)}
    kept["spec"] = fit.spec.for_sizes(fit.cells.sizes)
    kept["cells"] = fit.cells.assign(repeated).assign_coords(coords)
    return FitOfYears(**kept, gains=gain).require_sound(force=True)
