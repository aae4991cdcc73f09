"""Libraries of engines, which are not installed with the package: each is loaded when it is needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from equitymodel.errors import OptionError

EXTRAS = {"ibis": "records", "duckdb": "records", "pyspark.sql": "spark"}
"""With which extra of the package each library comes."""


def optional_engine(name: str) -> Any:
    """Load a library, or say how it is installed.

    Raises
    ------
    OptionError
        When it is not installed.

    Examples
    --------
    >>> optional_engine("duckdb").__name__
    'duckdb'
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise OptionError(f"records are read by {name.partition('.')[0]}, which is not installed: "
                          f"pip install 'equitymodel[{EXTRAS[name]}]'") from error  # fmt: skip


def ibis() -> Any:
    """Load Ibis, in which the plan is written for every engine."""
    return optional_engine("ibis")
