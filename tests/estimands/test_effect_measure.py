"""A number of an evaluation as a record: its probability, its row, and words that must be known."""

import numpy as np
import pytest
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.estimands.effect_measure import EVENTS, RECORD_COLUMNS, SCALES, EffectMeasure, change_table

pytestmark = pytest.mark.unit


def change(draws=(-1.0, 1.0, 2.0, 3.0), **given):
    values = xr.DataArray([list(draws)], dims=("chain", "draw"))
    words = {"key": "k", "quantity": "q", "unit": "u", "scale": "amount", "event": "more_admissions", "draws": values}
    return EffectMeasure(**words | given)


def test_a_probability_is_of_lying_beyond_the_threshold_on_the_side_of_the_event():
    assert float(change().probability) == 0.75
    assert float(change(threshold=1.5).probability) == 0.5
    assert float(change(sign=-1).probability) == 0.25
    assert float(change(sign=-1, threshold=1.5).probability) == 0.5


def test_a_row_is_what_is_published_and_what_a_machine_reads():
    table = change_table([change(), change(key="other", quantity="narrowed", event="gap_narrowed", scale="log_change")])
    assert table["quantity"].tolist() == ["q", "narrowed"]
    assert table["probability_of"].tolist() == ["more admissions", "narrowed"]
    assert table[RECORD_COLUMNS].values.tolist() == [
        ["k", "amount", "more_admissions"], ["other", "log_change", "gap_narrowed"],
    ]  # fmt: skip
    assert table["estimate"].tolist() == [1.5, 1.5]
    assert table["unit"].tolist() == ["u", "u"]


def test_a_record_has_a_row_for_each_label_that_exists():
    draws = xr.DataArray(np.ones((1, 4, 3)), dims=("chain", "draw", "ics"), coords={"ics": ["a", "b", "c"]})
    some = draws.where(draws["ics"] != "b")
    table = change_table([EffectMeasure("k", "q", "u", "amount", "more_admissions", some)])
    assert table["ics"].tolist() == ["a", "c"]
    assert table["probability"].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("bad", "said"),
    [({"scale": "log_chang"}, "Did you mean 'log_change'"), ({"event": "steper"}, "Did you mean 'steeper'")],
)
def test_unknown_words_are_refused(bad, said):
    with pytest.raises(OptionError, match=said):
        change(**bad)


def test_every_word_has_a_meaning():
    assert all(SCALES.values())
    assert len(set(EVENTS.values())) == len(EVENTS)
