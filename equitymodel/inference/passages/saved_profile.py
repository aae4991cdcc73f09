"""How the profile of a pathway is kept beside its tables, and opened again without a fit."""

from __future__ import annotations

import json
from pathlib import Path

import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.inference.passages.stage_profile import StageProfile
from equitymodel.inference.saved_fit import NOT_FOR_RELEASE, diagnosis_from, file_in, read_tree, refusing, write_tree
from equitymodel.spec.as_record import model_record, spec_from

KIND = "stages"


def save_profile(profile: StageProfile, path: Path | str) -> None:
    """Save a profile as NetCDF: what was observed, draws, model and diagnosis in one file.

    Parameters
    ----------
    profile, path
        From `fit_stages`, and where it goes; an existing file is replaced.

    Notes
    -----
    Draws are kept in single precision, which is what `fit_stages` gives.

    See `open_profile` for an example of both.
    """
    drawn = xr.Dataset({"need": profile.need, "log_passage": profile.log_passage}).astype("float32")
    plain = drawn.drop_vars([name for name in drawn.coords if name not in drawn.dims])
    tree = xr.DataTree.from_dict({"/stages": _as_numbers(profile.stages), "/profile": plain})
    tree.attrs = {
        "kind": KIND,
        "model": json.dumps(model_record(profile.spec)),
        "diagnosis": json.dumps(profile.diagnosis.to_dict()),
        "seed": profile.seed,
        "forced": int(profile.forced),
        "release": NOT_FOR_RELEASE,
    }
    write_tree(tree, Path(path), compressed=False)  # draws in single precision hardly shrink


@refuses_other_types
def open_profile(folder: Path | str) -> StageProfile:
    """Open the profile of a pathway from the folder of its results.

    Parameters
    ----------
    folder
        That ``equitymodel stages`` wrote, or the file in it.

    Returns
    -------
    StageProfile
        As it was fitted.

    Raises
    ------
    OptionError
        When there is no such file, it holds no profile, or it is not as it was written.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from equitymodel.data.stages.read_stages import read_stages
    >>> from equitymodel.inference.passages.fit_stages import fit_stages
    >>> from equitymodel.simulate.simulated_stages import example_stages
    >>> path = Path(mkdtemp()) / "posterior.nc"
    >>> save_profile(fit_stages(read_stages(example_stages(areas=4)), seed=1), path)
    >>> open_profile(path)
    <Profile of 6 stages, 4 ics x 5 deprivation x 2 procedure, seed 1: PASS>
    """
    file = file_in(folder)
    tree = read_tree(file)
    if tree.attrs.get("kind") != KIND:
        raise OptionError(f"{file} holds no profile of a pathway; give the folder that equitymodel stages wrote")
    with refusing(file):
        stages = tree["stages"].to_dataset(inherit=False)
        drawn = tree["profile"].to_dataset(inherit=False).astype("float64")
        return StageProfile(
            stages.assign_coords(linked=stages["linked"].astype(bool)),
            drawn["need"],
            drawn["log_passage"],
            spec_from(json.loads(tree.attrs["model"])),
            diagnosis_from(json.loads(tree.attrs["diagnosis"])),
            int(tree.attrs["seed"]),
            bool(tree.attrs["forced"]),
        )


def _as_numbers(stages: xr.Dataset) -> xr.Dataset:
    """Write yes and no as 1 and 0, as files hold numbers and texts."""
    return stages.assign_coords(linked=stages["linked"].astype("int8"))
