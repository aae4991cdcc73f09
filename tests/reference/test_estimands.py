import numpy as np
import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.tables.deprivation import ridit
from equitymodel.estimands.gradients import fit_line, relative_index, slope_index
from equitymodel.estimands.inequality import concentration_index

pytestmark = pytest.mark.unit

EXACT = 1e-6
LIFE = "default (e.g. life expectancy)"
RATE = "rate (e.g. infant mortality)"
SHARE = "proportion (e.g. child obesity)"
PLAIN = [
    f"{LIFE} - default parameters",
    "default - testing 99% confidence",
    "default - testing 10,000 repetitions",
    "default - testing quintiles",
    f"{LIFE} - multiple CIs",
    f"{LIFE} - intercept",
    f"{RATE} - default parameters",
    f"{RATE} - intercept",
    f"{SHARE} - default parameters",
    f"{SHARE} - intercept",
    "proportion - testing multiplier (x 100)",
    "proportion - testing multiplier (x -100)",
]
LOG_OPTIONS = (
    "with intercept", "with multiple Cis (95 and 98)", "with negative multiplier", "with 98% CI", "without rii"
)  # fmt: skip
LOGIT_OPTIONS = (
    "with intercept", "with negative multiplier", "without rii", "with 98% cis", "with 95% and 98% cis"
)  # fmt: skip
LOG = [f"{RATE} - log transform {option}" for option in LOG_OPTIONS]
LOGIT = [f"{SHARE} - logit transform {option}" for option in LOGIT_OPTIONS]
MULTIPLIERS = {PLAIN[-2]: 100.0, PLAIN[-1]: -100.0, LOG[2]: -1.0}


@pytest.fixture(scope="module")
def phe(oracles):
    """PHEindicatormethods' slope and relative indices, one small table for each of its tests."""
    table = pd.read_csv(oracles / "phe_sii_area1.csv")
    return dict(list(table.groupby("TestDescription")))


def groups(column):
    return xr.DataArray(column.to_numpy(float), dims="deprivation")


def test_every_case_of_the_upstream_table_is_listed_here(phe):
    assert set(phe) == {*PLAIN, *LOG, *LOGIT}


@pytest.mark.parametrize("case", [*PLAIN, *LOG])
def test_the_local_slope_index_is_that_of_pheindicatormethods(phe, case):
    rows = phe[case]
    rate, people = groups(rows["Value"]), groups(rows["Population"])
    ours = slope_index(rate, people, position="local", loglinear=case in LOG)
    assert float(ours) * MULTIPLIERS.get(case, 1.0) == pytest.approx(rows["sii"].iloc[0], rel=EXACT)


@pytest.mark.parametrize("case", [*PLAIN, *LOG])
def test_the_ratio_of_the_ends_is_that_of_pheindicatormethods_which_inverts_it_for_negative_multipliers(phe, case):
    rows = phe[case]
    if rows["rii"].isna().all():
        pytest.skip("upstream was asked for no relative index")
    rate, people = groups(rows["Value"]), groups(rows["Population"])
    ours = float(relative_index(rate, people, position="local", variant="ends", loglinear=case in LOG))
    ours = 1 / ours if MULTIPLIERS.get(case, 1.0) < 0 else ours
    assert ours == pytest.approx(rows["rii"].iloc[0], rel=EXACT)


@pytest.mark.parametrize("case", [name for name in (*PLAIN, *LOG) if "intercept" in name])
def test_the_line_starts_where_that_of_pheindicatormethods_does(phe, case):
    rows = phe[case]
    rate, people = groups(rows["Value"]), groups(rows["Population"])
    line = fit_line(np.log(rate) if case in LOG else rate, ridit(people), people)
    start = np.exp(line.most) if case in LOG else line.most
    assert float(start) == pytest.approx(rows["Intercept"].iloc[0], rel=EXACT)


@pytest.mark.parametrize("case", LOGIT)
def test_the_logit_slope_index_of_proportions(phe, case):
    pytest.skip("a logit line is for proportions; admissions are rates, so it is not offered")


def test_the_grouped_concentration_index_is_that_of_the_world_bank(oracles):
    births = pd.read_csv(oracles / "concindex_grouped_india.csv")
    index = concentration_index(groups(births["u5mr_per_1000"]), groups(births["births"]))
    assert float(index) == pytest.approx(-0.16941677465052, abs=1e-13)
