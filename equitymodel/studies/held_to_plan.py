"""An evaluation held against the plan that was lodged for it, and each look at the data on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from equitymodel import __version__
from equitymodel.spec.lodged_plan import NOT_LODGED, Departure, LodgedPlan, hash_of
from equitymodel.spec.plan_looks import Looks, record_look
from equitymodel.studies.declaration import data_hash, declaration_of
from equitymodel.studies.evaluation import Evaluation


@dataclass(frozen=True)
class HeldToPlan:
    """What an evaluation did otherwise than was lodged, and how often was looked.

    Attributes
    ----------
    lodged
        The plan; none where none was lodged.
    departures
        What the run does otherwise.
    looks
        How often was looked, this time included.
    typed
        When the interruption was declared, if that was typed in.
    """

    lodged: LodgedPlan | None = None
    departures: tuple[Departure, ...] = ()
    looks: Looks | None = None
    typed: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """What the report and the screen say, a sentence each."""
        typed = [f"The date of the declaration was typed in: {self.typed}."] if self.typed else []
        if self.lodged is None or self.looks is None:
            return (NOT_LODGED, *typed)
        differs = [f"Differs from the plan: {each}." for each in self.departures] or ["Run as declared in the plan."]
        seen = self._seen_at_lodging(self.lodged)
        return (self.lodged.when, *seen, *differs, self.looks.sentence(self.lodged.looks_declared), *typed)

    def record(self) -> dict[str, Any]:
        """Give it in plain types, for JSON."""
        if self.lodged is None or self.looks is None:
            return {"lodged": False, "said": list(self.lines)}
        return {
            "lodged": True,
            "plan_sha256": self.lodged.sha256,
            "at": self.lodged.at,
            "clock": "UTC, of the computer it was lodged on",
            "published_as_stated_by_the_user": self.lodged.published or None,
            "differences": [asdict(each) for each in self.departures],
            "looks": asdict(self.looks) | {"declared": self.lodged.looks_declared},
            "said": list(self.lines),
        }

    @staticmethod
    def _seen_at_lodging(lodged: LodgedPlan) -> list[str]:
        last, start = lodged.declaration["data_before"]["last_period_seen"], lodged.declaration["interruption"]["date"]
        if last < start:
            return []
        return [f"When it was lodged, the data already went to the period of {last}, after the start."]


def hold_to_plan(
    result: Evaluation, lodged: LodgedPlan | None, options: Mapping[str, Any] | None = None
) -> HeldToPlan:  # fmt: skip
    """Hold an evaluation against the plan that was lodged, and put the look on record beside the plan.

    Parameters
    ----------
    result
        From `evaluate`.
    lodged
        From `read_lodged_plan`; none where none was lodged.
    options
        Options of the command line, by section.

    Returns
    -------
    HeldToPlan
        What differs, and how often was looked.

    Raises
    ------
    OutputError
        When the record of looks cannot be written.
    """
    typed = result.plan.declared if result.plan.declared_was_typed else ""
    if lodged is None:
        return HeldToPlan(typed=typed)
    run = declaration_of(result, options)
    look = {
        "time": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "last_period": run["data_before"]["last_period_seen"],
        "data": data_hash(result.series),
        "asked": hash_of(_without_times(run)),
        "verdict": result.verdict.verdict,
        "version": __version__,
    }
    looks = record_look(lodged.looks_path, lodged.sha256, look)
    return HeldToPlan(lodged, lodged.departures(run, __version__), looks, typed)


def _without_times(run: Mapping[str, Any]) -> dict[str, Any]:
    asked = {name: value for name, value in run["interruption"].items() if name not in ("declared", "made")}
    return {"interruption": asked, **{name: run[name] for name in ("model", "rule", "seed", "placebo_outcome")}}
