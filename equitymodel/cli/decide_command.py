"""The command `decide`: options judged on saved results, and a record of what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from equitymodel.cli.carried_areas import refuse_carried
from equitymodel.cli.screen import progress, say
from equitymodel.errors import OptionError

if TYPE_CHECKING:
    import xarray as xr

    from equitymodel.decision.decision_log import Choice
    from equitymodel.decision.decision_question import DecisionQuestion
    from equitymodel.decision.judged_options import JudgedOptions
    from equitymodel.decision.strategy_effect import EffectOptions
    from equitymodel.decision.strategy_record import Register
    from equitymodel.inference.grouped.cell_fit import CellFit
    from equitymodel.inference.passages.stage_profile import StageProfile
    from equitymodel.waiting.kept_rules import KeptRules
    from equitymodel.waiting.rule_effects import RuleEffects

RECORD = "To record a decision, give --choose, --reason and --who together"


class DecideOptions(TypedDict):
    """What the options of the command say."""

    out: str
    area: str | None
    procedure: str | None
    stages: str | None
    strategies: str | None
    waiting: str | None
    choose: str | None
    reason: str | None
    who: str | None
    refreshed: str | None
    seal: str | None
    overwrite: bool


@dataclass(frozen=True)
class StatedEffects:
    """What is stated of strategies with the pathway that they act on, and rules of a waiting list."""

    effects: EffectOptions | None
    profile: StageProfile | None
    rules: KeptRules | None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What has to be said wherever these effects are."""
        from equitymodel.report.content.published_effects import MADE_UP

        made_up = MADE_UP if self.effects is not None and self.effects.made_up else ""
        return _stamp(self.profile), made_up, _stamp(self.rules)


def _stamp(source: StageProfile | KeptRules | None) -> str:
    return source.stamp.rstrip(".") if source is not None else ""


def decide(results: str, options: str, **asked: Unpack[DecideOptions]) -> None:
    """Judge options by equity and admissions on the posterior of a run, and record what was decided and why.

    RESULTS is the folder that a run wrote, OPTIONS a TOML file of options, criteria and weights. Without --choose
    nothing is recorded.
    """
    from equitymodel.decision.options_file import read_options_file
    from equitymodel.decision.read_register import read_strategies
    from equitymodel.report.content.published_decision import options_table
    from equitymodel.report.decision_results import PAGE

    question = read_options_file(options)
    _refuse_before(question, asked)
    register = read_strategies(asked["strategies"])
    options_table(question, register)
    fit = _fit(results)
    with progress() as tell:
        tell("judging options", 0.0)
        stated = _stated(question, fit, register, asked)
        judged, scope = _judge(question, fit, register, stated, asked)
        tell("writing the page and the report", 0.5)
        files = {"results": results, "options": options, **_more_files(question, asked)}
        folder = _write(judged, fit, files, register, scope, stated, asked)
    for said in (*question.left_out, *filter(None, [question.doubt])):
        say(said)
    say(f"Open {folder / PAGE}" + ("; the decision is recorded" if asked["choose"] else ""))


def _refuse_before(question: DecisionQuestion, asked: DecideOptions) -> None:
    """Refuse what cannot be recorded or written before any work is done."""
    from equitymodel.report.decision_results import check_decision_destination, log_of

    refuse_half_a_record(question, asked)
    log_of(Path(asked["out"]), asked["seal"] or "")
    check_decision_destination(Path(asked["out"]), overwrite=asked["overwrite"])


def _more_files(question: DecisionQuestion, asked: DecideOptions) -> dict[str, str]:
    """Name what options are judged with beside the run and their own file."""
    stages, strategies = asked["stages"], asked["strategies"]
    found = {"stages": stages, "effects": question.effects} if stages else {}
    found |= {"waiting": asked["waiting"]} if asked["waiting"] else {}
    found |= {"strategies": strategies} if strategies else {}
    return found | ({"refreshed": asked["refreshed"]} if asked["refreshed"] else {})


