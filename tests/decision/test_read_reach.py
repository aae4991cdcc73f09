from pathlib import Path

import pytest

from equitymodel.decision.file_contract import FileLog
from equitymodel.decision.read_reach import read_reach
from equitymodel.decision.toml_entries import Entries
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit


def read(value, folder=Path()):
    log = FileLog("own.toml", {})
    return read_reach(Entries({} if value is None else {"reach": value}, "effect 1", log, "E"), folder), log.found


@pytest.mark.parametrize(("value", "made"), [(None, None), (0.5, 0.5), (1, 1.0), ([0.5, 1], (0.5, 1.0))])
def test_a_share_or_one_a_group_is_read_and_none_stays_none(value, made):
    assert read(value) == (made, {})


@pytest.mark.parametrize("value", [1.2, -0.1, [], [0.5, "a"], True, float("nan"), {}])
def test_what_is_no_share_is_wrong(value):
    found, wrong = read(value)
    assert found is None
    assert list(wrong) == ["E09"]


def test_a_table_gives_shares_by_group_and_ics(tmp_path):
    (tmp_path / "a.csv").write_text("deprivation,reach\n2,0.4\n1,0.3\n")
    assert read("a.csv", tmp_path) == ((0.3, 0.4), {})
    (tmp_path / "b.csv").write_text("ics,deprivation,reach\nA,1,0.3\nA,2,0.4\nB,1,0\nB,2,1\n")
    assert read("b.csv", tmp_path) == ({"A": (0.3, 0.4), "B": (0.0, 1.0)}, {})


@pytest.mark.parametrize("text", ["deprivation,share\n1,0.3\n", "deprivation,reach\n1,30\n", "deprivation,reach\n1,\n",
                                  "deprivation,reach\n1,0.3\n1,0.4\n", "reach\n0.3\n", "deprivation,reach\n"])  # fmt: skip
def test_another_table_is_wrong(text, tmp_path):
    (tmp_path / "a.csv").write_text(text)
    found, wrong = read("a.csv", tmp_path)
    assert found is None
    assert "needs one row a group" in wrong["E09"][0]


def test_a_table_that_is_not_there_or_is_of_persons_is_refused(tmp_path):
    with pytest.raises(OptionError, match="cannot be read"):
        read("absent.csv", tmp_path)
    (tmp_path / "a.csv").write_text("patient_id,deprivation,reach\n1,1,1\n")
    with pytest.raises(OptionError, match="'patient_id' identifies persons"):
        read("a.csv", tmp_path)
