import re
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from equitymodel.cli.refresh_command import choices_for, place_for
from equitymodel.errors import OptionError
from equitymodel.report.earlier_results import KINDS, open_earlier
from tests.cli.conftest import FAST

pytestmark = pytest.mark.unit
TABLES = ("gaps.csv", "gaps.parquet", "targets.csv", "target_totals.parquet", "expected.csv", "notes.csv")


def same_bytes(one: Path, other: Path) -> bool:
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in TABLES)


@pytest.fixture(scope="module")
def place(results, example):
    """Admissions in which counts were revised."""
    table = pd.read_csv(example / "admissions.csv")
    revised = table.assign(admissions=table["admissions"] + (table["admissions"] > 30) * 4)
    revised.to_csv(example / "revised.csv", index=False)
    return example


@pytest.fixture(scope="module")
def refreshed(call, place):
    answer = call("refresh", place / "results", "--admissions", place / "revised.csv", "--vintage", "2100-01-15")
    assert answer.code == 0, answer.errors
    return place / "results-2100-01-15", answer


def test_a_refresh_is_a_cold_fit_of_the_new_table_to_the_byte(refreshed, call, place, files):
    cold = ["run", "--admissions", place / "revised.csv", *files[2:], "--need", place / "need.csv", *FAST]
    assert call(*cold, "--out", place / "cold").code == 0
    assert same_bytes(refreshed[0], place / "cold")
    assert not same_bytes(refreshed[0], place / "results")


def test_it_says_what_was_different_and_keeps_each_table(refreshed):
    folder, answer = refreshed
    assert "Revision (" in answer.out
    assert "published numbers moved" in answer.words
    assert len(list((folder / "refresh" / "vintages").iterdir())) == 2
    assert set(pd.read_csv(folder / "refresh" / "changes.csv")["why"]) == {"revision"}


def test_an_unchanged_table_gives_the_same_bytes_and_refreshes_go_on_from_one_another(refreshed, call, place):
    typed = ("refresh", refreshed[0], "--admissions", place / "revised.csv", "--vintage", "2100-02-15")
    answer = call(*typed)
    assert answer.code == 0, answer.errors
    assert "Nothing moved" in answer.out
    later = place / "results-2100-02-15"
    assert same_bytes(refreshed[0], later)
    assert len(open_earlier(later).vintages.kept) == 2


def test_what_is_refused_is_refused_before_any_fit(refreshed, call, place, evaluated):
    rows = pd.read_csv(place / "revised.csv")
    rows[rows["ics"] != rows["ics"].iloc[0]].to_csv(place / "shorter.csv", index=False)
    revised = ("--admissions", place / "revised.csv")
    for typed, said in (
        ((place / "results", "--admissions", place / "shorter.csv"), "E54000008"),
        ((place / "results",), "refresh needs the new table: --admissions FILE"),
        ((place / "results", "--series", place / "series.csv"), "--admissions FILE"),
        ((place / "results", *revised, "--out", place / "results"), "the results that are refreshed"),
        ((refreshed[0], *revised, "--vintage", "2099-12-31", "--out", place / "x"), "before the last that is kept"),
        ((place / "results", *revised, "--vintage", "soon", "--out", place / "x"), "YYYY-MM-DD"),
        ((place, *revised), "no results that can be refreshed"),
    ):
        answer = call("refresh", *typed)
        assert (answer.code, said in answer.errors) == (2, True), answer.errors


def test_a_table_that_changed_and_was_not_named_is_refused(call, place):
    population = place / "population.csv"
    text = population.read_text()
    try:
        population.write_text(text + "\n")
        answer = call("refresh", place / "results", "--admissions", place / "revised.csv", "--out", place / "x")
    finally:
        population.write_text(text)
    assert answer.code == 2
    assert "population is not what it was" in answer.errors


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows.drop(index=rows.index[-3]), "2019-10"),
        (lambda rows: pd.concat([rows, rows.tail(1)]), "given more than once"),
        (lambda rows: rows[:-1], "no period 2019-12-01"),
    ],
)
def test_months_that_lack_or_stand_twice_are_named(change, said, call, evaluated, example, tmp_path):
    rows = pd.read_csv(example / "series.csv", dtype={"period": str})
    change(rows).to_csv(tmp_path / "new.csv", index=False)
    answer = call("refresh", evaluated[0], "--series", tmp_path / "new.csv", "--out", tmp_path / "out")
    assert answer.code == 2
    assert re.search(said, answer.errors), answer.errors
    assert not (tmp_path / "out").exists()


def test_results_that_no_run_file_makes_again_or_that_are_made_up_are_refused(tmp_path):
    earlier = SimpleNamespace(folder=tmp_path, kind=KINDS[1])
    with pytest.raises(OptionError, match="written in Python"):
        choices_for(earlier, {}, tmp_path / "out", force=False, overwrite=False)
    (tmp_path / "run.toml").write_text('format = 1\ncommand = "demo"\n')
    with pytest.raises(OptionError, match="made-up tables of the demo"):
        choices_for(earlier, {}, tmp_path / "out", force=False, overwrite=False)


def test_new_results_are_named_by_their_day(tmp_path, monkeypatch):
    (tmp_path / "hips").mkdir()
    monkeypatch.chdir(tmp_path / "hips")
    assert place_for(Path(), "2026-11-20") == tmp_path.resolve() / "hips-2026-11-20"
    assert place_for(Path("hips"), "2026-11-20") == Path("hips-2026-11-20")


@pytest.mark.parametrize("change", [lambda rows: rows.assign(population=rows["population"] * 2),
                                    lambda rows: rows.drop(columns="population")])  # fmt: skip
def test_another_population_or_none_is_refused_before_the_fit(change, call, evaluated, example, tmp_path):
    change(pd.read_csv(example / "series.csv", dtype={"period": str})).to_csv(tmp_path / "new.csv", index=False)
    answer = call("refresh", evaluated[0], "--series", tmp_path / "new.csv", "--out", tmp_path / "out")
    assert answer.code == 2
    assert "population changed in" in answer.errors
    assert "--force" in answer.errors
    assert not (tmp_path / "out").exists()


def test_an_evaluation_gets_a_month_more(call, evaluated, example, tmp_path):
    rows = pd.read_csv(example / "series.csv", dtype={"period": str})
    more = pd.concat([rows, rows.tail(1).assign(period="2020-01", admissions=777)])
    more.to_csv(tmp_path / "new.csv", index=False)
    answer = call("refresh", evaluated[0], "--series", tmp_path / "new.csv", "--out", tmp_path / "out")
    assert answer.code == 0, answer.errors
    assert "New data (1 period: 2020-01-01)." in answer.words
    assert "verdict is still" in answer.words
    triangle = pd.read_csv(tmp_path / "out" / "refresh" / "triangle.csv")
    assert triangle["count"].iloc[-1] == 777
