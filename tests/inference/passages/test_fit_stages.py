import numpy as np
import pandas as pd
import pytest

from equitymodel.data.stages.read_stages import read_stages
from equitymodel.data.tables.groups import Group
from equitymodel.errors import SpecError
from equitymodel.estimands.pathway import stage_gaps, through
from equitymodel.estimands.stage_attribution import attribute_to_stages
from equitymodel.inference.passages.fit_stages import fit_stages
from equitymodel.simulate.simulated_stages import StageWorld, simulate_stages
from tests.stages import MOST, QUICK, STAGES, WORLD, table

pytestmark = pytest.mark.unit

SAMPLES = ("chain", "draw")


def fit(rows, *, seed=1, areas="any", **options):
    return fit_stages(read_stages(rows, areas=areas, **options), seed=seed, laplace=QUICK)


@pytest.fixture(scope="module")
def exact():
    """The reference example a hundredfold, counted apart, with need known."""
    rows = table(first=100_000).query("stage != 'need'").assign(need=100_000, linked="no")
    return rows, fit(rows, small_numbers="exact")


def test_passages_are_draws_by_stage_with_need_beside_them(pathway):
    profile, found = pathway
    assert profile.log_passage.dims == ("chain", "draw", "ics", "deprivation", "procedure", "stage")
    assert profile.log_passage["stage"].values.tolist() == WORLD.stages[1:]
    np.testing.assert_array_equal(profile.need, found.need)
    assert profile.linked.values.tolist() == [True] * 3


def test_linked_passages_are_probabilities(pathway):
    assert float(pathway[0].log_passage.max()) < 0


def test_the_truth_of_a_small_world_lies_within_the_draws(pathway):
    profile, found = pathway
    gaps, true = stage_gaps(profile.log_passage), stage_gaps(found.log_passage)
    away = (gaps.mean(SAMPLES) - true) / gaps.std(SAMPLES)
    assert float(abs(away).max()) < 4
    assert float((away**2).mean()) < 2.5


def test_the_reference_numbers_are_found_where_counts_are_large(exact):
    _, profile = exact
    parts = attribute_to_stages(profile.need, profile.log_passage).isel(procedure=0) / 100
    away = parts.mean(SAMPLES) - [23.574, 0, 8.299, 27.853, 8.299]
    assert float((abs(away) / parts.std(SAMPLES)).max()) < 1
    assert float(parts.std(SAMPLES).max()) < 20
    np.testing.assert_allclose(parts.sum("stage").mean(SAMPLES), 68.025, rtol=0.05)


def test_counts_through_the_pathway_are_those_observed(exact):
    rows, profile = exact
    counts = through(profile.need, profile.log_passage).mean(SAMPLES).isel(stage=-1)
    observed = rows[rows["stage"] == "admitted"].groupby("deprivation")["count"].mean()
    np.testing.assert_allclose(counts.mean(("ics", "procedure")), observed, rtol=0.02)


def test_an_error_of_need_widens_the_first_stage_only(exact):
    rows, profile = exact
    uncertain = fit(rows.assign(need_se=10_000), small_numbers="exact")
    widths = [
        stage_gaps(own.log_passage).std(SAMPLES).mean(("ics", "procedure")).values for own in (profile, uncertain)
    ]
    assert widths[1][0] == pytest.approx(np.sqrt(widths[0][0] ** 2 + 2 * 0.1**2), rel=0.15)
    np.testing.assert_allclose(widths[1][1:], widths[0][1:], rtol=1e-5)
    assert set(SAMPLES) <= set(uncertain.need.dims)
    count = [through(own.need, own.log_passage).isel(stage=-1) for own in (profile, uncertain)]
    np.testing.assert_allclose(count[1], count[0], rtol=1e-5)


def test_a_first_stage_that_is_counted_apart_has_the_error_of_its_count():
    rows = table(first=100).assign(linked="no")
    known = fit(rows.query("stage != 'need'").assign(need=100))
    counted = fit(rows.assign(stage=rows["stage"].replace("need", "registered")))
    sds = [float(stage_gaps(own.log_passage).isel(stage=0).std(SAMPLES).mean()) for own in (known, counted)]
    assert sds[1] == pytest.approx(np.sqrt(sds[0] ** 2 + 2 / 100), rel=0.25)


def test_linked_records_say_more_than_the_same_counts_apart():
    rows = table(first=2000)
    sds = [float(stage_gaps(fit(rows, linked=how).log_passage).sel(stage="admitted").std(SAMPLES).mean())
           for how in (True, False)]  # fmt: skip
    assert sds[0] < 0.6 * sds[1]


def test_hidden_counts_are_within_their_bounds_and_widen():
    rows = table(first=100, linked="yes")
    hidden = rows.astype(object)
    hidden.loc[(rows["stage"] == "admitted") & (rows["deprivation"] == 1), "count"] = "*"
    own, known = fit(hidden, small_numbers="1-13"), fit(rows)
    counts = through(own.need, own.log_passage).sel(stage="admitted", deprivation=1)
    assert 7 < float(counts.mean()) < 14
    sds = [float(stage_gaps(each.log_passage).sel(stage="admitted").std(SAMPLES).mean()) for each in (own, known)]
    assert sds[0] > sds[1]


def test_a_first_stage_within_bounds_is_drawn_within_them():
    rows = table(first=100, linked="yes").query("stage in ['need', 'found']").astype(object)
    rows.loc[rows["stage"] == "need", "count"] = "*"
    need = fit(rows, small_numbers="71-100").need
    assert (float(need.min()), float(need.max())) == (71, 100)
    assert float(need.std()) == pytest.approx(30 / 12**0.5, rel=0.1)


def test_the_same_seed_gives_the_same_and_draws_of_stages_do_not_go_together(pathway):
    profile, found = pathway
    again = fit(found.rows, seed=3)
    np.testing.assert_array_equal(again.log_passage, profile.log_passage)
    flat = profile.log_passage.isel(ics=0, deprivation=0, procedure=0).values.reshape(-1, 3)
    assert abs(np.corrcoef(flat.T) - np.eye(3)).max() < 0.2


def test_each_period_has_a_fit_of_its_own():
    worlds = {"2021": StageWorld(areas=3, groups=3, passages=(0.7, 0.5), gaps=(0.2, 0.2), first=5000),
              "2022": StageWorld(areas=3, groups=3, passages=(0.7, 0.5), gaps=(0.2, 1.5), first=5000)}  # fmt: skip
    rows = pd.concat([simulate_stages(world, seed=1).rows.assign(period=label) for label, world in worlds.items()])
    gaps = stage_gaps(fit(rows).log_passage).mean((*SAMPLES, "ics", "procedure"))
    change = (gaps.sel(period="2022") - gaps.sel(period="2021")).values
    assert change[1] < -0.2 < change[0]


def test_groups_without_an_order_are_fitted_by_contrasts():
    rows = table({"a": MOST, "b": MOST, "White": MOST}, first=5000, linked="yes").rename(
        columns={"deprivation": "ethnicity"}
    )
    profile = fit(rows, groups=Group("ethnicity", "White"))
    assert profile.spec.name == "passages_by_group"
    assert profile.log_passage.dims[3] == "group"


def test_a_model_of_admissions_is_refused():
    with pytest.raises(SpecError, match="no model of passages"):
        fit_stages(read_stages(table(linked="yes")), seed=1, model="need_adjusted")


def test_the_diagnosis_names_the_stage(pathway):
    assert pathway[0].diagnosis.checks[0].name.startswith("stage 1: ")
    assert STAGES[0] == "need"
