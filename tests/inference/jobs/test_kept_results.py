import json
from dataclasses import replace

import pytest

from equitymodel.errors import OptionError, OutputError
from equitymodel.inference.jobs import kept_results
from equitymodel.inference.jobs.job import Job
from equitymodel.inference.jobs.kept_results import KeptResults, fingerprint
from equitymodel.storage.owner import Owner
from tests.inference.jobs.calls import double, refuse

pytestmark = pytest.mark.unit
JOB = Job("M0, Registers 2022", double, {"number": 0.1})


@pytest.fixture
def kept(tmp_path):
    results = KeptResults(tmp_path / "new" / "folder")
    results.begin()
    results.write(JOB, JOB.run())
    return results


def result_file(kept):
    return next(path for path in kept.folder.iterdir() if not path.name.endswith(".job.json"))


def test_a_result_is_held_and_read(kept):
    assert kept.holds(JOB)
    assert kept.read(JOB) == {"double": 0.2}
    assert not kept.holds(Job("another", double, {"number": 0.1}))


def test_a_record_says_what_a_result_was_made_from(kept):
    [path] = kept.folder.glob("*.job.json")
    record = json.loads(path.read_text())
    assert (record["job"], record["call"]) == (JOB.name, "tests.inference.jobs.calls:double")
    assert record["file"] == result_file(kept).name
    assert {"equitymodel", "numpy"} <= set(record["versions"])


def test_a_result_of_other_arguments_or_another_function_is_refused(kept):
    for other in (Job(JOB.name, double, {"number": 0.2}), Job(JOB.name, refuse, {"number": 0.1})):
        with pytest.raises(
            OutputError, match=rf"{result_file(kept).name}.*other data, settings or versions.*another folder"
        ):
            kept.holds(other)


def test_a_result_of_other_versions_is_refused(kept, monkeypatch):
    monkeypatch.setattr(kept_results, "_versions", lambda: {"equitymodel": "99"})
    with pytest.raises(OutputError, match="versions"):
        kept.holds(JOB)


def test_a_file_that_changed_is_refused_by_name(kept):
    path = result_file(kept)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(OutputError, match=rf"{path.name} is not what was kept.*delete it"):
        kept.holds(JOB)


def test_a_record_that_cannot_be_read_is_refused_by_name(kept):
    [path] = kept.folder.glob("*.job.json")
    for text in ("", "[]", "{}", '{"kind": "none"}'):
        path.write_text(text)
        with pytest.raises(OutputError, match=rf"{path.name} is no record"):
            kept.holds(JOB)


def test_a_result_without_its_file_is_made_again(kept):
    result_file(kept).unlink()
    assert not kept.holds(JOB)


def test_a_result_without_its_record_is_made_again(kept):
    for path in kept.folder.glob("*.job.json"):
        path.unlink()
    assert not kept.holds(JOB)


def test_what_is_half_written_is_cleared_away_and_never_read(kept):
    ended, elsewhere = Owner(2**22 + 5, "1", Owner.this().host), Owner(1, "1", "00000000")
    parts = [kept.folder / f".a.nc.{owner}-abcdef.part" for owner in (ended, elsewhere)]
    for part in parts:
        part.write_text("half")
    kept.begin()
    assert [part.exists() for part in parts] == [False, True]
    assert kept.holds(JOB)


def test_a_result_that_has_no_kind_leaves_nothing(tmp_path):
    kept = KeptResults(tmp_path)
    with pytest.raises(OptionError, match="cannot be kept"):
        kept.write(JOB, object())
    assert list(tmp_path.iterdir()) == []


def test_names_that_differ_by_case_or_signs_have_files_of_their_own(tmp_path):
    kept = KeptResults(tmp_path)
    jobs = [replace(JOB, name=name) for name in ("a b", "A b", "a-b", "a/b", "../a b", "ä", "", "x" * 300, "x" * 301)]
    for job in jobs:
        kept.write(job, job.run())
    assert len({path.name.lower() for path in tmp_path.iterdir()}) == 2 * len(jobs)
    assert all(kept.holds(job) for job in jobs)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="name another folder"):
        KeptResults(tmp_path / "file" / "folder").begin()


def test_a_folder_whose_name_is_too_long_is_refused_before_any_job(tmp_path):
    with pytest.raises(OutputError, match=r"the name is too long.*name another folder"):
        KeptResults(tmp_path / ("x" * 300)).begin()


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    kept = KeptResults(tmp_path)
    monkeypatch.setattr(kept_results, "put", full)
    with pytest.raises(OutputError, match=f"cannot keep the result of '{JOB.name}'.*the disk is full"):
        kept.write(JOB, JOB.run())
    assert not list(tmp_path.iterdir())


def test_the_fingerprint_is_of_what_goes_in_and_not_of_the_name():
    assert fingerprint(JOB) == fingerprint(replace(JOB, name="b"))
    assert fingerprint(JOB) != fingerprint(replace(JOB, arguments={"number": 1}))
