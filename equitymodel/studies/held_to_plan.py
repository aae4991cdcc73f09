"""An evaluation held against the plan that was lodged for it, and each look at the data on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import xarray as xr

from equitymodel import __version__
from equitymodel.errors import SpecError
from equitymodel.spec.as_record import plan_from
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.lodged_plan import NOT_LODGED, Departure, LodgedPlan, hash_of
from equitymodel.spec.plan_looks import Looks, record_look
from equitymodel.studies.declaration import data_before, data_hash, declaration_of, plain, read_as
from equitymodel.studies.evaluation import Evaluation
from equitymodel.vocabulary import CELL_DIMS


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

    @property
    def short(self) -> str:
        """Say in one sentence whether there was a plan, and whether it was kept."""
        if self.lodged is None or self.looks is None:
            return NOT_LODGED
        fields = ", ".join(each.field for each in self.departures)
        kept = f"differs from it in: {fields}" if fields else "is as it declares"
        more = self.looks.different > self.lodged.looks_declared
        looks = ", and was looked at more often than declared" if more else ""
        return f"The plan was lodged on {self.lodged.at[:10]}; the run {kept}{looks}."

    def record(self) -> dict[str, Any]:
        """Give it in plain types, for JSON."""
        if self.lodged is None or self.looks is None:
            return {"lodged": False, "said": list(self.lines), "short": self.short}
        return {
            "lodged": True,
            "plan_sha256": self.lodged.sha256,
            "at": self.lodged.at,
            "clock": "UTC, of the computer it was lodged on",
            "published_as_stated_by_the_user": self.lodged.published or None,
            "differences": [asdict(each) for each in self.departures],
            "looks": asdict(self.looks) | {"declared": self.lodged.looks_declared},
            "said": list(self.lines),
            "short": self.short,
        }

    @staticmethod
    def _seen_at_lodging(lodged: LodgedPlan) -> list[str]:
        last, start = lodged.declaration["data_before"]["last_period_seen"], lodged.declaration["interruption"]["date"]
        if last < start:
            return []
        return [f"When it was lodged, the data already went to the period of {last}, after the start."]


def hold_to_plan(
    result: Evaluation, lodged: LodgedPlan | None, options: Mapping[str, Any] | None = None, *, force: bool = False
) -> HeldToPlan:
    """Hold an evaluation against the plan that was lodged, and put the look on record beside the plan.

    Parameters
    ----------
    result
        From `evaluate`.
    lodged
        From `read_lodged_plan`; none where none was lodged.
    options
        Options of the command line, by section.
    force
        Go on with a series that was another before the start.

    Returns
    -------
    HeldToPlan
        What differs, and how often was looked.

    Raises
    ------
    SpecError
        As `refuse_other_series`; no look is then recorded.
    OutputError
        When the record of looks cannot be written.
    """
    typed = result.plan.declared if result.plan.declared_was_typed else ""
    if lodged is None:
        return HeldToPlan(typed=typed)
    if not force:
        refuse_other_series(result.series, result.plan, lodged)
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


def refuse_other_series(series: xr.Dataset, plan: Interruption, lodged: LodgedPlan) -> None:
    """Refuse a series that was another before the start than the one that a plan was lodged for.

    Parameters
    ----------
    series, plan
        What is about to be evaluated, and how.
    lodged
        The plan.

    Raises
    ------
    SpecError
        When the data before the start have another hash, though the start and the way of reading are those of the plan:
        where one of these differs, so does the hash, and the report names it as a departure. Another population, or
        none, is another series.
    """
    declared = lodged.declaration
    same_start = plan.first_start == plan_from(declared["interruption"]).first_start
    same_reading = _read_as(plain(read_as(series))) == _read_as(declared["read"])
    same_data = data_before(series, plan)["sha256"] == declared["data_before"]["sha256"]
    if same_data or not (same_start and same_reading):
        return
    raise SpecError(
        f"the data before the start are not those that {lodged.path.name} was lodged for: this is another series, or "
        "counts or population were changed since. No look is recorded. Way out: the series of the plan; or a plan "
        "lodged for this one; or, where the change is meant, force=True (--force), which says that they differ"
    )


def _read_as(reading: Mapping[str, Any]) -> dict[str, Any]:
    """Give how a series was read, without what it holds: its cells, and whether there was a population in it."""
    return {name: value for name, value in reading.items() if name not in (*CELL_DIMS, "exposure")}


def _without_times(run: Mapping[str, Any]) -> dict[str, Any]:
    asked = {name: value for name, value in run["interruption"].items() if name not in ("declared", "made")}
    return {"interruption": asked, **{name: run[name] for name in ("model", "rule", "seed", "placebo_outcome")}}
