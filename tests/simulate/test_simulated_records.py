import pytest

from equitymodel.errors import OptionError
from equitymodel.simulate.simulated_records import RATIO, made_up_records

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def made():
    return made_up_records(spells=60_000, areas=6, seed=4)


def test_rates_have_the_ratio_they_were_made_with(made):
    places = made.records.query("epiorder == 1").merge(made.small_areas, on="lsoa21")
    people = made.population.groupby("deprivation")["population"].sum()
    hips = places[places["opertn_01"] == "W371"].groupby("deprivation").size() / people
    assert hips[1] / hips[5] == pytest.approx(RATIO["hip replacement"], rel=0.05)


def test_there_are_second_episodes_emergencies_and_copies(made):
    assert made.records["epiorder"].eq(2).mean() == pytest.approx(0.13, abs=0.01)
    assert made.records["admimeth"].isin(["21", "2A"]).mean() == pytest.approx(0.1, abs=0.01)
    assert made.records.duplicated(["procode", "spell", "epiorder"]).mean() == pytest.approx(0.0086, abs=0.002)


def test_the_same_seed_makes_the_same_records(made):
    assert made_up_records(spells=60_000, areas=6, seed=4).records.equals(made.records)


@pytest.mark.parametrize("options", [{"spells": 0}, {"areas": 43}, {"years": 0}])
def test_extracts_that_cannot_be_are_refused(options):
    with pytest.raises(OptionError, match="1 to 42 boards"):
        made_up_records(**options, seed=1)
