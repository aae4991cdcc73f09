"""Whatever is monitored as documents: the first page, that of each area, and the picture of one that stands alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from equitymodel.monitoring.area_funnel import AreaFunnel
from equitymodel.monitoring.compared_years import ComparedYears
from equitymodel.monitoring.memory_alarms import MemoryMonitored
from equitymodel.monitoring.monitored import Monitored
from equitymodel.monitoring.several_metrics import SeveralMetrics
from equitymodel.report.content.compared_years_document import compared_years_document, years_words
from equitymodel.report.content.funnel_document import funnel_document
from equitymodel.report.content.memory_document import (
    memory_areas_document,
    memory_document,
    memory_words,
    size_words,
)
from equitymodel.report.content.metrics_document import metrics_area_document, metrics_document, said_of_metrics
from equitymodel.report.content.monitor_document import (
    areas_document,
    areas_words,
    chance_words,
    monitor_document,
    said_of_chart,
)
from equitymodel.report.document.blocks import Document
from equitymodel.report.plots.funnel_plot import funnel_alt_text
from equitymodel.vocabulary import ALL_ICS

AnyMonitored = Monitored | SeveralMetrics | MemoryMonitored | AreaFunnel | ComparedYears
MOST_SAID = 3


def pages_of(found: AnyMonitored) -> dict[str, str]:
    """Give the areas that have a page of their own beside the first: names by code.

    Parameters
    ----------
    found
        Whatever is monitored.

    Returns
    -------
    dict
        Empty where the first page is all there is.
    """
    match found:
        case AreaFunnel():
            return {}
        case ComparedYears():
            return {code: name for code, name in found.areas.items() if code != ALL_ICS}
        case SeveralMetrics():
            return found.areas if len(found.areas) > 1 else {}
    names = {code: chart.ics_name for code, chart in found.charts.items()}
    return names if len(names) > 1 else {}


def monitored_page(found: AnyMonitored, record: Mapping[str, Any], code: str = ALL_ICS) -> Document:
    """Give the page of an area that has one, or the first page.

    Parameters
    ----------
    found
        Whatever is monitored.
    record
        Where it comes from, as provenance has it.
    code
        One of `pages_of`; anything else is the first page.
    """
    own = code in pages_of(found)
    match found:
        case AreaFunnel():
            return funnel_document(found, record)
        case ComparedYears():
            return compared_years_document(found, code if own else next(iter(found.areas)), record)
        case MemoryMonitored():
            if own or len(found.charts) == 1:
                return memory_document(found, code if own else next(iter(found.charts)), record)
            return memory_areas_document(found, record)
        case SeveralMetrics():
            if own or len(found.areas) == 1:
                return metrics_area_document(found, code if own else next(iter(found.areas)), record)
            return metrics_document(found, record)
    if own or len(found.charts) == 1:
        return monitor_document(found, code if own else next(iter(found.charts)), record)
    return areas_document(found, record)


def picture_of(first: Document) -> Figure | None:
    """Give the picture that stands alone in the folder; none where there are charts of many areas."""
    pictures = [picture for picture in first.pictures() if picture.name in ("chart", "gap_by_year")]
    return pictures[0].figure if pictures else None


def said_of(found: AnyMonitored) -> list[str]:
    """Say what is printed of it: the areas that signal first, three at most.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.monitoring.funnel_limits import funnel
    >>> counts = pd.Series([12.0, 9.0], ["a", "b"])
    >>> said_of(AreaFunnel(funnel(counts, counts, form="exact"), {"a": "A", "b": "B"}, "2023/24"))
    ['Of 2 areas in 2023/24, 0 lie beyond 99.8 % limits.']
    """
    match found:
        case AreaFunnel():
            return [funnel_alt_text(found)]
        case ComparedYears():
            return [years_words(found, next(iter(found.areas)))]
        case MemoryMonitored():
            said = [memory_words(found.charts[code]) for code in found.by_signal[:MOST_SAID]]
            none, *changes = found.plan.run_lengths().items()
            passed = "; ".join(f"{periods:.1f} after a change of {size_words(shift)}" for shift, periods in changes)
            run = f"Periods until a signal on average, solved: {none[1]:.1f} when nothing changed; {passed}."
            return [*said, run, *(str(found.alarms[code]) for code in found.by_signal[:1] if code in found.alarms)]
        case SeveralMetrics():
            return said_of_metrics(found)
    said = []
    for code in found.by_signal[:MOST_SAID]:
        said += said_of_chart(found, code)
    return [*said, areas_words(found)] if len(found.charts) > 1 else [*said, *chance_words(found, code)[:1]]
