"""Small areas: to which ICS and group of deprivation each belongs, on the areas that an index was made on."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from equitymodel.data.cells.cross_checks import name_groups
from equitymodel.data.records.lookup_table import keep_columns, load_lookup
from equitymodel.data.tables.areas import check_areas
from equitymodel.data.tables.deprivation import parse_deprivation
from equitymodel.data.tables.deprivation_index import INDEX_COLUMN, agreed_index, index_named_in, read_index
from equitymodel.data.tables.files import Source
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.footprints import AreaCheck, told_by, words_for
from equitymodel.data.tables.rules import Rule
from equitymodel.vocabulary import DEPRIVATION, ICS

RULES = (
    Rule("R33", "error", "a small area that is listed twice", "give each small area one ICS and one group"),
    Rule(
        "R34",
        "error",
        "an index of deprivation on small areas that it was not made on",
        "IMD 2019 is of LSOA 2011 and IMD 2025 of LSOA 2021: give the small areas of the index (column lsoa11 or "
        "lsoa21), and records with that column. Groups of one index are never turned into those of another",
    ),
    Rule(
        "R35",
        "error",
        "small areas of another date than their column says",
        "name the column after the small areas that it holds: lsoa11 for those of 2011, lsoa21 for those of 2021",
    ),
    Rule(
        "R36",
        "error",
        "a table of small areas without a column of them, or with two",
        "give one column lsoa11, lsoa21 or dz11, with ics and deprivation beside it",
    ),
)
SMALL_AREAS = {"lsoa11": "LSOA 2011", "lsoa21": "LSOA 2021", "dz11": "data zones of 2011"}
OTHER_NAMES = {"lsoa11cd": "lsoa11", "lsoa11_code": "lsoa11", "lsoa21cd": "lsoa21", "lsoa21_code": "lsoa21",
               "datazone2011": "dz11", "datazone": "dz11"}  # fmt: skip
"""What publishers call these columns."""
MADE_ON = {"IMD 2015": "lsoa11", "IMD 2019": "lsoa11", "IMD 2025": "lsoa21", "WIMD 2014": "lsoa11",
           "WIMD 2019": "lsoa11", "WIMD 2025": "lsoa21", "SIMD 2016": "dz11", "SIMD 2020": "dz11"}  # fmt: skip
"""The small areas that each index of deprivation was made on."""
LAST_OF_2011 = "E01033768"
"""The highest code of an LSOA of England in 2011: those made in 2021 have higher ones."""
MOST_OF_2011, MOST_OF_2021 = 32_844, 33_755
"""How many LSOAs England has."""


@dataclass(frozen=True)
class SmallAreas:
    """Small areas with the ICS and the group of deprivation of each.

    Attributes
    ----------
    column
        ``lsoa11``, ``lsoa21`` or ``dz11``.
    table
        Columns ``code, ics, deprivation``.
    index
        The index of deprivation.
    footprint
        Which areas they belong to, with their date.
    sha256
        The hash of what was read.
    """

    column: str
    table: pd.DataFrame
    index: str
    footprint: str
    sha256: str


def read_small_areas(source: Source, log: DataLog, *, deprivation_index: str, areas: AreaCheck = "icb") -> SmallAreas:
    """Read small areas, and hold their date against the index of deprivation (rules R33 to R36).

    Parameters
    ----------
    source
        A table of ``lsoa11``, ``lsoa21`` or ``dz11``, and ``ics, deprivation``.
    log
        Where findings are recorded.
    deprivation_index
        The index that groups are of, such as ``IMD 2019``.
    areas
        As for `read_admissions`: which codes of areas
        are expected.

    Returns
    -------
    SmallAreas
        With the column that holds their codes, the index, and the
        areas that they belong to.

    Raises
    ------
    EquityDataError
        When the index was not made on such small areas, codes are of another date, or one is there twice.

    Examples
    --------
    >>> rows = pd.DataFrame({"lsoa11": ["E01000001", "E01000002"], "ics": "E54000029", "deprivation": [1, 2]})
    >>> read_small_areas(rows, DataLog("small areas"), deprivation_index="IMD 2019").column
    'lsoa11'
    """
    frame, sha256 = load_lookup(source, log, (ICS, DEPRIVATION, INDEX_COLUMN))
    frame, named = read_index(frame, log)
    frame = _under_their_names(frame, log)
    column = _column_of(frame, log)
    frame = keep_columns(frame, log, (column, ICS, DEPRIVATION))
    codes = frame[column].str.upper()
    if (twice := codes.duplicated(keep=False)).any():
        log.add("R33", rows=[f"{row}: {code}" for row, code in codes[twice].items()])
    index = agreed_index(deprivation_index, {log.table: named}, log) or deprivation_index
    _check_index(index, column, log)
    _check_date(codes, column, log)
    check_areas(frame[ICS], log, areas=areas)
    groups = parse_deprivation(frame[DEPRIVATION], log, most_deprived=1)
    _check_groups(groups, log)
    log.raise_errors()
    table = pd.DataFrame({"code": codes, ICS: frame[ICS], DEPRIVATION: groups}).reset_index(drop=True)
    told = tuple(told_by(table[ICS].unique()))
    check = told[0] if told and areas != "any" else areas if areas == "any" else None
    return SmallAreas(column, table, index, words_for(check, table[ICS].unique()), sha256)


def _check_groups(groups: pd.Series, log: DataLog) -> None:
    """Refuse groups that are not 1 to their number, once they were read (rule D03)."""
    if pd.api.types.is_integer_dtype(groups) and sorted(groups.unique()) != list(range(1, groups.nunique() + 1)):
        log.add("D03", detail=name_groups(groups))


def _under_their_names(frame: pd.DataFrame, log: DataLog) -> pd.DataFrame:
    """Read columns of small areas under their names here (rule F12)."""
    named = {old: new for old, new in OTHER_NAMES.items() if old in frame and new not in frame}
    if named:
        log.add("F12", rows=[f"{old!r} read as {new!r}" for old, new in named.items()])
    return frame.rename(columns=named)


def _column_of(frame: pd.DataFrame, log: DataLog) -> str:
    """Find the one column of small areas."""
    found = [name for name in SMALL_AREAS if name in frame]
    if len(found) != 1:
        log.add("R36", detail=f"it has {', '.join(map(str, frame.columns))}")
        log.raise_errors()
    return found[0]


def _check_index(index: str, column: str, log: DataLog) -> None:
    made_on = MADE_ON.get(index_named_in(index))
    if made_on not in (None, column):
        log.add("R34", detail=f"{index} is of {SMALL_AREAS[str(made_on)]}, and these are {SMALL_AREAS[column]}")


def _check_date(codes: pd.Series, column: str, log: DataLog) -> None:
    """Refuse small areas that there were not at the date of their column."""
    english = codes[codes.str.match(r"E01\d{6}$")]
    later = english[english > LAST_OF_2011]
    if column == "lsoa11" and (len(later) or len(english) > MOST_OF_2011):
        log.add("R35", detail=f"{len(english):,} codes of England, of which {len(later):,} were made in 2021; "
                f"there were {MOST_OF_2011:,} in 2011 and {MOST_OF_2021:,} in 2021",
                rows=[f"{row}: {code}" for row, code in later.items()])  # fmt: skip
    if column == "lsoa21" and len(english) == MOST_OF_2011 and later.empty:
        log.add("R35", detail=f"{len(english):,} codes of England, of which none was made in 2021")
