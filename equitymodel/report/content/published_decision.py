"""What is published of judged options, as a document needs it: from options at hand, or from the folder of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from equitymodel.decision.acceptability import OPTION, RANK
from equitymodel.decision.capacity_panels import frontier_table, growth_table, over_capacity, price_sentence
from equitymodel.decision.decision_question import MEASURES, DecisionQuestion, DeclaredOption
from equitymodel.decision.health_panels import curve_table, impact_table, switch_table, weights_table
from equitymodel.decision.information_panels import information_table, pilot_table, too_few_draws
from equitymodel.decision.judged_options import JudgedOptions
from equitymodel.decision.strategy_record import Register, Strategy
from equitymodel.errors import OptionError
from equitymodel.report.content.opened_folder import opened_folder
from equitymodel.vocabulary import ROUTES

RANKS, MOVED, DOMINANCE, OPTIONS = "rank_acceptability", "options_moved", "options_compared", "options"
INFORMATION, PILOT = "value_of_information", "value_of_pilot"
IMPACT, WEIGHTS, CURVE, SWITCH = "equity_impact", "equity_weights", "equity_curve", "equity_switch"
FRONTIER, GROWTH, DECISIONS = "frontier", "growth_only", "decisions"
TABLES = (RANKS, MOVED, DOMINANCE, OPTIONS, INFORMATION, PILOT, IMPACT, WEIGHTS, CURVE, SWITCH, FRONTIER, GROWTH,
          DECISIONS)  # fmt: skip
NOT_SAID = "not said"
WHY_CONTESTED = "why_contested"
"""The column of options that says why the rule of a list is contested."""
NO_STRATEGY = "no strategy of the register is named"
EQUALITY_ACT = "Equality Act 2010"
STATED = "as stated of"
"""How what an option does begins, where it is moved by its strategies."""


@dataclass(frozen=True)
class PublishedDecision:
    """What is published of judged options.

    Attributes
    ----------
    tables
        By name of `TABLES`; those that the file of options has no numbers for are not there.
    provenance, stamp
        Where it comes from, with what was asked and said; a warning that goes with everything, empty if there is none.
    """

    tables: Mapping[str, pd.DataFrame]
    provenance: Mapping[str, Any]
    stamp: str = ""

    def deciding(self, log: pd.DataFrame) -> PublishedDecision:
        """Give the same with the decisions of a log, from `read_log`."""
        return replace(self, tables={**self.tables, DECISIONS: log})

    def said(self, what: str) -> str:
        """Give a sentence of the record, nothing where it says nothing."""
        return str(self.provenance.get(what) or "")


def published_decision(
    judged: JudgedOptions, provenance: Mapping[str, Any], register: Register, log: pd.DataFrame | None = None
) -> PublishedDecision:
    """Work out every panel that the options have the numbers for.

    Parameters
    ----------
    judged, provenance
        From `judge_options`, and where it comes from.
    register, log
        Strategies, from `read_strategies`, with the law and legitimacy of options that name one; and decisions so far,
        from `read_log`.

    Returns
    -------
    PublishedDecision
        For `decision_document`, `board_document` and `write_decision`.
    """
    panels = {
        RANKS: judged.rank_table(), MOVED: judged.moved_table(), DOMINANCE: judged.dominance_table(),
        OPTIONS: options_table(judged.question, register, judged.contested), INFORMATION: information_table(judged),
        PILOT: pilot_table(judged), IMPACT: impact_table(judged), WEIGHTS: weights_table(judged),
        CURVE: curve_table(judged), SWITCH: switch_table(judged), FRONTIER: frontier_table(judged),
        GROWTH: growth_table(judged), DECISIONS: log if log is not None and len(log) else None,
    }  # fmt: skip
    stamp = str(provenance.get("stamp") or "")
    tables = {name: table for name, table in panels.items() if table is not None}
    marked = {name: table.assign(stamp=stamp) if stamp and name != DECISIONS else table
              for name, table in tables.items()}  # fmt: skip
    return PublishedDecision(marked, {**provenance, **_said(judged)}, stamp)


def _said(judged: JudgedOptions) -> dict[str, Any]:
    """Keep what was asked, and what is said of it."""
    question = judged.question
    return {
        "question": question.question,
        "criteria": {item.name: MEASURES[item.name] for item in question.criteria},
        "weights": question.weights.words,
        "weights_of": question.weights_of,
        "not_separated": judged.not_separated,
        "price": price_sentence(judged),
        "precision": precision_words(judged),
        "too_few_draws": too_few_draws(judged),
        "missing": [list(pair) for pair in question.missing],
        "stated": list(judged.stated),
        "currency": question.currency,
        "capacity_unit": question.capacity.unit if question.capacity else "",
        "capacity_total": question.capacity.total if question.capacity else None,
        "over_capacity": {name: list(found) for name, found in over_capacity(judged).items()},
    }


def precision_words(judged: JudgedOptions) -> str:
    """Say on how many draws it rests, and how exactly these tell how often the first option comes first."""
    draws = judged.fitted.sizes["chain"] * judged.fitted.sizes["draw"]
    share = float(judged.ranked["acceptability"].isel({RANK: 0}).max())
    error = 100 * (share * (1 - share) / float(judged.ranked["draws"])) ** 0.5
    return f"{draws:,}; Monte Carlo standard error of how often the first comes first: {error:.1f} percentage points"


def options_table(
    question: DecisionQuestion, register: Register, contested: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Lay out what each option does, with law and legitimacy beside it.

    Parameters
    ----------
    question
        Options, from `read_options`.
    register
        Strategies that ship and the user's own.
    contested
        By name of an option, why the rule of a list that it follows is contested.

    Returns
    -------
    pandas.DataFrame
        ``option, does, strategies, protected, contested, panel, have_regard, equality_act``, the two laws apart, and
        ``why_contested``, empty where no rule is.

    Raises
    ------
    OptionError
        When there is no such strategy; the nearest is named. When an option names one twice.
    """
    rows = []
    for option in question.options:
        named = [register.find(name) for name in option.strategies]
        _refuse_twice(option.name, [one.number for one in named])
        said = _legitimacy(named, register)
        why = (contested or {}).get(option.name, "")
        said["contested"] = _of_rule(option, said["contested"], why)
        rows.append({OPTION: option.name, "does": _does(option, named), **said, WHY_CONTESTED: why})
    return pd.DataFrame(rows)


