"""Examples in docstrings share their fits: most fit the same small table or series, and each would fit it anew."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

FITTED = {
    "fit_model": "equitymodel.inference.fit_model",
    "fit_interruption": "equitymodel.inference.series.fit_interruption",
    "fit_stages": "equitymodel.inference.passages.fit_stages",
    "evaluate": "equitymodel.studies.evaluate",
}
"""What takes long, and where it stands."""
KEPT: dict[tuple[str, bytes], Any] = {}


@pytest.fixture(autouse=True)
def share_fits_of_examples(request: pytest.FixtureRequest) -> None:
    """Give an example the fit that another has made of the same arguments; tests are left as they are."""
    if not isinstance(request.node, pytest.DoctestItem):
        return
    package, monkeypatch = import_module("equitymodel"), request.getfixturevalue("monkeypatch")
    for name, file in FITTED.items():
        module = import_module(file)
        own = _remembering(name, getattr(module, name))
        monkeypatch.setattr(module, name, own)
        monkeypatch.setattr(package, name, own, raising=False)


def _remembering(name: str, fit: Callable[..., Any]) -> Callable[..., Any]:
    def fit_once(*given: Any, **options: Any) -> Any:
        key = name, pickle.dumps((given, sorted(options.items())))
        if key not in KEPT:
            KEPT[key] = fit(*given, **options)
        return KEPT[key]

    return fit_once
