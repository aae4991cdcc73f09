import pandas as pd
import pytest

from equitymodel.data.tables.checked_table import columns_of
from equitymodel.data.tables.column_names import SYNONYMS, contract_name, name_columns, read_synonyms
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit
ADMISSIONS = columns_of("admissions")


def read(*columns, group="deprivation", known=ADMISSIONS):
    log = DataLog("admissions", group=group)
    return read_synonyms(pd.DataFrame([["x"] * len(columns)], columns=list(columns)), log, known), log


@pytest.mark.parametrize(
    ("column", "name"),
    [("icb_code", "ics"), ("icb23cd", "ics"), ("imd_quintile", "deprivation"), ("imd2019_decile", "deprivation"),
     ("quintile", "deprivation"), ("simd2020_quintile", "deprivation"), ("quintile_(imd_2019)", "deprivation"),
     ("age-group", "age_band"), ("gender", "sex"), ("financial_year", "period"), ("residents", "population"),
     ("age-band", "age_band"),
     ("count", None), ("imd_score", None), ("imd_rank", None), ("trust", None), ("episodes", None), ("2019", None),
     ("quintile_3", None)],
)  # fmt: skip
def test_a_name_in_common_use_has_one_meaning_or_none(column, name):
    assert contract_name(column) == name


def test_no_name_has_two_meanings():
    names = [name for those in SYNONYMS.values() for name in those]
    assert len(set(names)) == len(names)
    assert not set(names) & set(SYNONYMS)


def test_columns_that_may_both_be_meant_are_left_for_the_reader():
    frame, log = read("year", "month", "admissions")
    assert frame.columns.tolist() == ["year", "month", "admissions"]
    assert log.findings == []


def test_a_column_of_the_contract_is_not_put_aside_by_another():
    assert read("ics", "icb_code")[0].columns.tolist() == ["ics", "icb_code"]


def test_the_column_of_the_groups_keeps_its_name():
    frame, _ = read("age_group", "imd_quintile", "icb_code", group="age_group")
    assert frame.columns.tolist() == ["age_group", "imd_quintile", "ics"]


def test_a_name_of_a_column_that_the_table_may_not_have_is_left():
    assert read("icb_code", "residents")[0].columns.tolist() == ["ics", "residents"]
    assert read("residents", known=columns_of("population"))[0].columns.tolist() == ["population"]


def test_the_index_in_a_name_is_kept():
    frame, log = read("imd_2025_quintile")
    assert frame["deprivation_index"].tolist() == ["IMD 2025"]
    assert [item.rule for item in log.findings] == ["F12"]


def test_two_columns_of_one_plain_name_are_refused():
    with pytest.raises(EquityDataError, match="more than one column is called 'sex'"):
        name_columns(pd.DataFrame(columns=["sex", " Sex"]), DataLog())
