from types import SimpleNamespace

import click
import pandas as pd
import pytest
from rich.console import Console

from equitymodel.cli.screen import (
    cells_found,
    complain,
    message_of,
    say,
    series_found,
    show_coverage,
    show_found,
    show_gaps,
)
from equitymodel.data.cells.read_cells import read_cells
from equitymodel.data.series.read_series import read_series
from equitymodel.errors import EquityModelError, OutputError
from equitymodel.simulate.simulated_cells import simulate_cells

pytestmark = pytest.mark.unit


def hidden_cells():
    """Two ICSs and two groups, as Hospital Episode Statistics show counts."""
    rows = pd.DataFrame({"ics": ["E54000055"] * 2 + ["E54000057"] * 2, "deprivation": [1, 2, 1, 2]})
    admissions = rows.assign(procedure="hip", admissions=["*", "25", "0", "40"])
    return read_cells(admissions, rows.assign(population=9000), small_numbers="hes")


def test_what_tables_hold_is_counted_with_what_hidden_counts_may_be():
    counted, rates, *findings = cells_found(hidden_cells())
    assert rates.startswith("Admissions per 100,000 person-years (plausible range): ")
    assert counted.startswith("2 ICSs x 2 deprivation groups x 1 procedures: 62 to 76 admissions, 3 cells known only "
                              "within bounds, 0 cells not known; expected admissions adjusted for population")  # fmt: skip
    assert any("a suppressed count is 1 to 7, other counts rounded to the nearest 5" in text for text in findings)
    assert all(text.startswith(("warning: ", "repair: ")) for text in findings)


def test_what_a_series_holds_is_counted():
    rows = pd.DataFrame({"period": ["2019-12", "2020-01", "2020-02", "2020-03"], "admissions": 9, "population": 100})
    counted = series_found(read_series(rows))[0]
    assert counted == ("4 monthly periods, 2019-12 to 2020-03, 1 of them masked, x 1 ICSs x 1 deprivation groups x "
                       "1 procedures.")  # fmt: skip


def test_text_is_printed_as_it_is(capsys):
    show_found(["2 ICSs", "warning: [bold]D04[/bold]"])
    say("[red]not a colour[/red] " + "x" * 100)
    out = capsys.readouterr().out
    assert "warning: [bold]D04[/bold]" in out
    assert "[red]not a colour[/red] " + "x" * 100 in out


def test_complaints_go_where_errors_go(capsys):
    complain("wrong")
    assert capsys.readouterr() == ("", "wrong\n")


def test_coverage_is_a_row_for_each_quantity(capsys):
    rows = [{"quantity": "rate ratio", "intervals": 1680, "held": 1596, "share": 0.95, "level": 0.95}]
    show_coverage(pd.DataFrame(rows))
    out = capsys.readouterr().out
    assert "1,680" in out
    assert "95.0% (level 95%)" in out


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (EquityModelError("ours"), "ours"),
        (OutputError("no folder"), "no folder"),
        (FileNotFoundError(2, "No such file", "a.csv"), "a.csv: No such file"),
        (OSError("disk"), "disk"),
        (click.UsageError("no option"), "no option\nSee: equitymodel --help"),
    ],
)
def test_errors_are_one_message(error, message):
    assert message_of(error) == message


@pytest.mark.parametrize(("labels", "periods", "said"), [
    (["2021/22", "2022/23"], "years", "1 procedures x 2 periods (2021/22, 2022/23): 320 admissions"),
    (["2021/22", "2022/23"], "add_up", "1 procedures in 2021/22 and 2022/23 added up: 320 admissions"),
    (["2022/23"], "years", "1 procedures in 2022/23: 160 admissions"),
])  # fmt: skip
def test_cells_say_which_periods_they_are_of(labels, periods, said):
    rows = pd.DataFrame({"ics": ["E54000055"] * 2 + ["E54000057"] * 2, "deprivation": [1, 2, 1, 2]})
    years = pd.concat([rows.assign(period=label) for label in labels])
    cells = read_cells(years.assign(procedure="hip", admissions=40), years.assign(population=9000), periods=periods)
    assert said in cells_found(cells)[0]


@pytest.mark.parametrize("period", ["2024/25", None])
def test_the_table_of_gaps_names_its_period_and_what_its_intervals_are_for(period, capsys, monkeypatch):
    cells, _ = simulate_cells(areas=4, groups=3, procedures=1, seed=1)
    row = {"ics": "All ICSs", "region": "", "headline": True, "procedure": "hip", "measure": "rate_ratio",
           "estimate": 0.8, "lower": 0.7, "upper": 0.9, "interval_for": "the area as it is"}  # fmt: skip
    gaps = pd.DataFrame([row | ({"period": period} if period else {})])
    monkeypatch.setattr("equitymodel.cli.screen.screen", lambda: Console(width=200))
    show_gaps(SimpleNamespace(tables={"gaps": gaps}, fit=SimpleNamespace(cells=cells), stamp=""))
    printed = " ".join(capsys.readouterr().out.split())
    assert "Intervals are for the area as it is." in printed
    assert "0.70 to 0.90" in printed
    assert (f"all ICSs together, {period}, " in printed) == bool(period)
