"""Read a model of an interrupted series from TOML, in the same closed vocabulary as other models."""

from __future__ import annotations

from typing import Any

from equitymodel.errors import SpecError
from equitymodel.spec.prior import read_prior
from equitymodel.spec.read_spec import check_format, check_words, parse, tables_under, text_of
from equitymodel.spec.series_model import Noise, SeriesModel, Term

MODEL_WORDS = ("format", "kind", "name", "question", "harmonics", "term", "noise")
TERM_WORDS = ("name", "meaning", "prior", "included")
NOISE_WORDS = (*TERM_WORDS, "correlation")
KIND = "series"


def read_series_model(text: str) -> SeriesModel:
    r"""Read a model of an interrupted series from the text of a TOML file.

    Parameters
    ----------
    text
        As for `read_spec`.

    Returns
    -------
    SeriesModel
        The model, with `text` kept for the record.

    Raises
    ------
    SpecError
        As `read_spec`.

    Examples
    --------
    >>> read_series_model("format = 1\nkind = 'series'\nharmonic = 2")
    Traceback (most recent call last):
    equitymodel.errors.SpecError: unknown word 'harmonic' in the model. Did you mean 'harmonics'?
    """
    entries = parse(text)
    check_words(entries, MODEL_WORDS, required=MODEL_WORDS, where="the model")
    check_format(entries)
    if entries["kind"] != KIND:
        raise SpecError(f"kind '{entries['kind']}' is not known; a model of a series has kind = '{KIND}'")
    return SeriesModel(
        name=text_of(entries, "name"),
        question=text_of(entries, "question"),
        harmonics=entries["harmonics"],
        terms=tuple(_read_term(entry) for entry in tables_under(entries, "term")),
        noises=tuple(_read_noise(entry) for entry in tables_under(entries, "noise")),
        text=text,
    )


def _read_term(entry: dict[str, Any]) -> Term:
    where = f"term '{entry.get('name', '?')}'"
    check_words(entry, TERM_WORDS, required=TERM_WORDS[:3], where=where)
    return Term(text_of(entry, "name"), text_of(entry, "meaning"), read_prior(entry["prior"], where),
                included=_read_switch(entry, where))  # fmt: skip


def _read_noise(entry: dict[str, Any]) -> Noise:
    where = f"noise '{entry.get('name', '?')}'"
    check_words(entry, NOISE_WORDS, required=TERM_WORDS[:3], where=where)
    return Noise(text_of(entry, "name"), text_of(entry, "meaning"), read_prior(entry["prior"], where),
                 _read_range(entry, where), included=_read_switch(entry, where))  # fmt: skip


def _read_switch(entry: dict[str, Any], where: str) -> bool:
    value = entry.get("included", True)
    if not isinstance(value, bool):
        raise SpecError(f"{where}: 'included' is true or false, not {value!r}")
    return value


def _read_range(entry: dict[str, Any], where: str) -> tuple[float, float] | None:
    value = entry.get("correlation")
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(end, int | float) for end in value):
        raise SpecError(f"{where}: 'correlation' is a pair of numbers, such as [-0.2, 0.98]")
    return float(value[0]), float(value[1])
