"""One file a kind: the registry finds them, and nothing outside their folder knows a kind by its name."""

import re
from pathlib import Path

import pytest

import equitymodel
from equitymodel.errors import SpecError
from equitymodel.spec.effect import Effect
from equitymodel.spec.kinds import registry
from equitymodel.spec.kinds.registry import KINDS
from equitymodel.spec.library import load_model
from equitymodel.spec.prior import Prior

pytestmark = pytest.mark.unit
HOUSE = Path(equitymodel.__file__).parent
COMPARES = r"""(?:\.kind\b|\bkind)\s*(?:==|!=|in|not in)\s*[\[({]?\s*["'](?:%s)["']"""


def test_every_kind_is_the_file_of_its_name():
    files = {file.stem for file in Path(registry.__file__).parent.glob("*.py")}
    assert set(KINDS) == files - {"__init__", "effect_kind", "registry"}
    assert all(name == kind.name for name, kind in KINDS.items())


def test_no_file_outside_the_registry_compares_a_kind_by_its_name():
    compares = re.compile(COMPARES % "|".join(KINDS))
    effects = [file for file in HOUSE.rglob("*.py") if re.search(r"\bspec\.effect\b|\bEffect\b", file.read_text())]
    assert len(effects) > 8
    assert not [file.name for file in effects if compares.search(file.read_text())]


def test_a_word_that_is_no_kind_is_answered_with_those_of_model_files(monkeypatch):
    monkeypatch.setitem(KINDS, "bump", KINDS["level"])
    assert Effect("own", (), "bump", "a bump", prior=Prior("normal", sd=1.0)).form is KINDS["level"]
    known = "contrast, covariate, departure, deviation, gradient, gradient_by_group, interaction, level, main_contrast"
    with pytest.raises(SpecError, match=f"Known words: {known}, bump"):
        Effect("own", (), "xyz", "nothing", prior=Prior("normal", sd=1.0))


def test_a_model_says_its_kinds_in_their_own_words():
    said = str(load_model())
    for effect in load_model().effects:
        assert effect.form.statement in said
        assert effect.form.compared in said
