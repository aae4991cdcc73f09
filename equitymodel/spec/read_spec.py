"""Read a model specification from TOML, with a closed vocabulary that teaches."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from typing import Any

from equitymodel.errors import SpecError
from equitymodel.spec.effect import Effect
from equitymodel.spec.kinds.registry import KINDS
from equitymodel.spec.model_spec import EXTRA_VARIATION, FORMAT, ModelSpec
from equitymodel.spec.over_years import CONSTANT
from equitymodel.spec.prior import Prior, read_prior
from equitymodel.spec.share import read_share
from equitymodel.vocabulary import PROCEDURE, nearest

MODEL_WORDS = ("format", "name", "question", "likelihood", "extra_variation", "extra_variation_over", "effect")
EFFECT_WORDS = ("name", "over", "kind", "meaning", "prior", "spread", "spread_over", "sum_to_zero",
                "over_years", "correlation", "share_that_lasts", "heavy_tails", "covariate", "neutralise",
                "share_of_neighbours", "share_of_procedures")  # fmt: skip

SHARE_WORDS = tuple(word for word in EFFECT_WORDS if word.startswith("share_"))


def read_spec(text: str) -> ModelSpec:
    r"""Read a specification from the text of a TOML file.

    Parameters
    ----------
    text
        The file's content.

    Returns
    -------
    ModelSpec
        The specification, with `text` kept for the record.

    Raises
    ------
    SpecError
        When a word is unknown (the nearest known one is named), lacking or of the wrong type.

    Examples
    --------
    >>> read_spec("format = 1\nnome = 'x'")
    Traceback (most recent call last):
    equitymodel.errors.SpecError: unknown word 'nome' in the model. Did you mean 'name'?
    """
    entries = parse(text)
    check_words(
        entries, MODEL_WORDS, required=("format", "name", "question", "likelihood", "effect"), where="the model"
    )
    check_format(entries)
    extra = entries.get(EXTRA_VARIATION)
    word = f"{EXTRA_VARIATION}_over"
    over = {"overdispersion_over": _words(entries, word, "the model")} if word in entries else {}
    overdispersion = None if extra is None else read_prior(extra, EXTRA_VARIATION)
    each = over.get("overdispersion_over", (PROCEDURE,))
    return ModelSpec(
        name=text_of(entries, "name"),
        question=text_of(entries, "question"),
        likelihood=text_of(entries, "likelihood"),
        effects=tuple(_read_effect(entry, overdispersion, each) for entry in tables_under(entries, "effect")),
        overdispersion=overdispersion,
        text=text,
        **over,
    )


def _read_effect(entry: dict[str, Any], overdispersion: Prior | None, each: tuple[str, ...]) -> Effect:
    where = f"effect '{entry.get('name', '?')}'"
    check_words(entry, EFFECT_WORDS, required=("name", "over", "kind", "meaning"), where=where)
    kind = text_of(entry, "kind")
    if kind in KINDS and KINDS[kind].added_by:
        raise SpecError(
            f"{where}: the kind '{kind}' is not written into a model; ask for it with {KINDS[kind].added_by}"
        )
    part = entry.get("spread") == EXTRA_VARIATION
    if part and (overdispersion is None or "spread_over" in entry):
        raise SpecError(f"{where}: a spread of {EXTRA_VARIATION} is that of the model, which says what it varies over")
    return Effect(
        name=text_of(entry, "name"),
        over=_words(entry, "over", where),
        kind=kind,
        meaning=text_of(entry, "meaning"),
        prior=read_prior(entry["prior"], where) if "prior" in entry else None,
        spread=overdispersion if part else read_prior(entry["spread"], where) if "spread" in entry else None,
        spread_over=each if part else _words(entry, "spread_over", where),
        sum_to_zero=text_of(entry, "sum_to_zero") if "sum_to_zero" in entry else None,
        over_years=text_of(entry, "over_years") if "over_years" in entry else CONSTANT,
        correlation=_number(entry, "correlation", where),
        **{word: read_share(entry[word], where, word) for word in SHARE_WORDS if word in entry},
        part_of_extra_variation=part,
        heavy_tails=_yes_or_no(entry, "heavy_tails", where),
        covariate=text_of(entry, "covariate") if "covariate" in entry else None,
        neutralise=_yes_or_no(entry, "neutralise", where, usual=True),
    )


def parse(text: str) -> dict[str, Any]:
    """Read TOML, and say where it is not valid."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"the specification is not valid TOML: {error}") from error


def check_format(entries: dict[str, Any]) -> None:
    """Refuse a file of another format."""
    if entries["format"] != FORMAT:
        raise SpecError(f"format {entries['format']} is not known; this version reads format {FORMAT}")


def tables_under(entries: dict[str, Any], word: str) -> list[dict[str, Any]]:
    """Give the tables under a heading that is written once for each."""
    found = entries[word]
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise SpecError(f"write each {word} under a [[{word}]] heading")
    return found


def check_words(entries: dict[str, Any], known: Iterable[str], *, required: Iterable[str], where: str) -> None:
    """Refuse words that are unknown, and say which are lacking."""
    for word in entries:
        if word not in known:
            raise SpecError(f"unknown word '{word}' in {where}. {nearest(word, known)}")
    for word in required:
        if word not in entries:
            raise SpecError(f"{where} lacks '{word}'")


def text_of(entries: dict[str, Any], word: str) -> str:
    """Give the text that stands for a word."""
    value = entries[word]
    if not isinstance(value, str) or not value.strip():
        raise SpecError(f"'{word}' must be text, not {value!r}")
    return value


def _words(entries: dict[str, Any], word: str, where: str) -> tuple[str, ...]:
    value = entries.get(word, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SpecError(f"{where}: '{word}' must be a list of words, such as ['ics', 'procedure']")
    return tuple(value)


def _number(entry: dict[str, Any], word: str, where: str) -> float | None:
    value = entry.get(word)
    if value is not None and (not isinstance(value, int | float) or isinstance(value, bool)):
        raise SpecError(f"{where}: '{word}' must be a number, not {value!r}")
    return None if value is None else float(value)


def _yes_or_no(entry: dict[str, Any], word: str, where: str, *, usual: bool = False) -> bool:
    value = entry.get(word, usual)
    if not isinstance(value, bool):
        raise SpecError(f"{where}: '{word}' is true or false, not {value!r}")
    return value
