import json

import numpy as np
import pytest

from equitymodel.data.cells.read_cells import read_cells
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.errors import OptionError
from equitymodel.estimands.gaps import pooled_ratio, rate_ratio
from equitymodel.simulate.example import BETWEEN_YEARS, EXAMPLE_PROCEDURES, example_cells, example_tables

pytestmark = pytest.mark.unit

AREAS = ["ics", "deprivation"]


@pytest.fixture(scope="module")
def tables():
    return example_tables(seed=1)


@pytest.fixture(scope="module")
def cells():
    return example_cells(seed=1)


def adjusted_for_age_and_sex(cells, truth):
    """The true national ratio of each group to what its ages and sexes alone would give."""
    return truth.fitted.sum("ics") / cells["expected_admissions"].sel(adjustment="age_sex").sum("ics")


def test_the_national_gap_for_equal_need_is_the_stated_one(tables):
    gap = rate_ratio(pooled_ratio(tables.truth.fitted, tables.truth.need))
    for name, procedure in EXAMPLE_PROCEDURES.items():
        assert float(gap.sel(procedure=name)) == pytest.approx(procedure.gap, abs=1e-6)


def test_tonsillectomy_has_no_gap_in_any_group(tables):
    ratio = pooled_ratio(tables.truth.fitted, tables.truth.need).sel(procedure="tonsillectomy")
    np.testing.assert_allclose(ratio / ratio.mean(), 1, atol=1e-6)


def test_the_truth_hangs_together(tables):
    truth = tables.truth
    np.testing.assert_allclose(truth.fitted, truth.ratio * truth.need, rtol=1e-9)
    assert truth.fitted.dims == truth.ratio.dims == ("ics", "deprivation", "procedure")


def test_national_admissions_are_the_stated_round_figures(tables):
    total = tables.truth.fitted.sum(AREAS)
    for name, procedure in EXAMPLE_PROCEDURES.items():
        assert float(total.sel(procedure=name)) == pytest.approx(procedure.admissions, rel=1e-9)
        counted = tables.admissions.query("procedure == @name")["admissions"].sum()
        assert counted == pytest.approx(procedure.admissions, rel=0.03)


def test_national_need_beyond_age_and_sex_is_the_stated_one(tables):
    need = tables.need.groupby(["procedure", "deprivation"])["need_ratio"].mean().unstack()
    for name, procedure in EXAMPLE_PROCEDURES.items():
        assert need.loc[name, 1] / need.loc[name, 5] == pytest.approx(procedure.need, rel=0.01)


def test_hip_replacement_peaks_in_the_middle_when_adjusted_for_age_and_sex(tables, cells):
    hip = adjusted_for_age_and_sex(cells, tables.truth).sel(procedure="hip replacement")
    assert int(hip["deprivation"][int(hip.argmax("deprivation"))]) in (3, 4)
    assert float(hip[0]) < float(hip[1]) < float(hip.max()) > float(hip[-1])


def test_knee_replacement_has_a_ratio_near_082_when_adjusted_for_age_and_sex(tables, cells):
    knee = adjusted_for_age_and_sex(cells, tables.truth).sel(procedure="knee replacement")
    assert float(rate_ratio(knee)) == pytest.approx(0.82, abs=0.02)


def test_the_truth_is_the_same_for_every_seed_and_the_counts_are_not(tables):
    other = example_tables(seed=2)
    assert other.truth.fitted.identical(tables.truth.fitted)
    assert other.truth.need.identical(tables.truth.need)
    assert not other.admissions.equals(tables.admissions)
    assert example_tables(seed=1).admissions.equals(tables.admissions)


def test_a_choice_of_procedures_is_cut_from_the_same_world(tables):
    hip = example_tables(seed=1, procedures=["hip replacement"])
    whole = tables.admissions.query("procedure == 'hip replacement'")["admissions"]
    assert hip.admissions["admissions"].tolist() == whole.tolist()
    assert hip.truth.fitted.equals(tables.truth.fitted.sel(procedure=["hip replacement"]))


