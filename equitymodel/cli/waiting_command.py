"""The command `waiting`: what rules of a waiting list do to waits, to the gap and to the total."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from equitymodel.cli.screen import progress, say

if TYPE_CHECKING:
    import xarray as xr

    from equitymodel.report.content.published_waiting import PublishedRules
    from equitymodel.waiting.last_year import LastYear


def waiting(
    table: str, rules: str, out: str, last_year: str | None, small_numbers: str, areas: str,
    deprivation_index: str | None, most_deprived: int, overwrite: bool,
) -> None:  # fmt: skip
    """Say what rules of a waiting list do to waits, to the gap and to the total, and who waits longer.

    LIST is a table of groups: ics, deprivation, specialty, weeks_waited, waiting, added, treated [removed, priority].
    RULES.toml says which rules are compared, the first being the one that others are compared with.
    """
    from equitymodel.data.cells.cell_facts import CellFacts
    from equitymodel.data.tables.deprivation import Deprivation
    from equitymodel.inference.queue_heads import follow_heads
    from equitymodel.report.destination import check_destination
    from equitymodel.report.waiting_results import write_waiting
    from equitymodel.waiting.compare_rules import compare_rules
    from equitymodel.waiting.learn_flows import learn_flows, treatment_pattern
    from equitymodel.waiting.read_waiting import read_waiting
    from equitymodel.waiting.rules_file import read_rules_file

    check_destination(Path(out), overwrite=overwrite)
    reading: dict[str, Any] = {"groups": Deprivation(deprivation_index, most_deprived), "small_numbers": small_numbers,
               "areas": areas}  # fmt: skip
    today = read_waiting(table, **reading)
    question = read_rules_file(rules, pattern=treatment_pattern(today))
    stated: dict[str, Any] = {"observed": question.observed, "removal": question.removal, "lost": question.lost,
              "draws": question.draws, "seed": question.seed}  # fmt: skip
    checked = None if last_year is None else _check(read_waiting(last_year, **reading), today, stated)
    with progress() as tell:
        found = compare_rules(learn_flows(today, **stated), question.rules, weeks=question.weeks, engine=follow_heads,
                              progress=tell)  # fmt: skip
    kept = {"command": "waiting", "list": Path(table), "rules": Path(rules), **reading, "groups": deprivation_index}
    published = write_waiting(found, out, facts=CellFacts.of(today), question=question.question, last_year=checked,
                              sources=question.sources, options=kept, seed=question.seed,
                              overwrite=overwrite)  # fmt: skip
    _say(published, checked, out)


def _check(before: xr.Dataset, today: xr.Dataset, stated: dict[str, Any]) -> LastYear:
    """Run the list of a year ago as people were treated then, and hold it against today's."""
    from equitymodel.waiting.last_year import check_last_year
    from equitymodel.waiting.learn_flows import learn_flows, treatment_pattern
    from equitymodel.waiting.list_rules import as_now

    then = as_now(treatment_pattern(before))
    return check_last_year(learn_flows(before, **stated), today, then, seed=stated["seed"])


def _say(published: PublishedRules, checked: LastYear | None, out: str) -> None:
    from equitymodel.report.content.waiting_document import answer_of_rules, rule_sentences

    say(answer_of_rules(published))
    say("\n".join(rule_sentences(published)))
    say(published.conserved)
    if checked is not None:
        say(checked.words)
    say(f"Open {Path(out) / 'report.html'}")


WAITING = click.Command(
    "waiting", callback=waiting, help=waiting.__doc__, params=[
        click.Argument(["table"], metavar="LIST"),
        click.Argument(["rules"], metavar="RULES.toml"),
        click.Option(["--out"], metavar="FOLDER", required=True, help="Where results are written."),
        click.Option(["--last-year"], metavar="FILE", help="The same list a year ago: run forwards, it is held against "
                     "LIST before that is used."),
        click.Option(["--small-numbers"], metavar="TEXT", default="error", show_default=True,
                     help="Suppressed counts: error, exclude, hes, lt5, lt6, a rule such as 1-7/5, or exact."),
        click.Option(["--areas"], metavar="TEXT", default="icb", show_default=True,
                     help="Area codes to expect: icb, icb2023, icb2026, or any (unchecked)."),
        click.Option(["--deprivation-index"], metavar="TEXT", help="The index of deprivation and its version."),
        click.Option(["--most-deprived"], type=int, default=1, show_default=True,
                     help="The label of the most deprived group."),
        click.Option(["--overwrite"], is_flag=True, help="Replace earlier results in that folder."),
    ],
)  # fmt: skip
