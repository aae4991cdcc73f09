"""The registry of kinds of effect: every file of this folder that holds a `KIND`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from equitymodel.spec.kinds.effect_kind import EffectKind


def _find_files() -> dict[str, EffectKind]:
    """Read the kind of each file of this folder."""
    files = [import_module(f"{__package__}.{file.name}") for file in iter_modules([str(Path(__file__).parent)])
             if file.name != Path(__file__).stem]  # fmt: skip
    return {file.KIND.name: file.KIND for file in files if hasattr(file, "KIND")}


KINDS = _find_files()
"""Every kind by its name."""
