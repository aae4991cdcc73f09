"""The data contract: what a rule is, and every rule in one place.

Each file that checks tables begins with its own rules, in ``RULES``, so that a rule stands beside
its check. A rule has one of three severities. An *error* stops the work. A *warning* is shown and
kept with the result. A *repair* says what was read differently from what the file says; nothing is
ever changed without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Literal

Severity = Literal["error", "warning", "repair"]
FAMILIES = "FKCPGBDUSNVTWMQRAE"
"""Files, keys, counts, population, geography, borders, deprivation, unordered groups, strata, need and cost,
covariates, time, pathways, what was measured for a chart, waiting lists, records, areas that changed,
and published estimates."""
CHECKS = (
    "tables.files",
    "tables.file_reading",
    "tables.value_types",
    "tables.delimited",
    "tables.header_row",
    "tables.workbooks",
    "tables.unpacked_size",
    "tables.column_names",
    "tables.decimal_commas",
    "tables.layouts.apply_layout",
    "tables.checked_table",
    "tables.keys",
    "tables.numbers",
    "tables.rounded_counts",
    "tables.large_numbers",
    "tables.absent_rows",
    "tables.areas",
    "tables.footprints",
    "tables.deprivation",
    "tables.deprivation_index",
    "tables.unknown_deprivation",
    "tables.quintiles",
    "tables.groups",
    "tables.crossed_groups",
    "tables.not_stated",
    "tables.strata",
    "tables.read_tables",
    "cells.match_areas",
    "cells.deprivation_direction",
    "cells.match_periods",
    "cells.person_years",
    "cells.align",
    "cells.lay_out_cells",
    "cells.not_applicable",
    "cells.hidden_cells",
    "cells.plausible_rates",
    "cells.cross_checks",
    "cells.expected",
    "cells.bands",
    "cells.assemble",
    "cells.unit_costs",
    "cells.area_covariates",
    "cells.area_neighbours",
    "series.periods",
    "series.breaks",
    "series.timeline",
    "series.series_rows",
    "series.absent_periods",
    "series.covariates",
    "series.series_guards",
    "series.read_series",
    "series.measured_series",
    "stages.stage_values",
    "stages.stage_order",
    "stages.passages",
    "waiting.week_bands",
    "waiting.list_values",
    "records.record_columns",
    "records.record_engine",
    "records.judge_records",
    "records.procedure_groups",
    "records.small_areas",
    "records.count_records",
    "areas.crosswalk",
    "areas.carry_table",
    "published.read_estimates",
)
"""The files that check tables, each with its own rules."""


@dataclass(frozen=True)
class Rule:
    """One clause of the contract.

    Attributes
    ----------
    id
        A short name that stays the same between versions, for example ``C01``.
    severity
        What happens when it is broken: error, warning or repair.
    states
        What was found, as a phrase.
    way_out
        What the reader can do about it.
    """

    id: str
    severity: Severity
    states: str
    way_out: str = ""


@cache
def contract() -> dict[str, Rule]:
    """Give every rule of the contract by its id, family by family.

    Returns
    -------
    dict
        Rules by id, such as ``C01``.

    Examples
    --------
    >>> contract()["C01"].states
    'a negative count'
    """
    rules = [rule for name in CHECKS for rule in import_module(f"equitymodel.data.{name}").RULES]
    return {rule.id: rule for rule in sorted(rules, key=lambda rule: (FAMILIES.index(rule.id[0]), rule.id))}


def rule_named(name: str) -> Rule:
    """Look a rule up by its id.

    Examples
    --------
    >>> rule_named("F01").severity
    'repair'
    """
    return contract()[name]
