"""Admissions of every year, a year: those of each ICS and of all together, of each procedure and of all together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.same_labels import align_fields
from equitymodel.data.cells.years import PERIOD_YEARS, YEAR, a_year, middles_of
from equitymodel.data.tables.groups import Group
from equitymodel.errors import OptionError
from equitymodel.estimands.add_up import add_up
from equitymodel.estimands.between_years import in_every_year
from equitymodel.estimands.fitted import Fitted, as_fit, people_of
from equitymodel.estimands.measures import with_all
from equitymodel.estimands.rates import adjusted_rate, per_100_000, ratio_where_expected
from equitymodel.vocabulary import ALL_ICS, ALL_PROCEDURES, ICS, PERIOD, PROCEDURE

AMOUNTS = ("fitted", "expected", "people")
AT_ONCE = 10
"""How many procedures are worked out at a time."""


@dataclass(frozen=True)
class YearlyAdmissions:
    """Admissions of every year, a year, in the cells that exist in every year.

    Attributes
    ----------
    facts
        What is known of the cells: their groups and what is adjusted for.
    fitted, expected
        Mean and expected admissions a year; dims those of cells with ``period``, and ``chain, draw``.
    people
        Person-years a year, where a procedure is offered.
    year
        The middle of each period, in years; dim ``period``.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> YearlyAdmissions.of(fit)
    Traceback (most recent call last):
    equitymodel.errors.OptionError: nothing to compare over years: give a fit to cells with a 'period'
    """

    facts: CellFacts
    fitted: xr.DataArray
    expected: xr.DataArray
    people: xr.DataArray
    year: xr.DataArray

    def __post_init__(self) -> None:
        align_fields(self)

    @classmethod
    def of(cls, fit: Fitted, draws: xr.DataArray | None = None) -> YearlyAdmissions:
        """Take the admissions of every year from a fit.

        Parameters
        ----------
        fit
            A fit to cells with a ``period``, whose coordinates ``year`` and ``period_years`` lie along it.
        draws
            Draws of admissions to take in place of those of the area as it is, such as those of this year.

        Returns
        -------
        YearlyAdmissions
            Cells that do not exist in some year are left out of all years, so that years compare like with like.

        Raises
        ------
        OptionError
            When it is not a fit, or its cells have no years.
        DiagnosisError
            When the fit failed its diagnosis and was not forced.
        """
        if PERIOD not in as_fit(fit).cells.dims:
            raise OptionError(f"nothing to compare over years: give a fit to cells with a '{PERIOD}'")
        coords = {name: fit.cells[name] for name in (YEAR, PERIOD_YEARS) if name in fit.cells.coords}
        given = (fit.fitted if draws is None else draws, fit.expected, people_of(fit))
        there = in_every_year(given[0], given[1])
        fitted, expected, people = (_kept(a_year(values.assign_coords(coords)), there) for values in given)
        return cls(CellFacts.of(fit.cells), fitted, expected, people, middles_of(fit.cells))

    @property
    def group(self) -> Group:
        """What the groups are."""
        return self.facts.group

    @property
    def periods(self) -> list[str]:
        """The years, in the order of time."""
        return [str(label) for label in self.year[PERIOD].values]

    @property
    def ratio(self) -> xr.DataArray:
        """Ratios of fitted to expected admissions."""
        return ratio_where_expected(self.fitted, self.expected)

    @cached_property
    def rate(self) -> xr.DataArray:
        """Need-adjusted admissions per 100,000 person-years, at the national rate of each year."""
        return per_100_000(adjusted_rate(self.fitted, self.expected, self.people))

    def within(self, chosen: Mapping[str, list[str]]) -> YearlyAdmissions:
        """Choose some ICSs, groups or procedures by their labels."""
        return replace(self, **{name: getattr(self, name).sel(chosen) for name in AMOUNTS})

    def with_all_ics(self) -> YearlyAdmissions:
        """Add all ICSs together as one more row."""
        added = {name: with_all(getattr(self, name)) for name in AMOUNTS}
        return replace(self, **added)

    def all_procedures(self) -> YearlyAdmissions:
        """Add all procedures up; people are counted once."""
        sums = {name: _whole(add_up(getattr(self, name), PROCEDURE, min_count=1)) for name in ("fitted", "expected")}
        return replace(self, **sums, people=_whole(self.people.max(PROCEDURE)))

    def all_ics(self) -> YearlyAdmissions:
        """Add all ICSs up."""
        sums = {name: add_up(getattr(self, name), ICS, min_count=1).expand_dims({ICS: [ALL_ICS]}) for name in AMOUNTS}
        return replace(self, **sums)

    def by_procedures(self, at_once: int = AT_ONCE) -> Iterator[YearlyAdmissions]:
        """Give a few procedures at a time, to save memory; then all of them together, where there are several.

        Parameters
        ----------
        at_once
            How many procedures at a time.

        Returns
        -------
        iterator of YearlyAdmissions
            Rates are national by procedure, so procedures can be worked out apart.
        """
        names = self.fitted[PROCEDURE].values.tolist()
        for first in range(0, len(names), at_once):
            yield self.within({PROCEDURE: names[first : first + at_once]})
        if len(names) > 1:
            yield self.all_procedures()


def _kept(values: xr.DataArray, there: xr.DataArray) -> xr.DataArray:
    """Leave out the cells that are not there, with no copy where all are."""
    if bool(there.all()):
        return values
    return values.where(there).transpose(*values.dims, *(dim for dim in there.dims if dim not in values.dims))


def _whole(values: xr.DataArray) -> xr.DataArray:
    return values.expand_dims({PROCEDURE: [ALL_PROCEDURES]})
