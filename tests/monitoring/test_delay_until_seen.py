import numpy as np
import pandas as pd
import pytest
from scipy import stats

from equitymodel.errors import OptionError
from equitymodel.monitoring.delay_until_seen import delay_until_seen, errors_of_waiting

pytestmark = pytest.mark.unit
MONTHS = [12, 24, 36, 48]
ERRORS = (0.1 / np.sqrt(MONTHS)).tolist()


@pytest.mark.parametrize(("looks", "limit"), [(2, 2.178), (4, 2.361), (10, 2.555)])
def test_limits_of_pocock_spend_five_per_cent(looks, limit):
    errors = (0.1 / np.sqrt(np.arange(1, looks + 1))).tolist()
    found = delay_until_seen(list(range(1, looks + 1)), errors, change=0.0, threshold=float(stats.norm.cdf(limit)))
    assert found.seen == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 20_000))


def test_one_look_is_the_power_of_the_textbook():
    found = delay_until_seen([24], [0.05], change=0.15, threshold=0.975)
    drift = np.log(1.15) / 0.05
    power = stats.norm.sf(1.96 - drift) + stats.norm.cdf(-1.96 - drift)
    assert found.seen == pytest.approx(power, abs=0.01)
    assert found.expected_months == 24


def test_a_larger_change_is_seen_sooner_and_oftener():
    small, large = (delay_until_seen(MONTHS, ERRORS, change=change, threshold=0.99) for change in (0.04, 0.08))
    assert large.seen > small.seen
    assert large.expected_months < small.expected_months
    assert small.table["seen_by_then"].is_monotonic_increasing
    assert "A true change of 8 % is seen in" in str(large)


def test_what_is_never_seen_has_no_delay():
    found = delay_until_seen([12], [0.1], change=0.0, threshold=1.0)
    assert np.isnan(found.expected_months)
    assert str(found) == "A true change of 0 % is seen in 0% of cases by month 12 after the start."


def test_looks_without_an_error_are_refused():
    for months, errors in (([], []), ([12], [0.0]), ([12], [np.inf]), ([12, 24], [0.1])):
        with pytest.raises(OptionError, match="standard error above 0"):
            delay_until_seen(months, errors, change=0.05, threshold=0.975)


def test_further_months_add_up_to_what_is_known_then():
    known = pd.DataFrame({"months_after": [12, 18, 24], "standard_error": [0.05, 0.06, 0.03]})
    found = errors_of_waiting(known, 12)
    assert found["months"].tolist() == [6, 12]
    assert np.isinf(found["standard_error"].iloc[0])
    assert 1 / found["standard_error"].iloc[1] ** 2 + 1 / 0.05**2 == pytest.approx(1 / 0.03**2)
    assert errors_of_waiting(known, 24).empty
    assert errors_of_waiting(known[:0], 24).empty
