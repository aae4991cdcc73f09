"""One reported quantity as a record: its draws, and every fact a reader needs to read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import xarray as xr

from equitymodel.data.cells.same_labels import align_fields
from equitymodel.errors import OptionError
from equitymodel.estimands.add_up import add_up
from equitymodel.estimands.no_gap import WithoutGap
from equitymodel.estimands.reading import Sign, reading_of, without_attrs
from equitymodel.estimands.summary import Centre, stated_probability
from equitymodel.vocabulary import ALL_ICS, ICS, SAMPLE_DIMS


@dataclass(frozen=True)
class Measure:
    """One reported quantity: draws, and facts that tables and reports turn into words.

    Attributes
    ----------
    key
        As in the published tables, such as ``rate_ratio_age_sex``.
    quantity
        What is measured, whatever is adjusted for, such as ``rate_ratio``.
    adjustment
        What expected admissions are adjusted for, ``population``, ``age_sex`` or ``need``, where the
        quantity is shown under each; or the adjustment that is left out.
    reference
        What is compared with: ``least_deprived``, the label of the reference group, or a named rate.
    route, scope
        Of a route to equity.
    variant
        Which of several definitions, as a key such as ``national_linear``.
    sign
        What a positive value, or one above 1, means: ``fewer`` or ``more`` admissions.
    unit
        What the numbers count.
    headline
        Whether this is the gap that is quoted.
    draws
        Dims ``chain, draw`` and the labels of the rows; without ``chain, draw``, a number for each row.
    probability
        One for each row, if there is one to state.
    probability_of
        The event it is the probability of, as a key such as ``below_1``.
    centre
        Whether rows give a median, or a mean, which adds up.
    assumption
        The number that was assumed, where something was.
    without_gap
        What the quantity would be if there were no gap, where noise alone makes it large.
    """

    key: str
    quantity: str
    draws: xr.DataArray
    adjustment: str = ""
    reference: str = ""
    route: str = ""
    scope: str = ""
    variant: str = ""
    sign: Sign = ""
    unit: str = ""
    headline: bool = False
    probability: xr.DataArray | None = None
    probability_of: str = ""
    centre: Centre = "median"
    assumption: float | None = None
    without_gap: WithoutGap | None = None

    def __post_init__(self) -> None:
        align_fields(self)

    @property
    def label(self) -> str:
        """The key with the facts that distinguish the measure from others of that key.

        Examples
        --------
        >>> Measure("slope_index", "slope_index", xr.DataArray(0.0), variant="national_linear").label
        'slope_index (national_linear)'
        """
        facts = (self.variant, self.adjustment, self.reference, self.route, self.scope)
        return f"{self.key} ({', '.join(fact for fact in facts if fact)})"

    @property
    def sampled(self) -> bool:
        """Whether there are draws, or only a number for each row."""
        return set(SAMPLE_DIMS) <= set(self.draws.dims)


def measured(draws: xr.DataArray, key: str, *, quantity: str = "", variant: str = "", adjustment: str = "",
             reference: str = "", headline: bool = False) -> Measure:  # fmt: skip
    """Record draws of a measure, with its unit, sign and probability as the measure itself states them.

    Parameters
    ----------
    draws
        From a function of this stage, whose attributes say how it is read.
    key, quantity, variant, adjustment, reference, headline
        As in `Measure`; `quantity` is the key unless it is given.

    Returns
    -------
    Measure
        The record.

    Examples
    --------
    >>> from equitymodel.estimands.reading import ratio_reading, read_as
    >>> draws = read_as(xr.DataArray([[0.8, 0.9]], dims=("chain", "draw")), ratio_reading(), "rate_ratio")
    >>> record = measured(draws, "rate_ratio", headline=True)
    >>> record.unit, record.sign, record.probability_of, record.probability.item()
    ('ratio', 'more', 'below_1', 1.0)
    """
    reading = reading_of(draws)
    return Measure(
        key, quantity or key, without_attrs(draws), adjustment, reference, variant=variant, sign=reading.sign,
        unit=reading.unit, headline=headline, probability=stated_probability(draws, reading),
        probability_of=reading.event,
    )  # fmt: skip


def headline_of(measures: Iterable[Measure]) -> Measure:
    """Find the gap that is quoted.

    Parameters
    ----------
    measures
        From `gap_measures`.

    Returns
    -------
    Measure
        The first whose `headline` is true.

    Raises
    ------
    OptionError
        When no measure is the headline.

    Examples
    --------
    >>> headline_of([Measure("rate_ratio", "rate_ratio", xr.DataArray(0.8), headline=True)]).key
    'rate_ratio'
    """
    for measure in measures:
        if measure.headline:
            return measure
    raise OptionError("none of these measures is the headline gap; give those of gap_measures")


def with_all(values: xr.DataArray) -> xr.DataArray:
    """Add all ICSs together as one more row.

    Examples
    --------
    >>> with_all(xr.DataArray([1.0, 2.0], coords={"ics": ["a", "b"]})).values
    array([1., 2., 3.])
    """
    plain = values.drop_vars([name for name in values.coords if name not in values.dims])
    together = add_up(plain, ICS, min_count=1).expand_dims({ICS: [ALL_ICS]})
    return xr.concat([plain.assign_coords({ICS: plain[ICS].astype(object)}), together], ICS).transpose(*plain.dims)
