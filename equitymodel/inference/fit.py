"""A fitted model as a value, of cells or of series: what both kinds have in common, and the gate before publishing."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import version
from typing import Any, ClassVar, Self

import xarray as xr

from equitymodel.errors import DiagnosisError
from equitymodel.inference.accepted_prior import AcceptedPrior
from equitymodel.inference.diagnosis import Check, Diagnosis, Verdict
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.series_model import SeriesModel
from equitymodel.vocabulary import cell_dims

PACKAGES = ("equitymodel", "pymc", "nutpie", "arviz_stats", "xarray", "numpy", "pandas")
STAMP = "FAILED ITS DIAGNOSIS: not for publication. See diagnosis.json for why."


def package_versions() -> dict[str, str]:
    """List the versions of the packages that decide a result.

    Examples
    --------
    >>> "pymc" in package_versions()
    True
    """
    return {name: _version_of(name) for name in PACKAGES}


@cache
def _version_of(name: str) -> str:
    return version(name)


@dataclass(frozen=True, kw_only=True, repr=False)
class Fit(ABC):
    """A fitted model: what was assumed of which data, the draws, and whether they can be relied on.

    There are two kinds: `CellFit` and `SeriesFit`.

    Attributes
    ----------
    draws
        An ArviZ DataTree with groups ``posterior`` and ``sample_stats``.
    diagnosis
        The verdict on the draws, and every check behind it.
    seed
        The seed of all random numbers.
    versions
        Versions of the packages that made it.
    forced
        Whether it may be published although it failed its diagnosis; stamped then.
    accepted_prior
        Why its priors were used although the check before the data would have refused them; if they were.
    """

    draws: xr.DataTree
    diagnosis: Diagnosis
    seed: int
    versions: Mapping[str, str] = field(default_factory=package_versions)
    forced: bool = False
    accepted_prior: AcceptedPrior | None = None

    kind: ClassVar[str]
    """What it is a fit of, as its file says: ``cells`` or ``series``."""
    ways_out: ClassVar[Mapping[str, str]]
    """What to do after a failed diagnosis, by engine."""

    @property
    @abstractmethod
    def assumed(self) -> ModelSpec | SeriesModel:
        """The model: what was assumed."""

    @property
    @abstractmethod
    def data(self) -> xr.Dataset:
        """What was observed."""

    @property
    def posterior(self) -> xr.Dataset:
        """The draws themselves, by the name of each quantity."""
        return self.draws["posterior"].to_dataset()

    @property
    def engine(self) -> str:
        """Which engine made the draws: ``nuts`` or ``laplace``."""
        return str(self.posterior.attrs["engine"])

    @property
    def provenance(self) -> dict[str, Any]:
        """What made the draws: engine and its settings, seed, the hash of the model, and versions of packages."""
        settings = json.loads(self.posterior.attrs.get("settings", "{}"))
        return {"engine": self.engine, "settings": settings, "seed": self.seed, "model_sha256": self.assumed.sha256,
                "versions": dict(self.versions)}  # fmt: skip

    @property
    def verdict(self) -> Verdict:
        """PASS, WARN or FAIL: the worst of all checks."""
        return self.diagnosis.verdict

    @property
    def sound(self) -> bool:
        """Whether the draws can be relied on: no check failed."""
        return self.verdict != "FAIL"

    @property
    def publishable(self) -> bool:
        """Whether it may be published: it is sound, or was forced."""
        return self.sound or self.forced

    @property
    def stamp(self) -> str:
        """The warning that goes with everything published: of a failed fit, and of priors accepted on purpose."""
        accepted = self.accepted_prior.stamp if self.accepted_prior else ""
        return " ".join(filter(None, ("" if self.sound else STAMP, accepted)))

    def require_sound(self, *, force: bool = False) -> Self:
        """Pass the gate: everything that publishes, tabulates or draws what a fit says goes through here.

        Parameters
        ----------
        force
            Publish even if the diagnosis failed; everything is then stamped.

        Returns
        -------
        Fit
            The fit; one that was forced passes from then on.

        Raises
        ------
        DiagnosisError
            When the diagnosis failed, and the fit is not to be published all the same.

        Examples
        --------
        >>> import equitymodel as em
        >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
        >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
        >>> fit.require_sound().stamp
        ''
        """
        if self.publishable:
            return self
        if force:
            return replace(self, forced=True)
        raise DiagnosisError(
            f"The fit failed its diagnosis, so nothing is published.\n{self.diagnosis}\n"
            f"Way out: {self.ways_out[self.engine]}, check the data, or use a simpler model; "
            "--force (in Python fit.require_sound(force=True)) publishes all the same, stamped on every table."
        )

    def with_checks(self, checks: Sequence[Check]) -> Self:
        """Add checks to the diagnosis; what was worked out from the draws is kept, as it does not hang on checks."""
        made = replace(self, diagnosis=self.diagnosis.extended(checks))
        worked_out = {name: value for name, value in vars(self).items() if name not in vars(made)}
        vars(made).update(worked_out)
        return made

    def __repr__(self) -> str:
        """Say what was fitted to what, and the verdict."""
        sizes = " x ".join(f"{self.data.sizes[dim]} {dim}" for dim in cell_dims(self.data.dims))
        kept = self.posterior.attrs.get("kept", "")
        said = ", ".join(filter(None, (self.verdict, kept)))
        return f"<Fit of {self.assumed.name} to {sizes}, by {self.engine}, seed {self.seed}: {said}>"
