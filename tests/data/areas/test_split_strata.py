import pandas as pd
import pytest

from equitymodel.data.areas.split_strata import read_strata, rows_of_stratum, sex_read, shared_part
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit
ROWS = pd.DataFrame({
    "to": ["B", "C"] * 3, "group": "1", "age_band": ["all"] * 2 + ["00-64"] * 2 + ["65+"] * 2, "sex": "all",
    "weight": [0.4, 0.6, 0.5, 0.5, 0.2, 0.8], "people": [None] * 2 + [50, 50, 10, 40]})  # fmt: skip


def weights(rows, **stratum):
    found = rows_of_stratum(rows, "A", stratum.get("age_band"), stratum.get("sex"))
    return found.set_index("to")["weight"].round(12).to_dict()


def test_all_people_go_by_the_rows_of_all_and_a_band_by_its_own():
    assert weights(ROWS) == {"B": 0.4, "C": 0.6}
    assert weights(ROWS, age_band="30-44") == {"B": 0.5, "C": 0.5}
    assert weights(ROWS, age_band="85+", sex="F") == {"B": 0.2, "C": 0.8}


def test_a_band_across_two_goes_by_the_people_in_it_spread_evenly():
    younger, older = 15 / 65 * 50, 10 / 35 * 10
    of_all = 15 / 65 * 100 + 10 / 35 * 50
    assert weights(ROWS, age_band="50-74")["B"] == pytest.approx((younger + older) / of_all)


def test_without_people_bands_cannot_be_brought_together():
    with pytest.raises(OptionError, match=r"A is split by age or sex.*column people"):
        weights(ROWS.assign(people=None), age_band="50-74")


def test_where_there_are_no_rows_by_age_all_ages_go_alike():
    assert weights(ROWS.iloc[:2], age_band="85+", sex="M") == {"B": 0.4, "C": 0.6}


@pytest.mark.parametrize(("band", "wanted", "part"), [("65-74", "65-74", 1), ("65-74", "75+", 0), ("85+", "100+", 0),
                                                      ("00-14", "00-04", 1 / 3), ("85+", "85+", 1)])  # fmt: skip
def test_how_much_of_a_band_another_holds(band, wanted, part):
    assert shared_part(band, wanted) == pytest.approx(part, abs=0.07 if wanted == "100+" else 1e-12)


def test_labels_are_read_area_by_area_and_blank_is_all():
    frame = pd.DataFrame({"from": ["A", "A", "B", "B", "D"], "age_band": ["0 to 64", "65+", "0-17", "18+", " "],
                          "sex": ["f", "Male", "", "ALL", None]})  # fmt: skip
    found = read_strata(frame, DataLog())
    assert found["age_band"].tolist() == ["00-64", "65+", "00-17", "18+", "all"]
    assert found["sex"].tolist() == ["F", "M", "all", "all", "all"]
    with pytest.raises(EquityDataError, match="S03"):
        read_strata(frame.assign(**{"from": "A"}), DataLog())


def test_a_sex_that_cannot_be_told_goes_by_the_shares_of_both():
    assert (sex_read(" women "), sex_read("unknown")) == ("F", None)
