import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.waiting.learn_flows import ONE_CLASS, REMOVED_SEEN, Observed, learn_flows, treatment_pattern
from equitymodel.waiting.read_waiting import read_waiting
from equitymodel.waiting.stated_share import StatedShare
from tests.waiting_lists import list_rows

pytestmark = pytest.mark.unit
REMOVAL = StatedShare(0.008, "a test", 0.004, 0.016)


@pytest.fixture(scope="module")
def table():
    return read_waiting(list_rows(), small_numbers="exact")


@pytest.fixture(scope="module")
def flows(table):
    return learn_flows(table, observed=Observed(52), removal=REMOVAL, draws=2000)


def test_flows_are_those_observed_with_the_error_of_their_weeks(table, flows):
    added = table["added"].squeeze()
    learned = flows["additions"].squeeze().transpose("draw", *added.dims)
    assert learned.mean("draw").values == pytest.approx(added.values, rel=0.01)
    assert learned.std("draw").values == pytest.approx(np.sqrt(added.values / 52), rel=0.06)
    slots = table["treated"].sum(["deprivation", "band", "priority"])
    assert flows["slots"].mean("draw").values.ravel() == pytest.approx(slots.values.ravel(), rel=0.01)


def test_overdispersion_widens_intervals(table, flows):
    wide = learn_flows(table, observed=Observed(52, 4.0), removal=REMOVAL, draws=2000)
    ratio = wide["additions"].std("draw") / flows["additions"].std("draw")
    assert ratio.values.ravel() == pytest.approx(np.full(10, 2.0), rel=0.1)


def test_lost_slots_are_offered_beside_those_that_were_used(table, flows):
    lossy = learn_flows(table, observed=Observed(52), removal=REMOVAL, lost=StatedShare(0.2, "a test"), draws=500)
    assert lossy["slots"].mean("draw").values.ravel() == pytest.approx(
        flows["slots"].mean("draw").values.ravel() / 0.8, rel=0.02
    )


def test_removals_in_the_table_are_learned_from_it():
    table = read_waiting(list_rows(removed=2.0), small_numbers="exact")
    flows = learn_flows(table, observed=Observed(52), draws=1000)
    waiting = table["waiting_low"].sum(["band", "priority"])
    assert flows["removal"].mean("draw").transpose(*waiting.dims).values == pytest.approx(
        (6 / waiting).values, rel=0.03
    )
    assert REMOVED_SEEN in flows.attrs["stated"]


def test_removals_are_stated_or_observed_and_never_assumed(table):
    with pytest.raises(OptionError, match=r"\[removal\] in the file of rules"):
        learn_flows(table)
    with pytest.raises(OptionError, match="in the table and stated"):
        learn_flows(read_waiting(list_rows(removed=2.0), small_numbers="exact"), removal=REMOVAL)


def test_what_was_stated_is_kept_for_every_page(flows):
    stated = flows.attrs["stated"].split("\n")
    assert stated[0] == ("Share of those on the list who leave untreated in a week: 0.80% (95 % interval 0.40% to 1.60%). "
                         "Stated as a prior: a test.")  # fmt: skip
    assert ONE_CLASS in stated


def test_hidden_counts_are_drawn_within_their_limits():
    rows = list_rows().astype(object)
    rows.loc[1, "waiting"] = "*"
    flows = learn_flows(read_waiting(rows, small_numbers="lt6"), removal=REMOVAL, draws=300)
    hidden = flows["waiting"].sel(procedure="hip", deprivation=1).isel(weeks_waited=slice(18, 52)).sum("weeks_waited")
    assert set(np.round(hidden.values.ravel())) == set(range(1, 6))
    assert float(flows["waiting"].sel(procedure="knee").std("draw").max()) < 1e-12


def test_the_pattern_is_of_those_treated_over_those_who_wait(table):
    pattern = treatment_pattern(table)
    waiting = table["waiting_low"].sum(["ics", "deprivation", "procedure", "priority"])
    treated = table["treated"].sum(["ics", "deprivation", "procedure", "priority"])
    assert len(pattern) == table.sizes["weeks_waited"]
    assert pattern[30] == pytest.approx(float(treated[1] / (waiting[1] + treated[1])))
    assert pattern[60] == pytest.approx(float(treated[2] / (waiting[2] + treated[2])))


@pytest.mark.parametrize("given", [{"weeks": 0}, {"overdispersion": 0.5}])
def test_flows_are_observed_over_some_weeks(given):
    with pytest.raises(OptionError, match="more than 0 weeks"):
        Observed(**given)
