"""Diagnosis, data and model as they are in the results."""

from dataclasses import replace

import pytest

from equitymodel.inference.diagnosis import Check, Diagnosis
from equitymodel.report.content.trust_section import data_section, model_section, trust_section
from equitymodel.report.wording.prior_words import NOT_KEPT, hanging_words

pytestmark = pytest.mark.unit
FINDING = {"rule": "A07", "severity": "warning", "table": "admissions", "states": "counts repeat", "detail": "twice",
           "rows": "row 3: 4 admissions", "count": 12, "way_out": "look"}  # fmt: skip


def test_every_check_is_listed_the_worst_first(published):
    checks = (Check("fine", 0.00012345, "PASS", "0.1"), Check("bad", 9.0, "FAIL", "0"), Check("so", 2.0, "WARN", "1"))
    said, table, *_ = trust_section(replace(published, diagnosis=Diagnosis(checks))).blocks
    assert said.text.startswith("Verdict: FAIL. Some checks failed")
    assert [row[:2] for row in table.texts] == [["bad", "9.000"], ["so", "2.000"], ["fine", "0.000123"]]


def test_the_diagnosis_of_the_folder_is_that_of_the_fit(published, quick_results):
    table = trust_section(published).blocks[1]
    assert set(table.rows["name"]) == {check.name for check in quick_results.fit.diagnosis.checks}


def test_which_numbers_hang_on_a_prior_is_said_with_a_table(published):
    priors = published.tables["priors"]
    said, table = trust_section(published).blocks[2:]
    assert said.text == hanging_words(priors)
    assert [row[0] for row in table.texts] == list(priors["prior"])
    assert "sensitivity of 0.05" in table.note


def test_results_of_earlier_versions_say_that_it_was_not_measured(published):
    tables = {name: table for name, table in published.tables.items() if name != "priors"}
    assert [block.text for block in trust_section(replace(published, tables=tables)).blocks[2:]] == [NOT_KEPT]


def test_rows_of_the_tables_are_quoted_only_where_the_page_stays_with_them(published):
    found = replace(published, provenance=dict(published.provenance) | {"exclusions_and_repairs": [FINDING]})
    [inside], [leaving] = (data_section(found, rows=rows).blocks for rows in (True, False))
    assert inside.texts == [["A07", "warning", "admissions", "counts repeat: twice", "row 3: 4 admissions", "12"]]
    assert leaving.texts == [["A07", "warning", "admissions", "counts repeat: twice", "12"]]


def test_tables_without_findings_say_so(published):
    none = replace(published, provenance=dict(published.provenance) | {"exclusions_and_repairs": []})
    assert data_section(none, rows=True).blocks[0].text == "None: every table was read as it is."


def test_the_model_is_said_effect_by_effect(published, quick_fit):
    question, *equations, points = model_section(published).blocks
    assert question.text == f"{quick_fit.spec.name}: {quick_fit.spec.question}"
    assert equations[0].text.startswith("admissions ~")
    assert len(points.points) == len(quick_fit.spec.effects) + 1
