import pytest

from equitymodel.errors import SpecError
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.interruption import Interruption
from equitymodel.studies.lodge_plan import lodge_plan

pytestmark = pytest.mark.unit


def test_no_plan_is_lodged_for_a_question_that_the_series_cannot_be_asked(tmp_path):
    series, _ = simulate_series(seed=1)
    with pytest.raises(SpecError, match="no deprivation groups"):
        lodge_plan(series.isel(deprivation=[0]), Interruption("2018-01", outcome="gap"), tmp_path / "p.json", seed=1)
    assert not (tmp_path / "p.json").exists()
