"""The fits of an evaluation, and which of them may be published."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from equitymodel.inference.series.series_fit import SeriesFit
from equitymodel.spec.interruption import Interruption
from equitymodel.studies.left_out import LeftOut, left_out_of

PARTS = {
    "total": "all admissions as one series",
    "groups": "deprivation groups",
    "parts": "ICSs and procedures",
    "placebo": "placebo outcome",
}
"""What each fit is called where it is left out."""


@dataclass(frozen=True)
class EvaluationFits:
    """The fits of an evaluation, sound or not; `Evaluation` gives those that may be published.

    Attributes
    ----------
    total
        All admissions as one series, or the exposed added up beside the controls added up: whether
        admissions changed.
    groups
        The deprivation groups together, where there are any, of exposed and controls separately: who
        moved, and whether the gap changed.
    parts
        All ICSs and procedures together, where there are several.
    placebo
        An outcome that the interruption cannot have changed, if there is one.
    """

    total: SeriesFit
    groups: SeriesFit | None = None
    parts: SeriesFit | None = None
    placebo: SeriesFit | None = None

    def published(self, name: str) -> SeriesFit | None:
        """Give a fit if it may be published: it passed its diagnosis, or was forced."""
        fit = self.all().get(name)
        return fit if fit is not None and fit.publishable else None

    def all(self) -> dict[str, SeriesFit]:
        """Give the fits that there are by their names, sound or not."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: fit for name, fit in found.items() if fit is not None}

    @property
    def stamp(self) -> str:
        """The warning that goes with everything published, where any fit failed and was forced; else empty."""
        return next((fit.stamp for fit in self.all().values() if fit.forced and fit.stamp), "")

    def main_name(self, plan: Interruption) -> str:
        """Say which fit the verdict rests on: that of the groups for a question about the gap, otherwise the total."""
        return "groups" if plan.outcome == "gap" and self.groups is not None else "total"

    def main(self, plan: Interruption) -> SeriesFit:
        """Give the fit that the verdict rests on, sound or not."""
        return self.all()[self.main_name(plan)]

    def through_gate(self, plan: Interruption, *, force: bool = False) -> EvaluationFits:
        """Take the main fit through the gate: without it nothing is published.

        Raises
        ------
        DiagnosisError
            When the main fit failed its diagnosis and is not forced.
        """
        name = self.main_name(plan)
        return replace(self, **{name: self.main(plan).require_sound(force=force)})

    def left_out(self, plan: Interruption) -> list[LeftOut]:
        """Name the fits that are left out; the main one never is."""
        others = {name: fit for name, fit in self.all().items() if name != self.main_name(plan)}
        return [item for name, fit in others.items() for item in left_out_of(PARTS[name], fit)]
