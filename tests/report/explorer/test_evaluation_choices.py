import re
from dataclasses import replace

import pytest

from equitymodel.report.content.evaluation_tables import findings_table
from equitymodel.report.document.blocks import Document
from equitymodel.report.document.released import release_documents
from equitymodel.report.explorer.cube import cube_of
from equitymodel.report.explorer.evaluation_choices import (
    ALL_ADMISSIONS,
    CHOSEN_FROM,
    MAIN,
    THE_GAP,
    evaluation_choices,
)
from equitymodel.report.explorer.unit_series import modelled_series
from equitymodel.report.wording.evaluation_sentences import evaluation_sentences, gap_sentence

pytestmark = pytest.mark.unit


def made(result, first=""):
    tables = evaluation_choices(result, modelled_series(result), first)
    return {table.name.removeprefix("explorer_"): table for table in tables}


@pytest.fixture(scope="module")
def controlled(controlled_evaluation):
    return made(controlled_evaluation)


@pytest.mark.parametrize(
    "name", ["controlled_evaluation", "units_evaluation", "gap_evaluation", "short_evaluation", "failed_evaluation"]
)
def test_every_table_is_a_cube(name, request):
    for table in made(request.getfixturevalue(name)).values():
        assert cube_of(table, CHOSEN_FROM).dims


@pytest.fixture(scope="module")
def units(units_evaluation):
    return made(units_evaluation)


def test_it_opens_with_what_the_verdict_is_about_or_the_ics_that_was_asked(controlled_evaluation, units_evaluation):
    def opens(result, first=""):
        rows = made(result, first)["units"].rows
        return rows.loc[rows["first"] == "yes", "whom"].tolist()

    assert opens(controlled_evaluation) == [THE_GAP]
    assert opens(units_evaluation) == [ALL_ADMISSIONS]
    assert opens(units_evaluation, "area 02") == ["area 02"]


def test_the_verdict_stands_with_what_it_is_about_alone(controlled, controlled_evaluation):
    verdicts = controlled["units"].rows.set_index("whom")["verdict"]
    assert verdicts[THE_GAP] == controlled_evaluation.verdict.verdict
    assert set(verdicts.drop(THE_GAP)) == {"none of its own"}


def test_changes_are_those_of_the_findings_as_numbers(units, units_evaluation):
    rows = units["changes"].rows
    ratios = rows[rows["quantity"].str.startswith("Average rate ratio")].set_index("whom")["estimate"]
    for row in findings_table(units_evaluation).rows.to_dict("records"):
        assert ratios[row["whom"]] == row["ratio_estimate"]
    assert {"area 01, procedure 02", "procedure 01"} <= set(ratios.index)


def test_what_is_found_is_what_the_record_says(units, units_evaluation):
    impact = units_evaluation.impact.dropna(subset=["tested"])
    record = impact[(impact["ics"] == "area 01") & (impact["procedure"] == "procedure 02")]
    said = units["units"].rows.set_index("whom")["found"]
    found = bool(record["found_at_false_discovery_rate"].iloc[0])
    assert said["area 01, procedure 02"] == f"of 5 % or more is {'found' if found else 'not found'}"
    assert said[ALL_ADMISSIONS] == ""


def test_the_gap_has_the_end_that_has_more_first_and_the_sentence_of_wording(controlled, controlled_evaluation):
    words = controlled["words"].rows.set_index("whom")["text"]
    assert words[THE_GAP].startswith(evaluation_sentences(controlled_evaluation)["text"].iloc[0])
    series = controlled["series"].rows
    gap = series[series["whom"] == THE_GAP]
    sentence = gap_sentence(controlled_evaluation.judged_gap)
    without = gap.loc[gap["without_estimate"].notna(), "without_estimate"].mean()
    quoted = float(re.search(r"would have had ([\d.]+) times", sentence)[1])
    assert quoted > 1
    assert without == pytest.approx(quoted, abs=0.05)


def test_a_question_of_admissions_has_the_gap_without_a_verdict(gap_evaluation):
    plan = replace(gap_evaluation.plan, outcome="level")
    tables = made(replace(gap_evaluation, plan=plan))
    assert "not about the gap" in tables["words"].rows.set_index("whom")["text"][THE_GAP]


def test_every_model_answers_its_own_question_the_verdicts_first(controlled, controlled_evaluation):
    rows = controlled["models"].rows
    record = controlled_evaluation.average_changes
    assert rows.iloc[0][["whom", "model"]].tolist() == [THE_GAP, MAIN]
    assert len(rows) == len(record.drop_duplicates(["about", "label"]))
    assert set(rows.loc[rows["about"] == "admissions", "whom"]) == {ALL_ADMISSIONS}


def test_counts_are_hidden_and_rounded_together(units):
    released = release_documents([Document("Equity", "2019", tuple(units.values()))]).documents[0]
    shown = {table.name: table.rows["count"] for table in released.tables() if "seen_" in table.name}
    assert set(shown) == {"explorer_seen_whole", "explorer_seen_ics", "explorer_seen_procedure"}
    for counts in shown.values():
        assert all(count % 5 == 0 for count in counts)
    assert any(count % 5 for count in units["seen_ics"].rows["count"])


def test_small_counts_are_hidden_and_cannot_be_worked_out_from_the_whole(units_evaluation):
    series = units_evaluation.series
    few = (series["ics"] == "area 01") & (series["period"] == series["period"][3])
    small = series.assign(admissions=series["admissions"].where(~few, 2.0))
    tables = made(replace(units_evaluation, series=small))
    released = release_documents([Document("Equity", "2019", tuple(tables.values()))])
    of_ics = next(table for table in released.documents[0].tables() if table.name == "explorer_seen_ics").rows
    month = of_ics[of_ics["period"] == tables["periods"].rows["period"].iloc[3]]
    assert month.set_index("ics")["count"]["area 01"] == "[c]"
    assert released.release.safe


def test_masked_and_left_out_periods_are_named(units_evaluation):
    plan = replace(units_evaluation.plan, washout=2)
    rows = made(replace(units_evaluation, plan=plan))["periods"].rows
    assert rows.loc[rows["left_out"] == "yes", "period"].tolist() == ["2019-01", "2019-02"]


def test_without_groups_and_parts_there_is_the_whole_alone(short_evaluation):
    assert set(made(short_evaluation)["kinds"].rows["kind"]) <= {"whole", "ics"}
