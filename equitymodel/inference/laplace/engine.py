"""Run the whole of nested Laplace: explore, integrate, draw, and say how well it went."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import xarray as xr

from equitymodel.inference.laplace.draw import Draws, draw_field
from equitymodel.inference.laplace.explore import explore
from equitymodel.inference.laplace.field import lay_out_field
from equitymodel.inference.laplace.importance import sample_importance
from equitymodel.inference.laplace.target import Target, one_thread_each
from equitymodel.spec.model_spec import ModelSpec


def sample_laplace(spec: ModelSpec, cells: xr.Dataset, *, draws: int = 4000, seed: int) -> xr.DataTree:
    field = lay_out_field(spec, cells)
    target = Target(field, os.cpu_count() or 1)
    with one_thread_each():
        shape = explore(target)
        weighted = sample_importance(target, shape, points=256, seed=seed)
        counts = systematic(weighted.weight, draws, np.random.default_rng([seed, 1]))
        drawn = draw_field(target, weighted.hyper, weighted.latent, counts, seed=seed, bent=True)
    named = drawn.named(4)
    coords = {dim: field.coords[dim] for dim in field.coords}
    posterior = xr.Dataset({name: (dims, values) for name, (dims, values) in named.items()})
    posterior = posterior.assign_coords({dim: values for dim, values in coords.items() if dim in posterior.dims})
    return xr.DataTree.from_dict({"/posterior": posterior})


def systematic(weight: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Share draws out over weighted points, as evenly as whole numbers allow."""
    edges = np.concatenate([[0.0], np.cumsum(weight)]) * draws
    edges[-1] = draws
    return np.diff(np.ceil(edges - rng.random()).clip(0, draws)).astype(int)
