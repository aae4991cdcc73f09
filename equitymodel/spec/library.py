"""The models that ship with the package, and models from an analyst's own files."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import SpecError
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.read_series_model import KIND, read_series_model
from equitymodel.spec.read_spec import parse, read_spec
from equitymodel.spec.series_model import SeriesModel
from equitymodel.vocabulary import nearest

DEFAULT_MODEL = "need_adjusted"
GROUP_MODEL = "group_by_procedure"
"""For groups that have no order."""
CROSSED_MODEL = "deprivation_within_groups"
"""For deprivation within them."""
SERIES_MODELS = {"level": "interruption", "gap": "gap_interruption", "controlled": "controlled_interruption"}
"""The models for interrupted series: by what the question is about, and where there are controls."""


def model_names() -> dict[str, str]:
    """List the models that ship, with the question each answers.

    Returns
    -------
    dict
        Questions by the name of the model.

    Examples
    --------
    >>> sorted(model_names())
    ['controlled_interruption', 'deprivation_within_groups', 'gap_by_procedure', 'gap_interruption',
     'group_by_procedure', 'interruption', 'need_adjusted', 'passages', 'passages_by_group', 'procedures_together',
     'small_areas', 'straight_gradients']
    """
    found = sorted(item.name for item in files("equitymodel.models").iterdir() if item.name.endswith(".toml"))
    return {name.removesuffix(".toml"): parse(_shipped(name))["question"] for name in found}


def model_text(name: str) -> str:
    """Give the text of a model that ships, to read or to copy.

    Parameters
    ----------
    name
        One of `model_names`.

    Returns
    -------
    str
        TOML.

    Raises
    ------
    SpecError
        When there is no such model; names the nearest.

    Examples
    --------
    >>> model_text("need_adjusted").splitlines()[0]
    'format = 1'
    """
    names = model_names()
    if name not in names:
        raise SpecError(f"no model '{name}'. {nearest(name, names)}")
    return _shipped(f"{name}.toml")


@refuses_other_types
def load_model(name: str | Path = DEFAULT_MODEL) -> ModelSpec:
    """Load a model by its name, or from a TOML file of your own.

    Parameters
    ----------
    name
        A shipped model, or a path that ends in ``.toml``.

    Returns
    -------
    ModelSpec
        Print it to see the formula and each prior with what it implies.

    Raises
    ------
    SpecError
        When there is no such model, or a word in it has no meaning.

    Examples
    --------
    >>> load_model("need_adjusted").name
    'need_adjusted'
    """
    spec = read_model(text_of_model(name))
    if isinstance(spec, SeriesModel):
        raise SpecError(f"'{name}' is a model of a series over time; use it with evaluate(..., model='{name}')")
    return _say_changed(spec) if Path(name).suffix == ".toml" else spec


def _say_changed(spec: ModelSpec) -> ModelSpec:
    """Let a model that has the name of one that ships, and not its assumptions, say so in its name."""
    if spec.name not in model_names():
        return spec
    ships = read_model(model_text(spec.name))
    return replace(ships, question=spec.question, text=spec.text).changed(
        likelihood=spec.likelihood, effects=spec.effects, overdispersion=spec.overdispersion,
        overdispersion_over=spec.overdispersion_over,
    ) if isinstance(ships, ModelSpec) else spec  # fmt: skip


@refuses_other_types
def load_series_model(name: str | Path = SERIES_MODELS["level"]) -> SeriesModel:
    """Load a model of an interrupted series by its name, or from a TOML file of your own.

    Parameters
    ----------
    name
        As for `load_model`.

    Returns
    -------
    SeriesModel
        Printed as the model of `load_model` is.

    Raises
    ------
    SpecError
        When there is no such model, it is not one of a series, or a word in it has no meaning.

    Examples
    --------
    >>> print(load_series_model().formula())
    log(fitted) = log(exposure) + log(working days) + start + trend + reentry + recovery + working_days + season
    + covariate + level + slope + kappa + bend + deprivation + ics + ics_by_procedure + noise[own] + noise[common]
    """
    spec = read_model(text_of_model(name))
    if not isinstance(spec, SeriesModel):
        known = ", ".join(SERIES_MODELS.values())
        raise SpecError(f"'{name}' is not a model of a series over time; those that ship are {known}")
    return spec


def choose_model(model: ModelSpec | str | Path) -> ModelSpec:
    """Take a model as it is, or load it by its name or file.

    Examples
    --------
    >>> choose_model("gap_by_procedure").name
    'gap_by_procedure'
    """
    return model if isinstance(model, ModelSpec) else load_model(model)


def choose_series_model(plan: Interruption, model: SeriesModel | str | Path | None = None) -> SeriesModel:
    """Give the model that was asked for, or the one that goes with the question of an interruption.

    Parameters
    ----------
    plan
        The interruption.
    model
        A model, its name, or a path; if none is given, ``controlled_interruption`` where not all were
        exposed from the same start, otherwise the one for the outcome.

    Returns
    -------
    SeriesModel
        The model.

    Raises
    ------
    SpecError
        As `load_series_model`.

    Examples
    --------
    >>> choose_series_model(Interruption("2023-04", outcome="gap")).name
    'gap_interruption'
    """
    if isinstance(model, SeriesModel):
        return model
    return load_series_model(model or SERIES_MODELS["controlled" if plan.controlled else plan.outcome])


def read_model(text: str) -> ModelSpec | SeriesModel:
    """Read a model of either kind: one of cells, or one of a series over time.

    Examples
    --------
    >>> read_model(model_text("interruption")).name
    'interruption'
    """
    return read_series_model(text) if parse(text).get("kind") == KIND else read_spec(text)


def text_of_model(name: str | Path) -> str:
    """Give the text of a model by its name, or of a file."""
    path = Path(name)
    if path.suffix != ".toml":
        return model_text(str(name))
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SpecError(f"cannot read the model file {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SpecError(f"the model file {path} is not UTF-8 text; save it as UTF-8") from error


def _shipped(filename: str) -> str:
    return files("equitymodel.models").joinpath(filename).read_text(encoding="utf-8")