def _of_rule(option: DeclaredOption, said: str, why: str) -> str:
    """Say whether an option is contested: by its rule, which places people, and by what the register says."""
    if not option.rule:
        return said
    of_rule = "yes, by its rule" if why else "no: its rule places nobody by a group"
    return of_rule if said in (NOT_SAID, "yes") else f"{of_rule}; strategy: {said}"


def _refuse_twice(option: str, numbers: list[int]) -> None:
    if twice := [number for number in numbers if numbers.count(number) > 1]:
        raise OptionError(f"option '{option}' names strategy {twice[0]} twice, by number or name; name each once")


def _does(option: DeclaredOption, named: list[Strategy]) -> str:
    """Say what moves an option: what is stated of its strategies, or its route and how far it goes."""
    if option.rule:
        return f"{STATED} the waiting-list rule '{option.rule}'"
    if option.route is None:
        numbers = " and ".join(str(one.number) for one in named)
        return f"{STATED} strateg{'y' if len(named) == 1 else 'ies'} {numbers}"
    said = ROUTES[option.route]
    return said if option.closure == 1 or option.route == "no_change" else f"{said}, {option.closure:.0%} of the way"


def _legitimacy(named: list[Strategy], register: Register) -> dict[str, str]:
    parts = ("protected", "contested", "panel", "have_regard", "equality_act")
    if not named:
        return {"strategies": NO_STRATEGY, **dict.fromkeys(parts, NOT_SAID)}
    laws = list(dict.fromkeys(entry for one in named for entry in register.law_of(one)))
    by_name = [entry for entry in laws if entry.law.startswith(EQUALITY_ACT) and entry.bears_on]
    regard = dict.fromkeys(entry.law for entry in laws if not entry.law.startswith(EQUALITY_ACT))
    return {
        "strategies": "; ".join(f"{one.number}, {one.name}" for one in named),
        "protected": _alike([one.uses_protected_characteristic for one in named]),
        "contested": _alike([one.contested for one in named]),
        "panel": _alike([one.panel for one in named]),
        "have_regard": "; ".join(regard),
        "equality_act": "; ".join(entry.says for entry in by_name) or "in general, as of any service",
    }


def _alike(said: list[str]) -> str:
    """Say once what is said of all."""
    return "; ".join(dict.fromkeys(said))


def open_decision(folder: Path | str) -> PublishedDecision:
    """Open what ``equitymodel decide`` wrote into its folder.

    Parameters
    ----------
    folder
        With ``rank_acceptability.csv`` and what stands beside it.

    Returns
    -------
    PublishedDecision
        Every table, and what was said, as they were written; an `OptionError` names a file that is not there, or one
        that is read and was changed since. Nothing is read from a CSV file that has its table as Parquet beside it.

    Examples
    --------
    >>> open_decision("absent")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: absent holds no judged options: provenance.json, rank_acceptability.csv,
    options_moved.csv is not there. Give the folder that equitymodel decide wrote
    """
    tables, kept = opened_folder(
        folder, TABLES, needed=(RANKS, MOVED), what="judged options", writer="equitymodel decide"
    )
    return PublishedDecision(tables, kept, kept.get("stamp") or "")
