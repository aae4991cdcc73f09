"""How fits are kept: one NetCDF file of draws, data, model and diagnosis, which says what kind of fit it holds."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import EquityModelError, OptionError
from equitymodel.inference.accepted_prior import AcceptedPrior
from equitymodel.inference.diagnosis import Check, Diagnosis
from equitymodel.inference.fewer_draws import as_doubles
from equitymodel.inference.fit import Fit
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.series.series_fit import SeriesFit, leave_out_repeated, put_back_repeated
from equitymodel.spec.as_record import model_record, plan_from, plan_record, series_model_from, spec_from
from equitymodel.storage.whole_file import write_whole

NOT_FOR_RELEASE = "not for release: draws of cells can reveal small counts"
COMPRESSED = {"zlib": True, "complevel": 4, "shuffle": True}
ENGINE = "h5netcdf"
FILE = "posterior.nc"
CHECKSUM = "checksum"
"""The attribute by which a file says that its last line is the SHA-256 of all before."""
LAST_LINE = re.compile(rb"\nsha256 ([0-9a-f]{64})\n")
LENGTH = 73
MOST_PACKED, SMALL = 200, 200_000_000
"""A file holds at most so many times its size, or so many bytes: draws are numbers of which few repeat."""
AGAIN = "take the file from where it was saved first, or make it again: equitymodel run run.toml, of the same folder"


@refuses_other_types
def save_fit(fit: CellFit | SeriesFit, path: Path | str) -> None:
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
    write_tree(fit_tree(fit), Path(path))


@refuses_other_types
def load_fit(path: Path | str) -> Fit:
    """Load a fit that `save_fit` saved; the file says whether it is one of cells or of series.

    Parameters
    ----------
    path
        The NetCDF file, or the folder of results that holds it.

    Returns
    -------
    CellFit or SeriesFit
        As it was saved.

    Raises
    ------
    OptionError
        When there is no such file, or it holds no fit, or not the whole fit as it was saved: its checksum differs.

    Warns
    -----
    UserWarning
        When the file is of an earlier version, which wrote no checksum, so that it may have been altered.

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
    file = file_in(path)
    tree = read_tree(file)
    if str(tree.attrs.get("kind")) not in BUILDERS:
        raise OptionError(
            f"{file} holds no single fit of gaps or of a series; an evaluation is opened by load_evaluation (in "
            "equitymodel.studies), a pathway by open_profile (in equitymodel.inference), and files of earlier versions "
            "by the version that wrote them"
        )
    with refusing(file):
        return fit_from_tree(tree)


def fit_tree(fit: CellFit | SeriesFit) -> xr.DataTree:
    """Lay a fit out as a tree that a file can hold; `fit_from_tree` reads it back."""
    tree = xr.DataTree.from_dict({
        "/posterior": leave_out_repeated(fit.posterior),
        "/sample_stats": fit.draws["sample_stats"].to_dataset(),
        f"/{fit.kind}": fit.data,
    })  # fmt: skip
    plan = {"plan": json.dumps(plan_record(fit.plan))} if isinstance(fit, SeriesFit) else {}
    accepted = {"accepted_prior": fit.accepted_prior.to_text()} if fit.accepted_prior else {}
    tree.attrs = (
        plan
        | accepted
        | {
            "kind": fit.kind,
            "model": json.dumps(model_record(fit.assumed)),
            "diagnosis": json.dumps(fit.diagnosis.to_dict()),
            "seed": fit.seed,
            "forced": int(fit.forced),
            "versions": json.dumps(dict(fit.versions)),
            "release": NOT_FOR_RELEASE,
        }
    )
    return tree


