"""How often charts signal when nothing has changed: `uv run python benchmarks/false_alarms_page.py` (about a minute).

It writes docs/false_alarms.md.
"""

from __future__ import annotations

from pathlib import Path

from page import markdown

from equitymodel.monitoring.chart_rules import RULE_SETS
from equitymodel.monitoring.cumulative_sums import ALLOWANCE
from equitymodel.monitoring.false_alarms import FalseAlarms, false_alarms
from equitymodel.monitoring.run_lengths import cusum_run_length, ewma_run_length
from equitymodel.monitoring.series_memory import SeriesMemory

PAGE = Path(__file__).parents[1] / "docs" / "false_alarms.md"
REPETITIONS, SEED = 20_000, 1
MONTHS, AUTOCORRELATIONS = (24, 36, 60), (0.0, 0.3, 0.6)
OPENING = f"""# How often a chart signals when nothing has changed

*Made by `uv run python benchmarks/false_alarms_page.py`: {REPETITIONS:,} simulated series a cell, normal, of one level. In
brackets the Monte Carlo standard error, in percentage points.*

A control chart is read as if months did not depend on one another. Months of planned care do: a list that is long this
month is long the next. `equitymodel monitor` therefore prints, beside every chart, the share for a series of its own length,
autocorrelation and season. These are the shares for series of one level and no season.

## At least one signal, per cent of charts
"""
SEASON = """
## With a yearly wave

At 36 months, no autocorrelation, and a wave of so many standard deviations of the noise. A chart takes a season for signals:
chart what is adjusted for it, or the same month of the year before.
"""
RULES = """
## By rule

Per cent of charts of 24 months in which each rule of `mdc` holds somewhere. Where neighbours are alike, moving ranges are short
and limits too narrow: points beyond them, and near them, grow most.
"""
LENGTHS = """
## Charts that remember: periods until a signal

Solved from the integral equation of the run length for residuals that are normal and independent, with the change in standard
deviations present from the first period on (no change: periods until a false alarm).
"""
CLOSING = """
What follows: a signal is for looking into. Whether something changed, and by how much, is asked of an
[evaluation](interruption.md), with a start that was declared and not found by a chart.
"""


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Make the whole page."""
    parts = [OPENING, *shares(), SEASON, *seasons(), RULES, *by_rule(), LENGTHS, *lengths(), CLOSING]
    return "\n".join(parts)


def shares() -> list[str]:
    """Lay out shares by length, memory and rules."""
    rows = [[f"{months}", f"{memory}", *(cell(months, memory, name) for name in RULE_SETS)]
            for months in MONTHS for memory in AUTOCORRELATIONS]  # fmt: skip
    return markdown(["months", "autocorrelation", *(f"`{name}`" for name in RULE_SETS)], rows)


def cell(months: int, memory: float, rules: str) -> str:
    return written(simulated(SeriesMemory.stated(months, autocorrelation=memory), rules))


def simulated(memory: SeriesMemory, rules: str = "mdc") -> FalseAlarms:
    return false_alarms(memory, rules=rules, seed=SEED, repetitions=REPETITIONS)


def written(found: FalseAlarms) -> str:
    return f"{100 * found.share:.1f} ({100 * found.error:.1f})"


def seasons() -> list[str]:
    """Lay out what a season does."""
    waves = (0.0, 0.5, 1.0, 2.0)
    rows = [[name, *(written(simulated(SeriesMemory.stated(36, season=wave), name)) for wave in waves)]
            for name in RULE_SETS]  # fmt: skip
    return markdown(["rules", *(f"wave {wave}" for wave in waves)], rows)


def by_rule() -> list[str]:
    """Lay out which rules signal."""
    found = [simulated(SeriesMemory.stated(24, autocorrelation=memory)) for memory in AUTOCORRELATIONS]
    rows = [[rule, *(f"{100 * each.by_rule[rule]:.1f}" for each in found)] for rule in RULE_SETS["mdc"].order]
    return markdown(["rule", *(f"autocorrelation {memory}" for memory in AUTOCORRELATIONS)], rows)


def lengths() -> list[str]:
    """Lay out run lengths."""
    shifts = (0.0, 0.5, 1.0, 2.0)
    sums = [[f"cumulative sum, allowance 0.5, decision {decision:g}",
             *(f"{cusum_run_length(ALLOWANCE, decision, shift=shift):.1f}" for shift in shifts)]
            for decision in (4.0, 4.77, 5.0)]  # fmt: skip
    averages = [[f"moving average, weight {weight}, reach {reach}",
                 *(f"{ewma_run_length(weight, reach, shift=shift):.1f}" for shift in shifts)]
                for weight, reach in ((0.1, 2.814), (0.2, 2.962), (0.4, 3.054), (1.0, 3.0))]  # fmt: skip
    return markdown(["chart", "no change", *(f"change of {shift:g}" for shift in shifts[1:])], sums + averages)


if __name__ == "__main__":
    main()
