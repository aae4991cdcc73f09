"""The command `models`: those that ship, to list, show and copy."""

from __future__ import annotations

from collections.abc import Mapping

from equitymodel.cli.catalogue import Catalogue


def _describe() -> Mapping[str, str]:
    from equitymodel.spec.library import model_names

    return model_names()


def _show(name: str) -> str:
    from equitymodel.spec.library import read_model, text_of_model

    return str(read_model(text_of_model(name)))


def _text(name: str) -> str:
    from equitymodel.spec.library import model_text

    return model_text(name)


MODELS = Catalogue("model", "models", _describe, _show, _text, "equitymodel run --model {to} ...")
