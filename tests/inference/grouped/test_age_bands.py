from importlib import import_module

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.cells.bands import Ages, by_band
from equitymodel.data.cells.rate_error import RateError
from equitymodel.data.cells.read_cells import data_log, headline_expected, read_cells
from equitymodel.data.tables.deprivation import Deprivation, ridit
from equitymodel.data.tables.rules import contract
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.errors import EquityModelError
from equitymodel.estimands.gaps import pooled_ratio, rate_ratio
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.age_bands import equalising_expected
from equitymodel.inference.grouped.elasticity import fit_elasticity
from equitymodel.inference.grouped.need_error import NeedError
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.saved_fit import load_fit, save_fit
from equitymodel.report.results import make_results
from equitymodel.report.wording.statement import limits
from equitymodel.spec.library import load_model

QUICK = Laplace(draws=60, points=32, enough_points=1.0, cores=1)
UNLIKE, ALIKE = (-1.2, -0.6, 0.3, 0.6), (-0.4, -0.4, -0.4, -0.4)
"""Log gap at each age: the young of the most deprived have more, the old fewer; or all alike."""
AGES = ("00-44", "45-64", "65-74", "75+")
RATE = np.array([0.002, 0.01, 0.03, 0.05])
"""Admissions a person-year at each age."""


def age_tables(*, gap_by_age, areas=12, people=60_000, tilt=1.5, shared=0.0, seed):
    """Admissions and population by age, and the true mean admissions; gap_by_age is a log ratio at each age.

    The most deprived are younger, by `tilt`; `shared` is extra variation that the ages of a cell share.
    """
    rng = np.random.default_rng(seed)
    coords = {"ics": [f"A{i:02d}" for i in range(areas)], "deprivation": range(1, 6), "age_band": list(AGES)}
    old = tilt * (np.arange(5) - 2)[:, None] / 4 * np.array([-1.5, -0.5, 0.5, 1.5])
    structure = np.exp(old) * np.array([0.5, 0.25, 0.15, 0.1])
    persons = people * structure / structure.sum(1, keepdims=True) * rng.uniform(0.6, 1.4, (areas, 5, 1))
    population = xr.DataArray(persons.round(), coords)
    position = ridit(population.sum(["ics", "age_band"])) - 0.5
    level = xr.DataArray(rng.normal(0, 0.1, areas), {"ics": coords["ics"]})
    rate, gap = (xr.DataArray(np.asarray(each), {"age_band": list(AGES)}) for each in (RATE, gap_by_age))
    ratio = np.exp(level - gap * position).transpose("ics", "deprivation", "age_band")
    mean = population * rate * ratio
    noise = rng.gamma(shared**-2, shared**2, (areas, 5, 1)) if shared else 1.0
    admissions = mean.copy(data=rng.poisson(mean * noise))
    tables = {
        name: values.rename(name).to_series().reset_index()
        for name, values in (("admissions", admissions), ("population", population))
    }
    weight = population.sum(["ics", "deprivation"]) * rate
    direct = (ratio * weight).sum("age_band") / weight.sum()
    tables["admissions"] = tables["admissions"].assign(procedure="hip replacement")
    return tables, mean, direct.expand_dims(procedure=["hip replacement"])


def hidden(table: pd.DataFrame) -> pd.DataFrame:
    """Hide counts of 1 to 3."""
    shown = table["admissions"].astype(str).where(~table["admissions"].between(1, 3), "*")
    return table.assign(admissions=shown)


def read(tables, ages=Ages()):
    return read_cells(
        tables["admissions"], tables["population"], areas="any", groups=Deprivation("IMD 2019"), ages=ages
    )


@pytest.fixture(scope="module")
def unlike():
    return age_tables(gap_by_age=UNLIKE, seed=3)


@pytest.fixture(scope="module")
def banded(unlike):
    return read(unlike[0], Ages(bands=True))


