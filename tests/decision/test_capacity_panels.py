"""Panels of capacity: bands, today and options on the frontier; years to equity with intervals; laws that hold."""

from dataclasses import replace

import pytest

from equitymodel.decision.capacity_panels import frontier_table, growth_table, over_capacity, price_sentence
from equitymodel.decision.decision_question import CapacityLimit
from equitymodel.decision.judged_options import judge_options
from equitymodel.decision.options_file import read_options
from equitymodel.errors import OptionError
from tests.decision.judged import with_everything, with_little, with_routes
from tests.decision.test_judged_options import EXPECTED, FITTED
from tests.decision.test_options_file import WHOLE

pytestmark = pytest.mark.unit


def test_the_frontier_has_bands_today_and_every_option_on_it():
    table = frontier_table(with_routes())
    along = {name: table[(table["kind"] == "frontier") & (table["measure"] == name)] for name in ("total", "equality")}
    assert (along["total"]["lower"] <= along["total"]["upper"]).all()
    assert along["total"]["estimate"].is_monotonic_decreasing
    assert along["equality"]["estimate"].is_monotonic_increasing
    inside = table[table["measure"] == "inside"].set_index("at")["estimate"]
    assert [*inside.index] == ["today", "as now", "level up by half"]
    assert inside["today"] == inside["as now"] > inside["level up by half"]
    assert "equal rates would take" in price_sentence(with_routes()).lower()
    assert set(table.loc[table["measure"] == "used", "unit"]) == {"slots of theatre"}


def test_a_capacity_that_today_exceeds_is_questioned():
    assert "Today takes more" not in price_sentence(with_routes())
    small = judge_options(read_options(WHOLE.replace("total = 3090", "total = 300")), FITTED, EXPECTED, area="Devon")
    assert "Today takes more than that capacity" in price_sentence(small)


def test_a_capacity_that_is_more_than_all_could_use_is_said_not_to_bind():
    large = judge_options(read_options(WHOLE.replace("total = 3090", "total = 92000")), FITTED, EXPECTED, area="Devon")
    assert price_sentence(large).startswith("This capacity does not bind")
    assert "of 92,000 slots of theatre" in price_sentence(large)
    assert "costs little" not in price_sentence(large)
    assert over_capacity(large) == {}


def test_options_that_take_more_than_there_is_are_named_with_how_often_and_how_much():
    tight = judge_options(read_options(WHOLE.replace("total = 3090", "total = 930")), FITTED, EXPECTED, area="Devon")
    found, name = over_capacity(tight), "level up by half"
    share, used = found[name]
    assert 0.95 < share <= 1
    assert found.get("as now", (0.0,))[0] < 0.5
    table = frontier_table(tight).set_index(["at", "measure"])
    assert used == pytest.approx(table.loc[(name, "used"), "estimate"], rel=0.01)
    assert over_capacity(with_little()) == {}


def test_a_capacity_of_nothing_is_refused_in_words():
    question = replace(with_routes().question, capacity=CapacityLimit(0.0, "beds"))
    with pytest.raises(OptionError, match="total is above 0, not 0"):
        price_sentence(replace(with_routes(), question=question))


def test_an_option_that_is_called_today_is_refused_in_words():
    judged = with_routes()
    with pytest.raises(OptionError, match="call the option something else"):
        frontier_table(replace(judged, change=judged.change.assign_coords(option=["today", "level up by half"])))


def test_growth_alone_closes_the_gap_in_the_years_that_are_said():
    table = growth_table(with_everything())
    (wait,) = table[table["measure"] == "years_to_equity"].to_dict("records")
    assert 0 < wait["lower"] < wait["estimate"] < wait["upper"]
    gap = table[table["measure"] == "gap"].set_index("year")
    assert gap["estimate"].is_monotonic_increasing
    assert (gap.loc[gap.index >= wait["upper"] + 1, "estimate"] > 0.999).all()
    assert (gap.loc[gap.index < wait["lower"] - 1, "estimate"] < 0.999).all()
    most = table[table["measure"] == "most_deprived"].sort_values("year")
    assert most["estimate"].is_monotonic_increasing


def test_without_a_capacity_or_growth_panels_are_left_out():
    assert (frontier_table(with_little()), price_sentence(with_little()), growth_table(with_routes())) == (
        None,
        "",
        None,
    )


def test_a_group_of_the_capacity_that_is_not_there_is_refused():
    judged = judge_options(read_options(WHOLE.replace("{ 1 = 1.06 }", "{ 9 = 1.06 }")), FITTED, EXPECTED)
    with pytest.raises(OptionError, match="names group 9; the results have 1, 2, 3, 4, 5"):
        frontier_table(judged)
