"""A fit to several years made from one of a single year: the most deprived gain from year to year."""

from dataclasses import replace

import numpy as np
import xarray as xr

GAINS = (0.8, 0.9, 1.0)
YEARS = {"2019/20": 2019.75, "2021/22": 2021.75, "2022/23": 2022.75}


def with_years(fit, *, length=1.0, gains=GAINS):
    """Repeat a fit over years, in each of which the ratio of the first group is multiplied by a number."""
    labels = list(YEARS)[-len(gains) :]
    gain = xr.DataArray(list(gains), coords={"period": labels})
    first = fit.ratio[fit.ratio.dims[3]] == fit.ratio[fit.ratio.dims[3]].values[0]
    year = {"year": ("period", [YEARS[name] for name in labels]), "period_years": ("period", [length] * len(labels))}
    repeated = {
        name: (fit.cells[name] * xr.ones_like(gain)).assign_attrs(fit.cells[name].attrs)
        for name in ("admissions", "admissions_low", "admissions_high", "expected_admissions", "population")
        if name in fit.cells
    }
    cells = fit.cells.assign(repeated).assign_coords(year)
    whole = replace(fit, cells=cells).require_sound(force=True)
    ratio = fit.ratio * xr.where(first, gain, 1.0)
    whole.__dict__["ratio"] = ratio.transpose(*fit.ratio.dims, "period")
    whole.__dict__["fitted"] = (whole.ratio * fit.expected * np.ones(1)).transpose(*fit.ratio.dims, "period")
    return whole
