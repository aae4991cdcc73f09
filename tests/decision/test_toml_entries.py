import datetime as dt

import pytest

from equitymodel.decision.file_contract import FileLog, by_id
from equitymodel.decision.toml_entries import Entries, read_entries, reading_rules, text_of_file
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit


def entries(**found):
    return Entries(found, "effect 1", FileLog("own.toml", by_id(reading_rules("E"))), "E")


def test_a_word_that_is_not_known_is_named_with_the_nearest():
    made = entries(stagge="seen")
    made.words(("stage",), required=("stage",))
    assert made.log.found == {"E02": ["effect 1: 'stagge'. Did you mean 'stage'?"], "E03": ["effect 1: stage"]}


@pytest.mark.parametrize(
    ("method", "value", "options"),
    [
        ("text", 3, {}),
        ("text", " ", {}),
        ("one_of", "F", {"known": "ABC"}),
        ("several_of", ["a", 1], {"known": ()}),
        ("several_of", ["d"], {"known": ("a",)}),
        ("number", True, {}),
        ("number", float("inf"), {}),
        ("number", 1.5, {"least": 0, "most": 1}),
        ("whole", 1.0, {}),
        ("whole", 0, {}),
        ("flag", "yes", {}),
        ("date", "2026-01-01", {}),
        ("date", dt.date(2999, 1, 1), {}),
        ("table", 1, {}),
    ],
)
def test_a_value_of_another_kind_is_kept_as_wrong(method, value, options):
    made = entries(word=value)
    getattr(made, method)("word", **options)
    assert list(made.log.found) == ["E04"]
    assert "effect 1: word is " in made.log.found["E04"][0]


def test_values_of_the_right_kind_are_given_and_absent_ones_are_not_wrong():
    made = entries(a="x", b=2, c=0.5, d=True, e=dt.date(2020, 1, 1), f=["x"], g={"h": 1})
    assert (made.text("a"), made.whole("b"), made.number("c"), made.flag("d")) == ("x", 2, 0.5, True)
    assert (made.date("e"), made.several_of("f", ())) == (dt.date(2020, 1, 1), ("x",))
    assert made.table("g").where == "effect 1: g"
    assert (made.number("z"), made.flag("z"), made.text("z", "usual"), list(made.tables("z"))) == (
        None,
        False,
        "usual",
        [],
    )
    assert not made.log.found


def test_tables_that_are_none_are_wrong():
    made = entries(effect={"a": 1})
    assert list(made.tables("effect")) == []
    assert "each begun by [[effect]]" in made.log.found["E04"][0]


@pytest.mark.parametrize(("text", "said"), [("format = ", "R01 in own.toml"), ("a = 1", "reads format = 1")])
def test_no_toml_or_another_format_stops_the_reading(text, said):
    with pytest.raises(EquityDataError, match=said):
        read_entries(text, FileLog("own.toml", by_id(reading_rules("R"))), "R")


def test_the_mark_of_notepad_is_no_part_of_a_text(tmp_path):
    (tmp_path / "own.toml").write_bytes(b"\xef\xbb\xbfformat = 1")
    assert text_of_file(tmp_path / "own.toml") == "format = 1"


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path):
    with pytest.raises(OptionError, match=r"absent\.toml cannot be read: No such file"):
        text_of_file(tmp_path / "absent.toml")
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(OptionError, match="no text in UTF-8"):
        text_of_file(tmp_path / "bad.toml")
