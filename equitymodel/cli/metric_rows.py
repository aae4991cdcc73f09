"""Several metrics of one table: whose each row is, and what is refused where that cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from equitymodel.errors import OptionError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from equitymodel.data.tables.sent_table import SentTable
    from equitymodel.monitoring.metric_set import Metric

METRIC = "metric"
"""The column that says which metric a row is of."""
OF_ONE = ("target", "kind", "better")
"""Options that are of one metric: each has a unit and a better way of its own."""
OF_PEOPLE = (
    "this chart takes expected_admissions, and the table has population: write, as expected_admissions, population "
    "times the admissions of the whole table over its population. Age and need are then not allowed for, and the chart "
    "is of rates for each person"
)
OF_COUNTS = (
    "a series has value, or numerator and denominator, and the table has admissions: to chart the rate of a "
    "population, name the two columns numerator and denominator"
)


def refuse_several(metrics: Sequence[str], chosen: dict[str, Any]) -> None:
    """Refuse a metric that is named twice and, of several, another chart and options that are of one.

    Examples
    --------
    >>> refuse_several(["rate_ratio", "rate_ratio"], {})
    Traceback (most recent call last):
    equitymodel.errors.OptionError: --metric rate_ratio is named twice; name each metric once
    """
    twice = [name for name in metrics if list(metrics).count(name) > 1]
    if twice:
        raise OptionError(f"--metric {twice[0]} is named twice; name each metric once")
    if len(metrics) < 2:
        return
    if chosen["chart"] != "control":
        raise OptionError(f"several metrics are for --chart control, not for {chosen['chart']}, which is of counts: "
                          "leave --metric out")  # fmt: skip
    for name in OF_ONE:
        if chosen[name] is not None:
            raise OptionError(
                f"--{name} is of one metric, and {len(metrics)} are named: leave it out, or chart that metric alone"
            )


def refuse_untold(metrics: Sequence[Metric], columns: Sequence[str]) -> None:
    """Refuse several metrics of a table that does not say whose its rows are, unless all come of one admissions.

    Examples
    --------
    >>> from equitymodel.monitoring.metric_set import metric_named
    >>> asked = [metric_named("dna_ratio"), metric_named("over_52_weeks")]
    >>> refuse_untold(asked, ["period", "deprivation", "numerator", "denominator"])
    Traceback (most recent call last):
    equitymodel.errors.OptionError: dna_ratio, over_52_weeks: each has values of its own, and the table does not say
    which row is of which: give it a column 'metric' with these names, or chart them one by one. Several metrics of one
    table are those of admissions (rate_ratio, slope_index, signed_shortfall, worst_off_rate, share_to_move)
    """
    from equitymodel.monitoring.metric_set import metrics as known

    own = [metric.name for metric in metrics if metric.family != "admissions" or "admissions" not in columns]
    if len(metrics) > 1 and own:
        every = ", ".join(metric.name for metric in known().values() if metric.family == "admissions")
        raise OptionError(
            f"{', '.join(own)}: {'each' if len(own) > 1 else 'it'} has values of its own, and the table does not say "
            f"which row is of which: give it a column '{METRIC}' with these names, or chart them one by one. Several "
            f"metrics of one table are those of admissions ({every})"
        )


def refuse_of_evaluation(columns: Sequence[str], *, admissions: bool) -> None:
    """Refuse the table of an evaluation where a chart, of admissions against those expected or not, takes another.

    Examples
    --------
    >>> refuse_of_evaluation(["period", "admissions", "population"], admissions=False)
    Traceback (most recent call last):
    equitymodel.errors.OptionError: a series has value, or numerator and denominator, and the table has admissions: to
    chart the rate of a population, name the two columns numerator and denominator
    """
    kept = {"expected_admissions"} if admissions else {"value", "numerator"}
    if "admissions" in columns and not kept & {*columns} and ("population" in columns or not admissions):
        raise OptionError(OF_PEOPLE if admissions else OF_COUNTS)


def rows_of_metric(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give the rows of one metric, without columns that hold nothing in them.

    Parameters
    ----------
    frame
        A table as text, with a column ``metric``.
    name
        Of the metric.

    Raises
    ------
    OptionError
        When the table has no row of it.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"metric": ["value", "dna_ratio"], "period": "2024-01", "value": ["1", ""],
    ...                      "numerator": ["", "9"]})
    >>> list(rows_of_metric(rows, "dna_ratio"))
    ['period', 'numerator']
    """
    own = frame[frame[METRIC].astype(str).str.strip() == name].drop(columns=METRIC)
    if own.empty:
        named = ", ".join(dict.fromkeys(frame[METRIC].astype(str).str.strip()))
        raise OptionError(f"the table has no row of the metric '{name}'. Its column '{METRIC}' has: {named}; name one "
                          "or more of these by --metric")  # fmt: skip
    empty = [column for column in own if own[column].isna().all() or (own[column].astype(str).str.strip() == "").all()]
    return own.drop(columns=empty)


def read_whole(sent: SentTable) -> tuple[pd.DataFrame, str]:
    """Read a table as text, with the names of its columns as the contract has them, and its hash."""
    from equitymodel.data.tables.files import load_text_table
    from equitymodel.data.tables.findings import DataLog

    frame, sha256 = load_text_table(sent, DataLog())
    return frame.rename(columns=lambda name: str(name).strip().lower()), sha256


def told_whose(series: xr.Dataset, metric: Metric, *, file: str, sha256: str) -> xr.Dataset:
    """Say of a series that was read from some rows of a file which file that was, and whose its findings are."""
    from equitymodel.data.series.series_facts import SeriesFacts

    facts = SeriesFacts.of(series)
    sources = tuple(replace(source, file=file, sha256=sha256) for source in facts.sources)
    findings = tuple(replace(item, detail=f"{metric.title}: {item.detail}") for item in facts.findings)
    return replace(facts, sources=sources, findings=findings).keep_with(series)
