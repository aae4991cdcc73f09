"""Read the tables of admissions, population, need and rates, and check each on its own."""

from __future__ import annotations

from dataclasses import replace

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.tables.checked_table import CheckedTable, open_table
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.files import Source
from equitymodel.data.tables.footprints import AreaCheck
from equitymodel.data.tables.keys import Groups
from equitymodel.data.tables.large_numbers import LARGEST_COUNT, check_too_large
from equitymodel.data.tables.numbers import parse_counts_by_period
from equitymodel.data.tables.people_units import MOST_ADMISSIONS, PeopleUnits, PopulationIs
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.suppression import HIGH, SmallNumberRule, SmallNumbers
from equitymodel.vocabulary import PERIOD

RULES = (
    Rule("P03", "error", "a negative or empty population", "correct the population"),
    Rule(
        "N01",
        "error",
        "a need ratio that is not a positive number",
        "give need relative to what age and sex would give: 1 = as expected, 1.2 = a fifth more",
    ),
    Rule(
        "N04",
        "error",
        "a standard error of need that is not a number of zero or more",
        "give one for each ratio, or none",
    ),
)


@refuses_other_types
def read_admissions(
    source: Source,
    *,
    groups: Groups = Deprivation(),
    small_numbers: SmallNumbers | SmallNumberRule | str = SmallNumbers(),
    areas: AreaCheck = "icb",
    ignore_columns: tuple[str, ...] = (),
) -> CheckedTable:
    """Read a long table of observed admissions and hold it against the contract.

    Parameters
    ----------
    source
        A CSV, Excel or Parquet file, or a DataFrame (or either as a `SentTable`, with how it is laid out), with
        columns ``ics, deprivation, procedure, admissions`` and optionally ``age_band, sex, period, ics_name``.
        Admissions are counts.
    groups
        How groups are read: `Deprivation`, or for example ``Group("ethnicity")`` for a column of that name.
    small_numbers
        How small counts were published: `SmallNumbers`, or its rule alone, such as ``"hes"``.
    areas
        Which area codes to expect: ``"icb"`` (the 42 boards of 2023 or the 36 of 2026), ``"icb2023"``, ``"icb2026"``;
        ``"any"`` turns the check off.
    ignore_columns
        Columns to leave out.

    Returns
    -------
    CheckedTable
        Deprivation is numbered from 1 = most deprived; other groups keep their labels.
        ``admissions`` is missing where not known; ``admissions_low`` and ``admissions_high`` say
        what it may be.

    Raises
    ------
    EquityDataError
        When any rule is broken; the message names rows and the way out.
    OptionError
        When there is no such check of areas, or rule for small numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"ics": ["E54000055"] * 2, "deprivation": [1, 2],
    ...                      "procedure": "hip replacement", "admissions": ["1,204", "310"]})
    >>> table = read_admissions(rows)
    >>> table.frame["admissions"].tolist(), table.log["rule"].tolist()
    ([1204.0, 310.0], ['F04'])
    """
    small = SmallNumbers.of(small_numbers)
    table = open_table("admissions", source, groups=groups, areas=areas, ignore_columns=ignore_columns)
    counts = parse_counts_by_period(table.frame["admissions"], table.frame.get(PERIOD), table.log, small_numbers=small)
    check_too_large(counts[HIGH].rename("admissions"), table.log, largest=LARGEST_COUNT)
    table.frame = table.frame.assign(**counts)
    return table.finish("admissions", rule=small.bounds_rule)


