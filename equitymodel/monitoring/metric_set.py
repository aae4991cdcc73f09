"""The metrics that can be monitored: what each is, what it takes, and how it is charted."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

SHIPPED = "metrics.toml"


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes
    ----------
    name, title, definition
        How it is called, in one word and in a few, and what it is.
    family, measure
        What it is worked out from, ``admissions`` or a ``share``, and how; empty for a series that is measured
        elsewhere.
    unit, decimals, no_gap
        Of the number that is charted: its unit, how it is printed, and its value where groups are equal.
    better, kind
        As for `ChartPlan`.
    data, frequency, lag_days, suppression, published_by
        What it takes, the smallest useful frequency, days until a period is complete, what small counts mean for it,
        and who publishes it.
    """

    name: str
    title: str
    definition: str
    family: str = ""
    measure: str = ""
    unit: str = ""
    decimals: int = 2
    no_gap: float | None = None
    better: str = "neither"
    kind: str = "xmr"
    data: str = ""
    frequency: str = ""
    lag_days: int = 0
    suppression: str = ""
    published_by: str = ""


PLAIN = Metric("value", "Measured series", "A value a period, as given.", data="Columns period and value.")
"""A series of one's own, of which nothing else is known."""


@cache
def metrics() -> dict[str, Metric]:
    """List the metrics that ship, by name.

    Returns
    -------
    dict
        In the order of the file.

    Examples
    --------
    >>> list(metrics())[:3], metrics()["dna_ratio"].better
    (['rate_ratio', 'slope_index', 'signed_shortfall'], 'lower')
    """
    found = tomllib.loads(files("equitymodel.monitoring").joinpath(SHIPPED).read_text(encoding="utf-8"))
    return {record["name"]: Metric(**record) for record in found["metric"]}


@refuses_other_types
def metric_named(name: str) -> Metric:
    """Find a metric by its name; ``value`` is a measured series of one's own.

    Parameters
    ----------
    name
        One of `metrics`, or ``value``.

    Returns
    -------
    Metric
        Its record.

    Raises
    ------
    OptionError
        When there is none, with the nearest.

    Examples
    --------
    >>> metric_named("over_52_weeks").unit
    'percentage points'
    """
    known = {**metrics(), PLAIN.name: PLAIN}
    if name not in known:
        raise OptionError(f"no metric is called '{name}'. {nearest(name, known)}")
    return known[name]


def metric_text() -> str:
    """Give the text of the file that ships, to be copied.

    Examples
    --------
    >>> metric_text().count("[[metric]]") == len(metrics())
    True
    """
    return files("equitymodel.monitoring").joinpath(SHIPPED).read_text(encoding="utf-8")


def metric_words(metric: Metric) -> str:
    """Say all that is known of a metric, a line each.

    Examples
    --------
    >>> print(metric_words(PLAIN).splitlines()[0])
    Measured series (value)
    """
    left_out = {"name", "title", "definition", "family", "measure", "decimals"}
    known = {field.name: getattr(metric, field.name) for field in fields(metric) if field.name not in left_out}
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in known.items() if value not in ("", None)]
    return "\n".join([f"{metric.title} ({metric.name})", metric.definition, *lines])
