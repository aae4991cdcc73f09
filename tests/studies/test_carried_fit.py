from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.areas.crosswalk import read_crosswalk
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.groups import Group
from equitymodel.errors import EquityDataError, OptionError
from equitymodel.estimands.gaps import gap_of
from equitymodel.studies.carried_fit import as_counted, carry_fit, check_carried
from tests.carried import carried, crosswalk_for
from tests.fitted_years import with_years

pytestmark = pytest.mark.unit
SAMPLES = ("chain", "draw")


@pytest.fixture(scope="module")
def made(quick_fit):
    return carried(quick_fit)


def test_admissions_and_expected_are_as_many_in_every_draw(made, quick_fit):
    for name in ("fitted", "this_year"):
        np.testing.assert_allclose(getattr(made, name).sum("ics"), getattr(quick_fit, name).sum("ics"), rtol=1e-12)
    for adjustment in quick_fit.cells["adjustment"].values:
        new, old = made.expected_under(str(adjustment)), quick_fit.expected_under(str(adjustment))
        np.testing.assert_allclose(new.sum("ics"), old.sum("ics"), rtol=1e-12)


def test_counts_of_next_year_are_whole_and_as_many_in_every_draw(made, quick_fit):
    counts = made.next_year()
    np.testing.assert_allclose(counts.sum("ics"), quick_fit.next_year().sum("ics"), rtol=1e-12)
    np.testing.assert_allclose(counts, counts.round(), atol=1e-9)


def test_counts_of_a_part_vary_as_those_of_one_by_one_division_do(made, quick_fit):
    """Beside what shares vary, of n admissions that fall to a part with chance w, w(1 - w)n varies by chance."""
    third = str(quick_fit.cells["ics"].values[2])
    at = {"deprivation": 1, "procedure": quick_fit.cells["procedure"].values[0]}
    counts = quick_fit.next_year().sel(ics=third, **at)
    share = made.shares[third].sel(to="south", deprivation=1)
    away = made.next_year().sel(ics="south", **at) - share * counts
    expected = (share * (1 - share) * counts).mean().item()
    assert abs(away.mean().item()) < 4 * np.sqrt(expected / away.size)
    assert away.var().item() == pytest.approx(expected, rel=0.15)


def test_areas_that_stayed_are_unchanged_and_counts_of_parts_are_not_known(made, quick_fit):
    same = [str(area) for area in quick_fit.cells["ics"].values[3:]]
    np.testing.assert_array_equal(made.fitted.sel(ics=same), quick_fit.fitted.sel(ics=same))
    for name in ("admissions", "population", "offered"):
        np.testing.assert_array_equal(made.cells[name].sel(ics=same), quick_fit.cells[name].sel(ics=same))
    assert made.cells["admissions"].sel(ics=["north", "south"]).isnull().all()
    assert made.flagged == ("north", "south")
    assert made.cells["population"].sum().item() == pytest.approx(quick_fit.cells["population"].sum().item(), rel=1e-12)


def test_a_split_widens_the_gap_and_the_same_seed_gives_the_same(made, quick_fit):
    third = str(quick_fit.cells["ics"].values[2])
    spread = np.log(gap_of(made)).std(SAMPLES).sel(ics="south")
    assert bool((spread > 1.05 * np.log(gap_of(quick_fit)).std(SAMPLES).sel(ics=third)).all())
    assert made.fitted.identical(carried(quick_fit).fitted)


def test_the_fit_that_was_counted_comes_back_with_what_was_checked(made, quick_fit):
    assert as_counted(quick_fit) is quick_fit
    back = as_counted(replace(made, forced=True))
    assert (back.forced, back.cells.identical(quick_fit.cells)) == (True, True)


def test_what_cannot_be_carried_over_is_refused_with_a_way_out(quick_fit):
    walk = crosswalk_for(quick_fit)
    with pytest.raises(EquityDataError, match="A02"):
        carry_fit(quick_fit, read_crosswalk(pd.DataFrame({"from": ["elsewhere"], "to": ["there"]})))
    with pytest.raises(OptionError, match=r"several periods.*--periods add_up"):
        carry_fit(with_years(quick_fit), walk)
    facts = replace(CellFacts.of(quick_fit.cells), group=Group("ethnicity", "White"))
    with pytest.raises(OptionError, match="shares of areas that were split are by deprivation"):
        check_carried(facts.keep_with(quick_fit.cells), walk)
    other = crosswalk_for(quick_fit).table.query("group != '1'").drop(columns="exact")
    with pytest.raises(OptionError, match="for group 1; add its rows"):
        check_carried(quick_fit.cells, read_crosswalk(other))


def test_a_series_is_refused(gap_evaluation):
    with pytest.raises(OptionError, match="--areas to_icb2026"):
        carry_fit(gap_evaluation.main, read_crosswalk(pd.DataFrame({"from": ["a"], "to": ["b"]})))
