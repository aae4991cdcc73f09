import os
from pathlib import Path

import pytest

from equitymodel.cli.gather_choices import gather_choices
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit


@pytest.fixture
def tables(tmp_path):
    """Files that are there, and are no tables: nothing here reads them."""
    for name in ("a", "p", "n", "s"):
        (tmp_path / f"{name}.csv").write_text(f"no table {name}")
    return {"admissions": str(tmp_path / "a.csv"), "population": str(tmp_path / "p.csv"), "out": str(tmp_path / "out")}


@pytest.fixture
def series(tmp_path, tables):
    return {"series": str(tmp_path / "s.csv"), "date": "2023-04", "out": str(tmp_path / "out")}


@pytest.fixture
def file(tmp_path, tables):
    path = tmp_path / "run.toml"
    path.write_text('format = 1\ncommand = "run"\n[tables]\nadmissions = "a.csv"\npopulation = "p.csv"\n'
                    '[fit]\nseed = 5\n[results]\nout = "out"\noverwrite = true\n')  # fmt: skip
    return path


def refused(command, typed, file=None):
    with pytest.raises(OptionError) as raised:
        gather_choices(command, typed, file)
    return str(raised.value)


def test_what_is_typed_comes_before_the_file_and_the_file_before_defaults(file, tmp_path):
    choices = gather_choices("run", {"seed": "9", "overwrite": False}, file)
    assert (choices.command, choices["seed"], choices["overwrite"], choices["engine"]) == ("run", 9, False, "nuts")
    assert choices["admissions"] == tmp_path / "a.csv"
    assert gather_choices("run", {}, file)["seed"] == 5


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"engine": "laplce"}, "--engine cannot be 'laplce'. Did you mean 'laplace'?"),
        ({"model": "need_ajusted"}, "--model cannot be 'need_ajusted'. Did you mean 'need_adjusted'?"),
        ({"model": "interruption"}, "--model cannot be 'interruption'"),
        ({"model": "mine.toml"}, "--model names a file that is not there: mine.toml"),
        ({"areas": "icb2062"}, "Did you mean 'icb2026'?"),
        ({"incomplete": "zeros"}, "Did you mean 'zero'?"),
        ({"small_numbers": "hess"}, "--small-numbers cannot be 'hess'. Did you mean 'hes'?"),
        ({"draws": "10"}, "--draws is 100 or more, not 10"),
        ({"seed": "x"}, "--seed is a whole number, not 'x'"),
        ({"need": "."}, "--need is a file, and . is a folder"),
        ({"sexes_apart": True}, "--sexes-apart goes with --age-bands"),
        ({"need_feedback": True}, "--need-feedback goes with --need-error"),
        ({"under_recording_sd": "0.1"}, "--under-recording-sd goes with --need-error"),
        ({"reference_group": "x"}, "--reference-group goes with groups other than deprivation"),
        ({"group": "ethnicity", "most_deprived": "5"}, "--most-deprived goes with groups of deprivation"),
        ({"group": "ethnicity", "deprivation_index": "IMD"}, "--deprivation-index goes with groups of deprivation"),
        ({"lag": "3"}, "--lag is no option of run, but of interruption"),
    ],
)
def test_options_that_have_no_meaning_are_refused(tables, typed, said):
    assert said in refused("run", tables | typed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"breaks": "england_pandemc"}, "--breaks cannot be 'england_pandemc'. Did you mean 'england_pandemic'?"),
        ({"breaks": "mine.csv"}, "--breaks names a file that is not there"),
        ({"looks": "200"}, "--looks is 1 to 24, not 200"),
        ({"shape": "stp"}, "Did you mean 'step'?"),
        ({"lag": "-1"}, "--lag is a number of months, 0 or more, or weeks such as 6w, not '-1'"),
        ({"model": "need_adjusted"}, "--model cannot be 'need_adjusted'"),
        ({"explore_start": "2022"}, "--explore-start takes two dates"),
        ({"explore_start": "2022-01,2022-05", "plan_only": True}, "leave it out with --plan-only"),
        ({"plan_only": True}, "--out names the file of a plan with --plan-only, such as plan.json"),
        ({"exposed": ["area 01"]}, "--exposed is written name=value; 'area 01' is not"),
        ({"exposed": ["ics=area 01", "ics=area 02"]}, "--exposed names 'ics' twice"),
    ],
)
def test_options_of_an_interruption_that_have_no_meaning_are_refused(series, typed, said):
    assert said in refused("interruption", series | typed)


def test_everything_wrong_with_options_is_one_message(tables):
    wrong = tables | {"engine": "laplce", "seed": "x", "areas": "icbs", "sexes_apart": True, "lag": "1"}
    assert len(refused("run", wrong).splitlines()) == 5


