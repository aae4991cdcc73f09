import hashlib

import pytest

from equitymodel.cli.choices import Choices, refuse_all, sha256_of
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit


def test_what_was_not_chosen_has_its_default():
    choices = Choices("run", {"seed": 7})
    assert (choices["seed"], choices["engine"], choices["need"]) == (7, "nuts", None)
    assert choices.differs("seed")
    assert not choices.differs("engine")
    with pytest.raises(KeyError):
        _ = choices["lag"]


def test_choosing_changes_some_and_leaves_the_original():
    choices = Choices("run", {"seed": 7})
    assert choices.choosing(seed=8, engine="laplace")["engine"] == "laplace"
    assert choices["seed"] == 7


def test_files_are_tables_and_models_of_ones_own_and_not_where_results_go(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"ics\n")
    own, table = tmp_path / "m.toml", tmp_path / "a.csv"
    own.write_bytes(b"format = 1\n")
    choices = Choices("run", {"admissions": table, "model": own, "out": tmp_path / "out"})
    assert choices.files() == {"admissions": table, "model": own}
    assert choices.choosing(model="need_adjusted").files() == {"admissions": table}
    assert choices.fingerprinted().sha256["admissions"] == hashlib.sha256(b"ics\n").hexdigest()


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(OptionError, match="cannot read"):
        sha256_of(tmp_path / "none.csv")


def test_all_problems_are_one_message():
    with pytest.raises(OptionError) as raised:
        refuse_all(["one", "two"])
    assert str(raised.value) == "one\ntwo"
    refuse_all([])
