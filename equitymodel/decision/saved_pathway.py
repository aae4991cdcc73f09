"""Open the pathway that ``equitymodel stages`` saved, as effects need it: need, passages, which records are linked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.decision.through_pathway import STAGE
from equitymodel.errors import DiagnosisError, OptionError
from equitymodel.inference.fit import STAMP
from equitymodel.inference.saved_fit import diagnosis_from, file_in, read_tree, refusing

KIND = "stages"


@dataclass(frozen=True)
class SavedPathway:
    """A pathway, opened again.

    Attributes
    ----------
    stages
        The table of stages, with names of ICSs and what is known of it.
    need, log_passage, linked
        As `equitymodel.decision.through_pathway.Pathway` says.
    stamp
        The warning that goes with everything made of a fit that failed its diagnosis and was forced.
    """

    stages: xr.Dataset
    need: xr.DataArray
    log_passage: xr.DataArray
    linked: xr.DataArray
    stamp: str = ""


@refuses_other_types
def open_pathway(folder: Path | str) -> SavedPathway:
    """Open a pathway from the folder of its results.

    Parameters
    ----------
    folder
        That ``equitymodel stages`` wrote, or the file in it.

    Returns
    -------
    SavedPathway
        In double precision.

    Raises
    ------
    OptionError
        When there is no such file, or it holds no pathway.
    DiagnosisError
        When the fit failed its diagnosis, and was not forced.

    Examples
    --------
    >>> open_pathway("absent.nc")
    Traceback (most recent call last):
    ...
    equitymodel.errors.OptionError: absent.nc is not there; a fit is saved as posterior.nc in the folder of its results
    """
    file = file_in(folder)
    tree = read_tree(file)
    if tree.attrs.get("kind") != KIND:
        raise OptionError(f"{file} holds no pathway; give the folder that equitymodel stages wrote")
    with refusing(file):
        stages = tree[KIND].to_dataset(inherit=False)
        drawn = tree["profile"].to_dataset(inherit=False).astype("float64")
        diagnosis, forced = diagnosis_from(json.loads(tree.attrs["diagnosis"])), bool(tree.attrs["forced"])
    if diagnosis.verdict == "FAIL" and not forced:
        raise DiagnosisError(
            f"The pathway in {file} failed its diagnosis, so nothing is worked out from it.\n{diagnosis}\n"
            "Way out: as equitymodel stages says; or fit it again with --force"
        )
    linked = stages["linked"].isel({STAGE: slice(1, None)}).astype(bool)
    linked = linked.drop_vars([name for name in linked.coords if name != STAGE])
    stamp = STAMP if diagnosis.verdict == "FAIL" else ""
    return SavedPathway(stages, drawn["need"], drawn["log_passage"], linked, stamp)