@pytest.fixture(scope="module")
def few_draws():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("equitymodel.inference.fit_model"), "EXPECTED_DRAWS", 5)
        yield


def fit(cells, **options):
    return fit_model(load_model("gap_by_procedure"), cells, engine="laplace", laplace=QUICK, seed=1, **options)


@pytest.fixture(scope="module")
def apart(banded, few_draws):
    return fit(banded)


def gap_of(fitted, expected):
    return rate_ratio(pooled_ratio(fitted, expected)).squeeze(drop=True)


def true_gap(mean, direct):
    admissions = mean.sum("age_band").expand_dims(procedure=direct["procedure"].values)
    return gap_of(admissions, admissions / direct).item()


def distance(values, truth):
    """How many posterior standard deviations the truth is away."""
    return abs(values.mean().item() - truth) / values.std().item()


@pytest.mark.unit
def test_the_alarm_names_the_way_out_and_is_quiet_once_it_is_taken(unlike, banded):
    unchecked = {"G07", "P13"}  # areas without codes, and made-up rates
    assert set(data_log(read(unlike[0]))["rule"]) - unchecked == {"S09"}
    assert "--age-bands auto" in contract()["S09"].way_out
    assert set(data_log(banded)["rule"]) <= unchecked


@pytest.mark.mcmc
def test_bands_hold_the_truth_where_indirect_standardisation_is_off(unlike, apart):
    tables, mean, direct = unlike
    truth, together = true_gap(mean, direct), fit(read(tables))
    assert distance(gap_of(apart.fitted, apart.expected), truth) < 2
    assert distance(gap_of(together.fitted, together.expected), truth) > 6
    assert truth > 1.15  # over all ages, at one age structure, the most deprived have more
    assert gap_of(together.fitted, together.expected).mean() < 1.05  # at their own young ages it does not show


@pytest.mark.mcmc
def test_without_interaction_bands_and_indirect_standardisation_agree(few_draws):
    tables, mean, direct = age_tables(gap_by_age=ALIKE, shared=0.1, seed=4)
    gaps = [np.log(gap_of(each.fitted, each.expected))
            for each in (fit(read(tables)), fit(read(tables, Ages(bands=True))))]  # fmt: skip
    assert abs(gaps[0].mean() - gaps[1].mean()) < gaps[0].std()
    assert gaps[1].std().item() == pytest.approx(gaps[0].std().item(), rel=0.25)
    assert all(distance(gap, np.log(true_gap(mean, direct))) < 3 for gap in gaps)


@pytest.mark.mcmc
def test_admissions_add_up_over_bands_to_those_of_the_population_as_it_is(unlike, apart):
    total = apart.fitted.sum(["ics", "deprivation", "procedure"])
    assert distance(total, unlike[1].sum().item()) < 3
    xr.testing.assert_allclose((apart.ratio * apart.expected).rename("fitted"), apart.fitted)


@pytest.mark.unit
def test_true_ratios_and_admissions_of_bands_give_the_direct_standard_exactly(unlike, banded):
    _, mean, direct = unlike
    own = by_band(banded)
    fitted = mean.rename(age_band="procedure").assign_coords(procedure=own["procedure"].values)
    expected = equalising_expected(fitted, fitted / headline_expected(own), banded)
    ratio = mean.sum("age_band") / expected.squeeze("procedure", drop=True)
    reported = direct.squeeze("procedure", drop=True)
    # rates of single-age bands are observed totals over expected ones: structure and scale are the data's
    weight = banded["band_share"].squeeze("procedure", drop=True)
    by_hand = (fitted / headline_expected(own) * weight.rename(band="procedure")).sum("procedure")
    np.testing.assert_allclose(ratio.values, by_hand.transpose(*ratio.dims).values)
    against = rate_ratio(ratio.expand_dims(procedure=1)) / rate_ratio(reported.expand_dims(procedure=1))
    assert against.values == pytest.approx(1.0, abs=0.02)


