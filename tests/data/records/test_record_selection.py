import datetime as dt

import pytest

from equitymodel.data.records.record_selection import RecordSelection, month_label, year_label
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"methods": ()}, "list of codes"),
        ({"methods": "11"}, "methods is a list"),
        ({"first": "2022"}, "first month is written as 2022-04"),
        ({"first": "2022-13"}, "first month is written as 2022-04"),
        ({"first": "2023-04", "last": "2023-03"}, "is before the first"),
        ({"year_starts": 9}, "January .1. or April .4."),
        ({"age_bands": ("0-64", "70+")}, "follow one another"),
        ({"age_bands": ("5-64", "65+")}, "begin at 0"),
        ({"age_bands": ("0-64", "65-74")}, "end open"),
        ({"age_bands": ("young", "65+")}, "begin at 0"),
        ({"age_bands": "0+"}, "age_bands is a list"),
        ({"every_episode": "yes"}, "true or false"),
    ],
)
def test_what_has_no_meaning_is_refused(options, says):
    with pytest.raises(OptionError, match=says):
        RecordSelection(**options)


def test_bands_of_five_years_end_at_85():
    usual = RecordSelection()
    assert (usual.bands[0], usual.bands[-1], len(usual.bands)) == ("00-04", "85+", 18)
    assert usual.edges[-2:] == (80, 85)


def test_today_is_the_day_of_the_run_and_not_of_the_import():
    assert RecordSelection().today == dt.date.today()


def test_months_and_years_are_written_as_tables_have_them():
    assert [month_label(24266 + more) for more in range(3)] == ["2022-03", "2022-04", "2022-05"]
    assert year_label(1999 * 12 + 3, 4) == "1999/00"
