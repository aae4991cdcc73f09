"""People whose group is not known are no group: left out of measures, in every spelling, and reported as a share."""

from dataclasses import replace

import pandas as pd
import pytest

from equitymodel.data.cells.read_cells import data_log, read_cells
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.deprivation_labels import means_unknown
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.keys import read_keys
from equitymodel.data.tables.not_stated import NOT_KNOWN, leave_out_not_stated, partly_not_stated, says_not_stated
from equitymodel.errors import EquityDataError
from equitymodel.simulate.simulated_groups import group_tables

pytestmark = pytest.mark.unit

SPELLINGS = ["Not Stated/Not Known", "Not stated", "Z - Not stated", "Z: not stated", "99 Not known", "99", "Z", "z",
              "Unknown", "NULL", "Not recorded", "Refused", "Prefer not to say", "Ethnicity not stated", "nan", "None",
              "Unknown ethnic group", "Not stated (Z)", "Not known or not recorded", "Person asked but declined", "", "-",
              "Not known/refused to answer", "Unknown / Not stated", "Information not yet obtained", "Do not know",
              "Patient declined to answer", "No ethnicity recorded"]  # fmt: skip
GROUPS = ["White British", "Any other ethnic group", "Other", "Mixed", "White and Asian", "A - White British", "C",
          "No religion", "Gypsy or Irish Traveller", "Black, Black British, Caribbean or African", "5", "1"]  # fmt: skip


@pytest.mark.parametrize("label", SPELLINGS)
def test_not_stated_is_known_in_every_spelling(label):
    assert says_not_stated(label, "race")
    assert not partly_not_stated(label, "race")


@pytest.mark.parametrize("label", GROUPS)
def test_a_group_is_a_group(label):
    assert not says_not_stated(label, "race")
    assert not partly_not_stated(label, "race")


@pytest.mark.parametrize("label", NOT_KNOWN)
def test_what_is_not_known_is_so_in_every_column(label):
    """Of deprivation it is left out, of areas and procedures refused, of ethnicity no group: by one list."""
    assert says_not_stated(label, None)
    assert says_not_stated(label.upper(), "race")
    assert means_unknown({"1", "2", label}) == {label}
    log = DataLog("admissions")
    with pytest.raises(EquityDataError, match="K06"):
        read_keys(pd.DataFrame({"ics": ["E54000055"], "procedure": [label]}), log, groups=Deprivation(), areas="icb")


@pytest.mark.parametrize("label", ["hip replacement", "Excision, not specified", "Q1", "Other procedures", "2022-04"])
def test_a_label_of_any_column_is_a_label(label):
    assert not says_not_stated(label, None)


def test_none_is_an_answer_about_religion_and_disability():
    assert not says_not_stated("None", "religion or belief")
    assert not says_not_stated("none", "disability")
    assert says_not_stated("None", "sexual orientation")


def test_codes_are_those_of_the_characteristic():
    assert says_not_stated("9", "sex")
    assert not says_not_stated("9", None)
    assert not says_not_stated("Z", None)


@pytest.mark.parametrize("label", ["Other or not known", "White/unknown", "Any other group, not stated"])
def test_a_group_together_with_people_of_none_is_neither(label):
    assert partly_not_stated(label, "race")
    assert not says_not_stated(label, "race")


def test_the_share_is_of_the_table_that_says_so():
    rows = pd.DataFrame({"ethnicity": ["White", "Unknown"], "admissions": [30.0, 10.0], "not_stated": [False, True]})
    log = DataLog("admissions")
    assert leave_out_not_stated(rows, "ethnicity", "admissions", log)["ethnicity"].tolist() == ["White"]
    assert log.findings[0].detail == "'Unknown': 25.0 % of admissions (10 of 40)"


def read(tables, **options):
    return read_cells(tables.admissions, tables.population, groups=Group("ethnicity", "White British"), areas="any",
                      **options)  # fmt: skip


def with_not_stated(frame, label, times):
    value = frame.columns[-1]
    rows = frame[frame["ethnicity"] == "Mixed"].assign(ethnicity=label)
    return pd.concat([frame, rows.assign(**{value: rows[value] * times})], ignore_index=True)


@pytest.mark.parametrize("in_population", [True, False])
def test_results_are_those_without_them_whether_or_not_the_population_has_them(in_population):
    tables = group_tables(areas=3, seed=1)
    people = with_not_stated(tables.population, "Unknown", 1) if in_population else tables.population
    more = replace(tables, admissions=with_not_stated(tables.admissions, "Not Stated/Not Known", 3), population=people)
    found = read(more)
    assert found.drop_attrs().equals(read(tables).drop_attrs())
    finding = data_log(found).set_index("table").loc["admissions"]
    assert (finding["rule"], finding["severity"]) == ("U05", "warning")
    assert "% of admissions" in finding["detail"]
