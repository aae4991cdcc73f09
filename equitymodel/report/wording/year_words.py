"""The words of measures over years: what a change, a narrowing and a trend are, and what their probability is of."""

from __future__ import annotations

from equitymodel.data.tables.groups import Group
from equitymodel.estimands.measures import Measure
from equitymodel.estimands.reading import event_words
from equitymodel.estimands.year_records import CHANGE, NARROWING, TREND
from equitymodel.report.wording.measure_words import probability_words, variant_words

ADDED = {
    CHANGE: {"ratio": "later over earlier year", "": "later less earlier year"},
    NARROWING: {"": "how much closer to no gap, whoever had fewer"},
    TREND: {"": "a year, straight line through logs"},
}
"""What is said after the definition of a gap, by what is asked of it and, where it matters, by unit."""


def year_variant_words(measure: Measure, group: Group) -> str:
    """Say which definition a measure over years follows, as the column ``variant`` has it.

    Examples
    --------
    >>> import xarray as xr
    >>> change = Measure("slope_index_change", "slope_index", xr.DataArray(0.1), variant="national_linear")
    >>> year_variant_words(change, Group())
    'national positions (AGI), linear; later less earlier year'
    """
    words = variant_words(measure, group)
    added = ADDED.get(asked(measure))
    return words if added is None else f"{words}; {added.get(measure.unit, added.get('', ''))}"


def year_probability_words(measure: Measure, group: Group) -> str:
    """Say what the probability of a measure over years is of; empty where none is stated.

    Examples
    --------
    >>> import xarray as xr
    >>> change = Measure("rate_ratio_change", "rate_ratio", xr.DataArray(1.1), probability_of="above_1")
    >>> year_probability_words(change, Group()), year_probability_words(change, Group("ethnicity", "White"))
    ('ratio above 1: the most deprived gained', 'ratio above 1: the group gained on White')
    """
    if asked(measure) == NARROWING:
        return event_words(measure.probability_of, "the gap narrowed")
    if asked(measure):
        gained = "the most deprived gained" if group.ordered else f"the group gained on {group.reference}"
        return event_words(measure.probability_of, gained)
    return probability_words(measure, group)


def share_probability_words(measure: Measure) -> str:
    """Say what the probability of a share is of; empty where none is stated.

    Examples
    --------
    >>> import xarray as xr
    >>> share_probability_words(Measure("a_change", "a", xr.DataArray(0.1), probability_of="above_0"))
    'above 0: it rose'
    """
    if not measure.probability_of:
        return ""
    rose = measure.key.endswith(CHANGE)
    return event_words(measure.probability_of, "it rose" if rose else "a larger share than of need")


def asked(measure: Measure) -> str:
    """Find what is asked of a gap over years: its change, narrowing or trend; empty for the gap itself."""
    return measure.key.removeprefix(measure.quantity) if measure.key != measure.quantity else ""
