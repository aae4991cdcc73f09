import pytest
from repeated_lines import repeated, shapes

pytestmark = pytest.mark.unit
CODE = "".join(f"value = make({name}, {number})\nreturn value\n" for name, number in zip("abc", "123", strict=True))


def test_names_strings_and_numbers_stand_for_any():
    assert [shape for _, shape in shapes("x = f('a', 1)\n")] == [shape for _, shape in shapes('long = g("b", 22)\n')]
    assert [shape for _, shape in shapes("x = f(a)\n")] != [shape for _, shape in shapes("x = f(a, b)\n")]
    assert [shape for _, shape in shapes("if x: pass\n")] != [shape for _, shape in shapes("while x: pass\n")]


def test_imports_comments_blank_lines_and_punctuation_do_not_count():
    text = "import a\nfrom b import (\n    c,\n    d,\n)\n\n# word\nx = [\n    1,\n]\n"
    assert [line for line, _ in shapes(text)] == [8]


def test_six_lines_of_one_shape_are_a_pair_and_five_are_none():
    six = repeated({"a.py": CODE, "b.py": "z = 1\n" + CODE.replace("value", "other")})
    assert six == [("a.py", 1, "b.py", 2, 6)]
    five = CODE.rsplit("\n", 2)[0] + "\n"
    assert repeated({"a.py": CODE, "b.py": five}) == []


def test_within_a_file_a_run_does_not_pair_with_itself():
    steady = "x = 1\n" * 8
    assert repeated({"a.py": steady}) == []
    assert repeated({"a.py": CODE + "z += 1\n" + CODE}) == [("a.py", 1, "a.py", 8, 6)]


def test_what_stands_in_many_places_is_common_and_a_longer_run_is_one_pair():
    assert repeated({f"{name}.py": CODE for name in "abcdefghi"}) == []
    assert [row[4] for row in repeated({"a.py": CODE + "z += 1\n", "b.py": CODE + "y += 2\n"})] == [7]
