import numpy as np
import pandas as pd
import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.stages.read_stages import read_stages
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.rules import contract
from equitymodel.data.tables.suppression import SmallNumbers
from equitymodel.errors import EquityDataError, OptionError
from tests.stages import STAGES, table

pytestmark = pytest.mark.unit

IMD = Deprivation("IMD 2019")


def read(rows, **options):
    return read_stages(rows, **{"groups": IMD} | options)


def rules(stages):
    return set(data_log(stages)["rule"])


def later(**columns):
    """The stages after need."""
    return table().query("stage != 'need'").assign(**columns)


def changed(column, value, at=3, **columns):
    rows = table(linked="yes", **columns).astype(object)
    rows.loc[at, column] = value
    return rows


def test_counts_lie_by_stage_in_the_order_of_the_file():
    stages = read(table(linked="yes"))
    assert stages["stage"].values.tolist() == STAGES
    assert stages["count"].dims == ("stage", "ics", "deprivation", "procedure")
    assert stages["count"].sel(ics="E54000055", deprivation=1).values.ravel().tolist() == [
        1000,
        600,
        300,
        270,
        135,
        122,
    ]
    assert stages["linked"].values.tolist() == [False, True, True, True, True, True]
    assert rules(stages) == set()


def test_rows_and_stages_may_come_in_any_order_if_the_order_is_said():
    mixed = table(linked="yes").sample(frac=1.0, random_state=1)
    assert read(mixed, order=STAGES).identical(read(table(linked="yes")).assign_attrs(read(mixed, order=STAGES).attrs))


def test_need_and_population_come_before_the_first_stage():
    need = read(later(need=1000.5, need_se=100.05, linked="no"))
    assert need["stage"].values[0] == "need"
    assert float(need["log_sd"].isel(stage=0).max()) == pytest.approx(0.1)
    assert float(need["log_sd"].isel(stage=1).max()) == 0
    people = read(later(population=50_000, linked="no"), start="population")
    assert people["stage"].values[:2].tolist() == ["population", "found"]
    assert float(people["count"].isel(stage=0).max()) == 50_000


def test_a_first_stage_may_be_an_estimate_with_a_standard_error():
    rows = table(linked="no").assign(count_se="")
    rows.loc[rows["stage"] == "need", "count_se"] = "100"
    rows["count"] = rows["count"].where(rows["stage"] != "need", 1000.4)
    stages = read(rows)
    assert float(stages["count"].isel(stage=0).min()) == 1000.4
    assert float(stages["log_sd"].isel(stage=0).min()) == pytest.approx(100 / 1000.4)


def test_populations_that_differ_between_stages_make_passages_of_rates():
    rows = table(linked="no", population=1000.0)
    rows.loc[rows["stage"] == "admitted", "population"] = 1250.0
    exposure = read(rows)["exposure"]
    assert exposure.isel(stage=-1).values.ravel().tolist() == [1.25] * 4
    assert float(exposure.isel(stage=slice(0, -1)).max()) == 1


def test_suppressed_counts_are_bounds():
    rows = table(first=100, linked="yes").astype(object)
    rows.loc[[5, 11], "count"] = "*"
    stages = read(rows, small_numbers="1-7")
    hidden = stages.sel(stage="admitted")
    assert hidden["count_low"].max() >= 12 > hidden["count_low"].min() == 1
    assert hidden["count_high"].min() == 7
    assert int(stages["count"].isnull().sum()) == 2
    assert rules(stages) == {"C12"}


def test_rounded_counts_do_not_make_a_linked_passage_of_more_than_all():
    rows = table(linked="yes")
    rows["count"] = (rows["count"] / 5).round().astype(int) * 5
    assert "W09" not in rules(read(rows, small_numbers="1-7/5"))


def test_groups_without_an_order_have_the_reference_group_last():
    rows = table(linked="yes").rename(columns={"deprivation": "ethnicity"})
    rows["ethnicity"] = rows["ethnicity"].map({1: "White British", 2: "Asian"})
    stages = read_stages(rows, groups=Group("ethnicity", "White British"))
    assert stages["group"].values.tolist() == ["Asian", "White British"]
    assert CellFacts.of(stages).group.reference == "White British"


def test_several_periods_are_a_last_dimension_in_order_and_one_is_none():
    one = table(linked="yes", period="2022/23")
    both = pd.concat([one, one.assign(period="2021/22")])
    assert read(one)["count"].dims == ("stage", "ics", "deprivation", "procedure")
    assert CellFacts.of(read(one)).periods == ("2022/23",)
    assert read(both)["period"].values.tolist() == ["2021/22", "2022/23"]
    assert read(both)["count"].dims[-1] == "period"


def test_deciles_are_added_up_where_asked():
    groups = dict(zip(range(1, 11), [[0.5, 0.5, 0.5, 0.5, 0.5]] * 10, strict=True))
    rows = table(groups, linked="yes", need=1000.0).query("stage != 'need'")
    stages = read(rows, groups=Deprivation("IMD 2019", quintiles=True))
    assert stages.sizes["deprivation"] == 5
    assert float(stages["count"].isel(stage=0).max()) == 2000
    assert rules(stages) == {"D09"}


