import pytest
import xarray as xr

from equitymodel.data.stages.passages import check_passages
from equitymodel.data.tables.findings import DataLog

pytestmark = pytest.mark.unit


def stages(low, high, *, linked, sd=(0.0, 0.0), exposure=(1.0, 1.0)):
    """One group at two stages."""
    names = {"count_low": low, "count_high": high, "log_sd": sd, "exposure": exposure}
    found = xr.Dataset({name: ("stage", list(map(float, values))) for name, values in names.items()})
    return found.assign_coords(
        stage=["before", "after"], linked=("stage", [False, linked]), lag_months=("stage", [0.0, 0.0])
    ).expand_dims(ics=["a"], deprivation=[1], procedure=["hip"])


def found(**values):
    log = DataLog()
    check_passages(stages(**values), log)
    return [finding.rule for finding in log.findings]


def test_no_more_of_linked_records_than_may_have_been_before():
    assert found(low=(8, 13), high=(12, 17), linked=True) == ["W09"]
    assert found(low=(8, 12), high=(12, 17), linked=True) == []
    assert found(low=(8, 13), high=(12, 17), linked=False) == ["W10"]


def test_rates_are_held_against_rates():
    assert found(low=(10, 15), high=(10, 15), linked=False, exposure=(1.0, 2.0)) == []
    assert found(low=(10, 9), high=(10, 9), linked=True, exposure=(1.0, 2.0)) == ["W14"]


def test_an_estimate_is_where_the_pathway_starts_and_nobody_is_linked_to_it():
    assert found(low=(10, 5), high=(10, 5), linked=False, sd=(0.1, 0.0)) == []
    assert found(low=(10, 5), high=(10, 5), linked=True, sd=(0.1, 0.0)) == ["W11"]
    assert found(low=(10, 5), high=(10, 5), linked=False, sd=(0.0, 0.1)) == ["W11"]


def test_a_group_with_nobody_is_named():
    assert found(low=(0, 0), high=(0, 0), linked=True) == ["W13"]
