"""Each table is read on its own: what it must hold, what it may hold, and how it is kept."""

import hashlib

import pandas as pd
import pytest

from equitymodel.data.tables.read_tables import (
    read_admissions,
    read_need,
    read_not_offered,
    read_population,
    read_rates,
)
from equitymodel.data.tables.suppression import PUBLISHERS
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit

KEYS = {"ics": ["E54000055", "E54000055"], "deprivation": [1, 2]}
TABLES = {
    "admissions": (read_admissions, {**KEYS, "procedure": "hip", "admissions": [3, 4]}),
    "population": (read_population, {**KEYS, "population": [10.5, 20]}),
    "need": (read_need, {**KEYS, "procedure": "hip", "need_ratio": [1.1, 0.9]}),
    "rates": (read_rates, {"procedure": "hip", "age_band": ["0-64", "65+"], "rate": [0.1, 0.2]}),
    "not_offered": (read_not_offered, {"ics": ["E54000055", "E54000057"], "procedure": "hip"}),
}
COLUMNS = [(name, column) for name, (_, table) in TABLES.items() for column in table]


@pytest.mark.parametrize("name", TABLES)
def test_a_plain_table_is_read_without_a_finding(name):
    read, columns = TABLES[name]
    table = read(pd.DataFrame(columns))
    assert (table.name, table.source, len(table.frame)) == (name, "DataFrame", 2)
    assert table.log.empty


@pytest.mark.parametrize(("name", "column"), COLUMNS)
def test_every_required_column_is_asked_for(name, column):
    read, columns = TABLES[name]
    with pytest.raises(EquityDataError, match=f"K01 in {name}: .*\n  column '{column}'"):
        read(pd.DataFrame(columns).drop(columns=column))


@pytest.mark.parametrize("name", TABLES)
def test_an_unknown_column_comes_with_a_suggestion(name):
    read, columns = TABLES[name]
    with pytest.raises(EquityDataError, match=f"K02 in {name}") as error:
        read(pd.DataFrame(columns).rename(columns={"procedure": "procedures", "population": "popluation"}).assign(x=1))
    assert "Did you mean 'p" in str(error.value)


@pytest.mark.parametrize("name", ["admissions", "population", "need"])
def test_a_column_may_be_left_out_by_name(name):
    read, columns = TABLES[name]
    table = read(pd.DataFrame(columns).assign(trust="RRK"), ignore_columns=("trust", "not there"))
    assert "trust" not in table.frame


@pytest.mark.parametrize("name", ["admissions", "population", "need", "rates"])
def test_a_row_given_twice_is_refused(name):
    read, columns = TABLES[name]
    frame = pd.DataFrame(columns)
    with pytest.raises(EquityDataError, match=f"K03 in {name}: .* \\(2 rows\\)"):
        read(pd.concat([frame, frame.iloc[:1]]))


def test_leaving_out_a_column_that_divides_cells_is_found_out():
    _, columns = TABLES["admissions"]
    by_trust = pd.concat([pd.DataFrame(columns).assign(trust=trust) for trust in ("RRK", "RJE")])
    with pytest.raises(EquityDataError, match="K03"):
        read_admissions(by_trust, ignore_columns=("trust",))


@pytest.mark.parametrize("total", ["All", "total", "England", "E92000001", "Persons", "All ages", "National"])
@pytest.mark.parametrize("key", ["ics", "deprivation", "procedure", "sex", "age_band", "period"])
def test_totals_are_found_in_any_key(total, key):
    _, columns = TABLES["admissions"]
    frame = pd.DataFrame(columns).assign(sex="F", age_band="65+", period="2023").astype(str)
    frame.loc[0, key] = total
    with pytest.raises(EquityDataError, match=f"K04 in admissions: .*column {key}"):
        read_admissions(frame)


@pytest.mark.parametrize("value", ["", "Unknown", "not stated", None, "NaN"])
@pytest.mark.parametrize("key", ["ics", "procedure", "sex", "age_band"])
def test_rows_without_a_key_are_refused(value, key):
    _, columns = TABLES["admissions"]
    frame = pd.DataFrame(columns).assign(sex="F", age_band="65+").astype(object)
    frame.loc[0, key] = value
    with pytest.raises(EquityDataError, match=f"K06 in admissions: .*column {key}"):
        read_admissions(frame)


@pytest.mark.parametrize("rate", ["-0.1", "", "*", "low"])
def test_a_rate_must_be_a_number_of_zero_or_more(rate):
    read, columns = TABLES["rates"]
    with pytest.raises(EquityDataError, match="C04 in rates"):
        read(pd.DataFrame(columns).astype(str).assign(rate=[rate, "0.2"]))


@pytest.mark.parametrize("ratio", ["0", "-1", "", "c", "high"])
def test_a_need_ratio_must_be_positive(ratio):
    read, columns = TABLES["need"]
    with pytest.raises(EquityDataError, match="N01 in need"):
        read(pd.DataFrame(columns).astype(str).assign(need_ratio=[ratio, "1"]))


def test_codes_are_text_however_they_came(tmp_path):
    _, columns = TABLES["admissions"]
    numeric = pd.DataFrame(columns).assign(ics=[7, 8], procedure=41, period=2023)
    numeric.to_csv(tmp_path / "admissions.csv", index=False)
    numeric.to_parquet(tmp_path / "admissions.parquet")
    sources = [numeric, tmp_path / "admissions.csv", tmp_path / "admissions.parquet"]
    frame, csv, parquet = (read_admissions(source, areas="any").frame for source in sources)
    assert frame["ics"].tolist() == ["7", "8"]
    pd.testing.assert_frame_equal(csv, frame)
    pd.testing.assert_frame_equal(parquet, frame)


def test_admissions_keep_their_rule_and_what_each_count_may_be():
    _, columns = TABLES["admissions"]
    hidden = pd.DataFrame(columns).astype(str).assign(admissions=["*", "40"])
    table = read_admissions(hidden, small_numbers="lt5")
    assert table.rule == PUBLISHERS["lt5"]
    assert table.frame[["admissions_low", "admissions_high"]].to_numpy().tolist() == [[1, 4], [40, 40]]
    assert table.frame["admissions"].isna().tolist() == [True, False]
    assert table.log["rule"].tolist() == ["C12"]
    assert read_admissions(hidden, small_numbers="exclude").rule is None


def test_an_unknown_rule_for_small_numbers_is_refused():
    with pytest.raises(OptionError, match="Did you mean 'lt5'"):
        read_admissions(pd.DataFrame(TABLES["admissions"][1]), small_numbers="lt55")


def test_a_table_keeps_its_file_name_and_hash(tmp_path):
    path = tmp_path / "admissions 2023.csv"
    pd.DataFrame(TABLES["admissions"][1]).to_csv(path, index=False)
    table = read_admissions(path)
    assert table.source == "admissions 2023.csv"
    assert table.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
