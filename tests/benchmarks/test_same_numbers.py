import json

import pytest
import same_numbers
from same_numbers import compare, compare_files

pytestmark = pytest.mark.unit


@pytest.fixture
def files(tmp_path):
    """Write one file of a record before and after, and compare them."""

    def held(name, before, after, within=1e-9):
        paths = []
        for moment, text in (("before", before), ("after", after)):
            path = tmp_path / moment / "demo" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
            paths.append(path)
        return compare_files(*paths, within=within)

    return held


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ("0.5", "0.5000000001", False),
        ("0.5", "0.50000001", True),
        ("1000000", "1000000.0001", False),
        ("1000000", "1000000.01", True),
        ("1", "1.0", False),
        ("nan", "NaN", False),
        ("inf", "inf", False),
        ("", "0", True),
        ("0", "nan", True),
        ("1", "inf", True),
        ("inf", "1", True),
        ("rate_ratio", "rate_ratios", True),
        ("declared 2026-11-28T18:51:10+00:00", "declared 2026-11-29T09:00:00+00:00", False),
        ("start 2018-01-01", "start 2018-01-02", True),
    ],
)
def test_a_cell_moves_when_its_number_or_its_letters_do(files, old, new, moved):
    assert bool(files("gaps.csv", f"a,b\nx,{old}\n", f"b,a\n{new},x\n").moved) is moved


def test_the_largest_difference_is_told_even_where_nothing_moved(files):
    result = files("gaps.csv", "a\n2\n4\n", "a\n2\n5\n", within=0.5)
    assert (result.moved, result.largest, result.compared) == ([], 0.25, 5)


def test_a_missing_column_or_row_moves_and_a_new_column_is_listed(files):
    assert "column b: missing" in files("gaps.csv", "a,b\n1,2\n", "a\n1\n").moved[0]
    assert files("gaps.csv", "a\n1\n2\n", "a\n1\n").moved[0].startswith("rows: 2 -> 1")
    assert files("gaps.csv", "a\n1\n", "a\n1\n2\n").moved[0].startswith("rows: 1 -> 2")
    result = files("gaps.csv", "a\n1\n", "a,b\n1,2\n")
    assert (result.moved, result.new) == ([], ["column b"])


def test_text_with_commas_and_breaks_is_one_cell(files):
    assert not files("gaps.csv", 'a,b\n"x, y\nz",1\n', 'a,b\n"x, y\nz",1\n').moved


def test_json_is_compared_by_its_paths(files):
    before = {"verdict": "real change", "checks": {"interval": True}, "years": [1, 2]}
    assert not files("verdict.json", before, {**before, "new": 1}).moved
    assert files("verdict.json", before, {**before, "new": 1}).new == [".new"]
    assert files("verdict.json", before, {**before, "checks": {"interval": False}}).moved
    assert files("verdict.json", before, {**before, "years": [1]}).moved
    assert files("verdict.json", before, {**before, "verdict": "no change"}).moved


def test_hashes_and_moments_of_making_are_not_compared(files):
    before = {"declared": {"date": "2020", "declared": "today", "sha256": "1"}}
    assert not files("verdict.json", before, {"declared": {"date": "2020", "declared": "now", "sha256": "2"}}).moved
    assert files("verdict.json", before, {"declared": {"date": "2021"}}).moved


def test_of_a_diagnosis_only_numbers_count_by_name_or_where_renamed_by_position(files):
    checks = [{"name": "points", "value": 100.5, "detail": "a"}, {"name": "zeros", "value": 0.5}]
    before = {"checks": checks}
    more = {"checks": [{"name": "new", "value": 9.0}, *reversed(checks)]}
    assert not files("diagnosis.json", before, more).moved
    renamed = {"checks": [{**checks[0], "name": "effective points", "detail": "b"}, checks[1]]}
    assert not files("diagnosis.json", before, renamed).moved
    assert files("diagnosis.json", before, {"checks": [{**checks[0], "value": 100.6}, checks[1]]}).moved


def test_a_missing_file_fails_and_a_new_one_does_not(files, tmp_path, capsys):
    files("gaps.csv", "a\n1\n", "a\n1\n")
    before, after = tmp_path / "before", tmp_path / "after"
    (after / "demo" / "new.csv").write_text("a\n1\n", encoding="utf-8")
    assert compare(before, after, 1e-9, []) == 0
    assert "demo/new.csv: new" in capsys.readouterr().out
    (before / "demo" / "old.csv").write_text("a\n1\n", encoding="utf-8")
    assert compare(before, after, 1e-9, []) == 1
    assert "demo/old.csv: MISSING" in capsys.readouterr().out


def test_provenance_is_not_compared_and_nothing_compared_is_no_success(files, tmp_path):
    files("provenance.json", {"seed": 1}, {"seed": 2})
    assert same_numbers.tables_below(tmp_path / "before") == {}
    assert compare(tmp_path / "before", tmp_path / "after", 1e-9, []) == 1


def test_every_recorded_name_has_a_command_whose_script_is_there(tmp_path):
    for name in (*same_numbers.EXAMPLES, *same_numbers.WORLDS):
        script, *words = same_numbers.command(name, tmp_path / name, tmp_path)
        assert (same_numbers.ROOT / script).exists()
        assert str(tmp_path / name) in words
