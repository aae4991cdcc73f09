import numpy as np
import pytest

from equitymodel.estimands.gap_records import PRESENT
from equitymodel.estimands.gaps import pooled_ratio, rate_ratio
from equitymodel.estimands.gradients import slope_index
from equitymodel.estimands.rates import adjusted_rate
from equitymodel.report.tables.gaps_table import FACTS, chance_of, gaps_table
from equitymodel.report.tables.rows import NUMBERS
from equitymodel.vocabulary import ADJUSTMENTS, ALL_GROUPS, ALL_ICS

pytestmark = pytest.mark.unit
OTHERS = ["Asian", "Black", "Mixed", "Other"]
ORDERED = {
    "slope_index",
    "relative_index",
    "relative_gradient_index",
    "concentration_index",
    "horizontal_inequity",
    "rank",
}
VARIANTS = {
    ("rate_ratio_population_only", "most against least deprived, adjusted for population only"),
    ("rate_ratio_age_sex", "most against least deprived, adjusted for age and sex"),
    ("rate_ratio", "most against least deprived, adjusted for age, sex and need"),
    ("rate_difference", "least less most deprived"),
    ("slope_index", "national positions (AGI), linear"),
    ("slope_index", "local positions, linear"),
    ("relative_index", "national positions, ratio of fitted ends, log-linear"),
    ("relative_index", "national positions, slope over mean, linear"),
    ("relative_gradient_index", "national slope over national mean (RGI)"),
    ("concentration_index", "relative, need-adjusted rates"),
    ("horizontal_inequity", "concentration of use less that of need"),
    ("core20_ratio", "the most deprived fifth against all others, by need"),
    ("core20_difference", "all others less the most deprived fifth"),
    ("share_to_move", "Hoover index, within the area"),
    ("share_to_move_null", "what counting noise alone shows in crude counts, at no gap"),
    ("probability_worse_than_all", "rate ratio below that of all ICSs together"),
    ("rank", "1 = widest gap of 4"),
}
"""What is published, to the letter."""


@pytest.fixture(scope="module")
def gaps(quick_results):
    return quick_results.tables["gaps"]


@pytest.fixture(scope="module")
def few(few_groups_fit):
    return gaps_table(few_groups_fit)


def test_every_row_carries_its_interval_and_unit(gaps):
    assert set(NUMBERS) <= set(gaps.columns)
    assert gaps["estimate"].notna().all()
    stated = gaps[gaps["lower"].notna()]
    assert (stated["lower"] <= stated["estimate"]).all()
    assert (stated["estimate"] <= stated["upper"]).all()
    assert (stated["interval_probability"] == 0.95).all()
    assert gaps["unit"].notna().all()


def test_the_texts_of_measures_are_as_they_are_published(need_fit):
    gaps = gaps_table(need_fit)
    assert set(zip(gaps["measure"], gaps["variant"], strict=True)) == VARIANTS
    said = gaps.dropna(subset="probability").groupby("measure")["probability_of"].unique()
    assert said["rate_ratio_age_sex"].tolist() == ["ratio below 1: the most deprived have fewer"]
    assert set(said["relative_index"]) == {
        "ratio above 1: the most deprived have fewer", "above 0: the most deprived have fewer"
    }  # fmt: skip
    assert said["core20_ratio"].tolist() == ["ratio below 1: the most deprived fifth have fewer"]
    assert said["core20_difference"].tolist() == ["above 0: the most deprived fifth have fewer"]
    assert said["slope_index"].tolist() == ["above 0: the most deprived have fewer"]


def test_old_columns_come_first_and_facts_last(need_fit):
    gaps = gaps_table(need_fit)
    assert gaps.columns.tolist() == [
        "ics", "ics_name", "region", "procedure", "measure", "variant", *NUMBERS, "probability_of", "withheld", *FACTS,
    ]  # fmt: skip
    facts = gaps.groupby("measure")[FACTS].agg("first")
    assert facts.loc["rate_ratio"].tolist() == ["need", "least_deprived", True]
    assert facts.loc["rate_ratio_population_only"].tolist() == ["population", "least_deprived", False]
    assert facts.loc["slope_index"].tolist() == ["", "", False]
    assert gaps.loc[gaps["headline"], "measure"].unique().tolist() == ["rate_ratio"]
    assert [key for key in ADJUSTMENTS if key in set(gaps["adjustment"])] == ["population", "age_sex", "need"]


