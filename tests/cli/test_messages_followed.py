"""Messages that carry no rule: the way out that each names, followed as it says, changes the outcome."""

import pytest

from tests.data.small_tables import small_tables
from tests.data.ways_out import two_years
from tests.fuzz.good_tables import good_series

pytestmark = pytest.mark.unit

CHECK = ["check", "--admissions", "a.csv", "--population", "p.csv"]
BY_SEX = ["check", "--admissions", "sexes_a.csv", "--population", "sexes_p.csv"]
SERIES = ["interruption", "--series", "s.csv"]
PLAN = [*SERIES, "--date", "2017-01", "--write", "new.toml"]
EXPECTED = [*SERIES[:1], "--series", "expected.csv", "--date", "2017-01", "--write", "new.toml"]

# What is typed, what the message says, and what is typed once it is followed
TYPED = {
    "no tables": (["check"], "check needs --admissions, --population; or give a run file", ["check", "run.toml"]),
    "a run file to write": (["check", "no_run.toml"], "equitymodel check ... --write run.toml writes one",
                            [*CHECK, "--write", "another.toml"]),
    "a file that is there": ([*CHECK, "--write", "run.toml"], "give another name, or --overwrite",
                             [*CHECK, "--write", "run.toml", "--overwrite"]),
    "a file of another kind": ([*CHECK, "--write", "a.csv", "--overwrite"], "give --write another name",
                               [*CHECK, "--write", "another.toml"]),
    "a folder that is not there": ([*CHECK, "--write", "gone/run.toml"], "there is no folder gone",
                                   [*CHECK, "--write", "there/run.toml"]),
    "a reference without a column": ([*BY_SEX, "--reference-group", "F"], "name their column, --group",
                                     [*BY_SEX, "--group", "sex", "--reference-group", "F"]),
    "a header that is no number": ([*CHECK, "--header-row", "first"], "such as 4 or admissions=4, not",
                                   [*CHECK, "--header-row", "admissions=1"]),
    "a sheet of no workbook": ([*CHECK, "--sheet", "Data"], "no workbook", CHECK),
    "a group that there is not": ([*CHECK, "--most-deprived", "6"], "--most-deprived is 6 but the groups end at 5",
                                  [*CHECK, "--most-deprived", "1"]),
    "a word misspelt": ([*CHECK, "--small-numbers", "exac"], "Did you mean 'exact'", [*CHECK, "--small-numbers", "exact"]),
    "an exposure of another name": (EXPECTED, "say --exposure expected_admissions to use it",
                                    [*EXPECTED, "--exposure", "expected_admissions"]),
    "too many harmonics": ([*PLAN, "--harmonics", "9"], "carry 6 at most", [*PLAN, "--harmonics", "6"]),
    "a date inside a month": ([*SERIES, "--date", "2017-01-20", "--write", "new.toml"], "--washout 1",
                              [*SERIES, "--date", "2017-01-20", "--write", "new.toml", "--washout", "1"]),
    "a date inside a month, moved": ([*SERIES, "--date", "2017-01-20", "--write", "new.toml"], "--date 2017-01-01",
                                     [*SERIES, "--date", "2017-01-01", "--write", "new.toml"]),
    "a gap without groups": ([*SERIES[:1], "--series", "one.csv", *PLAN[3:], "--outcome", "gap"], "--outcome level",
                             [*SERIES[:1], "--series", "one.csv", *PLAN[3:], "--outcome", "level"]),
    "more looks than months": ([*PLAN, "--looks", "12", "--planned-months", "6"], "--planned-months 12 or more",
                               [*PLAN, "--looks", "12", "--planned-months", "12"]),
    "nobody at the date": ([*PLAN, "--exposed", "ics=E54000055", "--start", "E54000055=2017-03"], "--date 2017-03",
                           [*SERIES, "--date", "2017-03", "--write", "new.toml", "--exposed", "ics=E54000055", "--start",
                            "E54000055=2017-03"]),
    "groups as controls": ([*PLAN, "--exposed", "deprivation=1"], "--outcome gap", [*PLAN, "--outcome", "gap"]),
    "a pulse that ended": ([*PLAN, "--shape", "pulse", "--ramp-months", "2", "--ends", "2017-06"], "--shape step",
                           [*PLAN, "--shape", "step", "--ends", "2017-06"]),
    "no plan": ([*PLAN, "--plan", "no_plan.json"], "Lodge one: --plan-only --out plan.json", PLAN),
    "no such area": ([*CHECK, "--areas", "icb26"], "Did you mean 'icb2026'?", [*CHECK, "--areas", "icb2023"]),
    "no such command": (["chek"], "Did you mean 'check'?", CHECK),
    "no such column to leave out": ([*CHECK, "--ignore-column", "sexx"], "Did you mean 'sex'?", CHECK),
}  # fmt: skip


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """Tables and a series, and files that are none."""
    folder = tmp_path_factory.mktemp("sent")
    for name, frame in small_tables().items():
        frame.to_csv(folder / f"{name[0]}.csv", index=False)
        frame.query("deprivation == '1'").drop(columns="deprivation").to_csv(
            folder / f"sexes_{name[0]}.csv", index=False
        )
    series = good_series()
    series.to_csv(folder / "s.csv", index=False)
    series.rename(columns={"population": "expected_admissions"}).to_csv(folder / "expected.csv", index=False)
    alone = two_years().query("ics == 'E54000063' and deprivation == '1'").drop(columns=["ics", "deprivation"])
    alone.to_csv(folder / "one.csv", index=False)
    (folder / "no_run.toml").write_text("title = 'notes'\n")
    (folder / "no_plan.json").write_text("a plan\n")
    (folder / "there").mkdir()
    return folder


@pytest.mark.parametrize("name", TYPED)
def test_what_a_message_names_is_typed_and_goes_through(name, sent, monkeypatch, call):
    monkeypatch.chdir(sent)
    refused, says, followed = TYPED[name]
    for path in (*sent.glob("new.toml"), *sent.glob("another.toml"), *sent.glob("there/*")):
        path.unlink()
    (sent / "run.toml").write_text('format = 1\ncommand = "run"\n[tables]\nadmissions = "a.csv"\n'
                                   'population = "p.csv"\n[results]\nout = "results"\n')  # fmt: skip
    answer = call(*refused)
    assert answer.code == 2
    assert says in " ".join(answer.errors.split())
    done = call(*followed)
    assert done.code == 0, done.errors
