"""Names that an option may take, found without loading anything heavy: models, breaks, rules for small numbers."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from equitymodel.data.tables.period_rules import rules_by_period
from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

HALVES = r"(?:\s*half[- ](?:up|even))?"
RULE_WRITTEN = re.compile(rf"^(\d+)\s*-\s*(\d+)(?:\s*/\s*(\d+){HALVES})?$")
ROUNDED_ALONE = re.compile(rf"^/\s*[1-9]\d*{HALVES}$")
PASSAGES = "passages"
TO_2026 = "to_icb2026"
"""Boards of 2023 are put on those of 2026."""
AREA_WORDS = ("icb", "icb2023", "icb2026", "any", TO_2026)
RULE_NAMES = ("error", "exact", "exclude", "hes", "lt5", "lt6", "opensafely", "midpoint_6")


@cache
def _kinds_of_models() -> dict[str, str | None]:
    """Read of which kind each model is that ships: none, ``series``, or ``passages`` of a pathway."""
    found = sorted(item.name for item in files("equitymodel.models").iterdir() if item.name.endswith(".toml"))
    texts = {name: files("equitymodel.models").joinpath(name).read_text(encoding="utf-8") for name in found}
    return {name.removesuffix(".toml"): _kind(tomllib.loads(text)) for name, text in texts.items()}


def _kind(model: Mapping[str, object]) -> str | None:
    named = model.get("kind")
    return PASSAGES if model.get("likelihood") == "binomial" else None if named is None else str(named)


def names_of_models() -> tuple[str, ...]:
    """Name the models of cells that ship.

    Examples
    --------
    >>> names_of_models()
    ('gap_by_procedure', 'group_by_procedure', 'need_adjusted', 'small_areas', 'straight_gradients')
    """
    return tuple(name for name, kind in _kinds_of_models().items() if kind is None)


def names_of_series_models() -> tuple[str, ...]:
    """Name the models of a series over time that ship.

    Examples
    --------
    >>> names_of_series_models()
    ('controlled_interruption', 'gap_interruption', 'interruption')
    """
    return tuple(name for name, kind in _kinds_of_models().items() if kind not in (None, PASSAGES))


def names_of_passage_models() -> tuple[str, ...]:
    """Name the models of passages from stage to stage that ship.

    Examples
    --------
    >>> names_of_passage_models()
    ('passages', 'passages_by_group')
    """
    return tuple(name for name, kind in _kinds_of_models().items() if kind == PASSAGES)


def known_break_names() -> tuple[str, ...]:
    """Name the known breaks in series, and ``none``.

    Examples
    --------
    >>> known_break_names()[-1], "england_pandemic" in known_break_names()
    ('none', True)
    """
    text = files("equitymodel.data").joinpath("shipped/breaks.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return (*(row["id"] for row in rows), "none")


def check_small_numbers(choice: object) -> None:
    """Refuse a rule for small numbers that is none: neither a name, nor written as ``1-9`` or ``1-7/5``; by period too.

    Raises
    ------
    OptionError
        Says why, and the nearest that there is.

    Examples
    --------
    >>> check_small_numbers("hess")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: cannot be 'hess'. Did you mean 'hes'? Or write one, such as 1-9 or 1-7/5.
    """
    for rule in rules_by_period(choice).values() or [str(choice)]:
        _check_rule(rule)


def _check_rule(choice: str) -> None:
    written = RULE_WRITTEN.match(choice)
    if choice not in RULE_NAMES and not written and not ROUNDED_ALONE.match(choice):
        raise OptionError(f"cannot be '{choice}'. {nearest(choice, RULE_NAMES)} Or write one, such as 1-9 or 1-7/5.")
    if written and (int(written[1]) > int(written[2]) or int(written[3] or 1) < 1):
        rounded = f", rounded to {written[3]}" if written[3] else ""
        raise OptionError(f"cannot be '{choice}': a suppressed count cannot lie between {written[1]} and {written[2]}"
                          f"{rounded}")  # fmt: skip


def check_reason(said: object) -> None:
    """Refuse a reason that says nothing.

    Raises
    ------
    OptionError
        Says what a reason is.

    Examples
    --------
    >>> check_reason("as in Smith 2020")
    """
    from equitymodel.inference.accepted_prior import SAY, says_something

    if not says_something(str(said)):
        raise OptionError(f"takes a reason in words, not '{said}'; {SAY}")


def check_markers(said: object) -> None:
    """Refuse a meaning that no marker can have.

    Raises
    ------
    OptionError
        Says why, and the nearest that there is.

    Examples
    --------
    >>> check_markers({"[q]": "supressed"})
    Traceback (most recent call last):
    equitymodel.errors.OptionError: '[q]' cannot mean 'supressed'. Did you mean 'suppressed'? Or bounds: 1-7.
    """
    from equitymodel.data.tables.markers import check_meanings

    check_meanings(said if isinstance(said, Mapping) else {})