@pytest.mark.unit
def test_alike_ratios_leave_expected_admissions_as_they_were(banded):
    own = by_band(banded)
    level = xr.DataArray([0.5, 1.0, 1.5, 2.0, 3.0], dims="deprivation")
    ratio = level * xr.ones_like(headline_expected(own))
    expected = equalising_expected(ratio * headline_expected(own), ratio, banded)
    reported = headline_expected(own).sum("procedure")
    np.testing.assert_allclose(expected.squeeze("procedure").transpose(*reported.dims).values, reported.values)


@pytest.mark.mcmc
def test_a_fit_says_what_was_apart_and_checks_the_bands_too(apart):
    assert any(check.name.startswith("age bands: ") for check in apart.diagnosis.checks)
    said = " ".join(limits(apart))
    assert "00-44; 45-64; 65-74; 75+" in said
    assert "in the same proportion at every age" in said
    results = make_results(apart, force=True)
    for table in results.tables.values():
        assert {"hip replacement", "All procedures"} >= set(table["procedure"].unique())


@pytest.mark.mcmc
def test_a_saved_fit_is_the_same_fit(apart, tmp_path):
    save_fit(apart, tmp_path / "fit.nc")
    again = load_fit(tmp_path / "fit.nc")
    xr.testing.assert_allclose(again.expected, apart.expected)
    assert by_band(again.cells)["offered"].dtype == bool


@pytest.mark.mcmc
def test_hidden_counts_rates_and_need_go_through_together(unlike):
    tables = age_tables(gap_by_age=UNLIKE, areas=4, people=2_000, seed=5)[0]
    keys = tables["admissions"][["ics", "deprivation", "procedure"]].drop_duplicates()
    need = keys.assign(need_ratio=1.1, need_ratio_se=0.05)
    cells = read_cells(hidden(tables["admissions"]), tables["population"], need=need, areas="any",
                       groups=Deprivation("IMD 2019"), small_numbers="1-3",
                       ages=Ages(bands=True, rate_error=RateError(seed=1, draws=2)))  # fmt: skip
    low, high = count_bounds(by_band(cells))
    assert (low < high).any()
    fitted = fit(cells, need_error=NeedError("berkson", draws=2))
    posterior = fitted.draws["posterior"]
    assert {"need_error", "age_error"} <= set(posterior.data_vars)
    assert "rate_error" not in posterior
    away = np.log(fitted.expected / cells["expected_admissions"].sel(adjustment="age_need"))
    np.testing.assert_allclose(away.transpose(*posterior["need_error"].dims).values,
                               (posterior["need_error"] + posterior["age_error"]).values, atol=1e-9)  # fmt: skip
    unneeded = np.log(fitted.expected_under("age") / cells["expected_admissions"].sel(adjustment="age"))
    np.testing.assert_allclose(unneeded.transpose(*posterior["age_error"].dims).values,
                               posterior["age_error"].values, atol=1e-9)  # fmt: skip
    assert fitted.expected_under("population").dims == ("ics", "deprivation", "procedure")


@pytest.mark.mcmc
def test_drawn_rates_widen_a_gap_by_what_the_alarm_says():
    tables = age_tables(gap_by_age=ALIKE, areas=3, people=800, tilt=6.0, seed=6)[0]
    known, drawn = read(tables), read(tables, Ages(rate_error=RateError(seed=1, draws=8)))
    assert "S12" in set(data_log(known)["rule"])
    assert "S12" not in set(data_log(drawn)["rule"])
    gaps = [np.log(gap_of(each.fitted, each.expected)) for each in (fit(known), fit(drawn))]
    assert gaps[1].std() > 1.1 * gaps[0].std()
    assert "rate_error" in fit(drawn).draws["posterior"]


@pytest.mark.unit
def test_an_elasticity_is_not_offered_with_bands(banded):
    with pytest.raises(EquityModelError, match="without them"):
        fit_elasticity(load_model(), banded, seed=1)
