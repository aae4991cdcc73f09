import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.cli.choices import Choices
from equitymodel.cli.options import lines_of, options_of
from equitymodel.cli.run_file import lines_kept, read_run_file, relative_path, run_file_text, write_run_file
from equitymodel.errors import OptionError, OutputError

pytestmark = pytest.mark.unit
HEAD = 'format = 1\ncommand = "run"\n'
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


def read(folder, text):
    path = folder / "run.toml"
    path.write_text(text, encoding="utf-8")
    return read_run_file(path)


def refused(folder, text):
    with pytest.raises(OptionError) as raised:
        read(folder, text)
    return str(raised.value)


@pytest.mark.parametrize("command", ["run", "demo", "interruption"])
def test_every_option_is_a_line_with_its_meaning_above(command):
    text = run_file_text(Choices(command, {}), Path())
    lines = text.splitlines()
    for name, option in lines_of(command).items():
        at = next(n for n, line in enumerate(lines) if line.removeprefix("# ").startswith(f"{name} ="))
        assert lines[at - 1].startswith("# ")
        assert option.meaning[-20:] in " ".join(line.removeprefix("# ") for line in lines[:at])
    assert max(map(len, lines)) <= 120


def test_what_is_written_reads_as_it_was(tmp_path):
    values = {
        "series": tmp_path / "data" / "s.csv", "date": "2023-04", "lag": 2.0, "smallest_change": 0.1, "looks": 4,
        "exposed": {"ics": ("QE1", "QOP"), "procedure": ('hip "new"',)}, "start": {"area 02": "2023-07"},
        "slope": False, "ignore_column": ("a", "b"), "explore_start": ("2022-10", "2023-09"), "breaks": "none",
        "model": tmp_path / "mine.toml", "deprivation_index": "IMD 2019",
    }  # fmt: skip
    choices = Choices("interruption", values, {"series": "ab" * 32})
    again = read(tmp_path, run_file_text(choices, tmp_path))
    assert again.command == "interruption"
    assert again.sha256 == choices.sha256
    for name in options_of("interruption"):
        expected = Path("evaluation") if name == "out" else choices[name]
        found = again[name]
        if isinstance(expected, Path):
            expected, found = (tmp_path / expected).resolve(), found.resolve()
        assert found == expected, name


@given(label=ANY_TEXT, reference=ANY_TEXT, found=ANY_TEXT, columns=st.lists(ANY_TEXT, max_size=3))
def test_no_text_breaks_a_file_or_escapes_its_line(label, reference, found, columns):
    values = {"deprivation_index": label, "reference_group": reference, "ignore_column": tuple(columns)}
    entries = tomllib.loads(run_file_text(Choices("run", values), Path(), found=[found]))
    assert entries["reading"]["deprivation_index"] == label
    assert entries["reading"]["reference_group"] == reference
    assert entries["reading"]["ignore_column"] == columns
    assert set(entries) == {"format", "command", "tables", "reading", "fit", "uncertainty", "results"}


def test_what_was_found_stands_at_the_head_as_comments():
    text = run_file_text(Choices("run", {}), Path(), found=["42 ICSs x 5 groups", "warning: D04\nseed = 9"])
    assert "# 42 ICSs x 5 groups" in text
    assert "# seed = 9" in text


def test_results_keep_neither_where_they_were_written_nor_what_they_replaced():
    text = run_file_text(Choices("run", {"out": Path("x"), "overwrite": True}), Path("x"), results=True)
    assert set(tomllib.loads(text)["results"]) == {"force"}
    assert "equitymodel run run.toml --out again" in text
    assert "results" not in tomllib.loads(run_file_text(Choices("demo", {}), Path(), results=True))


def test_what_check_writes_is_a_run_into_a_folder_beside_it():
    entries = tomllib.loads(run_file_text(Choices("check", {}), Path()))
    assert entries["command"] == "run"
    assert entries["results"]["out"] == "results"


def test_paths_are_relative_to_the_file_with_forward_slashes(tmp_path):
    table, folder = tmp_path / "data" / "new" / "a.csv", tmp_path / "work" / "results"
    assert relative_path(table, folder) == "../../data/new/a.csv"
    text = run_file_text(Choices("run", {"admissions": table}), folder)
    assert str(tmp_path) not in text
    (tmp_path / "work").mkdir()
    assert read(tmp_path / "work", HEAD + '[tables]\nneed = "../n.csv"')["need"] == tmp_path / "work" / ".." / "n.csv"


