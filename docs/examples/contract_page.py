"""Write docs/data_contract.md from the rules themselves.

uv run python docs/examples/contract_page.py
"""

from __future__ import annotations

from pathlib import Path

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
are read as the strata are, and that stratum is then not adjusted for. Rules D01 to D07 hold for deprivation alone, U01
to U04 for the other groups. Rows of a group that is not known or not stated (also the codes Z and 99 of ethnicity) are
refused, as for deprivation: K06. In the cells, such groups lie along the dimension `group`, with the reference group
last; the attributes `group`, `group_kind` and `reference_group` say what they are.

| rule | severity | what was found | way out |
|---|---|---|---|
"""


def page() -> str:
    """Lay out every rule as one row."""
    rows = [f"| {rule.id} | {rule.severity} | {rule.states} | {rule.way_out} |" for rule in contract().values()]
    return OPENING + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
