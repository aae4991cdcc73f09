"""What the numbers in a population table count: person-years, or residents at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

PopulationIs = Literal["person_years", "residents"]
MOST_ADMISSIONS = 3.0
"""Admissions a person-year above which a count or a unit is taken to be wrong."""


@dataclass(frozen=True)
class PeopleUnits:
    """What the numbers in a population table count, and how many admissions a person may have.

    Attributes
    ----------
    population_is
        ``"person_years"``; or ``"residents"``, who live in an area during each period: they become
        person-years by its length.
    most_admissions
        Admissions a person-year, in any cell, above which the tables are refused.

    Examples
    --------
    >>> PeopleUnits("people")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: a population cannot be 'people'. Known words: person_years, residents.
    """

    population_is: PopulationIs = "person_years"
    most_admissions: float = MOST_ADMISSIONS

    def __post_init__(self) -> None:
        """Refuse what has no meaning.

        Raises
        ------
        OptionError
            When the word is not known, or no admissions may be had.
        """
        words = get_args(PopulationIs)
        if self.population_is not in words:
            raise OptionError(f"a population cannot be '{self.population_is}'. {nearest(self.population_is, words)}")
        if not self.most_admissions > 0:
            raise OptionError(f"the most admissions a person-year must be above 0, not {self.most_admissions}")
