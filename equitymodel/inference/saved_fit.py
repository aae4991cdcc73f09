"""How fits are kept: one NetCDF file of draws, data, model and diagnosis, which says what kind of fit it holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.inference.diagnosis import Check, Diagnosis
from equitymodel.inference.fit import Fit
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.series.series_fit import SeriesFit, leave_out_repeated, put_back_repeated
from equitymodel.spec.as_record import model_record, plan_from, plan_record, series_model_from, spec_from

NOT_FOR_RELEASE = "not for release: draws of cells can reveal small counts"
COMPRESSED = {"zlib": True, "complevel": 2}
ENGINE = "h5netcdf"


@refuses_other_types
def save_fit(fit: CellFit | SeriesFit, path: Path) -> None:
    """Save a fit as NetCDF: draws, data, model and diagnosis in one file.

    Parameters
    ----------
    fit
        What to save: a fit of cells or of series.
    path
        Where; an existing file is replaced.

    Notes
    -----
    Draws of single cells can reveal small counts: keep the file with the data, not with the report.

    See `load_fit` for an example of both.
    """
    write_tree(fit_tree(fit), path)


@refuses_other_types
def load_fit(path: Path) -> Fit:
    """Load a fit that `save_fit` saved; the file says whether it is one of cells or of series.

    Parameters
    ----------
    path
        The NetCDF file.

    Returns
    -------
    CellFit or SeriesFit
        As it was saved.

    Raises
    ------
    OptionError
        When there is no such file, or it holds no fit.

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
    tree = read_tree(path)
    if tree.attrs.get("kind") not in BUILDERS:
        raise OptionError(
            f"{path} holds no single fit; an evaluation is opened by load_evaluation (in equitymodel.studies), and "
            "files of earlier versions by the version that wrote them"
        )
    return fit_from_tree(tree)


def fit_tree(fit: CellFit | SeriesFit) -> xr.DataTree:
    """Lay a fit out as a tree that a file can hold; `fit_from_tree` reads it back."""
    tree = xr.DataTree.from_dict({
        "/posterior": leave_out_repeated(fit.posterior),
        "/sample_stats": fit.draws["sample_stats"].to_dataset(),
        f"/{fit.kind}": fit.data,
    })  # fmt: skip
    plan = {"plan": json.dumps(plan_record(fit.plan))} if isinstance(fit, SeriesFit) else {}
    tree.attrs = plan | {
        "kind": fit.kind,
        "model": json.dumps(model_record(fit.assumed)),
        "diagnosis": json.dumps(fit.diagnosis.to_dict()),
        "seed": fit.seed,
        "forced": int(fit.forced),
        "versions": json.dumps(dict(fit.versions)),
        "release": NOT_FOR_RELEASE,
    }
    return tree


def fit_from_tree(tree: xr.DataTree) -> CellFit | SeriesFit:
    """Read a fit from the tree that `fit_tree` laid out."""
    kind, attributes = str(tree.attrs["kind"]), tree.attrs
    draws = {
        "/posterior": put_back_repeated(tree["posterior"].to_dataset(inherit=False)),
        "/sample_stats": tree["sample_stats"].to_dataset(inherit=False),
    }
    common = {
        "draws": xr.DataTree.from_dict(draws),
        "diagnosis": diagnosis_from(json.loads(attributes["diagnosis"])),
        "seed": int(attributes["seed"]),
        "versions": json.loads(attributes["versions"]),
        "forced": bool(attributes["forced"]),
    }
    return BUILDERS[kind](tree[kind].to_dataset(inherit=False), attributes, common)


def diagnosis_from(record: dict[str, Any]) -> Diagnosis:
    """Read a diagnosis from its record.

    Examples
    --------
    >>> diagnosis_from({"checks": [{"name": "divergences", "value": 0.0, "verdict": "PASS", "limit": "0"}]}).verdict
    'PASS'
    """
    return Diagnosis(tuple(Check(**check) for check in record["checks"]))


def write_tree(tree: xr.DataTree, path: Path) -> None:
    """Write a tree as compressed NetCDF, without rounding."""
    encoding = {
        node.path: {
            name: COMPRESSED for name, array in node.data_vars.items() if array.dtype.kind == "f" and array.dims
        }
        for node in tree.subtree
    }
    tree.to_netcdf(path, engine=ENGINE, encoding={name: own for name, own in encoding.items() if own})


def read_tree(path: Path) -> xr.DataTree:
    """Read a tree from NetCDF, with times to the unit that this package keeps.

    Raises
    ------
    OptionError
        When there is no such file.
    """
    if not Path(path).is_file():
        raise OptionError(f"{path} is not there; a fit is saved as posterior.nc in the folder of its results")
    with xr.open_datatree(path, engine=ENGINE, decode_times=xr.coders.CFDatetimeCoder(time_unit="us")) as stored:
        return stored.load()


def _cell_fit(cells: xr.Dataset, attributes: dict[str, Any], common: dict[str, Any]) -> CellFit:
    return CellFit(spec_from(json.loads(attributes["model"])), cells, **common)


def _series_fit(series: xr.Dataset, attributes: dict[str, Any], common: dict[str, Any]) -> SeriesFit:
    model = series_model_from(json.loads(attributes["model"]))
    return SeriesFit(series, plan_from(json.loads(attributes["plan"])), model, **common)


Builder = Callable[[xr.Dataset, dict[str, Any], dict[str, Any]], CellFit | SeriesFit]
BUILDERS: dict[str, Builder] = {CellFit.kind: _cell_fit, SeriesFit.kind: _series_fit}
"""What makes a fit of what a file holds, by its kind."""
