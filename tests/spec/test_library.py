import re

import pytest

from equitymodel.errors import SpecError
from equitymodel.spec.library import (
    DEFAULT_MODEL,
    SERIES_MODELS,
    choose_model,
    load_model,
    load_series_model,
    model_names,
    model_text,
    read_model,
)

pytestmark = pytest.mark.unit


def test_the_models_that_ship_are_listed_with_their_questions():
    cells = {"gap_by_procedure", "group_by_procedure", "need_adjusted", "procedures_together", "small_areas",
             "straight_gradients", "deprivation_within_groups"}  # fmt: skip
    assert set(model_names()) == cells | {"passages", "passages_by_group"} | set(SERIES_MODELS.values())
    assert all(question.endswith("?") for question in model_names().values())


@pytest.mark.parametrize("name", sorted(model_names()))
def test_a_shipped_model_can_be_read_and_is_called_like_its_file(name):
    spec = read_model(model_text(name))
    assert spec.name == name
    assert spec.question == model_names()[name]
    assert spec.text == model_text(name)


def test_the_default_model_is_one_that_ships():
    assert load_model().name == DEFAULT_MODEL


def test_a_copied_model_is_the_same_model(tmp_path):
    copy = tmp_path / "mine.toml"
    copy.write_text(model_text("need_adjusted"), encoding="utf-8")
    assert load_model(copy) == load_model("need_adjusted") == load_model(str(copy))


def test_a_byte_order_mark_from_a_windows_editor_is_read_past(tmp_path):
    copy = tmp_path / "mine.toml"
    copy.write_text(model_text("need_adjusted"), encoding="utf-8-sig")
    assert load_model(copy) == load_model("need_adjusted")


def test_an_unknown_model_is_refused_with_the_nearest():
    with pytest.raises(SpecError, match=r"no model 'need_ajusted'\. Did you mean 'need_adjusted'\?"):
        load_model("need_ajusted")


def test_a_file_that_is_not_there_is_refused_with_its_path(tmp_path):
    missing = tmp_path / "missing.toml"
    with pytest.raises(SpecError, match=re.escape(f"cannot read the model file {missing}: No such file")):
        load_model(missing)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(model_text("need_adjusted").encode("utf-16"))
    with pytest.raises(SpecError, match="is not UTF-8 text"):
        load_model(path)


def test_models_of_cells_and_of_series_are_not_taken_for_one_another():
    with pytest.raises(SpecError, match=r"'interruption' is a model of a series over time"):
        load_model("interruption")
    with pytest.raises(SpecError, match=r"'need_adjusted' is not a model of a series .* interruption"):
        load_series_model("need_adjusted")


def test_a_model_is_taken_as_it_is_or_by_its_name():
    model = load_model("gap_by_procedure")
    assert choose_model(model) is model
    assert choose_model("gap_by_procedure") == model


def test_a_copy_with_the_name_of_a_shipped_model_says_that_it_is_changed_only_if_it_is(tmp_path):
    mine, text = tmp_path / "mine.toml", model_text("need_adjusted")
    mine.write_text(text.replace("format = 1", "format = 1  # my copy"), encoding="utf-8")
    assert load_model(mine).name == "need_adjusted"
    mine.write_text(text.replace("sd = 0.1 }", "sd = 0.11 }", 1), encoding="utf-8")
    assert load_model(mine).name == "need_adjusted, changed"
    mine.write_text(mine.read_text().replace('name = "need_adjusted"', 'name = "mine"'), encoding="utf-8")
    assert load_model(mine).name == "mine"


def test_procedures_together_is_the_default_with_one_more_effect_and_with_one_procedure_the_default():
    spec, default = load_model("procedures_together"), load_model()
    assert [effect.name for effect in spec.drop_effect("ics_level").effects] == [each.name for each in default.effects]
    alone = {"ics": 30, "procedure": 1, "deprivation": 5}
    beliefs = [[(each.name, each.belief) for each in one.for_sizes(alone).effects] for one in (spec, default)]
    assert beliefs[0] == beliefs[1]
