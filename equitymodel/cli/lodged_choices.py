"""Choices that a lodged plan holds, and choices as a plan keeps them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equitymodel.cli.choices import Choices
from equitymodel.cli.option_kinds import Value
from equitymodel.cli.options import options_of
from equitymodel.cli.run_file import lines_kept

if TYPE_CHECKING:
    from equitymodel.spec.interruption import Interruption

COMMAND = "interruption"
OPTION_OF = {"anticipation_months": "anticipation", "starts": "start"}
"""The option of a field of an interruption, where it has another name."""


def lodged_values(path: Path) -> dict[str, Value]:
    """Give the values of options that a lodged plan declares; paths in it are relative to its folder."""
    from equitymodel.spec.lodged_plan import read_lodged_plan

    declared, known = read_lodged_plan(path).declaration, options_of(COMMAND)
    kept = {name: value for section in declared.get("options", {}).values() for name, value in section.items()}
    asked = {OPTION_OF.get(name, name): value for name, value in declared["interruption"].items()}
    given: dict[str, Any] = {"model": declared["model"]["name"], **kept, **asked, "seed": declared["seed"]}
    read = {
        name: known[name].kind.from_toml(value)
        for name, value in given.items()
        if name in known and value is not None and value != []
    }
    return {name: path.parent / value if isinstance(value, Path) else value for name, value in read.items()}


def options_declared(choices: Choices, folder: Path) -> dict[str, dict[str, Any]]:
    """Give how the series is read, and the model, as options: what a plan keeps."""
    known, kept = options_of(COMMAND), lines_kept(choices, folder)
    found = {
        section: {name: value for name, value in kept.items() if known[name].section == section}
        for section in ("reading", "fit")
    }
    found["fit"].pop("seed", None)
    return found


def as_lodged(plan: Interruption, path: Path) -> Interruption:
    """Give an interruption what only the plan says of it: the last planned look, and when it was declared."""
    from equitymodel.spec.as_record import plan_from
    from equitymodel.spec.lodged_plan import read_lodged_plan

    lodged = plan_from(read_lodged_plan(path).declaration["interruption"])
    plan = replace(plan, planned_months=lodged.planned_months)
    return lodged if plan.sha256 == lodged.sha256 else plan