def fit_from_tree(tree: xr.DataTree) -> CellFit | SeriesFit:
    """Read a fit from the tree that `fit_tree` laid out."""
    kind, attributes = str(tree.attrs["kind"]), tree.attrs
    draws = {
        "/posterior": as_doubles(put_back_repeated(tree["posterior"].to_dataset(inherit=False))),
        "/sample_stats": tree["sample_stats"].to_dataset(inherit=False),
    }
    common = {
        "draws": xr.DataTree.from_dict(draws),
        "diagnosis": diagnosis_from(json.loads(attributes["diagnosis"])),
        "seed": int(attributes["seed"]),
        "versions": json.loads(attributes["versions"]),
        "forced": bool(attributes["forced"]),
        "accepted_prior": AcceptedPrior.from_text(str(attributes.get("accepted_prior", ""))),
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


def write_tree(tree: xr.DataTree, path: Path, *, compressed: bool = True) -> None:
    """Write a tree as NetCDF, compressed where that helps, without rounding, with its SHA-256 as its last line.

    It is laid out in memory first: on a disk that is full the library of the format would end the process.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    encoding = {
        node.path: {
            name: COMPRESSED for name, array in node.data_vars.items() if array.dtype.kind == "f" and array.dims
        }
        for node in (tree.subtree if compressed else ())
    }
    marked = tree.copy()
    marked.attrs[CHECKSUM] = "sha256 of all before the last line"
    content = marked.to_netcdf(engine=ENGINE, encoding={name: own for name, own in encoding.items() if own})
    write_whole(path, content, f"\nsha256 {hashlib.sha256(content).hexdigest()}\n".encode())


def file_in(path: Path | str) -> Path:
    """Give the file that a path names, or that is in the folder of results it names."""
    return Path(path) / FILE if Path(path).is_dir() else Path(path)


def read_tree(path: Path) -> xr.DataTree:
    """Read a tree from NetCDF, with times to the unit that this package keeps.

    Raises
    ------
    OptionError
        When there is no such file, it cannot be read, or it is not as it was written.
    """
    if not Path(path).is_file():
        raise OptionError(f"{path} is not there; a fit is saved as {FILE} in the folder of its results")
    with refusing(path):
        sealed = _is_sealed(Path(path))
        with xr.open_datatree(path, engine=ENGINE, decode_times=xr.coders.CFDatetimeCoder(time_unit="us")) as stored:
            _refuse_large(stored, path)
            tree = stored.load()
        if tree.attrs.pop(CHECKSUM, None) and not sealed:
            raise OptionError(f"{path} was altered or cut off: its checksum is missing; {AGAIN}")
    if not sealed and "kind" in tree.attrs:
        message = f"{path} has no checksum, as it is of an earlier version: whether it was altered cannot be told"
        warnings.warn(message, UserWarning, stacklevel=3)
    return tree


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Refuse a file of which something cannot be read, whatever the libraries beneath say."""
    try:
        yield
    except EquityModelError:
        raise
    except Exception as error:
        raise OptionError(f"{path} is not a whole file that this package saved ({error}); {AGAIN}") from error


def _refuse_large(stored: xr.DataTree, path: Path) -> None:
    """Refuse a file that says it holds far more than it can, before memory is asked for it."""
    held, size = sum(node.dataset.nbytes for node in stored.subtree), path.stat().st_size
    if held > max(MOST_PACKED * size, SMALL):
        raise OptionError(f"{path} says it holds {held / 1e9:,.1f} GB in {size / 1e6:,.1f} MB; {AGAIN}")


def _is_sealed(path: Path) -> bool:
    """Say whether a file ends with its checksum, which has to be right."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - LENGTH, 0))
        found = LAST_LINE.fullmatch(file.read())
        file.seek(0)
        left, digest = size - LENGTH, hashlib.sha256()
        while found and left > 0 and (some := file.read(min(left, 1 << 20))):
            digest.update(some)
            left -= len(some)
    if found and found[1].decode() != digest.hexdigest():
        raise OptionError(f"{path} was altered after it was saved: its checksum differs; {AGAIN}")
    return bool(found)


def load_data(path: Path, kind: str) -> xr.Dataset:
    """Open the data that a saved fit was made of, without its draws.

    Parameters
    ----------
    path
        The NetCDF file.
    kind
        ``cells`` or ``series``.

    Returns
    -------
    xarray.Dataset
        As it was fitted.
    """
    times = xr.coders.CFDatetimeCoder(time_unit="us")
    with xr.open_dataset(path, group=kind, engine=ENGINE, decode_times=times) as kept:
        return kept.load()


def _cell_fit(cells: xr.Dataset, attributes: dict[str, Any], common: dict[str, Any]) -> CellFit:
    return CellFit(spec_from(json.loads(attributes["model"])), cells, **common)


def _series_fit(series: xr.Dataset, attributes: dict[str, Any], common: dict[str, Any]) -> SeriesFit:
    model = series_model_from(json.loads(attributes["model"]))
    return SeriesFit(series, plan_from(json.loads(attributes["plan"])), model, **common)


Builder = Callable[[xr.Dataset, dict[str, Any], dict[str, Any]], CellFit | SeriesFit]
BUILDERS: dict[str, Builder] = {CellFit.kind: _cell_fit, SeriesFit.kind: _series_fit}
"""What makes a fit of what a file holds, by its kind."""
