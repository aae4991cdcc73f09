"""Several metrics monitored together, in one area or many: each with its own charts and its own false alarms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from equitymodel.argument_types import refuse_other_fields
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.errors import OptionError
from equitymodel.monitoring.monitored import Monitored

METRIC = "metric"
"""The column that says which metric a row is of."""


@dataclass(frozen=True)
class SeveralMetrics:
    """Two metrics or more, each monitored by itself.

    Attributes
    ----------
    metrics
        What `monitor` found, by the name of the metric.

    Raises
    ------
    OptionError
        When there are fewer than two.

    Examples
    --------
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> from equitymodel.monitoring.metric_set import metric_named
    >>> from equitymodel.monitoring.monitored import monitor
    >>> months = pd.date_range("2022-01-01", periods=24, freq="MS").strftime("%Y-%m")
    >>> series = read_measured(pd.DataFrame({"period": months, "value": [1.0, 2.0] * 12}))
    >>> found = SeveralMetrics({name: monitor(series, metric_named(name)) for name in ("dna_ratio", "rate_ratio")})
    >>> found.points.groupby("metric").size().to_dict()
    {'dna_ratio': 24, 'rate_ratio': 24}
    """

    metrics: Mapping[str, Monitored]

    def __post_init__(self) -> None:
        """Refuse one metric, which `monitor` is for."""
        refuse_other_fields(self)
        if len(self.metrics) < 2:
            raise OptionError("several metrics are two or more; of one, take what monitor gives")

    @property
    def points(self) -> pd.DataFrame:
        """Every point of every metric and area, as one table: `Monitored.points` with a column ``metric`` before it."""
        tables = [found.points.assign(**{METRIC: name}) for name, found in self.metrics.items()]
        table = pd.concat(tables, ignore_index=True)
        return table[[METRIC, *(name for name in table if name != METRIC)]]

    @property
    def areas(self) -> dict[str, str]:
        """The areas that any metric is charted in, names by code."""
        every = (chart for found in self.metrics.values() for chart in found.charts.values())
        return {chart.area: chart.ics_name for chart in every}

    @property
    def by_signal(self) -> list[str]:
        """Areas with most metrics that signal at their last point first, then those with the most signals."""

        def order(code: str) -> tuple[int, int]:
            charts = [found.charts[code] for found in self.metrics.values() if code in found.charts]
            return -len(self.signalling(code)), -sum(len(chart.signals) for chart in charts)

        return sorted(self.areas, key=order)

    def signalling(self, code: str) -> list[str]:
        """Name the metrics that signal at the last charted point of an area."""
        lasts = {name: found.charts[code].last for name, found in self.metrics.items() if code in found.charts}
        return [name for name, last in lasts.items() if last is not None and last["signal"]]

    @property
    def facts(self) -> SeriesFacts:
        """What is known of the series, all that was found in any of them together; the frequency is of the first."""
        every = [found.facts for found in self.metrics.values()]
        return replace(every[0], findings=_once(item for facts in every for item in facts.findings),
                       sources=_once(item for facts in every for item in facts.sources))  # fmt: skip

    @property
    def seed(self) -> int:
        """The seed of simulations."""
        return next(iter(self.metrics.values())).seed


def _once[Item](items: Iterable[Item]) -> tuple[Item, ...]:
    found: list[Item] = []
    for item in items:
        found += [item] * (item not in found)
    return tuple(found)
