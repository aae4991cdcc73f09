import sys
from pathlib import Path

import mutate
import pytest
from mutate import Copy, mutations

pytestmark = pytest.mark.unit


def changed(text):
    """Give what stands where something was changed, as pairs."""
    return {(change.old, change.new) for change in mutations(text)}


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("x = a >= 0.975", "a >= 0.975", "(a > 0.975)"),
        ("x = a >= 0.975", "0.975", "0.94575"),
        ("x = a[3]", "3", "4"),
        ("x = f(drop=True)", "True", "False"),
        ("x = a and b", "a and b", "(a or b)"),
        ("x = a + b * c", "a + b * c", "(a - b * c)"),
        ("x = a + b * c", "b * c", "(b / c)"),
        ("x = not a", "not a", "a"),
        ("x = a.where(a > 0).mean()", "a.where(a > 0)", "a"),
        ("x = a.where(a > 0).mean()", "a.where(a > 0).mean()", "(a.where(a > 0).min())"),
        ("x = a.clip(min=0)", "a.clip(min=0)", "(a.clip(max=0))"),
        ("x = max(a, b)", "max(a, b)", "(min(a, b))"),
        ("x = a if c else b", "a if c else b", "(b if c else a)"),
        ("def f(x):\n    check(x)\n    return x", "check(x)", "pass"),
        ("def f(x):\n    return x", "return x", "return None"),
    ],
)
def test_what_a_slip_would_change_is_changed(text, old, new):
    assert (old, new) in changed(text)


@pytest.mark.parametrize(
    "text",
    [
        '"""Say 3 > 2."""',
        "x: Literal[3] = y",
        "import a.b",
        "x = 'words'",
        "@cache(3)\ndef f(): ...",
        "def f(x: A = y) -> B: ...",
    ],
)
def test_what_does_not_run_or_is_prose_stays(text):
    assert changed(text) == set()


def test_a_function_of_a_module_is_no_method_that_could_be_dropped():
    assert changed("import numpy as np\nx = np.abs(y)") == set()
    assert changed("import numpy as np\nx = np.minimum(y, z)") == {("np.minimum(y, z)", "(np.maximum(y, z))")}


def test_every_change_leaves_the_rest_of_the_text_as_it_is():
    text = "é = 'ü'  # words\nx = (a +\n     b)  # more\ny = 1\n"
    (first, second) = mutations(text)
    assert first.text == "é = 'ü'  # words\nx = ((a - b))  # more\ny = 1\n"
    assert (first.line, second.line, second.text) == (2, 4, text.replace("y = 1", "y = 2"))


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A tree of one file that adds, with a limit; tests that see the sum, and not the limit, run in this process."""
    root = tmp_path / "here"
    (root / "room").mkdir(parents=True)
    (root / "room" / "a.py").write_text("def f(x):\n    return min(x, 9) + 1\n", encoding="utf-8")
    monkeypatch.setattr(mutate, "ROOT", root)

    def passes(here, tests, seconds=None):
        named = {}
        exec((here.tree / "room" / "a.py").read_text(encoding="utf-8"), named)
        return tests.as_posix() == "tests/test_a.py" and named["f"](2) == 3

    monkeypatch.setattr(Copy, "passes", passes)
    return root


def test_a_hole_is_found_by_the_test_of_the_same_name_and_the_tree_is_not_touched(tree, monkeypatch, capsys):
    before = (tree / "room" / "a.py").read_text(encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["mutate", str(tree / "room" / "a.py")])
    assert mutate.main() == 1
    assert "room/a.py:2: 9 -> 10\n1 survived" in capsys.readouterr().out
    assert (tree / "room" / "a.py").read_text(encoding="utf-8") == before


def test_tests_that_fail_without_a_change_say_nothing_of_changes(tree):
    with pytest.raises(SystemExit, match="does not pass as it is"):
        mutate.survivors(Path("room/a.py"), Path("tests/test_b.py"))


def test_what_takes_too_long_does_not_pass(tmp_path):
    (tmp_path / "test_long.py").write_text("def test_f():\n    while True: ...\n", encoding="utf-8")
    assert not Copy(tmp_path).passes(Path("test_long.py"), seconds=0.5)
