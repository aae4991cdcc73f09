"""A published month of waits from referral to treatment adds up to what NHS England printed of it."""

import pytest

from equitymodel.data.waiting.rtt_layout import read_rtt

pytestmark = pytest.mark.unit


def test_the_published_month_adds_up(shared_data):
    table = read_rtt(shared_data / "rtt_jan2026_icb_specialty_weekbands.csv")
    waiting = table["waiting_low"].fillna(0)
    over = waiting.isel(band=slice(52, None)).sum()
    assert int(waiting.isel(band=slice(0, 18)).sum()) == 4_412_147
    assert int(over) == 137_320
    assert table["procedure"].dtype == object
