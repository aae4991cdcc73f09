"""The log of decisions: it grows, a changed line is found out, and nothing is decided on a fit that failed."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from equitymodel.decision.decision_log import FIRST, LOG, Choice, RestsOn, estimate_of, read_log, record_decision
from equitymodel.errors import DiagnosisError, OptionError, OutputError

pytestmark = pytest.mark.unit
REMINDERS = Choice("reminders", "Devon, cataract", "first in 71 % of draws", "the board", "board", "gap over cost")
SOUND = RestsOn("a" * 64, "PASS")


@pytest.fixture
def log(tmp_path):
    """A log of three decisions."""
    for what in ("reminders", "wait", "transport, évening\u2028\r"):
        record_decision(tmp_path / LOG, Choice(what, "Devon", "because", "the board", "public"), SOUND)
    return tmp_path / LOG


def test_a_line_holds_all_that_was_decided_and_rests_on_the_last(log):
    table = read_log(log)
    assert table["choice"].tolist() == ["reminders", "wait", "transport, évening\u2028\r"]
    assert table["number"].tolist() == [1, 2, 3]
    assert table["before"].tolist() == [FIRST, *table["sha256"][:2]]
    assert set(table["weights_of"]) == {"public"}
    when = datetime.fromisoformat(table["when"].iloc[-1])
    assert abs(datetime.now(UTC) - when) < timedelta(minutes=5)


def test_adding_leaves_what_was_there_byte_for_byte(log):
    before = log.read_bytes()
    record_decision(log, REMINDERS, SOUND)
    assert log.read_bytes().startswith(before)
    assert read_log(log)["weights"].iloc[-1] == "gap over cost"


def rewritten(lines, number, **change):
    """Change a line, and give it a hash that fits its new words."""
    entry = {**json.loads(lines[number]), **change}
    said = {name: value for name, value in entry.items() if name != "sha256"}
    entry["sha256"] = sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return [*lines[:number], json.dumps(entry, ensure_ascii=False), *lines[number + 1 :]]


@pytest.mark.parametrize(("tamper", "line"), [
    (lambda lines: [lines[0].replace("because", "be cause"), *lines[1:]], 1),
    (lambda lines: rewritten(lines, 0, reason="another"), 2),
    (lambda lines: rewritten(lines, 1, who="somebody"), 3),
    (lambda lines: lines[1:], 1),
    (lambda lines: [lines[0], lines[2]], 2),
    (lambda lines: [lines[1], lines[0], lines[2]], 1),
    (lambda lines: [*lines, lines[2]], 4),
    (lambda lines: [*lines, "not a line"], 4),
    (lambda lines: [*lines[:2], json.dumps({**json.loads(lines[2]), "more": 1})], 3),
])  # fmt: skip
def test_a_changed_line_is_found_out_and_nothing_is_added_to_it(log, tamper, line):
    log.write_text("\n".join(tamper(log.read_text(encoding="utf-8").strip("\n").split("\n"))) + "\n", encoding="utf-8")
    with pytest.raises(OptionError, match=rf"line {line} of .* was changed after the fact"):
        read_log(log)
    with pytest.raises(OptionError, match="changed after the fact"):
        record_decision(log, REMINDERS, SOUND)


def test_lines_that_are_cut_off_are_found_out_by_a_printed_hash(log):
    seal = record_decision(log, REMINDERS, SOUND)
    assert len(read_log(log, seal=seal)) == 4
    log.write_text("\n".join(log.read_text(encoding="utf-8").split("\n")[:3]) + "\n", encoding="utf-8")
    assert len(read_log(log)) == 3
    with pytest.raises(OptionError, match="lines were cut off"):
        read_log(log, seal=seal)


def test_nothing_is_decided_on_a_fit_that_failed(tmp_path):
    with pytest.raises(DiagnosisError, match="failed its diagnosis: it is not recorded"):
        record_decision(tmp_path / LOG, REMINDERS, RestsOn("a" * 64, "FAIL"))
    assert not (tmp_path / LOG).exists()


def test_the_estimate_is_named_by_all_files_of_its_results(tmp_path):
    (tmp_path / "manifest.json").write_text('{"gaps.csv": "1"}')
    (tmp_path / "diagnosis.json").write_text('{"verdict": "WARN"}')
    first = estimate_of(tmp_path)
    (tmp_path / "manifest.json").write_text('{"gaps.csv": "2"}')
    assert first.diagnosis == "WARN"
    assert estimate_of(tmp_path).sha256 != first.sha256


@pytest.mark.parametrize("changed", ["posterior.nc", "diagnosis.json", "gaps.csv"])
def test_an_estimate_whose_files_were_changed_is_refused_and_the_file_named(tmp_path, changed):
    written = {"posterior.nc": "draws", "diagnosis.json": '{"verdict": "FAIL"}', "gaps.csv": "0.57"}
    for name, text in written.items():
        (tmp_path / name).write_text(text)
    files = {name: sha256(text.encode()).hexdigest() for name, text in written.items()}
    (tmp_path / "manifest.json").write_text(json.dumps({"files": files}))
    assert estimate_of(tmp_path).diagnosis == "FAIL"
    (tmp_path / changed).write_text('{"verdict": "PASS"}')
    with pytest.raises(OptionError, match=f"changed since they were written: {changed}"):
        estimate_of(tmp_path)


def test_what_was_judged_beside_the_estimate_is_named_by_hash_and_a_failed_fit_among_it_counts(tmp_path):
    for name, verdict in (("run", "PASS"), ("stages", "FAIL")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(json.dumps({"of": name}))
        (tmp_path / name / "diagnosis.json").write_text(json.dumps({"verdict": verdict}))
    (tmp_path / "options.toml").write_text("format = 1")
    found = estimate_of(tmp_path / "run", {"options": tmp_path / "options.toml"})
    assert (found.diagnosis, found.files) == ("PASS", {"options": sha256(b"format = 1").hexdigest()})
    record_decision(tmp_path / LOG, REMINDERS, found)
    assert read_log(tmp_path / LOG)["files"].tolist() == [f"options {found.files['options']}"]
    assert estimate_of(tmp_path / "run", {"stages": tmp_path / "stages"}).diagnosis == "FAIL"
    with pytest.raises(OptionError, match=r"absent\.toml cannot be read"):
        estimate_of(tmp_path / "run", {"options": tmp_path / "absent.toml"})


@pytest.mark.parametrize(("stamp", "verdict"), [("", "PASS"), ("forced", "FAIL")])
def test_an_evaluation_is_stamped_where_the_fit_it_rests_on_failed(tmp_path, stamp, verdict):
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "diagnosis.json").write_text(json.dumps({"stamp": stamp, "fits": {}}))
    assert estimate_of(tmp_path).diagnosis == verdict


@pytest.mark.parametrize("said", [None, "", "[]", "{}"])
def test_a_folder_that_holds_no_results_is_refused(tmp_path, said):
    (tmp_path / "manifest.json").write_text("{}")
    if said is not None:
        (tmp_path / "diagnosis.json").write_text(said)
    with pytest.raises(OptionError, match="give the folder that equitymodel run wrote"):
        estimate_of(tmp_path)


@pytest.mark.parametrize("change", [{"reason": " "}, {"who": ""}, {"weights_of": "me"}, {"choice": 3}])
def test_a_record_without_its_reasons_is_refused(change):
    usual = {"choice": "a", "scope": "b", "reason": "c", "who": "d", "weights_of": "panel"}
    with pytest.raises(OptionError):
        Choice(**{**usual, **change})


def test_where_it_cannot_be_written_it_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="what was there before is as it was"):
        record_decision(tmp_path / "file" / LOG, REMINDERS, SOUND)


def test_what_waiting_was_worth_is_kept_and_older_lines_are_still_read(tmp_path):
    record_decision(tmp_path / LOG, REMINDERS, SOUND)
    record_decision(tmp_path / LOG, REMINDERS, RestsOn("a" * 64, "PASS", {}, (("1 month", 0.0125),)))
    assert read_log(tmp_path / LOG)["waiting"].tolist() == ["", "1 month: 0.0125"]
    path = tmp_path / LOG
    path.write_text(path.read_text().replace("0.0125", "0.9125"))
    with pytest.raises(OptionError, match="line 2"):
        read_log(path)


def test_why_a_choice_is_contested_is_kept_only_where_it_is(tmp_path):
    from dataclasses import replace

    path = tmp_path / LOG
    record_decision(path, REMINDERS, SOUND)
    assert "contested" not in path.read_text() + " ".join(read_log(path).columns)
    record_decision(path, replace(REMINDERS, contested="places people by their group"), SOUND)
    assert read_log(path)["contested"].tolist() == ["", "places people by their group"]
    path.write_text(path.read_text().replace("places people", "places nobody"))
    with pytest.raises(OptionError, match="line 2"):
        read_log(path)
