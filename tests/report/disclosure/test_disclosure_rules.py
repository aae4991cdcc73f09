import numpy as np
import pytest

from equitymodel.errors import OptionError, SpecError
from equitymodel.report.disclosure.disclosure_rules import SHIPPED, disclosure_rules, read_disclosure_rules

pytestmark = pytest.mark.unit
HES = disclosure_rules("hes")
OWN = """format = 1
name = "ours"
title = "below 5"
source = "our board"
hides = [1, 4]
rounded_to = 1
mark = "<5"
secondary = true
width = 3
alone = false
differencing = true
"""


def test_hes_rounds_to_the_nearest_five_and_keeps_zeros():
    assert HES.rounded(np.array([0, 8, 12, 13, 17, 18])).tolist() == [0, 10, 10, 15, 15, 20]


def test_hes_hides_one_to_seven():
    assert HES.is_small(np.arange(10)).tolist() == [False, *[True] * 7, False, False]


@pytest.mark.parametrize("base", [1, 2, 5, 10])
def test_bounds_of_a_shown_count_are_all_counts_that_are_shown_so(base):
    rules = read_disclosure_rules(OWN.replace("rounded_to = 1", f"rounded_to = {base}"))
    counts = np.array([count for count in range(60) if not rules.is_small(np.array(count))])
    shown = rules.rounded(counts)
    least, most = rules.bounds_of_shown(shown)
    for value, low, high in zip(shown, least, most, strict=True):
        same = counts[shown == value]
        assert high >= low
        assert low == same.min()
        if same.max() < 55:
            assert high == same.max()


def test_what_is_safe_spans_three_or_is_all_that_is_hidden():
    low, high = np.array([4, 6, 1, 8, 9]), np.array([7, 7, 7, 10, 12])
    assert HES.is_safe(low, high).tolist() == [True, False, True, False, True]


def test_every_shipped_file_says_its_own_name():
    assert [disclosure_rules(name).name for name in SHIPPED] == list(SHIPPED)
    assert disclosure_rules(HES) is HES


def test_opensafely_and_acro_hide_zeros():
    zero = np.array([0])
    assert disclosure_rules("opensafely").is_small(zero).all()
    assert disclosure_rules("acro").is_small(zero).all()
    assert not disclosure_rules("none").is_small(np.arange(100)).any()


def test_a_file_of_rules_is_read(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(OWN, encoding="utf-8")
    assert disclosure_rules(path).hides == (1, 4)
    assert disclosure_rules(str(path)).mark == "<5"


def test_a_name_that_is_not_known_suggests_one():
    with pytest.raises(OptionError, match="Did you mean 'opensafely'"):
        disclosure_rules("opensafly")
    with pytest.raises(OptionError, match=r"no file ours\.toml"):
        disclosure_rules("ours.toml")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("hides = [1, 4]", "hides = [4, 1]", "two counts"),
        ("hides = [1, 4]", "hides = [2, 4]", "first is 0 or 1"),
        ("rounded_to = 1", "rounded_to = 0", "1 or more"),
        ("width = 3", "width = -1", "0 or more"),
        ("alone = false", "alone = 'no'", "true or false"),
        ('mark = "<5"', 'mark = ""', "text"),
        ("width = 3", "widht = 3", "Did you mean 'width'"),
        ("width = 3\n", "", "lacks 'width'"),
        ("format = 1", "format = 2", "format = 1"),
        ("format = 1", "format 1", "not valid TOML"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused(old, new, says):
    with pytest.raises(SpecError, match=says):
        read_disclosure_rules(OWN.replace(old, new))
