import pytest

from equitymodel.spec.plan_looks import read_looks, record_look

pytestmark = pytest.mark.unit
LOOK = {"time": "2026", "asked": "asked", "verdict": "real change"}


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "plan.looks.jsonl"
    for data in ("a", "a", "b", "c"):
        record_look(path, "plan", {**LOOK, "data": data})
    return path


def test_the_same_of_the_same_data_counts_once(record):
    looks = read_looks(record, "plan")
    assert (looks.evaluations, looks.different, looks.problem) == (4, 3, "")
    assert "MORE LOOKS" in looks.sentence(2)
    assert "MORE LOOKS" not in looks.sentence(3)


@pytest.mark.parametrize("line", [0, 1, 2])
def test_a_line_taken_out_is_seen(record, line):
    lines = record.read_text().splitlines()
    record.write_text("\n".join(lines[:line] + lines[line + 1 :]) + "\n")
    assert "ALTERED" in read_looks(record, "plan").problem


def test_an_altered_line_is_seen(record):
    record.write_text(record.read_text().replace("real change", "not assessable", 1))
    assert "line 2" in read_looks(record, "plan").problem


def test_no_record_is_no_look(tmp_path):
    assert read_looks(tmp_path / "none", "plan").evaluations == 0
