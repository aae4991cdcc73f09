import re

import pytest

from equitymodel.report.content.pictures import pictures_of
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit
METHODS = ("gap_by_procedure", "gap_by_ics", "map", "gradient", "routes", "years", "adjustments", "tipping")


@pytest.fixture
def published(published_years):
    return published_years


def test_every_picture_has_a_name_of_its_own_and_states_its_finding(published):
    pictures = pictures_of(published, "area 03", peers=["area 01", "area 02"])
    drawn = [getattr(pictures, name)() for name in METHODS]
    shown = [picture for picture in drawn if picture is not None]
    assert len(shown) == 7
    assert len({picture.name for picture in shown}) == 7
    assert all("area 03" in picture.title for picture in shown)
    assert all(any(letter.isdigit() for letter in picture.alt) for picture in shown)
    assert pictures.peers.words == "ICSs chosen: area 01; area 02."


def test_the_widest_gap_is_drawn_by_default(published):
    gaps = published.rows("gaps", "area 03")
    widest = gaps[gaps["headline"]].set_index("procedure")["estimate"].idxmin()
    assert f": {widest}, the gap of every ICS" in pictures_of(published, "area 03", peers="england").gap_by_ics().title


def test_all_together_have_neither_routes_by_group_nor_a_gradient(published):
    pictures = pictures_of(published, ALL_ICS)
    assert pictures.routes() is None
    assert pictures.gradient() is None
    assert pictures.gap_by_procedure().alt.startswith("Rate ratio")


def test_of_groups_without_order_one_comparison_is_drawn(published_groups):
    pictures = pictures_of(published_groups, "area 01", peers="england")
    assert len(pictures.gap_by_ics().figure.axes) == 1
    assert len([axes for axes in pictures.tipping().figure.axes if axes.axison]) == 4
    assert pictures.years() is None


def test_charts_of_groups_without_an_order_name_the_group_and_colour_all_of_the_area(published_groups):
    code = next(iter(published_groups.areas))
    pictures = pictures_of(published_groups, code)
    rows = pictures.gap_by_ics().chart.rows
    assert rows["label"].is_unique
    assert rows["picked_out"].sum() == 1
    by_procedure = pictures.gap_by_procedure().chart.rows
    gaps = published_groups.rows("gaps", code)
    assert sorted(by_procedure["estimate"]) == sorted(gaps[gaps["headline"]]["estimate"].dropna())
    assert by_procedure["label"].is_unique


def test_a_chart_holds_the_published_numbers(published_years):
    code = next(iter(published_years.areas))
    rows = pictures_of(published_years, code).years().chart.rows
    years = published_years.rows("years", code)
    known = years[(years["measure"] == "rate_ratio") & (years["procedure"] == "All procedures")]
    assert rows["label"].tolist() == known["period"].astype(str).tolist()
    assert (
        rows[["estimate", "lower", "upper"]].to_numpy().tolist()
        == known[["estimate", "lower", "upper"]].to_numpy().tolist()
    )


def test_a_chart_of_routes_is_of_the_procedure_that_the_finding_names(published):
    picture = pictures_of(published, "area 03").routes()
    chart = picture.chart
    targets = published.rows("targets", "area 03")
    own = targets[(targets["scope"] == "ics") & (targets["route"] == "level_up") & (targets["told_apart"] != "no")]
    most = own.loc[own["estimate"].idxmax(), "procedure"]
    assert chart.quantity.startswith(f"{most}: more or fewer admissions")
    assert f", {most}: " in picture.alt
    up = chart.rows[chart.rows["picked_out"]]
    own = targets[(targets["scope"] == "ics") & (targets["route"] == "level_up") & (targets["procedure"] == most)]
    assert up["label"].tolist() == [f"level up, {group}" for group in own["deprivation"]]
    assert up["estimate"].tolist() == own["estimate"].tolist()
    assert chart.names == ("level up", "other routes")
    assert chart.without_effect == 0


def test_a_chart_of_routes_names_what_could_be_chance_and_nothing_else(published):
    chart = pictures_of(published, "area 03").routes().chart
    targets = published.rows("targets", "area 03")
    own = targets[(targets["procedure"] == chart.quantity.split(":")[0]) & (targets["scope"] == "ics")]
    for route, name in (("level_up", "level up"), ("level_down", "level down"), ("zero_sum", "same total")):
        rows = own[(own["route"] == route) & (own["told_apart"] == "no") & (own["upper"] - own["lower"] > 0)]
        said = re.findall(rf"{name} ([^;)]*)", chart.quantity)
        assert said == ([", ".join(rows["deprivation"])] if len(rows) else [])
    assert "could be chance alone: " in chart.quantity


def test_a_chart_of_shares_holds_what_each_group_received_and_needed_in_the_last_year(published):
    chart = pictures_of(published, ALL_ICS).shares()[0].chart
    shares = published.tables["shares"]
    whole = shares[(shares["ics"] == ALL_ICS) & (shares["year"] == shares["year"].max())]
    whole = whole[whole["procedure"] == whole["procedure"].iloc[0]].set_index(["measure", "deprivation"])["estimate"]
    rows = chart.rows.set_index("label")["estimate"]
    first = whole.loc["share_of_need"].index[0]
    assert rows[f"{first}, received"] == whole["share_of_admissions", first]
    assert rows[f"{first}, needed"] == whole["share_of_need", first]
    assert chart.rows["picked_out"].sum() * 2 == len(chart.rows)
