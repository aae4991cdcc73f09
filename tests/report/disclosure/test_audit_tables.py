from dataclasses import replace

import pandas as pd
import pytest

from equitymodel.report.disclosure.audit_tables import AUDIT_COLUMNS, LOG_COLUMNS, audit_table, log_table
from equitymodel.report.disclosure.count_table import CountTable
from equitymodel.report.disclosure.disclosure_rules import disclosure_rules
from equitymodel.report.disclosure.release_cells import release_cells
from equitymodel.report.disclosure.suppress import first_hidden

pytestmark = pytest.mark.unit
RULES = disclosure_rules("hes")
TABLE = CountTable("t", pd.DataFrame({"ics": list("AB"), "n": [12, 6]}), ("ics",), "n", margins="all")
AGAIN = CountTable("again", pd.DataFrame({"ics": list("AB"), "n": [12, 6]}), ("ics",), "n")


def audited(tables, rules=RULES):
    cells = release_cells(tables, {})
    hidden = first_hidden(cells, rules)
    return audit_table(cells, hidden, rules, tables), log_table(cells, hidden, rules, tables)


def test_a_leak_is_named_with_its_bounds():
    audit, log = audited([TABLE])
    assert tuple(audit.columns) == AUDIT_COLUMNS
    assert audit.to_dict("records") == [{
        "tables": "t", "cell": "ics B", "what": "small", "known_to": "anyone", "min": 6.0, "max": 7.0, "exact": True,
        "safe": False, "reason": "can be narrowed to less than 3",
    }]  # fmt: skip
    assert tuple(log.columns) == LOG_COLUMNS
    assert log.to_numpy().tolist() == [["t", "ics B", "small", "a count of 1 to 7"]]


def test_a_cell_of_two_tables_is_one_in_the_audit_and_two_in_the_log():
    audit, log = audited([TABLE, AGAIN])
    assert audit["tables"].tolist() == ["t, again"]
    assert log["table"].tolist() == ["t", "again"]


def test_no_true_count_is_written():
    audit, log = audited([TABLE], replace(RULES, width=1))
    assert audit["reason"].tolist() == ["what it may be spans 1 or more"]
    assert not {"count", "n"} & {*audit.columns, *log.columns}


def test_nothing_hidden_is_an_empty_audit():
    audit, log = audited([TABLE], disclosure_rules("none"))
    assert audit.empty
    assert log.empty
    assert audit["safe"].all()