def test_there_are_42_icss_five_groups_and_eight_procedures(cells):
    assert dict(cells["admissions"].sizes) == {"ics": 42, "deprivation": 5, "procedure": 8}
    assert set(cells["procedure"].values) == set(EXAMPLE_PROCEDURES)
    assert len(set(cells["region"].values)) == 7


def test_populations_are_those_of_england_in_mid_2018(tables, cells):
    assert tables.population["population"].sum() == pytest.approx(55_977_178, rel=0.001)
    assert float(cells["population"].sum()) == pytest.approx(56.0e6, rel=0.001)


def test_every_cell_keeps_the_contract_without_a_finding(cells):
    assert json.loads(cells.attrs["findings"]) == []
    assert bool(cells["offered"].all())
    assert bool(cells["admissions"].notnull().all())
    assert cells["adjustment"].values.tolist() == ["population", "age_sex", "need"]


def test_the_example_says_that_it_is_synthetic(cells):
    assert cells.attrs["synthetic"].startswith("synthetic example: admissions and need are simulated")


def test_tables_read_as_a_user_would_bring_them_give_the_same_cells(tables, cells):
    read = read_cells(tables.admissions, tables.population, need=tables.need, groups=Deprivation("IMD 2019"))
    assert read.drop_attrs().equals(cells.drop_attrs())


def test_need_adjusted_expected_admissions_are_the_true_need_up_to_counting_noise(tables, cells):
    expected = cells["expected_admissions"].sel(adjustment="need", drop=True)
    ratio = expected / tables.truth.need
    assert float(abs(ratio / ratio.mean(AREAS) - 1).max()) < 0.005


@pytest.fixture(scope="module")
def two_years():
    return example_tables(seed=1, years=2)


def test_two_years_have_periods_and_the_stated_gaps_in_the_last(two_years):
    assert two_years.admissions["period"].unique().tolist() == ["2022/23", "2023/24"]
    assert two_years.population.groupby("period")["population"].sum().nunique() == 1
    gap = rate_ratio(pooled_ratio(two_years.truth.fitted, two_years.truth.need))
    for name, procedure in EXAMPLE_PROCEDURES.items():
        assert float(gap.sel(procedure=name)) == pytest.approx(procedure.gap, abs=1e-6)
    assert "period" not in two_years.truth.fitted.dims


def test_admissions_grow_and_the_gap_was_narrower_the_year_before(two_years):
    counted = two_years.admissions.groupby(["period", "deprivation"])["admissions"].sum().unstack()
    growth = counted.loc["2023/24"] / counted.loc["2022/23"]
    assert growth.mean() == pytest.approx(np.exp(BETWEEN_YEARS.growth), abs=0.01)
    assert growth[5] / growth[1] == pytest.approx(np.exp(0.8 * BETWEEN_YEARS.widening), abs=0.015)


def test_with_two_years_groups_deviate_by_what_lasts(tables, two_years):
    beyond = np.log(two_years.truth.ratio / tables.truth.ratio)
    spread = np.hypot(*BETWEEN_YEARS.lasting)
    assert float(beyond.std()) == pytest.approx(spread, rel=0.05)
    common = beyond.mean("procedure")
    assert float(common.std()) == pytest.approx(BETWEEN_YEARS.lasting[0], rel=0.15)


def test_two_years_are_read_as_years():
    cells = example_cells(seed=1, procedures=["hip replacement"], years=2)
    assert cells["admissions"].dims == ("ics", "deprivation", "procedure", "period")
    assert cells["year"].values.tolist() == [2022.75, 2023.75]
    assert json.loads(cells.attrs["findings"]) == []


def test_no_year_at_all_is_refused():
    with pytest.raises(OptionError, match="at least one year, not 0"):
        example_tables(years=0)


def test_an_unknown_procedure_is_refused_with_the_nearest():
    with pytest.raises(OptionError, match=r"no example procedure 'hip replacment'\. Did you mean 'hip replacement'\?"):
        example_tables(procedures=["hip replacment"])