def test_a_path_without_a_way_from_the_folder_stays_whole(monkeypatch, tmp_path):
    def other_drive(*_):
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr("os.path.relpath", other_drive)
    assert relative_path(tmp_path / "a.csv", Path("x")) == (tmp_path.resolve() / "a.csv").as_posix()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tabels]\n", "there is no section [tabels]. Did you mean 'tables'?"),
        ("sead = 1\n", "there is no 'sead' outside the sections"),
        ("seed = 1\n", "'seed' belongs into the section [fit]"),
        ('[reading]\nadmissions = "a.csv"\n', "'admissions' belongs into the section [tables], not [reading]"),
        ('[tables]\nadmisions = "a.csv"\n', "there is no 'admisions' in [tables]. Did you mean 'admissions'?"),
        ('[tables]\nxyz = "a.csv"\n', "there is no 'xyz' in [tables]. Known words: admissions, population, need"),
        ("[fit]\nseed = '1'\n", "seed is a whole number, not '1'"),
        ("[intervention]\nlag = 1\n", "'lag' in [intervention] is not known"),
        ("[fit]\nharmonics = 1\n", "there is no 'harmonics' in [fit]"),
        ("fit = 3\n", "'fit' is a section"),
        ("[sha256]\nadmision = 'x'\n", "there is no 'admision' in [sha256]"),
        ("[sha256]\nadmissions = 3\n", "admissions in [sha256] is a text"),
    ],
)
def test_what_has_no_meaning_is_named_with_the_nearest(tmp_path, text, said):
    assert f"run.toml: {said}" in refused(tmp_path, HEAD + text)


def test_everything_wrong_is_said_at_once(tmp_path):
    message = refused(tmp_path, HEAD + "[tabels]\n[fit]\nseed = '1'\nengin = 'nuts'\n")
    assert len(message.splitlines()) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format = 1\n", "is no run file"),
        ('command = "run"\n', "is no run file"),
        ('format = 2\ncommand = "run"\n', "format = 2 is not known here"),
        ('format = 1\ncommand = "rum"\n', "Did you mean 'run'?"),
        ("format = 1\ncommand = ['run']\n", "no run is of command"),
        ("[tables\n", "is not TOML"),
        (HEAD + "[fit]\nseed = 1\nseed = 2\n", "is not TOML"),
    ],
)
def test_what_is_no_run_file_says_so(tmp_path, text, said):
    assert said in refused(tmp_path, text)


def test_a_file_that_cannot_be_read_or_written_is_named(tmp_path):
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(OptionError, match="cannot read the run file"):
            read_run_file(path)
    (tmp_path / "latin.toml").write_bytes(b"# \xe9\n")
    with pytest.raises(OptionError, match="not UTF-8"):
        read_run_file(tmp_path / "latin.toml")
    with pytest.raises(OutputError, match="cannot write"):
        write_run_file(tmp_path / "no folder" / "run.toml", "")


def test_a_record_of_lines_is_plain_and_names_no_folder_of_the_machine(tmp_path):
    choices = Choices("run", {"admissions": tmp_path / "a.csv", "age_bands": ("0-44", "45+"), "out": tmp_path / "out"})
    kept = lines_kept(choices, tmp_path / "out")
    assert (kept["admissions"], kept["age_bands"], kept["seed"]) == ("../a.csv", ["0-44", "45+"], 1)
    assert "out" not in kept
    assert lines_kept(choices)["admissions"] == "a.csv"


def test_a_run_file_replaces_nothing_but_a_run_file(tmp_path):
    table, kept = tmp_path / "a.csv", tmp_path / "run.toml"
    table.write_text("ics,admissions\n", encoding="utf-8")
    with pytest.raises(OutputError, match="is no run file, so it is not replaced"):
        write_run_file(table, "format = 1\n")
    assert table.read_text(encoding="utf-8") == "ics,admissions\n"
    for _ in range(2):
        write_run_file(kept, run_file_text(Choices("demo", {}), tmp_path))
    assert read_run_file(kept).command == "demo"
