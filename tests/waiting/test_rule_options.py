from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.decision.options_file import read_options
from equitymodel.errors import OptionError
from equitymodel.waiting.kept_rules import KeptRules
from equitymodel.waiting.rule_effects import rule_effects
from equitymodel.waiting.rule_options import rule_changes
from tests.compared_lists import FASTER, MORE, compared_rules
from tests.waiting_lists import GROUPS

pytestmark = pytest.mark.unit
OPTIONS = f"""format = 1
question = "Which?"
criterion = [{{ name = "total", better = "more" }}]
option = [{{ name = "as now" }}, {{ name = "faster", rule = "{FASTER}" }}, {{ name = "more", rule = "{MORE}" }}]"""
RUN = CellFacts(deprivation_index="IMD 2019", footprint="42 ICBs, April 2023 to March 2026")


def kept(**more):
    found = compared_rules()
    return replace(KeptRules(found.treated, found.rules, RUN, ("hip",), 30), **more)


def run_of(procedure="hip", draws=60):
    dims = ("chain", "draw", "ics", "deprivation", "procedure")
    labels = {"ics": compared_rules().treated["ics"].values, "deprivation": GROUPS, "procedure": [procedure]}
    return xr.DataArray(np.full((2, draws, 1, 5, 1), 100.0), labels, dims)


def changes(*, options=OPTIONS, run=RUN, procedure="hip", draws=60, **more):
    return rule_changes(read_options(options), run_of(procedure, draws), kept(**more), run)


def test_options_change_as_their_rules_do():
    made, plain = changes(), rule_effects(compared_rules(), run_of(), {"faster": FASTER, "more": MORE})
    assert list(made.changes) == ["faster", "more"]
    for name, change in plain.changes.items():
        xr.testing.assert_allclose(made.changes[name], change)
    assert list(made.contested) == ["faster"]


def test_a_specialty_stands_for_a_procedure_where_it_is_said_to():
    said = OPTIONS.replace(f'rule = "{FASTER}"', f'rule = "{FASTER}", specialty = "hip"')
    said = said.replace(f'rule = "{MORE}"', f'rule = "{MORE}", specialty = "hip"')
    assert float(changes(options=said, procedure="hip replacement").changes["more"].min()) > 0


@pytest.mark.parametrize(("given", "says"), [
    ({"procedure": "knee"}, "specialty = 'hip' beside its rule"),
    ({"specialties": ("hip", "knee")}, "were run together"),
    ({"facts": replace(RUN, footprint="36 ICBs, April 2026")}, "to_icb2026"),
    ({"facts": replace(RUN, deprivation_index="IMD 2025")}, "Make both of one index"),
    ({"run": CellFacts(), "treated": compared_rules().treated.isel(draw=slice(9))}, "9 draws, and it takes 100"),
    ({"options": OPTIONS.replace(MORE, "5 % mor slots")}, "5 % more slots"),
])  # fmt: skip
def test_what_does_not_go_with_the_run_is_refused_with_a_way_out(given, says):
    with pytest.raises(OptionError, match=says):
        changes(**given)


def test_few_draws_are_enough_for_a_run_of_as_few():
    few = compared_rules().treated.isel(draw=slice(10))
    assert changes(treated=few, draws=5).changes["more"].sizes["draw"] == 5


def test_lists_that_do_not_say_their_areas_or_index_are_taken():
    assert changes(facts=CellFacts()).changes


def test_one_index_may_be_written_in_two_ways_and_one_that_is_not_named_is_asked_for():
    assert changes(facts=CellFacts(deprivation_index="imd2019"), run=CellFacts(deprivation_index="IMD 2019")).changes
    with pytest.raises(OptionError, match="make the lists again with --deprivation-index"):
        changes(facts=CellFacts(deprivation_index="not named"), run=CellFacts(deprivation_index="IMD 2019"))