@refuses_other_types
def read_population(
    source: Source,
    *,
    groups: Groups = Deprivation(),
    areas: AreaCheck = "icb",
    ignore_columns: tuple[str, ...] = (),
    population_is: PopulationIs = "person_years",
    most_admissions: float = MOST_ADMISSIONS,
) -> CheckedTable:
    """Read a long table of the population, in person-years or residents, and hold it against the contract.

    Parameters
    ----------
    source
        A CSV, Excel or Parquet file, or a DataFrame, with columns ``ics, deprivation, population``
        and optionally ``age_band, sex, period, ics_name``.
    groups, areas, ignore_columns
        As for `read_admissions`.
    population_is
        ``"person_years"``, or ``"residents"`` during each period, which become person-years in `make_cells`.
    most_admissions
        Admissions a person-year above which `make_cells` refuses a cell.

    Returns
    -------
    CheckedTable
        Deprivation is numbered from 1 = most deprived.

    Raises
    ------
    EquityDataError
        When any rule is broken.
    OptionError
        When a unit has no meaning.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"ics": "E54000055", "deprivation": [1, 2], "population": [700.5, 300]})
    >>> read_population(rows).frame["population"].tolist()
    [700.5, 300.0]
    """
    units = PeopleUnits(population_is, most_admissions)
    table = open_table("population", source, groups=groups, areas=areas, ignore_columns=ignore_columns)
    table.read_numbers("population", "P03", lambda people: people >= 0)
    return replace(table.finish("population"), units=units)


@refuses_other_types
def read_need(
    source: Source,
    *,
    groups: Groups = Deprivation(),
    areas: AreaCheck = "icb",
    ignore_columns: tuple[str, ...] = (),
) -> CheckedTable:
    """Read need by ICS, deprivation group and procedure, relative to what age and sex would give.

    Parameters
    ----------
    source
        Columns ``ics, deprivation, procedure, need_ratio`` and optionally ``need_ratio_se``.
        A ratio of 1.2 means a fifth more need than age and sex alone would give.
    groups, areas, ignore_columns
        As for `read_admissions`.

    Returns
    -------
    CheckedTable
        With the standard errors, if given; a fit uses them when `NeedError` says of which kind the
        error is.

    Raises
    ------
    EquityDataError
        Rule N01, when a ratio is not positive; N04, when a standard error is not; and the rules of keys.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"ics": "E54000055", "deprivation": [1, 2],
    ...                      "procedure": "cataract", "need_ratio": [1.3, 0.9]})
    >>> read_need(rows).frame["need_ratio"].tolist()
    [1.3, 0.9]
    """
    table = open_table("need", source, groups=groups, areas=areas, ignore_columns=ignore_columns)
    table.read_numbers("need_ratio", "N01", lambda ratio: ratio > 0)
    if "need_ratio_se" in table.frame:
        table.read_numbers("need_ratio_se", "N04", lambda error: error >= 0)
    return table.finish("need_ratio")


@refuses_other_types
def read_rates(source: Source) -> CheckedTable:
    """Read reference rates by procedure, age band and sex, in admissions a person-year.

    Needed only when the admissions themselves have no age: the rates then come from elsewhere.

    Parameters
    ----------
    source
        Columns ``procedure, age_band, rate`` and optionally ``sex``.

    Returns
    -------
    CheckedTable
        Rates are relative: expected admissions are rescaled to the observed total.

    Raises
    ------
    EquityDataError
        When a rate is not a number of zero or more, or a row is given twice.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"procedure": "all planned", "age_band": ["00-64", "65+"], "rate": [0.02, 0.09]})
    >>> read_rates(rows).frame["age_band"].tolist()
    ['00-64', '65+']
    """
    table = open_table("rates", source)
    table.read_numbers("rate", "C04", lambda rate: rate >= 0)
    return table.finish("rate")


@refuses_other_types
def read_not_offered(source: Source) -> CheckedTable:
    """Read which procedures an ICS does not offer: structural zeros, declared and not modelled.

    Parameters
    ----------
    source
        Columns ``ics, procedure``, one row for each procedure not offered.

    Returns
    -------
    CheckedTable
        The declared pairs.

    Raises
    ------
    EquityDataError
        When an ICS or a procedure is empty or a total.

    Examples
    --------
    >>> import pandas as pd
    >>> read_not_offered(pd.DataFrame({"ics": ["E54000055"], "procedure": ["bypass"]})).name
    'not_offered'
    """
    return open_table("not_offered", source).finish()
