import pytest
from click.testing import CliRunner

from equitymodel.cli.catalogue import Catalogue, catalogue_group
from equitymodel.errors import OutputError

pytestmark = pytest.mark.unit
BOOKS = catalogue_group(
    Catalogue("book", "books", lambda: {"one": "the first"}, str.upper, lambda name: f"{name}\n", "read {to}")
)


def outcome(*words):
    return CliRunner().invoke(BOOKS, list(words))


def test_three_verbs_list_show_and_copy(tmp_path):
    assert outcome("list").output == "one  the first\n"
    assert outcome("show", "one").output == "ONE\n"
    to = tmp_path / "mine.toml"
    assert f"read {to}" in outcome("copy", "one", str(to)).output
    assert to.read_text() == "one\n"


def test_a_copy_replaces_nothing_and_says_where_it_cannot_go(tmp_path):
    (tmp_path / "mine.toml").write_text("mine")
    for to, said in ((tmp_path / "mine.toml", "is there already"), (tmp_path / "no" / "x.toml", "cannot write")):
        error = outcome("copy", "one", str(to)).exception
        assert isinstance(error, OutputError)
        assert said in str(error)
    assert (tmp_path / "mine.toml").read_text() == "mine"