def _fit(results: str) -> CellFit:
    """Open the last year of a run."""
    from equitymodel.data.cells.cell_facts import CellFacts
    from equitymodel.data.tables.crossed_groups import refuse_crossed
    from equitymodel.inference.grouped.cell_fit import CellFit
    from equitymodel.inference.grouped.year_of_fit import year_of
    from equitymodel.inference.saved_fit import load_fit

    refuse_carried(results, "equitymodel decide")
    fit = load_fit(results)
    if not isinstance(fit, CellFit):
        raise OptionError(f"{results} holds an evaluation; options are judged on the folder that equitymodel run wrote")
    way_out = "decide on a run by deprivation alone, or by the other groups alone"
    refuse_crossed(CellFacts.of(fit.cells).group, "a decision", way_out)
    return year_of(fit)


def _stated(question: DecisionQuestion, fit: CellFit, register: Register, asked: DecideOptions) -> StatedEffects:
    """Read what moves options that go no route: strategies through their pathway, and rules of a list."""
    effects, profile = _pathway(question, fit, register, asked) or (None, None)
    return StatedEffects(effects, profile, _rules(question, asked))


def _rules(question: DecisionQuestion, asked: DecideOptions) -> KeptRules | None:
    """Open the rules of a list; nothing where none is given."""
    from equitymodel.waiting.kept_rules import open_rules

    if asked["waiting"] is None:
        return None
    if not question.by_rules:
        raise OptionError(
            "--waiting is there for options that name a rule of a list, and the file has none; leave --waiting out, or "
            'add rule = "..." to an option that goes no route'
        )
    return open_rules(asked["waiting"])


def _pathway(
    question: DecisionQuestion, fit: CellFit, register: Register, asked: DecideOptions
) -> tuple[EffectOptions, StageProfile] | None:
    """Read what is stated of strategies, and open their pathway; nothing where none is given."""
    from equitymodel.data.cells.cell_facts import CellFacts
    from equitymodel.decision.read_effects import read_effect_options
    from equitymodel.decision.strategy_changes import refuse_other_groups
    from equitymodel.inference.passages.saved_profile import open_profile

    if asked["stages"] is None:
        return None
    if not question.by_strategies:
        raise OptionError(
            "--stages is there for options that name a strategy and no route, and the file has none; leave --stages "
            "out, or take the route out of an option that names a strategy"
        )
    profile = open_profile(asked["stages"]).require_sound()
    refuse_other_groups(CellFacts.of(fit.cells), CellFacts.of(profile.stages))
    return read_effect_options(question.effects, register=register), profile


def _judge(
    question: DecisionQuestion, fit: CellFit, register: Register, stated: StatedEffects, asked: DecideOptions
) -> tuple[JudgedOptions, str]:
    """Judge options in the scope that was asked for, and name it."""
    from equitymodel.decision.decision_scope import in_scope, place_named
    from equitymodel.decision.judged_options import judge_options

    (area, place), procedure = place_named(asked["area"] or "", fit.cells), asked["procedure"] or ""
    fitted, expected = (in_scope(values, area, procedure) for values in (fit.fitted, fit.expected))
    made = _changes(question, fitted, stated, register, fit)
    judged = judge_options(question, fitted, expected, area=area, effects=made.changes, contested=made.contested,
                           stated=made.stated)  # fmt: skip
    return judged, f"{place}, {fitted['procedure'].item()}"


def _changes(
    question: DecisionQuestion, fitted: xr.DataArray, stated: StatedEffects, register: Register, fit: CellFit
) -> RuleEffects:
    """Give what options change that go no route, why some are contested, and what has to be said beside them."""
    from equitymodel.data.cells.cell_facts import CellFacts
    from equitymodel.decision.strategy_changes import strategy_changes
    from equitymodel.waiting.rule_effects import RuleEffects
    from equitymodel.waiting.rule_options import rule_changes

    found: dict[str, xr.DataArray] = {}
    made = RuleEffects({}, {})
    if stated.profile is not None and stated.effects is not None:
        found |= strategy_changes(question, fitted, stated.profile, stated.effects, register=register)
    if stated.rules is not None:
        made = rule_changes(question, fitted, stated.rules, CellFacts.of(fit.cells))
    return replace(made, changes=found | made.changes)


