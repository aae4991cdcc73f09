from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gamma

from equitymodel.data.series.measured_series import read_measured
from equitymodel.errors import OptionError
from equitymodel.monitoring.area_funnel import area_funnel, outside_of
from equitymodel.monitoring.observed_expected import observed_expected

pytestmark = pytest.mark.unit
ORACLES = Path("../shared/oracles")
MONTHS = ["2024-01", "2024-02", "2024-03"]


def counts(observed, expected, months=MONTHS):
    rows = [{"ics": f"a{number}", "period": month, "numerator": seen, "denominator": hoped}
            for number, (seen, hoped) in enumerate(zip(observed, expected, strict=True)) for month in months]  # fmt: skip
    return observed_expected(read_measured(pd.DataFrame(rows), areas="any"))


@pytest.mark.parametrize("form", ["shmi", "cqc"])
def test_the_reference_series_of_both_forms_is_reproduced(form):
    if not ORACLES.is_dir():
        pytest.skip("no open data")
    given = pd.read_csv(ORACLES / "funnelplotr_sr_input.csv")
    wanted = pd.read_csv(ORACLES / "funnelplotr_sr_expected.csv")
    wanted = wanted[wanted["method"].str.lower() == form].set_index("group")
    found = area_funnel(counts(given["numerator"], given["denominator"]), form=form, last=1)
    own = found.points.set_index("ics").reindex([f"a{number}" for number in range(len(given))])
    assert own["score"].to_numpy() == pytest.approx(wanted["uz"].to_numpy(), rel=1e-9)


def test_periods_are_added_up_and_the_last_can_be_chosen():
    series = counts([100, 110, 120, 130, 140], [100] * 5)
    assert area_funnel(series).points["expected"].unique().tolist() == [300.0]
    last = area_funnel(series, last=2)
    assert last.points["expected"].unique().tolist() == [200.0]
    assert last.period == "2024-02 to 2024-03"


def test_who_is_beyond_is_said_and_reversed_when_better_is():
    series = counts([100, 101, 99, 102, 160], [100] * 5)
    for better, word in (("higher", "improvement"), ("lower", "concern"), ("neither", "higher")):
        row = area_funnel(series, form="exact", better=better).points.iloc[0]
        assert (row["ics"], row["reading"], row["signal"]) == ("a4", word, True)


def test_areas_that_do_not_differ_lie_beyond_as_often_as_stated():
    rng = np.random.default_rng(2)
    found = area_funnel(counts(rng.poisson(200, 4000), [200] * 4000, MONTHS[:3]), form="exact", last=1)
    share = found.beyond("95 %") / 4000
    assert share <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 4000)
    assert share > 0.03


def test_too_few_areas_periods_and_unknown_counts_are_refused():
    series = counts([100, 110, 120, 130, 140], [100] * 5)
    with pytest.raises(OptionError, match="last 4 periods"):
        area_funnel(series, last=4)
    with pytest.raises(OptionError, match="compares areas"):
        area_funnel(series.isel(ics=slice(0, 4)))
    with pytest.raises(OptionError, match="a2 are not known"):
        area_funnel(series.where(series["ics"] != "a2").assign(doubtful=series["doubtful"], masked=series["masked"]))


def test_limits_ratios_and_what_chance_would_do_are_those_worked_out_by_hand():
    found = area_funnel(counts([100, 110, 120, 130, 140], [100] * 5), form="exact", last=2)
    points = found.points.set_index("ics").sort_index()
    assert points["value"].tolist() == pytest.approx([1.0, 1.1, 1.2, 1.3, 1.4])
    assert points["lower_95"].tolist() == pytest.approx([gamma.ppf(0.025, 200) / 200] * 5)
    assert points["upper"].tolist() == pytest.approx([gamma.ppf(0.999, 201) / 200] * 5)
    assert points["rule"].tolist() == ["", "", *["beyond the 95 % limits"], *["beyond the 99.8 % limits"] * 2]
    assert outside_of(points).tolist() == ["", "", "95 %", "99.8 %", "99.8 %"]
    assert (found.beyond("95 %"), found.beyond("99.8 %")) == (3, 2)
    assert found.by_chance(0.95) == pytest.approx(0.25)