@pytest.mark.parametrize(("absent", "rule", "low", "high"), [
    ("zero", "K07", 0, 0), ("missing", "K08", np.nan, np.nan), ("suppressed", "K09", 0, 7)])  # fmt: skip
def test_absent_rows_are_what_is_said(absent, rule, low, high):
    rows = table(linked="yes").drop(index=5)
    stages = read(rows, small_numbers=SmallNumbers("1-7", absent))
    own = stages.sel(stage="admitted", ics="E54000055", deprivation=1)
    np.testing.assert_array_equal([own["count_low"].item(), own["count_high"].item()], [low, high])
    assert rule in rules(stages)


def test_an_ics_without_a_procedure_is_not_missing_rows():
    rows = pd.concat([table(linked="yes"), table(linked="yes", areas=("E54000018",)).assign(procedure="knee")])
    assert rules(read(rows)) == set()


ERRORS = [
    ("W01", later(linked="yes", need=[-1, *[1000] * 19])),
    ("W01", changed("count_se", "-1", count_se="")),
    ("W02", changed("linked", "perhaps")),
    ("W02", changed("linked", "no")),
    ("W03", changed("lag_months", 4, lag_months=3)),
    ("W05", table(linked="yes").query("stage == 'seen'")),
    ("W07", later(linked="yes", need=[900, *[1000] * 19])),
    ("W09", changed("count", 5000)),
    ("W15", table(linked="yes", need=1000)),
    ("W11", changed("count_se", 10, count_se="")),
    ("W11", changed("count_se", 10, at=0, count_se="")),
    ("W14", changed("population", 2000, population=1000)),
    ("K03", pd.concat([table(linked="yes"), table(linked="yes").tail(1)])),
    ("K01", table().drop(columns="stage")),
    ("K02", table(linked="yes", trust="RRK")),
    ("K05", table(linked="yes").drop(index=5)),
    ("C05", changed("count", "*", at=5)),
    ("C02", changed("count", 122.5, at=5)),
    ("K04", changed("stage", "total")),
]


@pytest.mark.parametrize(("rule", "rows"), ERRORS, ids=[f"{rule}-{at}" for at, (rule, _) in enumerate(ERRORS)])
def test_an_error_names_the_rule_and_the_way_out(rule, rows):
    with pytest.raises(EquityDataError, match=rule) as error:
        read(rows)
    assert {finding.rule for finding in error.value.findings} == {rule}
    assert contract()[rule].way_out in str(error.value)


WARNINGS = [
    ("W04", table()),
    ("W08", table(linked="no", population=50_000)),
    ("W10", changed("count", 5000).assign(linked="no")),
    ("W12", table(linked="yes").assign(lag_months=lambda rows: (rows["stage"] == "seen") * 3)),
    ("W13", table(linked="yes").assign(count=lambda rows: rows["count"].where(rows["stage"].isin(STAGES[:4]), 0))),
]


@pytest.mark.parametrize(("rule", "rows"), WARNINGS, ids=[rule for rule, _ in WARNINGS])
def test_a_warning_is_kept(rule, rows):
    assert rules(read(rows)) == {rule}


WAYS_OUT = [
    ("W04", table(), {}, {"linked": True}),
    ("W06", table(linked="yes"), {"order": STAGES[1:]}, {"order": STAGES}),
    ("W08", later(linked="no", population=50_000), {}, {"start": "population"}),
    ("W09", changed("count", 5000), {}, {"linked": False}),
    ("W10", table(linked="no").iloc[::-1], {}, {"order": STAGES}),
    ("W15", table(linked="yes", need=1000), {}, {"start": "first_stage"}),
]


def met(rows, options):
    try:
        return rules(read(rows, **options))
    except EquityDataError as error:
        return {found.rule for found in error.findings}


@pytest.mark.parametrize(("rule", "rows", "options", "then"), WAYS_OUT, ids=[rule for rule, *_ in WAYS_OUT])
def test_following_the_way_out_changes_the_outcome(rule, rows, options, then):
    assert rule in met(rows, options)
    assert rule not in met(rows, {**options, **then})


def test_an_order_that_is_not_that_of_the_table_is_refused():
    with pytest.raises(EquityDataError, match="W06"):
        read(table(linked="yes"), order=["need", "admitted"])


def test_more_than_before_is_accepted_of_stages_that_are_counted_apart_and_refused_of_linked_ones():
    rows = changed("count", 5000).drop(columns="linked")
    assert "W10" in rules(read(rows, linked=False))
    with pytest.raises(EquityDataError, match="W09"):
        read(rows, linked=True)


@pytest.mark.parametrize(("options", "message"), [
    ({"start": "population"}, "no column 'population'"),
    ({"ignore_columns": ("trst",)}, "no table has a column 'trst'"),
    ({"groups": Group("ethnicity", "White")}, "K01")])  # fmt: skip
def test_options_without_a_meaning_are_refused(options, message):
    with pytest.raises((OptionError, EquityDataError), match=message):
        read(table(linked="yes"), **options)


def test_every_rule_of_stages_has_a_case():
    met = {rule for rule, _ in (*ERRORS, *WARNINGS)} | {"W06"}
    assert {rule for rule in contract() if rule.startswith("W")} <= met
