"""A pathway saved as `equitymodel stages` saves one, for tests of what opens it."""

from __future__ import annotations

from pathlib import Path

import xarray as xr

from equitymodel.inference.diagnosis import Check, Diagnosis
from equitymodel.inference.passages.saved_profile import save_profile
from equitymodel.inference.passages.stage_profile import StageProfile
from equitymodel.simulate.made_up_pathway import MadeUpPathway
from equitymodel.spec.library import load_model


def profile_of(made: MadeUpPathway, *, verdict: str = "PASS", forced: bool = False) -> StageProfile:
    """Give what was observed, the draws and a diagnosis, as a fit would."""
    first = xr.concat([xr.DataArray([True], {"stage": ["need"]}, ("stage",)), made.linked], "stage")
    stages = xr.Dataset(coords={"stage": first["stage"], "linked": first, "ics": made.need["ics"],
                                "ics_name": ("ics", [f"The {code}" for code in made.need["ics"].values])})  # fmt: skip
    diagnosis = Diagnosis((Check("all", 0.0, verdict, "0"),))
    return StageProfile(stages, made.need, made.log_passage, load_model("passages"), diagnosis, 1, forced)


def save_pathway(made: MadeUpPathway, folder: Path) -> None:
    """Write ``posterior.nc``."""
    save_profile(profile_of(made), folder / "posterior.nc")
