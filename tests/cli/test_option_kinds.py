import datetime as dt
import math
from pathlib import Path

import pytest

from equitymodel.cli import option_kinds as kinds
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("kind", "typed", "line", "value"),
    [
        (kinds.TEXT, "IMD 2019", "IMD 2019", "IMD 2019"),
        (kinds.WHOLE, "12", 12, 12),
        (kinds.NUMBER, "2", 2, 2.0),
        (kinds.FLAG, True, True, True),
        (kinds.TABLE, "data/a.csv", "data/a.csv", Path("data/a.csv")),
        (kinds.NAME_OR_FILE, "need_adjusted", "need_adjusted", "need_adjusted"),
        (kinds.NAME_OR_FILE, "mine.TOML", "mine.TOML", Path("mine.TOML")),
        (kinds.DATE, "2023-04", "2023-04", "2023-04"),
        (kinds.DATE, "2023-04-17", dt.date(2023, 4, 17), "2023-04-17"),
        (kinds.DATE, "2023-Q2", "2023-Q2", "2023-Q2"),
        (kinds.WINDOW, "2022-10, 2023-09", ["2022-10", "2023-09"], ("2022-10", "2023-09")),
        (kinds.NAMES, ["a", "b"], ["a", "b"], ("a", "b")),
        (kinds.AGE_BANDS, "auto", "auto", "auto"),
        (kinds.AGE_BANDS, "0-44, 45+", ["0-44", "45+"], ("0-44", "45+")),
        (kinds.EXPOSED, ["ics=QE1, QOP", "procedure=hip"], {"ics": ["QE1", "QOP"], "procedure": ["hip"]},
         {"ics": ("QE1", "QOP"), "procedure": ("hip",)}),
        (kinds.STARTS, ["QOP=2023-07"], {"QOP": "2023-07"}, {"QOP": "2023-07"}),
    ],
)  # fmt: skip
def test_what_is_typed_and_what_a_line_says_come_to_the_same(kind, typed, line, value):
    assert kind.from_text(typed) == kind.from_toml(line) == value
    assert type(kind.from_text(typed)) is type(kind.from_toml(line)) is type(value)


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        (kinds.WHOLE, "1.5", "a whole number, not '1.5'"),
        (kinds.NUMBER, "many", "a number, not 'many'"),
        (kinds.NUMBER, "nan", "a number"),
        (kinds.NUMBER, "inf", "a number"),
        (kinds.TABLE, " ", "a path"),
        (kinds.DATE, "2023-13", "month must be in 1..12"),
        (kinds.DATE, "April", "a date such as 2023-04, 2023-04-17 or 2023-Q2, not 'April'"),
        (kinds.DATE, "2023-4", "a date such as"),
        (kinds.WINDOW, "2022-10", "takes two dates"),
        (kinds.WINDOW, "2022-10,soon", "not 'soon'"),
        (kinds.WINDOW, "2023-10,2022-10", "the first of them first"),
        (kinds.EXPOSED, ["QE1"], "is written name=value; 'QE1' is not"),
        (kinds.EXPOSED, ["ics=QE1", "ics=QOP"], "names 'ics' twice"),
        (kinds.STARTS, ["QOP=soon"], "not 'soon'"),
    ],
)
def test_what_is_typed_wrong_is_said(kind, typed, said):
    with pytest.raises(OptionError) as raised:
        kind.from_text(typed)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("kind", "line", "said"),
    [
        (kinds.TEXT, 3, "a text, not 3"),
        (kinds.WHOLE, "3", "a whole number, not '3'"),
        (kinds.WHOLE, True, "a whole number, not True"),
        (kinds.WHOLE, 3.0, "a whole number, not 3.0"),
        (kinds.NUMBER, "0.5", "a number, not '0.5'"),
        (kinds.NUMBER, math.nan, "a number"),
        (kinds.NUMBER, False, "a number, not False"),
        (kinds.FLAG, "yes", "true or false, not 'yes'"),
        (kinds.TABLE, ["a.csv"], "a text"),
        (kinds.WINDOW, ["2022-10", 3], "a text, not 3"),
        (kinds.NAMES, "one", "a list of texts, not 'one'"),
        (kinds.AGE_BANDS, 3, "a list of texts"),
        (kinds.EXPOSED, ["ics=QE1"], "a table such as"),
        (kinds.EXPOSED, {"ics": "QE1"}, "a list of texts, not 'QE1'"),
        (kinds.STARTS, {"QOP": 2023}, "a text, not 2023"),
    ],
)
def test_a_line_of_the_wrong_type_is_said(kind, line, said):
    with pytest.raises(OptionError) as raised:
        kind.from_toml(line)
    assert said in str(raised.value)