def _write(
    judged: JudgedOptions, fit: CellFit, files: Mapping[str, str], register: Register, scope: str,
    stated: StatedEffects, asked: DecideOptions,
) -> Path:  # fmt: skip
    """Write the folder, and record what was decided."""
    from equitymodel.data.cells.cell_facts import CellFacts
    from equitymodel.report.decision_results import write_decision

    kept = {"command": "decide", **{name: Path(file) for name, file in files.items()}}
    stamp = ". ".join(filter(None, (fit.stamp.rstrip("."), *stated.warnings)))
    return write_decision(
        judged, files["results"], asked["out"], scope=scope, register=register, facts=CellFacts.of(fit.cells),
        choice=_choice(judged, scope, asked), stamp=stamp, options=kept, overwrite=asked["overwrite"],
    )  # fmt: skip


def refuse_half_a_record(question: DecisionQuestion, asked: DecideOptions) -> None:
    """Refuse a decision without its reason, or for what is no option, before any work is done.

    Raises
    ------
    OptionError
        When one of --choose, --reason and --who is lacking, or there is no such option.
    """
    given = [asked["choose"], asked["reason"], asked["who"]]
    if any(given) and not all(given):
        raise OptionError(f"{RECORD}; one of them is lacking")
    names = [option.name for option in question.options]
    if asked["choose"] and asked["choose"] not in names:
        raise OptionError(f"no option is called '{asked['choose']}'; the file has {', '.join(names)}")


def _choice(judged: JudgedOptions, scope: str, asked: DecideOptions) -> Choice | None:
    """Give what is to be recorded; nothing where nothing was chosen."""
    from equitymodel.decision.decision_log import Choice

    if not asked["choose"]:
        return None
    said, question = (asked["choose"], scope, str(asked["reason"]), str(asked["who"])), judged.question
    return Choice(*said, question.weights_of, question.weights.words, judged.contested.get(asked["choose"], ""))


DECIDE = click.Command(
    "decide",
    callback=decide,
    help=decide.__doc__,
    params=[
        click.Argument(["results"], metavar="RESULTS"),
        click.Argument(["options"], metavar="OPTIONS.toml"),
        click.Option(["--out"], metavar="DIR", required=True, help="Folder for tables, the page and the log."),
        click.Option(["--area"], metavar="ICS", help="An ICS by code or name.  [default: all ICSs together]"),
        click.Option(["--procedure"], metavar="NAME", help="Needed where results have several."),
        click.Option(["--stages"], metavar="DIR", help="Of equitymodel stages: the pathway that strategies act on."),
        click.Option(
            ["--waiting"], metavar="DIR", help="Of equitymodel waiting: the rules of a list that options name."
        ),
        click.Option(["--strategies"], metavar="FILE", help="Strategies of your own, beside those that ship."),
        click.Option(["--choose"], metavar="OPTION", help=f"The option that was chosen. {RECORD}."),
        click.Option(["--reason"], metavar="TEXT", help="Why it was chosen, and what was not known."),
        click.Option(["--who"], metavar="TEXT", help="Who decided."),
        click.Option(
            ["--refreshed"],
            metavar="DIR",
            help="Of equitymodel refresh: what each further month is worth, for the log.",
        ),
        click.Option(
            ["--seal"], metavar="HASH", help="Of a decision, as printed: it has to be in the log still.", hidden=True
        ),
        click.Option(["--overwrite"], is_flag=True, help="Replace earlier tables; the log stays, and grows."),
    ],
)