def test_what_is_lacking_is_named_once(tables):
    assert refused("run", {"out": tables["out"]}).startswith("run needs --admissions, --population;")
    assert "needs" not in refused("run", tables | {"admissions": ""})
    del tables["out"]
    assert "run needs --out" in refused("run", tables)


def test_an_interruption_needs_a_folder_unless_it_only_plans_or_writes(series, tmp_path):
    del series["out"]
    assert "without one, --plan-only" in refused("interruption", series)
    placebo = {"placebo_series": str(series["series"]), "plan_only": True}
    assert "--placebo-series is about the results" in refused("interruption", series | placebo)
    assert gather_choices("interruption", series | {"plan_only": True})["out"] is None
    assert gather_choices("interruption", series | {"write": str(tmp_path / "plan.toml")})["out"] is None


def test_what_a_file_says_wrong_is_said_of_the_file(file):
    file.write_text(file.read_text().replace("seed = 5", "engine = 'laplce'"))
    assert refused("run", {}, file).startswith("run.toml: engine cannot be 'laplce'")
    assert gather_choices("run", {"engine": "laplace"}, file)["engine"] == "laplace"


def test_results_do_not_go_where_something_else_is(tables, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    assert "is not empty" in refused("run", tables)
    assert "not earlier results" in refused("run", tables | {"overwrite": True})
    assert "is a file; give a folder" in refused("run", tables | {"out": tables["admissions"]})
    assert "as" in refused("run", tables | {"out": f"{tables['admissions']}/deeper"})
    assert gather_choices("check", tables).command == "check"


def test_a_run_file_is_not_written_where_it_cannot_be(tables, tmp_path):
    assert "--write names a file" in refused("check", tables | {"write": str(tmp_path)})
    assert "there is no folder" in refused("check", tables | {"write": str(tmp_path / "no" / "run.toml")})
    taken = tables | {"write": str(tmp_path / "s.csv")}
    assert "is there already" in refused("check", taken)
    assert gather_choices("check", taken | {"overwrite": True})["write"] == tmp_path / "s.csv"


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="all may be read here")
def test_a_table_that_may_not_be_read_is_named(tables):
    Path(tables["admissions"]).chmod(0)
    assert "may not be read" in refused("run", tables)


@pytest.fixture
def signed(file):
    choices = gather_choices("run", {}, file)
    lines = "".join(f'{name} = "{value}"\n' for name, value in choices.sha256.items())
    file.write_text(file.read_text() + f"[sha256]\n{lines}")
    return file


def test_a_table_that_changed_since_is_refused(signed, tmp_path):
    assert gather_choices("run", {}, signed).changed == ()
    (tmp_path / "p.csv").write_text("another table")
    message = refused("run", {}, signed)
    assert "population is not what it was when this file was written" in message
    assert "admissions is not" not in message


def test_a_table_that_changed_may_be_meant(signed, tmp_path):
    (tmp_path / "p.csv").write_text("another table")
    assert gather_choices("run", {"population": str(tmp_path / "p.csv")}, signed).changed == ()
    assert gather_choices("check", {}, signed).changed == ("population",)
    kept = [line for line in signed.read_text().splitlines() if not line.startswith('population = "') or ".csv" in line]
    signed.write_text("\n".join(kept))
    assert gather_choices("run", {}, signed).changed == ()


def test_run_takes_any_file_and_others_their_own(tmp_path, series, file):
    plan = tmp_path / "plan.toml"
    plan.write_text(
        'format = 1\ncommand = "interruption"\n[tables]\nseries = "s.csv"\n[intervention]\ndate = 2023-04-01\n'
    )
    choices = gather_choices("run", {"lag": "2", "out": str(tmp_path / "out")}, plan)
    assert (choices.command, choices["date"], choices["lag"]) == ("interruption", "2023-04-01", 2.0)
    assert gather_choices("interruption", {"plan_only": True}, plan).command == "interruption"
    plan.write_text(plan.read_text() + '[results]\nexplore_start = ["2022-01", "2022-05"]\n')
    assert gather_choices("interruption", {"plan_only": True}, plan)["plan_only"]
    plan.write_text(plan.read_text() + "plan_only = true\n")
    assert "explore_start is about the results" in refused("run", {}, plan)
    assert "--engine is no option of interruption" in refused("run", {"engine": "nuts"}, plan)
    assert "is a run of interruption, which check does not take" in refused("check", {}, plan)
    assert "is a run of run, which interruption does not take" in refused("interruption", {}, file)
