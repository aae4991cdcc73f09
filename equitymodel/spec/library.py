"""The models that ship with the package, and models from an analyst's own files."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

from equitymodel.errors import SpecError
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.read_spec import read_spec
from equitymodel.vocabulary import nearest

DEFAULT_MODEL = "need_adjusted"
GROUP_MODEL = "group_by_procedure"
"""For groups that have no order."""


def model_names() -> dict[str, str]:
    """List the models that ship, with the question each answers.

    Examples
    --------
    >>> sorted(model_names())
    ['gap_by_procedure', 'group_by_procedure', 'need_adjusted']
    """
    found = sorted(item.name for item in files("equitymodel.models").iterdir() if item.name.endswith(".toml"))
    return {name.removesuffix(".toml"): tomllib.loads(_shipped(name))["question"] for name in found}


def model_text(name: str) -> str:
    """Give the text of a model that ships, to read or to copy.

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
    path = Path(name)
    if path.suffix != ".toml":
        return read_spec(model_text(str(name)))
    try:
        return read_spec(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SpecError(f"cannot read the model file {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SpecError(f"the model file {path} is not UTF-8 text; save it as UTF-8") from error


def _shipped(filename: str) -> str:
    return files("equitymodel.models").joinpath(filename).read_text(encoding="utf-8")
