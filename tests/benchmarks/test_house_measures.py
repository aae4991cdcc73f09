import textwrap

import house
import pytest

pytestmark = pytest.mark.unit


@pytest.fixture
def rooms(tmp_path):
    """Write a package of a few files, and read it as the house is read."""

    def write(**files):
        room = tmp_path / house.PACKAGE
        room.mkdir(exist_ok=True)
        (room / "errors.py").write_text(
            "class OurError(Exception): ...\nclass Worse(OurError): ...\n", encoding="utf-8"
        )
        for name, text in files.items():
            path = room / f"{name.replace('_in_', '/')}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        return [file for file in house.sources(tmp_path) if file.name != "errors.py"]

    return write


def test_a_body_is_what_stands_below_the_docstring(rooms):
    files = rooms(
        a='''
        def f(x):
            """Say.

            More.
            """
            y = x
            return y
    '''
    )
    assert list(house.bodies(files).values()) == [2]


def test_self_is_no_parameter_and_the_command_line_may_have_many(rooms):
    text = "class A:\n    def f(self, a, b, /, c, *, d): ...\n"
    files = rooms(a=text, cli_in_b=text)
    assert house.many_parameters(files, 3) == ["a.py:2 f (4)"]
    assert house.many_parameters(files, 4) == []


def test_names_that_stand_twice_are_found_with_their_places(rooms):
    files = rooms(a_in_same="class One: ...\nclass _Two: ...", b_in_same="class One: ...\nclass Two: ...")
    assert house.classes_twice(files) == ["One: a/same.py, b/same.py"]
    assert house.stems_twice(files) == ["same: a/same.py, b/same.py"]


def test_a_test_of_the_same_name_stands_in_the_same_folder(rooms, tmp_path):
    files = rooms(a_in_b="", a_in_c="", a_in___init__="")
    (tmp_path / "tests" / "a").mkdir(parents=True)
    (tmp_path / "tests" / "a" / "test_b.py").touch()
    assert house.without_test(files, tmp_path) == ["a/c.py"]


def test_only_what_is_raised_on_purpose_and_is_not_ours_is_foreign(rooms, tmp_path):
    files = rooms(
        a="""
        def unknown(word) -> Worse:
            return Worse(word)
        def f(x):
            try:
                g()
            except ValueError as error:
                raise error
            if x:
                raise
            raise unknown(x)
        def g():
            raise KeyError("x")
        def h():
            raise errors.Worse("x") from None
        def stop():
            raise typer.Exit(2)
    """
    )
    assert house.foreign_raises(files, tmp_path) == ["a.py:13 KeyError"]


def test_sections_count_where_there_is_something_to_say(rooms):
    files = rooms(
        __init__="from a import f, g",
        a_in_b='''
        def f(x) -> int:
            """Say.

            Parameters
            ----------
            x
                Any.
            """
            raise OurError
        def g() -> None:
            """Say."""
        def _hidden(y): ...
    ''',
    )
    assert house.documented(files) == {"Parameters": 1, "Returns": 0, "Raises": 0, "Examples": 0, "References": 0}


def test_lines_are_code_docstring_comment_or_blank(rooms):
    (file,) = rooms(a='"""One.\n\nTwo.\n"""\n\n# word\nx = 1\n\ny = """a\n\nb"""\n')
    assert (file.docstring_lines, file.comment_lines, file.code_lines, file.lines) == (4, 1, 3, 11)


def test_ninety_of_a_hundred_is_the_ninetieth_percentile():
    assert house.percentile(range(100), 0.9) == 90
    assert house.percentile([3], 0.9) == 3


def test_the_page_counts_offenders_in_the_table_and_names_them_below():
    page = house.page({"files": 3, "too long": ["a", "b"], "loads": ["pandas"]}, {"files": 2, "too long": []}, "*Now.*")
    assert "| files | 3 | 2 |\n| too long | 2 | 0 |\n| loads | pandas | - |" in page
    assert "## Too long\n\n- a\n- b\n" in page


def test_the_time_of_imports_leaves_out_the_start_of_python():
    report = """import time: self [us] | cumulative | imported package
import time:       100 |        100 |   encodings
import time:       100 |        200 | site
import time:         7 |          7 |   inner
import time:         5 |         12 | outer
import time:         3 |          3 | other
"""
    assert house._import_seconds(report) == pytest.approx(15e-6)
