"""Write docs/data_contract.md from the rules themselves.

uv run python docs/examples/contract_page.py
"""

from __future__ import annotations

from pathlib import Path

from equitymodel.data.contracts import RULES

PAGE = Path(__file__).parents[1] / "data_contract.md"
OPENING = """# Data contract

*Made from `equitymodel/data/contracts.py` by `uv run python docs/examples/contract_page.py`.*

An **error** stops the work, names up to five rows and says the way out. A **warning** is shown and kept with the
result. A **repair** says what was read differently from what the file says; nothing is ever changed without one. The
log is `data_log(cells)`, and goes into the report and `provenance.json`.

| rule | severity | what was found | way out |
|---|---|---|---|
"""


def page() -> str:
    """Lay out every rule as one row."""
    rows = [f"| {rule.id} | {rule.severity} | {rule.states} | {rule.way_out} |" for rule in RULES.values()]
    return OPENING + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
