"""The profile of a pathway: how many start, and draws of what passes from stage to stage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import xarray as xr

from equitymodel.data.cells.same_labels import align_exactly
from equitymodel.errors import DiagnosisError
from equitymodel.inference.diagnosis import Diagnosis
from equitymodel.inference.fit import STAMP
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import STAGE, cell_dims


@dataclass(frozen=True, repr=False)
class StageProfile:
    """A pathway, fitted: what is asked of it is in `equitymodel.estimands.pathway`.

    Attributes
    ----------
    stages
        What was observed, from `read_stages`.
    need
        Count at the first stage, in people; dims ``ics, deprivation, procedure``, and ``chain, draw`` where it has an
        error or is known within bounds.
    log_passage
        Natural log of each passage, draw by draw; dims ``chain, draw, ics, deprivation, procedure, stage``, the stages
        arrived at in their order, and ``period`` if there are several.
    spec
        The model of a passage.
    diagnosis
        Of the fits of all passages.
    seed
        Of all random numbers.
    forced
        Whether it may be published although it failed its diagnosis.
    """

    stages: xr.Dataset
    need: xr.DataArray
    log_passage: xr.DataArray
    spec: ModelSpec
    diagnosis: Diagnosis
    seed: int
    forced: bool = False

    def __post_init__(self) -> None:
        """Bring what starts and what passes to the order of the stages' labels; refuse those whose labels differ."""
        own = {"stages": self.stages.drop_dims(STAGE, errors="ignore"), "need": self.need,
               "log_passage": self.log_passage}  # fmt: skip
        aligned = align_exactly(own, type(self).__name__)
        for name in ("need", "log_passage"):
            object.__setattr__(self, name, aligned.get(name, getattr(self, name)))

    @property
    def cells(self) -> xr.Dataset:
        """What was observed, as it is called of other fits."""
        return self.stages

    @property
    def linked(self) -> xr.DataArray:
        """Whether records of each stage arrived at are linked to those of the stage before."""
        own: xr.DataArray = self.stages["linked"].isel({STAGE: slice(1, None)})
        return own.drop_vars([name for name in own.coords if name != STAGE])

    @property
    def first(self) -> str:
        """What the pathway starts from."""
        return str(self.stages[STAGE].values[0])

    @property
    def stamp(self) -> str:
        """The warning that goes with everything published about a failed fit; empty for a sound one."""
        return STAMP if self.diagnosis.verdict == "FAIL" else ""

    def require_sound(self, *, force: bool = False) -> Self:
        """Pass the gate: everything that tabulates or draws a profile goes through here.

        Parameters
        ----------
        force
            Publish even if the diagnosis failed; everything is then stamped.

        Raises
        ------
        DiagnosisError
            When the diagnosis failed, and the profile is not to be published all the same.
        """
        if not self.stamp or self.forced:
            return self
        if force:
            return replace(self, forced=True)
        raise DiagnosisError(
            f"The fit of a passage failed its diagnosis, so nothing is published.\n{self.diagnosis}\n"
            "Way out: leave out groups or procedures with hardly anyone, add periods up, or use --force, which "
            "publishes all the same, stamped on every table."
        )

    def __repr__(self) -> str:
        """Say what was fitted, and the verdict."""
        sizes = " x ".join(f"{self.stages.sizes[dim]} {dim}" for dim in cell_dims(self.stages.dims))
        return f"<Profile of {self.stages.sizes[STAGE]} stages, {sizes}, seed {self.seed}: {self.diagnosis.verdict}>"
