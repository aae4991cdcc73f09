import json
from dataclasses import replace

import pytest

from equitymodel.errors import OutputError, SpecError
from equitymodel.spec.lodged_plan import Departure, LodgedPlan, hash_of, read_lodged_plan

pytestmark = pytest.mark.unit
MODEL = {"name": "a", "sha256": "1", "text": ["one", "two"]}
DECLARED = {
    "interruption": {"shape": "step", "looks": 1, "declared": "x"},
    "model": MODEL,
    "data_before": {"sha256": "a", "last_period_seen": "2020-01-01"},
    "seed": 1,
}


@pytest.fixture
def lodged(tmp_path):
    return LodgedPlan(DECLARED, {"rows": []}, "2026-01-01T00:00:00+00:00", "1", tmp_path / "plan.json")


def test_a_plan_is_read_as_it_was_lodged_and_not_replaced(lodged):
    lodged.write()
    again = read_lodged_plan(lodged.path, published="minutes")
    assert replace(again, published="") == lodged
    assert again.sha256 == lodged.sha256
    assert "the user states" in again.when
    assert "proves nothing" in lodged.when
    with pytest.raises(OutputError, match="not replaced"):
        lodged.write()


@pytest.mark.parametrize(
    ("old", "new"), [('"step"', '"both"'), ("2026-01-01", "2020-01-01"), ('"seed": 1', '"seed": 2')]
)
def test_an_altered_file_is_refused(lodged, old, new):
    lodged.write()
    lodged.path.write_text(lodged.path.read_text().replace(old, new))
    with pytest.raises(SpecError, match="altered"):
        read_lodged_plan(lodged.path)


def test_a_file_that_is_no_plan_is_refused(tmp_path):
    for text, said in (("{}", "no plan that this version reads"), ("x", "not JSON")):
        (tmp_path / "no.json").write_text(text)
        with pytest.raises(SpecError, match=said):
            read_lodged_plan(tmp_path / "no.json")


def test_what_differs_is_named_field_by_field(lodged):
    assert lodged.departures(DECLARED | {"interruption": {"shape": "step", "looks": 1, "declared": "y"}}, "1") == ()
    run = DECLARED | {
        "interruption": {"shape": "both", "looks": 1},
        "model": {"name": "a", "sha256": "2", "text": ["one", "three"]},
        "data_before": {"sha256": "b", "last_period_seen": "2021-01-01"},
    }
    assert lodged.departures(run, "2") == (
        Departure("data before the start", "a", "b"),
        Departure("shape", "step", "both"),
        Departure("assumptions of the model", "two", "three"),
        Departure("version of equitymodel", "1", "2"),
    )


def test_a_hash_does_not_depend_on_the_layout():
    assert hash_of({"a": 1, "b": [2]}) == hash_of({"b": [2], "a": 1}) != hash_of({"a": 1, "b": [3]})


@pytest.mark.parametrize("text", ["[" * 100_000, "\x00", '{"kind": NaN}', "{}"])
def test_what_is_no_plan_is_refused_whatever_it_is(tmp_path, text):
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(SpecError, match="no plan"):
        read_lodged_plan(tmp_path / "plan.json")


def test_numbers_that_are_none_and_parts_that_are_missing_are_refused(lodged):
    lodged.write()
    content = json.loads(lodged.path.read_text())
    lodged.path.write_text(json.dumps(content | {"found": {"noise": float("nan")}}))
    with pytest.raises(SpecError, match="altered"):
        read_lodged_plan(lodged.path)
    rest = {name: value for name, value in content.items() if name not in ("lodged", "sha256")}
    lodged.path.write_text(json.dumps(rest | {"sha256": hash_of(rest)}))
    with pytest.raises(SpecError, match="no plan"):
        read_lodged_plan(lodged.path)
