"""Pictures of what monitors, for the gallery: simulated months of 42 ICSs, and a fit of four simulated years.

    uv run python docs/examples/monitoring_pictures.py OUT

draws them into a folder; `gallery.py` puts them on its page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

import equitymodel as em
from equitymodel import monitoring
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.areas import icb_residents
from equitymodel.inference.grouped.year_of_fit import year_of
from equitymodel.report.content.compared_years_document import pair_rows
from equitymodel.report.content.memory_document import memory_words
from equitymodel.report.plots.any_two_years_plot import plot_any_two_years
from equitymodel.report.plots.control_plot import plot_control_chart
from equitymodel.report.plots.funnel_plot import funnel_alt_text, plot_funnel
from equitymodel.report.plots.memory_plot import plot_memory_chart
from equitymodel.report.plots.signal_panels import plot_signal_panels
from equitymodel.report.tables.fitted_funnels import predicted_funnel
from equitymodel.report.tables.years_table import years_table
from equitymodel.report.wording.monitor_words import chart_alt_text
from equitymodel.simulate.example import example_cells

DEVON, HIPS, YEARS = "E54000037", "hip replacement", 4
MONTHS, CHANGED, RISE = 36, 24, 1.15
EXPECTED, STEEP, HIGH = (60, 400), 0.06, 1.3
Shown = tuple[str, str, str, str, Figure]


def months(seed: int = 1) -> pd.DataFrame:
    """Make admissions of 42 ICSs by fifth; those of the most deprived of one rise after two years, and one ICS is high."""
    rng, codes = np.random.default_rng(seed), list(dict.fromkeys(icb_residents().index))
    periods = pd.date_range("2022-04-01", periods=MONTHS, freq="MS").strftime("%Y-%m")
    sizes, levels = rng.uniform(*EXPECTED, len(codes)), rng.normal(1.0, 0.05, len(codes))
    levels[0] = HIGH
    rows = [
        {"period": period, "ics": code, "deprivation": group, "expected_admissions": round(size, 1),
         "admissions": rng.poisson(size * level * (1 - STEEP * (3 - group))
                                   * (RISE if code == DEVON and group == 1 and at >= CHANGED else 1))}
        for code, size, level in zip(codes, sizes, levels, strict=True)
        for at, period in enumerate(periods) for group in range(1, 6)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def of_series(table: pd.DataFrame) -> Iterator[Shown]:
    """Draw the charts of months: name, title, words, the command, and the figure."""
    series = em.read_series(table, exposure="expected_admissions", periods=em.Periods(days="equal"))
    metric = monitoring.metric_named("rate_ratio")
    found = monitoring.monitor(monitoring.metric_series(series, metric), metric)
    chart = found.charts[DEVON]
    command = "equitymodel monitor --series months.csv"
    yield ("control_chart", "A control chart: need-adjusted rate ratio by month", chart_alt_text(chart, metric),
           f"{command} --metric rate_ratio --area {DEVON} --out devon", plot_control_chart(chart, metric))  # fmt: skip
    yield ("signal_panels", "Small charts of all ICSs, those that signal first (first of two pages)",
           "One of the pictures of the page of several metrics, which has such panels of each metric.",
           f"{command} --metric rate_ratio --metric worst_off_rate --out all", plot_signal_panels(found))  # fmt: skip
    counts = monitoring.observed_expected(series)
    funnel = monitoring.area_funnel(counts, last=12)
    yield ("funnel", "A funnel of counts: admissions over those expected", funnel_alt_text(funnel),
           f"{command} --chart funnel --last 12 --out funnel", plot_funnel(funnel))  # fmt: skip
    worst: xr.Dataset = monitoring.observed_expected(series.isel(deprivation=[0]).sel(ics=[DEVON]))
    for kind, called in (("cusum", "Cumulative sums"), ("ewma", "A moving average")):
        one = monitoring.memory_chart(worst, monitoring.MemoryPlan(kind, plan=monitoring.ChartPlan(better="higher")))
        yield (kind, f"{called} of the most deprived of one ICS, which rose after two years", memory_words(one),
               f"equitymodel monitor --series most_deprived.csv --chart {kind} --better higher --out {kind}",
               plot_memory_chart(one))  # fmt: skip


def of_fit(cells: xr.Dataset) -> Iterator[Shown]:
    """Draw the charts of a fit of several years."""
    fit = em.fit_model(em.load_model("need_adjusted"), cells, engine="laplace", seed=1)
    last = year_of(fit)
    funnel = predicted_funnel(last, procedure=HIPS, better="higher")
    yield ("predictive_funnel", f"A funnel whose limits the fitted model predicts: {HIPS}, the most deprived fifth",
           funnel_alt_text(funnel), f'equitymodel monitor --results results --chart funnel --procedure "{HIPS}" --better '
           "higher --out predicted", plot_funnel(funnel))  # fmt: skip
    pairs, facts = monitoring.gap_between_all_years(fit), CellFacts.of(fit.cells)
    found = monitoring.ComparedYears(years_table(fit), pairs, facts, fit.seed)
    pairs = pair_rows(found, DEVON)
    own = pairs[pairs["procedure"] == HIPS]
    yield ("any_two_years", f"The change of the gap between any two years, {HIPS} in one ICS, with 95 % credible intervals",
           "Each interval is of the ratio of two rate ratios, draw by draw.",
           "equitymodel monitor --results results --chart years --out years",
           plot_any_two_years(own, f"Rate ratio of the later year over the earlier, {HIPS}"))  # fmt: skip


def pictures() -> Iterator[Shown]:
    """Draw every picture."""
    yield from of_series(months())
    yield from of_fit(example_cells(seed=1, years=YEARS).sel(procedure=[HIPS, "cataract"]))


if __name__ == "__main__":
    for name, *_, figure in pictures():
        figure.savefig(Path(sys.argv[1]) / f"gallery_{name}.png", dpi=110)
        print(name, flush=True)
