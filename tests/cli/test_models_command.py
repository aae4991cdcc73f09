import pytest

pytestmark = pytest.mark.unit


def test_models_are_listed_shown_and_copied(call, tmp_path):
    assert "gap_by_procedure" in call("models", "list").out
    assert "HalfNormal(0.2)" in call("models", "show", "need_adjusted").out
    assert "log(fitted) = " in call("models", "show", "interruption").out
    copy = tmp_path / "mine.toml"
    assert call("models", "copy", "need_adjusted", copy).words.endswith(f"equitymodel run --model {copy} ...")
    assert copy.read_text(encoding="utf-8").startswith("format = 1")
    assert call("models", "copy", "need_adjusted", copy).code == 2


def test_the_nearest_model_is_named(call):
    for verb, more in (("show", []), ("copy", ["x.toml"])):
        answer = call("models", verb, "need_ajusted", *more)
        assert answer.code == 2
        assert "Did you mean 'need_adjusted'?" in answer.errors
