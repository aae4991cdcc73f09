"""The command `decide`: options judged on saved results, and a record of what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from equitymodel.cli.screen import progress, say
from equitymodel.errors import OptionError

if TYPE_CHECKING:
    from equitymodel.decision.decision_log import Choice
    from equitymodel.decision.options_file import DecisionQuestion

RECORD = "To record a decision, give --choose, --reason and --who together"


def decide(
    results: str, options: str, out: str, area: str | None, procedure: str | None, strategies: str | None,
    choose: str | None, reason: str | None, who: str | None, overwrite: bool,
) -> None:  # fmt: skip
    """Judge options by equity and admissions on the posterior of a run, and record what was decided and why.

    RESULTS is the folder that a run wrote, OPTIONS a TOML file of options, criteria and weights. Without --choose
    nothing is recorded.
    """
    from equitymodel.data.cells.cell_facts import CellFacts
    from equitymodel.decision.decision_log import LOG
    from equitymodel.decision.judged_options import judge_options
    from equitymodel.decision.options_file import read_options_file
    from equitymodel.decision.read_register import read_strategies
    from equitymodel.inference.grouped.cell_fit import CellFit
    from equitymodel.inference.grouped.year_of_fit import year_of
    from equitymodel.inference.saved_fit import load_fit
    from equitymodel.report.content.decision_document import law_beside
    from equitymodel.report.decision_results import PAGE, write_decision

    question = read_options_file(options)
    law = law_beside(question, read_strategies(strategies))
    fit = load_fit(results)
    if not isinstance(fit, CellFit):
        raise OptionError(f"{results} holds an evaluation; options are judged on the folder that equitymodel run wrote")
    with progress() as tell:
        tell("judging options", 0.0)
        last = year_of(fit)
        judged = judge_options(question, last.fitted, last.expected, area=area or "", procedure=procedure or "")
    scope = f"{area or 'All ICSs'}, {procedure or last.fitted['procedure'].values[0]}"
    choice = _choice(question, scope, choose, reason, who)
    stamp = ". ".join(filter(None, (fit.stamp.rstrip("."), CellFacts.of(fit.cells).synthetic)))
    folder = write_decision(judged, results, out, scope=scope, choice=choice, law=law, stamp=stamp, overwrite=overwrite)
    for said in filter(None, (judged.too_few_draws, *question.left_out)):
        say(said)
    say(f"Open {folder / PAGE}" + (f"; the decision is recorded in {folder / LOG}" if choice else ""))


def _choice(
    question: DecisionQuestion, scope: str, choose: str | None, reason: str | None, who: str | None
) -> Choice | None:
    """Give what is to be recorded; nothing where nothing was chosen."""
    from equitymodel.decision.decision_log import Choice

    if not any((choose, reason, who)):
        return None
    if not (choose and reason and who):
        raise OptionError(f"{RECORD}; one of them is lacking")
    names = [option.name for option in question.options]
    if choose not in names:
        raise OptionError(f"no option is called '{choose}'; the file has {', '.join(names)}")
    return Choice(choose, scope, reason, who, question.weights_of, question.weights.words)


DECIDE = click.Command(
    "decide",
    callback=decide,
    help=decide.__doc__,
    params=[
        click.Argument(["results"], metavar="RESULTS"),
        click.Argument(["options"], metavar="OPTIONS.toml"),
        click.Option(["--out"], metavar="DIR", required=True, help="Folder for tables, the page and the log."),
        click.Option(["--area"], metavar="CODE", help="An ICS by code.  [default: all ICSs together]"),
        click.Option(["--procedure"], metavar="NAME", help="Needed where results have several."),
        click.Option(["--strategies"], metavar="FILE", help="Strategies of your own, beside those that ship."),
        click.Option(["--choose"], metavar="OPTION", help=f"The option that was chosen. {RECORD}."),
        click.Option(["--reason"], metavar="TEXT", help="Why it was chosen, and what was not known."),
        click.Option(["--who"], metavar="TEXT", help="Who decided."),
        click.Option(["--overwrite"], is_flag=True, help="Replace earlier tables; the log stays, and grows."),
    ],
)
