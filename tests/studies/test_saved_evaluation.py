"""Evaluations saved and opened again: tables, fits and verdict are those that were saved."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from equitymodel.errors import OptionError
from equitymodel.inference.jobs.table_file import table_from, table_text
from equitymodel.inference.saved_fit import FILE, load_fit, save_fit
from equitymodel.studies.evaluation import Evaluation
from equitymodel.studies.left_out import LeftOut
from equitymodel.studies.saved_evaluation import TABLES, load_evaluation, save_evaluation
from tests.evaluated import unsound, with_fits

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module", params=["gap_evaluation", "controlled_evaluation", "short_evaluation"])
def pair(request, tmp_path_factory):
    """An evaluation, and the same from its file."""
    saved = request.getfixturevalue(request.param)
    path = tmp_path_factory.mktemp("kept") / FILE
    save_evaluation(saved, path)
    return saved, load_evaluation(path.parent)


def assert_same_table(one, other):
    assert (one is None) == (other is None)
    if one is not None:
        assert_frame_equal(one, other, check_exact=True, check_column_type=False, check_index_type=False)


def test_tables_are_those_that_were_saved_to_the_last_digit(pair):
    saved, again = pair
    for name in TABLES:
        assert_same_table(getattr(saved, name), getattr(again, name))
    for name in ("noise", "table", "needed"):
        assert_same_table(getattr(saved.known_before, name), getattr(again.known_before, name))
    frames = {each.name for each in fields(Evaluation) if isinstance(getattr(saved, each.name), pd.DataFrame)}
    assert frames <= set(TABLES), "no table of an evaluation is forgotten"


def test_what_was_asked_and_answered_is_the_same(pair):
    saved, again = pair
    assert (again.plan, again.plan.declared, again.model, again.seed) == (
        saved.plan, saved.plan.declared, saved.model, saved.seed)  # fmt: skip
    assert again.verdict == saved.verdict
    assert str(again) == str(saved)
    assert again.series.identical(saved.series)


def test_fits_come_back_with_their_draws(pair):
    saved, again = pair
    assert list(again.fits.all()) == list(saved.fits.all())
    for name, fit in saved.fits.all().items():
        other = again.fits.all()[name]
        assert other.posterior.identical(fit.posterior), name
        assert other.diagnosis == fit.diagnosis


def test_what_was_left_out_is_named_after_opening_as_well(short_evaluation, tmp_path):
    kept = replace(with_fits(short_evaluation, parts=unsound(short_evaluation.parts)),
                   not_counted=(LeftOut("model: no trend", "made up: 9"),))  # fmt: skip
    save_evaluation(kept, tmp_path / FILE)
    again = load_evaluation(tmp_path / FILE)
    assert again.parts is None
    assert [item.part for item in again.left_out] == ["ICSs and procedures", "model: no trend"]
    assert again.left_out == kept.left_out


def test_an_evaluation_is_no_fit_and_a_fit_no_evaluation(short_evaluation, tmp_path):
    save_evaluation(short_evaluation, tmp_path / FILE)
    with pytest.raises(OptionError, match="load_evaluation"):
        load_fit(tmp_path / FILE)
    save_fit(short_evaluation.total, tmp_path / "fit.nc")
    with pytest.raises(OptionError, match="load_fit"):
        load_evaluation(tmp_path / "fit.nc")
    with pytest.raises(OptionError, match="not there"):
        load_evaluation(tmp_path / "none.nc")


def test_an_evaluation_that_was_altered_is_refused(short_evaluation, tmp_path):
    save_evaluation(short_evaluation, tmp_path / FILE)
    content = (tmp_path / FILE).read_bytes()
    for changed in (content[:-100], content[:3000] + b"x" + content[3001:], b""):
        (tmp_path / FILE).write_bytes(changed)
        with pytest.raises(OptionError, match=r"run run\.toml"):
            load_evaluation(tmp_path)


def test_columns_of_every_kind_come_back():
    table = pd.DataFrame({
        "text": ["a", "b\n\"c\""], "number": [0.1 + 0.2, np.nan], "count": [1, 2], "truth": [True, False],
        "mixed": [1, "All groups"], "some": [np.True_, np.nan], "gone": [None, "x"],
        "day": pd.to_datetime(["2019-01-01", "2020-02-29"]),
    })  # fmt: skip
    assert_frame_equal(table_from(table_text(table)), table, check_exact=True)
    empty = table.iloc[:0]
    assert_frame_equal(table_from(table_text(empty)), empty, check_index_type=False)
