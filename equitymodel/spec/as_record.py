"""Models and interventions in plain types, ready for a file, and read back as they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from equitymodel.spec.effect import Effect
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior
from equitymodel.spec.read_spec import SHARE_WORDS
from equitymodel.spec.series_model import Noise, SeriesModel, Term
from equitymodel.spec.share import ShareThatLasts


def model_record(model: ModelSpec | SeriesModel) -> dict[str, Any]:
    """Write a model down as it is: changed in Python or not, with every prior and the text it was read from.

    Examples
    --------
    >>> from equitymodel.spec.library import load_series_model
    >>> model_record(load_series_model().leaving_out("slope"))["terms"][10]["included"]
    False
    """
    return asdict(model)


def spec_from(record: Mapping[str, Any]) -> ModelSpec:
    """Read a model of cells from its record.

    Parameters
    ----------
    record
        From `model_record`, perhaps by way of JSON.

    Returns
    -------
    ModelSpec
        Equal to the one that was written.

    Raises
    ------
    SpecError
        When a word in it has no meaning.

    Examples
    --------
    >>> from equitymodel.spec.library import load_model
    >>> spec = load_model().replace_prior("ics_gradient", sd=0.3)
    >>> spec_from(model_record(spec)) == spec
    True
    """
    extra = record["overdispersion"]
    changed = {
        "effects": tuple(_effect(entry) for entry in record["effects"]),
        "overdispersion": extra and Prior(**extra),
        "overdispersion_over": tuple(record["overdispersion_over"]),
    }
    return ModelSpec(**{**record, **changed})


def series_model_from(record: Mapping[str, Any]) -> SeriesModel:
    """Read a model of an interrupted series from its record, as `spec_from` reads one of cells.

    Examples
    --------
    >>> from equitymodel.spec.library import load_series_model
    >>> model = load_series_model().with_harmonics(1)
    >>> series_model_from(model_record(model)) == model
    True
    """
    terms = tuple(Term(**{**entry, "prior": Prior(**entry["prior"])}) for entry in record["terms"])
    noises = tuple(_noise(entry) for entry in record["noises"])
    return SeriesModel(**{**record, "terms": terms, "noises": noises})


def plan_from(record: Mapping[str, Any]) -> Interruption:
    """Read an intervention from its record, with when it was declared.

    Parameters
    ----------
    record
        From `plan_record`, perhaps by way of JSON.

    Returns
    -------
    Interruption
        Equal to the one that was written, and with the same hash.

    Raises
    ------
    SpecError
        When the declaration has no meaning.

    Examples
    --------
    >>> plan = Interruption("2023-04", exposed={"ics": ("QE1",)})
    >>> plan_from(plan_record(plan)).sha256 == plan.sha256
    True
    """
    return Interruption(**record)


def plan_record(plan: Interruption) -> dict[str, Any]:
    """Write an intervention down as it was declared.

    Examples
    --------
    >>> plan_record(Interruption("2023-04"))["shape"]
    'both'
    """
    return asdict(plan)


def _effect(entry: Mapping[str, Any]) -> Effect:
    priors = {name: entry[name] and Prior(**entry[name]) for name in ("prior", "spread")}
    dims = {name: tuple(entry[name]) for name in ("over", "spread_over")}
    shares = {name: entry.get(name) and ShareThatLasts(**entry[name]) for name in SHARE_WORDS}
    return Effect(**{**entry, **priors, **dims, **shares})


def _noise(entry: Mapping[str, Any]) -> Noise:
    bounds = entry["correlation"]
    return Noise(**{**entry, "prior": Prior(**entry["prior"]), "correlation": bounds and tuple(bounds)})
