import numpy as np
import pytest

from equitymodel.simulate.simulated_groups import RATIOS, group_tables

pytestmark = pytest.mark.unit


def test_tables_come_from_the_truth_they_state():
    """Over many places, counts are as large as their means, and ratios average what was stated."""
    tables = group_tables(areas=40, procedures=2, expected=2000.0, seed=1)
    counts = tables.admissions.groupby("ethnicity")["admissions"].sum()
    fitted = tables.fitted.sum(["ics", "procedure"]).to_series()
    assert counts.to_dict() == pytest.approx(fitted.to_dict(), rel=0.05)
    ratio = np.exp(np.log(tables.ratio).mean(["ics", "procedure"])).to_series()
    assert ratio.to_dict() == pytest.approx(RATIOS, rel=0.05)


def test_without_spread_the_ratio_is_the_stated_one_everywhere():
    tables = group_tables(group="sex_at_work", ratios={"a": 0.5, "b": 1.0}, areas=2, ics_sd=0.0, seed=1)
    assert "sex_at_work" in tables.admissions
    assert np.unique(tables.ratio.sel(group="a")).tolist() == [0.5]


def test_the_same_seed_gives_the_same_tables():
    one, other = (group_tables(areas=2, seed=7) for _ in range(2))
    assert one.admissions.equals(other.admissions)
    assert not one.admissions.equals(group_tables(areas=2, seed=8).admissions)