def test_the_headline_gap_has_one_row_an_ics_and_procedure_and_one_for_all(quick_fit, gaps):
    headline = gaps[gaps["headline"]]
    assert len(headline) == (8 + 1) * 2
    assert not headline.duplicated(["ics", "procedure"]).any()
    together = headline[headline["ics"] == ALL_ICS].set_index("procedure")["estimate"]
    direct = rate_ratio(pooled_ratio(quick_fit)).median(["chain", "draw"]).to_series()
    assert together.to_dict() == pytest.approx(direct.to_dict())


def test_national_positions_are_those_of_all_ics_together(quick_fit, gaps):
    """Adding the row for all ICSs must not change the positions or means it is measured by."""
    population = quick_fit.cells["population"]
    rate = adjusted_rate(quick_fit.fitted, quick_fit.expected, population) * 100_000
    direct = slope_index(rate, population).median(["chain", "draw"])
    rows = gaps[(gaps["measure"] == "slope_index") & (gaps["variant"] == "national positions (AGI), linear")]
    for row in rows[rows["ics"] != ALL_ICS].itertuples():
        assert row.estimate == pytest.approx(float(direct.sel(ics=row.ics, procedure=row.procedure)))


def test_probabilities_agree_with_intervals(gaps):
    headline = gaps[gaps["headline"]]
    assert (headline["probability"][headline["upper"] < 1] > 0.975 - 1e-9).all()
    assert (headline["probability"][headline["lower"] > 1] < 0.025 + 1e-9).all()


def test_the_share_to_move_has_its_null_beside_it(gaps):
    shares = gaps[gaps["measure"].isin(["share_to_move", "share_to_move_null"])]
    assert shares.groupby(["ics", "procedure"]).size().eq(2).all()


def test_chance_varies_as_the_fit_says(quick_fit):
    chance = chance_of(quick_fit)
    variation = quick_fit.draws["posterior"]["extra_variation"].mean(["chain", "draw"])
    np.testing.assert_allclose(chance.extra_variation, variation)
    assert chance.seed == 5


def test_indices_are_withheld_with_the_reason_where_groups_are_few(few):
    rows = few[few["ics"] == "area 01"].set_index("measure")
    for measure in ("rate_ratio", "slope_index", "relative_index", "concentration_index", "horizontal_inequity"):
        own = rows.loc[[measure]]
        assert own["estimate"].isna().all()
        assert own["withheld"].str.contains("fewer than three").all()
        assert own["probability"].isna().all()


def test_the_rate_of_the_most_deprived_group_there_is_given_instead(few_groups_fit, few):
    row = few[few["measure"] == PRESENT]
    assert row["ics"].tolist() == ["area 01"]
    assert row["variant"].item() == "given where indices are withheld"
    ratio = few_groups_fit.ratio.sel(ics="area 01", deprivation=2, procedure="procedure 01").median().item()
    people = few_groups_fit.cells["population"].where(few_groups_fit.cells["offered"]).sum()
    everywhere = float(few_groups_fit.expected.sum() / people * 100_000)
    assert row["estimate"].item() == pytest.approx(ratio * everywhere, rel=0.02)


def test_nothing_else_is_withheld(few):
    rest = few[few["ics"] != "area 01"]
    assert rest["estimate"].notna().all()
    assert (rest["withheld"] == "").all()


def test_gaps_of_groups_hold_only_measures_that_mean_something(group_results):
    gaps = group_results.tables["gaps"]
    assert not ORDERED & set(gaps["measure"])
    ratio = gaps[gaps["headline"] & (gaps["ics"] == ALL_ICS)]
    assert sorted(ratio["ethnicity"].unique()) == OTHERS
    assert set(ratio["variant"]) == {"against White British, adjusted for age and sex"}
    assert set(ratio["probability_of"]) == {"ratio below 1: fewer than White British"}
    whole = gaps[gaps["measure"].isin(["theil_between", "index_of_disparity", "share_to_move"])]
    assert set(whole["ethnicity"]) == {ALL_GROUPS}
    assert "mean absolute difference of the other groups from White British" in set(whole["variant"])
    nulls = gaps[gaps["measure"].str.endswith("_null")]
    assert set(nulls["measure"]) == {"share_to_move_null", "theil_between_null", "index_of_disparity_null"}
    assert nulls["variant"].str.endswith("what counting noise alone shows in crude counts, if groups were equal").all()
    assert (nulls["estimate"] > 0).all()


def test_the_headline_of_groups_is_the_ratio_of_sums_to_the_reference_group(group_results):
    ratio = pooled_ratio(group_results.fit)
    direct = ratio / ratio.sel(group="White British")
    gaps = group_results.tables["gaps"]
    for row in gaps[gaps["headline"] & (gaps["ics"] == ALL_ICS)].itertuples():
        draws = direct.sel(group=row.ethnicity, procedure=row.procedure)
        assert row.estimate == pytest.approx(float(draws.median()))
