import pytest

from equitymodel.errors import SpecError
from equitymodel.simulate.simulated_series import simulate_series
from equitymodel.spec.asked_of import refuse_unanswerable
from equitymodel.spec.interruption import Interruption

pytestmark = pytest.mark.unit


def test_what_the_series_cannot_be_asked_is_refused():
    series, _ = simulate_series(seed=1)
    with pytest.raises(SpecError, match="no ICS 'QXX'"):
        refuse_unanswerable(series, Interruption("2018-01", starts={"QXX": "2018-07"}))
    with pytest.raises(SpecError, match="no deprivation groups"):
        refuse_unanswerable(series.isel(deprivation=[0]), Interruption("2018-01", outcome="gap"))
