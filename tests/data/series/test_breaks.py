"""The register of breaks is well formed and says its sources, and breaks touch the periods they should."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitymodel.data.series.breaks import (
    NOT_CONFIRMED,
    breaks_between,
    choose_breaks,
    known_breaks,
    named_breaks,
    overlap,
)
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError, OptionError

pytestmark = pytest.mark.unit

FIRST = pd.Timestamp("2020-01-01")


def test_every_known_break_has_a_kind_a_day_and_a_source():
    register = known_breaks()
    assert register.index.is_unique
    assert set(register["kind"]) == {"pandemic", "strike", "recording", "boundary"}
    assert register[["start", "states", "source"]].notna().all(axis=None)
    lasting = register["kind"].isin(["pandemic", "strike"])
    assert (register["start"] <= register["end"])[lasting].all()
    assert register["end"].isna()[~lasting].all()


def test_what_counts_by_default_has_a_source_that_names_a_year():
    register = known_breaks()
    default = (register["kind"] == "strike") | (register.index == "england_pandemic")
    assert register.loc[default, "source"].str.contains(r"20[12]\d").all()
    assert register.index[register["source"] == NOT_CONFIRMED].tolist() == ["opcs_4_9"]


def test_the_pandemic_is_masked_for_thirteen_months():
    row = known_breaks().loc["england_pandemic"]
    assert len(pd.period_range(row["start"], row["end"], freq="M")) == 13


def test_strikes_do_not_overlap_and_last_a_week_at_most():
    strikes = known_breaks().query("kind == 'strike'").sort_values("start")
    assert (strikes["start"].iloc[1:].to_numpy() > strikes["end"].iloc[:-1].to_numpy()).all()
    assert (strikes["end"] - strikes["start"]).max() < pd.Timedelta(days=7)


@given(st.integers(0, 700), st.integers(0, 200))
def test_a_break_touches_the_months_its_days_lie_in(start, length):
    days = pd.date_range(FIRST + pd.Timedelta(days=start), periods=length + 1)
    own = pd.DataFrame({"start": [days[0]], "end": [days[-1]]})
    months = pd.date_range(FIRST, periods=36, freq="MS")
    touched = overlap(choose_breaks(own, DataLog()), months[:-1], months[1:]).iloc[0]
    assert set(months[:-1][touched]) == set(days.to_period("M").to_timestamp())
    assert len(breaks_between(choose_breaks(own, DataLog()), months[0], days[0])) == 0


def test_breaks_of_ones_own_may_come_from_a_file(save):
    own = pd.DataFrame({"start": ["2024-01-01"], "end": ["2024-01-31"], "id": ["flood"]})
    path = save(breaks=own)["breaks"]
    for source in (path, str(path)):
        assert choose_breaks(source, DataLog()).index.tolist() == ["flood"]


def test_a_break_that_ends_before_it_starts_names_its_row(save):
    own = pd.DataFrame({"start": ["2024-01-01", "2024-03-01"], "end": ["2024-01-31", "2024-02-01"]})
    with pytest.raises(EquityDataError, match="row 3: 2024-03-01 to 2024-02-01"):
        choose_breaks(save(breaks=own)["breaks"], DataLog())


def test_no_breaks_are_none():
    assert choose_breaks(None, DataLog()).empty


@pytest.mark.parametrize("kind", ["text", "dates", "time stamps"])
def test_days_of_breaks_may_be_text_dates_or_time_stamps(kind):
    days = pd.to_datetime(pd.Series(["2024-01-01", "2024-01-31"]))
    start, end = {"text": days.dt.strftime("%Y-%m-%d"), "dates": days.dt.date, "time stamps": days}[kind]
    own = choose_breaks(pd.DataFrame({"start": [start], "end": [end]}), DataLog())
    assert own[["start", "end"]].to_numpy().tolist() == [[*days]]


def test_a_name_that_is_not_in_the_register_is_refused_with_the_nearest():
    assert named_breaks(["england_pandemic", "icb_2022"]) == ["england_pandemic", "icb_2022"]
    with pytest.raises(OptionError, match="Did you mean 'england_pandemic'"):
        choose_breaks("england_pandemc", DataLog())
