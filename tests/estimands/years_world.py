"""Cells with years and draws of them, made by hand for everything that is asked over years."""

import numpy as np
import xarray as xr

from tests.estimands.strategies import CELLS, SAMPLE, Made

LABELS = ("2018/19", "2019/20", "2021/22", "2022/23")
MIDDLES = (2018.75, 2019.75, 2021.75, 2022.75)


def yearly_fit(ratio, *, expected=100.0, middles=None, length=1.0, group=None, draws=None, people=1000.0):
    """Make a fit from ratios by ICS, group, procedure and period; draws multiply the ratio, one number a draw.

    `draws` may also be an array over draw and period, so that years differ within a draw.
    """
    ratio = np.asarray(ratio, dtype=float)
    count = ratio.shape[-1]
    noise = np.ones((1, count)) if draws is None else np.asarray(draws, dtype=float)
    noise = noise[:, None] if noise.ndim == 1 else noise
    values = ratio[None, None] * noise[None, :, None, None, None, :]
    cells = _cells(ratio.shape, expected, people, LABELS[:count], middles or MIDDLES[:count], length)
    made = label_years(values, (*SAMPLE, *CELLS, "period"), LABELS[:count])
    if group is None:
        return Made(cells, made)
    names = ["Asian", "Black", "White"][-ratio.shape[1] :]
    cells = cells.rename(deprivation="group").assign_coords(group=names)
    cells = cells.assign_attrs(group=group, reference_group=names[-1])
    return Made(cells, made.rename(deprivation="group").assign_coords(group=names))


def label_years(values, dims, labels):
    """Label an array with up to three ICSs, groups from 1, up to two procedures, and periods."""
    values = np.asarray(values, dtype=float)
    size = values.shape[dims.index("procedure")]
    coords = {"ics": ["Avon", "Dorset", "Tyne"][: values.shape[dims.index("ics")]],
              "deprivation": np.arange(1, values.shape[dims.index("deprivation")] + 1),
              "procedure": ["hip", "knee"][:size], "period": list(labels)}  # fmt: skip
    return xr.DataArray(values, coords=coords, dims=dims)


def _cells(shape, expected, people, labels, middles, length):
    dims = (*CELLS, "period")
    base = label_years(np.broadcast_to(np.asarray(expected, dtype=float), shape), dims, labels)
    residents = label_years(np.broadcast_to(np.asarray(people, dtype=float), shape), dims, labels)
    cells = xr.Dataset({
        "expected_admissions": base.expand_dims(adjustment=["need"]),
        "population": residents.isel(procedure=0, drop=True),
        "offered": base.isel(period=0, drop=True) > 0,
        "admissions": base,
    })  # fmt: skip
    names = [f"{name} area" for name in cells["ics"].values]
    return cells.assign_coords(
        year=("period", list(middles)), period_years=("period", [length] * len(labels)),
        ics_name=("ics", names), region=("ics", ["south"] * len(names)),
    )  # fmt: skip
