"""From a table of a list to numbers to run: uncertain where the data tell, and as stated where they do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.waiting.read_list import BAND
from equitymodel.errors import OptionError
from equitymodel.vocabulary import PRIORITY, group_dim
from equitymodel.waiting.list_flows import DRAW, list_flows
from equitymodel.waiting.stated_share import StatedShare

REMOVED_SEEN = "How many leave untreated was read from the table."
HALF = 0.5
"""Of an event, added to the shape of a rate: its Jeffreys prior."""
ONE_CLASS = "Clinical priority is not in the table: the list is one class, and nobody comes before another by urgency."


@dataclass(frozen=True)
class Observed:
    """How the flows of a table were observed.

    Attributes
    ----------
    weeks, overdispersion
        Over how many weeks people added, treated and removed a week are means; and the variance of weekly counts over
        their mean, 1 where people come at random.

    Examples
    --------
    >>> Observed(52, 3.0).shape(10.0)
    173.83333333333334
    """

    weeks: float = 4.0
    overdispersion: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what has no meaning."""
        if not self.weeks > 0 or not self.overdispersion >= 1:
            raise OptionError(f"flows are means over more than 0 weeks, with an overdispersion of 1 or more, not "
                              f"{self.weeks!r} and {self.overdispersion!r}")  # fmt: skip

    def shape(self, weekly: float | np.ndarray) -> float | np.ndarray:
        """Give the shape of the gamma distribution of a weekly mean."""
        return weekly * self.weeks / self.overdispersion + HALF

    def draws(self, weekly: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw weekly means given the ones observed, draws first."""
        drawn: np.ndarray = rng.gamma(self.shape(weekly), self.overdispersion / self.weeks, (count, *weekly.shape))
        return drawn


@refuses_other_types
def learn_flows(
    table: xr.Dataset,
    *,
    observed: Observed = Observed(),
    removal: StatedShare | None = None,
    lost: StatedShare | None = None,
    draws: int = 1000,
    seed: int = 1,
) -> xr.Dataset:
    """Learn additions, slots and removals of a list, with uncertainty, draw by draw.

    Parameters
    ----------
    table
        From `read_waiting`.
    observed
        Over how many weeks flows are means, and how much they vary.
    removal
        The share that leaves untreated in a week; needed where the table has no column ``removed``, refused where it
        has.
    lost
        The share of slots offered that is lost; none where nothing is stated.
    draws, seed
        How many, and of random numbers.

    Returns
    -------
    xarray.Dataset
        As of `list_flows`, with a dimension ``draw``. Weekly means are gamma with Jeffreys' prior; hidden counts of
        those who wait are any whole number within their limits, alike. ``attrs["stated"]`` says what was not learned.

    Raises
    ------
    OptionError
        When removals are neither in the table nor stated, or both.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.waiting.read_waiting import read_waiting
    >>> rows = pd.DataFrame({"ics": "E54000055", "deprivation": [1, 1, 5, 5], "specialty": "orthopaedics",
    ...                      "weeks_waited": ["0-17", "18+"] * 2, "waiting": [90, 40, 80, 20], "added": [6, "", 5, ""],
    ...                      "treated": [3, 2, 3, 1]})
    >>> flows = learn_flows(read_waiting(rows), observed=Observed(52), removal=StatedShare(0.01, "an assumption"))
    >>> float(flows["slots"].mean("draw").squeeze().round(1)), flows.attrs["stated"].count("scenario")
    (9.0, 1)
    """
    rng = np.random.default_rng(seed)
    group = group_dim(table.dims)
    labels = [str(label) for label in table[group].values]
    lost_draws = _stated(lost, labels, group, draws, rng)
    treated = table["treated"].sum([BAND, PRIORITY])
    slots = _learned(treated, observed, draws, rng) / (1 - lost_draws)
    flows = list_flows(
        _waiting(table, draws, rng),
        _learned(table["added"], observed, draws, rng),
        slots.sum(group),
        removal=_removal(table, observed, removal, draws, rng),
        lost=lost_draws,
    )
    kept = {name: text for name, text in table.attrs.items() if name != "stated"}
    return flows.assign_attrs(kept, stated="\n".join(_stated_words(table, removal, lost)))


def treatment_pattern(table: xr.Dataset) -> tuple[float, ...]:
    """Learn the relative chance of treatment by weeks waited, for `as_now`: those treated over those who waited before.

    Parameters
    ----------
    table
        From `read_waiting`.

    Returns
    -------
    tuple of float
        By whole weeks waited, over all lists and groups together. 0 for weeks in which nobody waits.
    """
    others = [name for name in table["treated"].dims if name != BAND]
    waiting = ((table["waiting_low"] + table["waiting_high"]) / 2).sum(others)
    treated = table["treated"].sum(others)
    before = waiting + treated
    chance = (treated / before.where(before > 0)).fillna(0.0)
    first = (table["band_share"] > 0).argmax(BAND)
    return tuple(float(value) for value in chance.isel({BAND: first}).values)


def _waiting(table: xr.Dataset, draws: int, rng: np.random.Generator) -> xr.DataArray:
    """Give those who wait by week; with draws only where counts are hidden."""
    low, high = table["waiting_low"], table["waiting_high"]
    if bool((low == high).all()):
        return xr.dot(low, table["band_share"], dim=BAND)
    room = (high - low + 1).values
    drawn = np.floor(low.values + room * rng.random((draws, *low.shape)))
    people = xr.DataArray(np.minimum(drawn, high.values), dims=(DRAW, *low.dims), coords=low.coords)
    return xr.dot(people.where(low < high, low), table["band_share"], dim=BAND)


def _learned(weekly: xr.DataArray, observed: Observed, draws: int, rng: np.random.Generator) -> xr.DataArray:
    values = observed.draws(weekly.values, draws, rng)
    return xr.DataArray(values, dims=(DRAW, *weekly.dims), coords=weekly.coords)


def _removal(
    table: xr.Dataset, observed: Observed, stated: StatedShare | None, draws: int, rng: np.random.Generator
) -> xr.DataArray:
    """Learn the share that leaves untreated in a week, by group, or draw it as it was stated."""
    group = group_dim(table.dims)
    if ("removed" in table) == (stated is not None):
        both = (
            "is in the table and stated; leave one of them out"
            if stated
            else "is not in the table, and published data do not say it; state it, with its source: [removal] in the "
            "file of rules, or removal=StatedShare(0.008, source, ...) in Python"
        )
        raise OptionError(f"how many leave untreated {both}")
    if stated is not None:
        return _stated(stated, [str(label) for label in table[group].values], group, draws, rng)
    waiting = ((table["waiting_low"] + table["waiting_high"]) / 2).sum([BAND, PRIORITY])
    removed = _learned(table["removed"].sum(PRIORITY), observed, draws, rng)
    return (removed / waiting.where(waiting > 0)).fillna(0.0).clip(max=1.0)


def _stated(
    stated: StatedShare | None, labels: list[str], group: str, draws: int, rng: np.random.Generator
) -> xr.DataArray:
    if stated is None:
        return xr.DataArray(0.0)
    return xr.DataArray(stated.draws(labels, draws, rng), dims=(DRAW, group))


def _stated_words(table: xr.Dataset, removal: StatedShare | None, lost: StatedShare | None) -> list[str]:
    """Say what was not learned from data, each a sentence for every page."""
    said = [f"Share of those on the list who leave untreated in a week: {removal.words}." if removal else REMOVED_SEEN]
    said += [f"Share of slots that is lost: {lost.words}."] if lost else ["No slots are taken to be lost."]
    said += [ONE_CLASS] if table.sizes[PRIORITY] == 1 else []
    scenario = str(table.attrs.get("scenario", ""))
    return [*said, *([scenario] if scenario else [])]
