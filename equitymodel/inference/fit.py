"""A fitted model as a value: assumptions, cells, draws and diagnosis; how it is saved and loaded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.inference.diagnosis import (
    Check,
    Diagnosis,
)
from equitymodel.inference.grouped.predict import (
    draw_expected,
    draw_fitted,
    draw_ratios,
)
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.read_spec import read_spec
from equitymodel.vocabulary import cell_dims

PACKAGES = ("equitymodel", "pymc", "nutpie", "arviz_stats", "xarray", "numpy", "pandas")


@dataclass(frozen=True)
class Fit:
    """A fitted model: its assumptions, its cells, its draws and its diagnosis.

    Attributes
    ----------
    spec
        What was assumed.
    cells
        What was observed.
    draws
        An ArviZ DataTree with groups ``posterior`` and ``sample_stats``.
    diagnosis
        The verdict on the parameters and on every cell's fitted admissions.
    seed
        The seed of all random numbers.
    """

    spec: ModelSpec
    cells: xr.Dataset
    draws: xr.DataTree
    diagnosis: Diagnosis
    seed: int

    @cached_property
    def ratio(self) -> xr.DataArray:
        """Standardised ratio of each cell, draw by draw; 1 = as expected from need."""
        return draw_ratios(self.spec, self.draws["posterior"].to_dataset(), self.cells)

    @cached_property
    def fitted(self) -> xr.DataArray:
        """Mean admissions of each cell, draw by draw, in admissions."""
        return draw_fitted(self.ratio, self.expected)

    @property
    def engine(self) -> str:
        """Which engine made the draws: ``nuts`` or ``laplace``."""
        return str(self.draws["posterior"].attrs["engine"])

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
        return draw_expected(self.cells, self.draws["posterior"].to_dataset(), adjustment)

    def __repr__(self) -> str:
        """Say what was fitted to what, and the verdict."""
        sizes = " x ".join(f"{self.cells.sizes[dim]} {dim}" for dim in cell_dims(self.cells.dims))
        return f"<Fit of {self.spec.name} to {sizes}, by {self.engine}, seed {self.seed}: {self.diagnosis.verdict}>"


def save_fit(fit: Fit, path: Path) -> None:
    """Save a fit as NetCDF: draws, cells, specification and diagnosis in one file.

    Parameters
    ----------
    fit
        What to save.
    path
        Where; an existing file is replaced.

    Notes
    -----
    Draws of single cells can reveal small counts: keep the file with the data, not with the report.

    See `load_fit` for an example of both.
    """
    tree = fit.draws.copy()
    tree["cells"] = xr.DataTree(fit.cells.assign({name: fit.cells[name].astype("int8") for name in _truths(fit.cells)}))
    tree.attrs = {
        "spec": fit.spec.text,
        "diagnosis": json.dumps(fit.diagnosis.to_dict()),
        "seed": fit.seed,
        "release": "not for release: draws of cells can reveal small counts",
        "versions": json.dumps(package_versions()),
    }
    encoding = {
        f"/{name}": {variable: {"zlib": True, "complevel": 2} for variable, array in node.data_vars.items()
                     if array.dtype.kind == "f"}
        for name, node in tree.children.items()
    }  # fmt: skip
    tree.to_netcdf(path, engine="h5netcdf", encoding=encoding)


def _truths(cells: xr.Dataset) -> list[str]:
    """List the boolean variables, which a file stores as numbers."""
    return [str(name) for name in cells.data_vars if str(name).endswith("offered")]


def load_fit(path: Path) -> Fit:
    """Load a fit that `save_fit` saved.

    Parameters
    ----------
    path
        The NetCDF file.

    Returns
    -------
    Fit
        As it was saved.

    Raises
    ------
    OptionError
        When there is no such file.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> path = Path(mkdtemp()) / "posterior.nc"
    >>> save_fit(fit, path)
    >>> load_fit(path)
    <Fit of gap_by_procedure to 4 ics x 5 deprivation x 1 procedure, by laplace, seed 1: PASS>
    """
    if not Path(path).is_file():
        raise OptionError(f"{path} is not there; a fit is saved as posterior.nc in the folder of its results")
    with xr.open_datatree(path, engine="h5netcdf") as stored:
        tree = stored.load()
    checks = tuple(Check(**check) for check in json.loads(tree.attrs["diagnosis"])["checks"])
    cells = tree["cells"].to_dataset()
    cells = cells.assign({name: cells[name].astype(bool) for name in _truths(cells)})
    groups = {f"/{name}": tree[name].to_dataset() for name in ("posterior", "sample_stats")}
    return Fit(
        read_spec(tree.attrs["spec"]), cells, xr.DataTree.from_dict(groups), Diagnosis(checks), int(tree.attrs["seed"])
    )


def package_versions() -> dict[str, str]:
    """List the versions of the packages that decide a result.

    Examples
    --------
    >>> "pymc" in package_versions()
    True
    """
    return {name: version(name) for name in PACKAGES}
