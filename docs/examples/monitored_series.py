"""Monitor four published series: `uv run python docs/examples/monitored_series.py SHARED_DATA OUT`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

import equitymodel as em
from equitymodel.report.monitor_results import write_monitor
from equitymodel.report.wording.monitor_words import last_words, signals_words

NONE = em.Periods(days="equal", breaks=None)
PANDEMIC = em.Periods(days="equal")


def main() -> None:
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    for name, found in monitored(data):
        print(f"[{name}]")
        for code in found.by_signal[:1]:
            print(last_words(found.charts[code], found.metric))
            print(signals_words(found.charts[code]))
            alarms = found.alarms[code]
            print(f"By chance, at autocorrelation {alarms.memory.autocorrelation:.2f}: {100 * alarms.share:.0f} %.")
        if len(found.charts) > 1:
            signal = sum(bool(chart.last["signal"]) for chart in found.charts.values())
            print(f"{signal} of {len(found.charts)} areas signal at their last point.")
        if len(found.charts) == 1:
            write_monitor(found, out / name.replace(" ", "_"), overwrite=True)


def monitored(data: Path) -> Iterator[tuple[str, em.monitoring.Monitored]]:
    """Give each series by its name, charted."""
    yield "Scotland by week", scotland(data)
    yield "England waiting list", waiting_list(data)
    yield "England RTT by ICB", rtt(data)
    for stage in ("new_outpatient", "admitted"):
        yield f"Wales {stage}", wales(data, stage)


def scotland(data: Path) -> em.monitoring.Monitored:
    """Chart planned admissions over those of the same week of 2018-19, most against least deprived fifth."""
    rows = pd.read_csv(data / "scot_hscp_simd_weekly_admissions_2020_2023.csv")
    rows = rows[rows["admission_type"] == "Planned"].dropna()
    sums = rows.groupby(["week_ending", "simd_quintile"])[["admissions", "mean_2018_2019"]].sum().reset_index()
    names = {"week_ending": "period", "simd_quintile": "deprivation", "mean_2018_2019": "expected_admissions"}
    periods = em.Periods(days="equal", breaks="england_pandemic_long", week="ending")
    series = em.read_series(sums.rename(columns=names), exposure="expected_admissions", periods=periods,
                            small_numbers="exact", groups=em.Deprivation("SIMD 2020"))  # fmt: skip
    metric = replace(em.monitoring.metric_named("rate_ratio"), title="Admissions against the same weeks of 2018-19",
                     definition="The ratio of the most to the least deprived fifth; not adjusted for need.")  # fmt: skip
    plan = em.monitoring.ChartPlan(rules="sustained", better="higher")
    return em.monitoring.monitor(em.monitoring.metric_series(series, metric), metric, plan)


def waiting_list(data: Path) -> em.monitoring.Monitored:
    """Chart waits over 52 weeks, most less least deprived tenth; December 2025 is doubtful."""
    rows = pd.read_csv(data / "wlmds_england_imd_decile_jul2025_feb2026.csv")
    rows = rows.assign(period=pd.to_datetime(rows["week_ending"]).dt.strftime("%Y-%m"))
    names = {"imd_decile": "deprivation", "over_52w": "numerator", "total": "denominator"}
    table = rows.rename(columns=names)[["period", *names.values()]]
    table = table.assign(quality=(table["period"] == "2025-12").map({True: "doubtful", False: "good"}))
    metric = em.monitoring.metric_named("over_52_weeks")
    return em.monitoring.monitor(
        em.monitoring.metric_series(em.data.read_measured(table, periods=NONE), metric), metric
    )


def rtt(data: Path) -> em.monitoring.Monitored:
    """Chart the share of orthopaedic pathways within 18 weeks, by ICB."""
    rows = pd.read_csv(data / "rtt_icb_specialty_monthly_2022_2026.csv").query("tfc == 'C_110' and icb_ods != 'NHSE'")
    sums = rows.groupby(["month", "icb_ods"])[["within_18w", "incomplete"]].sum().reset_index()
    sums.columns = ["period", "ics", "numerator", "denominator"]
    periods = em.Periods(days="equal", breaks=None, gaps="keep")
    plan = em.monitoring.ChartPlan(kind="p_prime", rules="sustained", better="higher", target=0.92)
    return em.monitoring.monitor(em.data.read_measured(sums, periods=periods), plan=plan)


def wales(data: Path, stage: str) -> em.monitoring.Monitored:
    """Chart the share of one stage that waits over 53 weeks, all of Wales."""
    rows = pd.read_csv(data / "wales_waiting_by_stage_monthly_2019_2025.csv")
    sums = rows[rows["stage"] == stage].groupby("month")[["waits_over_53_weeks", "total_waits"]].sum().reset_index()
    sums.columns = ["period", "numerator", "denominator"]
    plan = em.monitoring.ChartPlan(kind="p_prime", rules="sustained", better="lower")
    return em.monitoring.monitor(em.data.read_measured(sums, periods=PANDEMIC), plan=plan)


if __name__ == "__main__":
    main()
