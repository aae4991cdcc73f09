import numpy as np
import pytest

from equitymodel.simulate.made_up_pathway import made_up_pathway

pytestmark = pytest.mark.unit


def test_the_most_deprived_pass_less_at_each_stage_and_no_passage_is_above_1():
    made = made_up_pathway(ics=2, procedures=3, draws=200)
    mean = np.exp(made.log_passage).mean(("chain", "draw"))
    assert bool((mean.isel(deprivation=0) < mean.isel(deprivation=-1)).all())
    assert float(made.log_passage.max()) < 0
    assert made.need.sizes == {"ics": 2, "deprivation": 5, "procedure": 3}
    assert bool(made.linked.all())
