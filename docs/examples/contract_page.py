"""Write docs/data_contract.md from the rules themselves.

uv run python docs/examples/contract_page.py
"""

from __future__ import annotations

from pathlib import Path

from equitymodel.data.tables.markers import known_markers
from equitymodel.data.tables.rules import contract

PAGE = Path(__file__).parents[1] / "data_contract.md"
OPENING = """# Data contract

*Made from the rules of `equitymodel/data`, which stand beside their checks, by
`uv run python docs/examples/contract_page.py`.*

An **error** stops the work, names up to five rows and says the way out. A **warning** is shown and kept with the
result. A **repair** says what was read differently from what the file says; nothing is ever changed without one. The
log is `data_log(cells)`, and goes into the report and `provenance.json`.

With `--group`, a column of that name takes the place of `deprivation` in admissions, population and need, and
`--reference-group` says which group all are compared with. Its labels are kept as written; those of `sex` and of ages
are read as the strata are, and that stratum is then not adjusted for. Rules D01 to D12 hold for deprivation alone, U01
to U05 for the other groups. [Spellings](spellings.md) lists how periods, deprivation and ages may be written, and
[direction](direction.md) how sure D01 and D12 are. People whose group is not known or not stated, in any spelling (also
the codes Z and 99 of ethnicity), are no group: they are left out, and their share is said (U05, of deprivation D08). In
the cells, such groups lie along the dimension `group`, with the reference group
last; the attributes `group`, `group_kind` and `reference_group` say what they are.

**Several periods** in the admissions are fitted together: they become a last dimension `period` of the cells, in time
order, with the coordinates `year` (the middle of each) and `period_years` (its length). Years may have gaps. To add them
up to one instead: `--periods add_up`, in Python `read_cells(..., periods="add_up")`.

- Years are written `2021`, `2021/22` or `2021-22`, or as dates a year apart (`2021-04-01`, `2022-04-01`: the first days;
  `2022-03-31`: the last). `FY2021` is not read: it may begin in 2020. What labels leave open is said by `--frequency`,
  `--day-first` and `--week`, in Python `read_cells(..., periods=CellTime(frequency="annual"))`.
- **Months, quarters and weeks are added up to years**, and the log says so (K12): to financial years if the first of
  them begins in April, to calendar years if in January, otherwise to twelve months from there. A week belongs to the
  year that holds its Thursday. Years that are not whole are refused (K13). `--periods quarters` keeps quarters.
- **One period** is no dimension. Its label is kept in `CellFacts.periods`, as are those that were added up.
- Tables are matched by the days that labels name, so `2022-23` and `2022/23`, or `Apr-22` and `2022-04`, are the same
  (K15); a population by month may go with admissions by year. Periods in one table only are refused (K11).
- **Population**: person-years of each period. Without a period column it is person-years over all periods together,
  and each has the share of its length (P06). Residents repeated for each month are not person-years: where codes of
  areas are known, that is found out and refused (P07), and `--population-is residents` turns them into
  person-years by the length of each period (P08).
- **Need** may have a period column; without one it holds for all. Reference rates that are given hold for all periods;
  those estimated from the admissions are those of each period, so expected admissions add up to what was observed in
  each, and are relative to the nation of that year. Drawn rates (`--rate-error`) are drawn for each period by itself.
- **Absent rows and suppressed counts** are those of their own period: a cell without a row in one year is between 0 or 1
  and the limit in that year alone, as many times as it has parts (twelve for a year of months).
- **Periods that were published by different rules** have a rule each: `--small-numbers 2022/23=hes,others=exact`, with the
  labels of the table, and `others` for all that are not named. A year of exact counts beside one in which small counts are
  hidden is then read as both are (C32 where a period has no rule). Absent rows cannot be read as suppressed with it: write
  them, with their marker.
- `--not-offered` holds for all periods. An ICS that has no admissions in one period where 20 were expected is refused
  (C17): service stopped, or a year of data is missing.
- **Age bands** go with periods; the standard age structure is that of all of them. The alarms about age (S09, S12) are
  raised for all periods together, where they are noticed best.

**Stages of a pathway** are read by `read_stages` (`equitymodel stages`): a row a group and stage. Rules W01 to W15 hold for them,
beside those of keys, counts, areas and groups; [stages](stages.md) says which columns there are.

**Covariates of areas** are read by `with_covariates` (`--covariates`): a row an area, or an area and group, and covariate. Rules
V01 to V06 hold for them; [covariates](covariates.md) says which columns there are.

**Neighbours** are read by `with_neighbours` (`--neighbours`): a row a pair of areas, `area, neighbour`. Rules B01 to B07 hold for
them ([the model](model.md#neighbours)).

**A measured series** is read by `read_measured` (`equitymodel monitor`): a row a period, and an area where there are several.
Rules M01 to M05 hold for it, beside those of keys and periods; [monitoring](monitoring.md) says which columns there are.
**Waiting lists** are read by `read_waiting` (`equitymodel waiting`): a row a group and band of weeks. Rules Q01 to Q08 hold for
them; [waiting lists](waiting_lists.md) says which columns there are.
**Records** of spells are counted by `equitymodel cells`: rules R01 to R43 ([records](records.md)). **Areas that changed** are
put on new ones by a crosswalk: A01 to A04 ([areas](areas.md)). **Published estimates** are pooled by `equitymodel pool`: E01
to E06 ([published estimates](published_estimates.md)).

"""
MARKERS = """
## Markers in place of counts, and notes beside them

A marker is read by its meaning. *Suppressed* is an interval, by the rule of `--small-numbers`; *not available* is not
known, and never small; *not applicable* is a procedure that is not offered, or an age or sex that cannot have it;
*rounded low* is above zero and rounds to it; a *note* is dropped from the count beside it; *ask* is used for several things,
and stops the work until `--marker` says which. Case does not matter. Markers that state bounds (`<5`, `\u22645`, `1-7`,
`Fewer than 5`, `5 or fewer`) are those bounds. Any other marker is asked about (C20).

| marker | read as | who uses it so |
|---|---|---|
"""
RULES = """
## Rules

| rule | severity | what was found | way out |
|---|---|---|---|
"""


def page() -> str:
    """Lay out every marker and every rule as one row."""
    markers = [
        f"| `{item.text}` | {item.meaning.replace('_', ' ')} | {item.source} |" for item in known_markers().values()
    ]
    rows = [f"| {rule.id} | {rule.severity} | {rule.states} | {rule.way_out} |" for rule in contract().values()]
    return OPENING.rstrip() + "\n" + MARKERS + "\n".join(markers) + "\n" + RULES + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
