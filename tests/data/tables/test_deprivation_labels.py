"""Labels of deprivation are read in the words of those who publish them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.data.tables.deprivation_labels import FORMS, means_unknown, read_deprivation_label

pytestmark = pytest.mark.unit

HES = ["Most deprived 10%", *(f"More deprived {low}-{low + 10}%" for low in (10, 20, 30, 40)),
       *(f"Less deprived {low}-{low + 10}%" for low in (40, 30, 20, 10)), "Least deprived 10%"]  # fmt: skip
FINGERTIPS = ["Most deprived decile (IMD2019)", "Second most deprived decile (IMD2019)", "Third more deprived decile (IMD2019)",
              "Fourth more deprived decile (IMD2019)", "Fifth more deprived decile (IMD2019)",
              "Fifth less deprived decile (IMD2019)", "Fourth less deprived decile (IMD2019)",
              "Third less deprived decile (IMD2019)", "Second least deprived decile (IMD2019)",
              "Least deprived decile (IMD2019)"]  # fmt: skip
FIFTHS = ["Most deprived quintile (IMD2019)", "Second most deprived quintile (IMD2019)",
          "Third most deprived quintile (IMD2019)", "Second least deprived quintile (IMD2019)",
          "Least deprived quintile (IMD2019)"]  # fmt: skip
SHARES = ["Most deprived 20%", "More deprived 20-40%", "40-60%", "Less deprived 20-40%", "Least deprived 20%"]


@pytest.mark.parametrize("scale", [HES, FINGERTIPS, FIFTHS, SHARES])
def test_a_scale_in_words_counts_from_the_most_deprived(scale):
    read = [read_deprivation_label(label) for label in scale]
    assert [said.number for said in read] == list(range(1, len(scale) + 1))
    assert {said.kind for said in read} == {"decile" if len(scale) == 10 else "quintile"}
    assert all(said.worded for said in read)


@given(
    st.integers(1, 10),
    st.sampled_from(["{}", "Q{}", "IMD Q{}", "Quintile {}", "IMD 2019 Decile {}", "D{}", "{}.0", "quintile{}"]),
)
def test_a_number_is_itself(number, form):
    said = read_deprivation_label(form.format(number))
    assert (said.number, said.worded, said.end) == (number, False, "")


@pytest.mark.parametrize(("label", "number", "end"), [
    ("1 - Most deprived 10%", 1, "most"), ("Q5 (least deprived)", 5, "least"), ("10 (least)", 10, "least"),
    ("Quintile 1 - most deprived", 1, "most"), ("1: most", 1, "most"),
])  # fmt: skip
def test_a_number_that_is_called_an_end_says_so(label, number, end):
    said = read_deprivation_label(label)
    assert (said.number, said.end) == (number, end)


@pytest.mark.parametrize("label", ["poorest", "2.5", "-1", "", "10-20%", "More deprived 10%", "More deprived 60-70%",
                                   "Most deprived 15%", "More deprived quintile", "all"])  # fmt: skip
def test_what_names_no_group_is_not_read(label):
    assert read_deprivation_label(label) is None


def test_a_zero_means_not_known_beside_a_whole_scale_alone():
    fifths = {f"Q{number}" for number in range(6)}
    assert means_unknown(fifths) == {"Q0"}
    assert means_unknown({str(number) for number in range(11)}) == {"0"}
    assert means_unknown({str(number) for number in range(5)}) == set()
    assert means_unknown({str(number) for number in range(10)}) == set()
    assert means_unknown({"1", "", "Unknown", "NULL", "Least deprived 10%"}) == {"", "Unknown", "NULL"}


def test_every_example_is_read():
    assert all(read_deprivation_label(example) for *_, examples in FORMS for example in examples)
