import pandas as pd
import pytest

from equitymodel.cli.as_asked import read_cells_as_asked, read_series_as_asked
from equitymodel.cli.carried_areas import area_check, carry_to, refuse_carried
from equitymodel.cli.choices import Choices
from equitymodel.cli.known_names import AREA_WORDS
from equitymodel.cli.options import options_of
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit
OLD = ["E54000028", "E54000027", "E54000029"]


@pytest.fixture
def tables(tmp_path):
    """Write admissions and people of three boards of London, two of which became one."""
    rows = pd.MultiIndex.from_product([OLD, [1, 2, 3]], names=["ics", "deprivation"]).to_frame(index=False)
    paths = tmp_path / "admissions.csv", tmp_path / "population.csv"
    rows.assign(procedure="hip replacement", admissions=[12, 13, 14] * 3).to_csv(paths[0], index=False)
    rows.assign(population=100_000).to_csv(paths[1], index=False)
    return {"admissions": paths[0], "population": paths[1], "deprivation_index": "IMD 2019"}


def test_boards_of_2023_are_put_on_those_of_2026(tables):
    cells = read_cells_as_asked(Choices("check", {**tables, "areas": "to_icb2026"}))
    assert cells["ics"].values.tolist() == ["E54000029", "E54000071"]
    assert cells["admissions"].sel(ics="E54000071").values.ravel().tolist() == [24.0, 26.0, 28.0]
    assert cells["population"].sel(ics="E54000071").values.ravel().tolist() == [200_000.0] * 3
    assert cells.attrs["footprint"] == "36 ICBs, April 2026"


def test_a_crosswalk_of_ones_own(tables, tmp_path):
    own = tmp_path / "own.csv"
    pd.DataFrame({"from": OLD, "to": ["North", "West", "North"]}).to_csv(own, index=False)
    choices = Choices("check", {**tables, "areas": own})
    assert area_check(choices) == "any"
    assert read_cells_as_asked(choices)["admissions"].sel(ics="North").values.ravel().tolist() == [24.0, 26.0, 28.0]


def test_a_board_that_was_split_is_refused(tables):
    rows = pd.read_csv(tables["admissions"])
    rows.replace("E54000029", "E54000023").to_csv(tables["admissions"], index=False)
    with pytest.raises(EquityDataError, match="A03"):
        read_cells_as_asked(Choices("check", {**tables, "areas": "to_icb2026"}))


def test_shares_need_an_index(tables):
    with pytest.raises(OptionError, match="name the index"):
        read_cells_as_asked(Choices("check", {**tables, "areas": "to_icb2026", "deprivation_index": None}))


def test_a_series_is_put_on_one_footprint(tmp_path):
    months = pd.period_range("2025-10", periods=12, freq="M").astype(str)
    old = [(month, area, group, 50) for month in months[:6] for area in OLD[:2] for group in (1, 2)]
    new = [(month, "E54000071", group, 100) for month in months[6:] for group in (1, 2)]
    path = tmp_path / "series.csv"
    pd.DataFrame([*old, *new], columns=["period", "ics", "deprivation", "admissions"]).to_csv(path, index=False)
    given = {"series": path, "date": "2026-04", "deprivation_index": "IMD 2019", "breaks": "none", "drop_last": 0}
    with pytest.raises(EquityDataError, match="G02"):
        read_series_as_asked(path, Choices("interruption", given))
    series = read_series_as_asked(path, Choices("interruption", {**given, "areas": "to_icb2026"}))
    assert set(series["admissions"].values.ravel()) == {100.0}


@pytest.mark.parametrize("command", ["check", "run", "interruption", "backlog", "stages"])
def test_every_command_that_reads_areas_knows_the_words(command):
    assert options_of(command)["areas"].words == AREA_WORDS


def test_a_table_with_a_column_a_group_is_refused_on_other_areas(tables):
    with pytest.raises(OptionError, match="a row a group"):
        read_cells_as_asked(Choices("check", {**tables, "areas": "to_icb2026", "wide": True}))


def test_results_are_carried_to_the_boards_of_2026_by_the_index_of_the_tables(tables):
    cells = read_cells_as_asked(Choices("run", tables))
    walk = carry_to(Choices("run", {**tables, "carry_to": "icb2026"}), cells)
    assert walk.becomes(OLD[0]) == ("E54000071",)
    assert carry_to(Choices("run", tables), cells) is None


def test_fifths_are_asked_for_before_a_fit_where_a_board_was_split(tables):
    for name in ("admissions", "population"):
        pd.read_csv(tables[name]).replace("E54000029", "E54000023").to_csv(tables[name], index=False)
    cells = read_cells_as_asked(Choices("run", tables))
    with pytest.raises(OptionError, match="E54000023 is split by groups 1, 2, 3, 4, 5, and these are 1, 2, 3"):
        carry_to(Choices("run", {**tables, "carry_to": "icb2026"}), cells)


def test_carrying_over_needs_an_index_or_a_crosswalk_of_ones_own(tables, tmp_path):
    chosen = {**tables, "deprivation_index": None}
    cells = read_cells_as_asked(Choices("run", chosen))
    with pytest.raises(OptionError, match="--carry-to icb2026 goes by fifths"):
        carry_to(Choices("run", {**chosen, "carry_to": "icb2026"}), cells)
    own = tmp_path / "own.csv"
    pd.DataFrame({"from": OLD, "to": "London"}).to_csv(own, index=False)
    assert carry_to(Choices("run", {**chosen, "carry_to": own}), cells).becomes(OLD[2]) == ("London",)


def test_commands_that_use_draws_refuse_results_that_were_carried_over(tmp_path):
    (tmp_path / "provenance.json").write_text('{"carried_over": []}')
    with pytest.raises(OptionError, match="make them again without --carry-to"):
        refuse_carried(tmp_path, "equitymodel decide")
    (tmp_path / "provenance.json").write_text("{}")
    refuse_carried(tmp_path, "equitymodel decide")


@pytest.mark.parametrize("command", ["interruption", "backlog", "stages", "demo"])
def test_series_and_stages_have_no_results_to_carry_over(command):
    assert "carry_to" not in options_of(command)
