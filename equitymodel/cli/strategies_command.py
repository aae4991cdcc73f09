"""The command `strategies`: the register to list, show and copy, and what strategies would move."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from equitymodel.cli.known_commands import KnownCommands
from equitymodel.cli.screen import progress, say, screen
from equitymodel.errors import OutputError

if TYPE_CHECKING:
    from equitymodel.decision.strategy_record import Register
    from equitymodel.inference.passages.stage_profile import StageProfile

OWN = "A file of your own, of the same form: what it says amends the register, or adds to it."
NO_OPTIONS = "No file of effects is given, so that all results are left out; left_out.csv says what would fill them."


def _register(own: str | None) -> Register:
    from equitymodel.decision.read_register import read_strategies

    return read_strategies(None if own is None else Path(own))


def list_strategies(own: str | None) -> None:
    """List the strategies, with their stages and how much evidence is held."""
    from equitymodel.decision.strategy_record import STAGES

    for letter, stage in STAGES.items():
        screen().print(f"[bold]{letter}  {stage}[/bold]")
        for one in _register(own):
            if one.stage == letter:
                held = len(one.evidence)
                marks = [f"{held} piece{'' if held == 1 else 's'} of evidence" if held else "no evidence held"]
                marks += ["contested"] * (one.contested == "yes") + ["amended locally"] * one.local
                say(f"  {one.number:>2}  {one.name} ({', '.join(marks)})")


def show_strategy(name: str, own: str | None) -> None:
    """Show all that is known of a strategy, by number or name: published, inferred, unknown, evidence and law."""
    from equitymodel.decision.register_words import strategy_words

    register = _register(own)
    say(strategy_words(register.find(name), register))


def copy_register(to: str) -> None:
    """Copy the register to a file of your own, to amend it and add to it."""
    from equitymodel.decision.read_register import register_text

    path = Path(to)
    if path.exists():
        raise OutputError(f"{path} is there already; give another name")
    try:
        path.write_text(register_text(), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
    say(f"Copied to {path}. Keep the records that you change, then: equitymodel strategies list --own {path}")


def find_effects(
    results: str | None, options: str | None, out: str, own: str | None, demo: bool, overwrite: bool
) -> None:
    """Say what strategies would move, from the saved stages of a pathway and a file of what is stated of them.

    RESULTS is the folder that equitymodel stages wrote; OPTIONS states effects, reach, costs and capacity, each with
    where it comes from. What is not stated is left out, and listed. With --demo, all of it on made-up numbers.
    """
    from equitymodel.cli.demo_pathway import refuse_two_pathways, write_demo_pathway

    refuse_two_pathways(results, demo=demo)
    folder, pathway, stated = Path(out), results or "", options
    if demo:
        given, stated_in = write_demo_pathway(folder, overwrite=overwrite)
        folder, pathway, stated = folder / "effects", str(given), str(stated_in)
    _write_effects(pathway, stated, folder, own, overwrite)


def _write_effects(results: str, options: str | None, out: Path, own: str | None, overwrite: bool) -> None:
    """Carry strategies through saved stages, write what they would move, and say it."""
    from equitymodel.decision.strategy_effect import EffectOptions
    from equitymodel.decision.strategy_effects import strategy_effects
    from equitymodel.inference.passages.saved_profile import open_profile
    from equitymodel.report.destination import check_destination
    from equitymodel.report.effects_results import write_effects

    check_destination(out, overwrite=overwrite)
    profile = open_profile(results).require_sound()
    with progress() as tell:
        found = strategy_effects(profile, options or EffectOptions(()), register=_register(own), progress=tell)
    kept = {"command": "strategies effects", "results": Path(results), "options": options and Path(options),
            "own": own and Path(own)}  # fmt: skip
    write_effects(found, out, options=kept, overwrite=overwrite, **_facts(profile))
    say(found if options else NO_OPTIONS)
    say(f"Open {out / 'report.html'}")


def _facts(profile: StageProfile) -> dict[str, Any]:
    """Give what is known of the tables behind a pathway, and the names of its ICSs."""
    from equitymodel.data.cells.cell_facts import CellFacts

    stages = profile.stages
    names = stages.coords.get("ics_name")
    named = {} if names is None else dict(zip(map(str, stages["ics"].values), map(str, names.values), strict=True))
    return {"facts": CellFacts.of(stages), "ics_names": named, "stamp": profile.stamp}


_OWN = click.Option(["--own"], metavar="FILE", help=OWN)
STRATEGIES = KnownCommands(
    "strategies",
    commands=[
        click.Command("list", callback=list_strategies, params=[_OWN], help=list_strategies.__doc__),
        click.Command("show", callback=show_strategy, help=show_strategy.__doc__,
                      params=[click.Argument(["name"], metavar="NUMBER|NAME"), _OWN]),
        click.Command("copy", callback=copy_register, help=copy_register.__doc__,
                      params=[click.Argument(["to"], metavar="FILE")]),
        click.Command("effects", callback=find_effects, help=find_effects.__doc__, params=[
            click.Argument(["results"], metavar="[RESULTS]", required=False),
            click.Argument(["options"], metavar="[OPTIONS]", required=False),
            click.Option(["--out"], metavar="FOLDER", required=True, help="Where results are written."),
            _OWN,
            click.Option(["--demo"], is_flag=True, help="The embedded example: its stages, and effects made up."),
            click.Option(["--overwrite"], is_flag=True, help="Replace earlier results in that folder."),
        ]),
    ],
    help="Strategies that might make access more equal: what is known of each, and what each would move.",
)  # fmt: skip
"""The commands of the register."""
