"""What columns are called: one plain spelling, and the names in common use for those of the contract."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable

import pandas as pd

from equitymodel.data.tables.deprivation_index import INDEX_COLUMN, index_named_in
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.vocabulary import AGE_BAND, DEPRIVATION, ICS, PERIOD, PROCEDURE, SEX

RULES = (
    Rule("F06", "repair", "column names were read without their spaces and capitals"),
    Rule("F12", "repair", "columns were read under the names of the contract"),
    Rule("F22", "error", "two columns have one name", "rename one, or delete it"),
)
CROSSED = f"_by_{DEPRIVATION}"
"""What the name of groups ends with within each of which are groups of deprivation."""
VALUES = ("admissions", "population", "need_ratio", "need_ratio_se", "rate", "expected_admissions")
"""The columns of the contract that hold numbers."""
SYNONYMS: dict[str, tuple[str, ...]] = {
    ICS: ("icb", "icb_code", "ics_code", "area_code", "icb_ods_code", "icb_ons_code", "ods_code", "ons_code",
          "icb23cd", "icb23cdh", "icb24cd", "icb24cdh", "icb26cd", "icb26cdh", "icb_of_residence"),
    "ics_name": ("icb_name", "area_name", "icb23nm", "icb24nm", "icb26nm"),
    PROCEDURE: ("procedure_group", "procedure_name", "operation", "specialty", "treatment_function"),
    "admissions": ("number_of_admissions", "admission_count", "admissions_count", "planned_admissions",
                   "elective_admissions", "finished_admission_episodes", "fae"),
    "population": ("pop", "residents", "resident_population", "population_estimate", "person_years", "denominator"),
    AGE_BAND: ("age", "age_group", "ageband", "agegroup", "age_range", "agerange"),
    SEX: ("gender",),
    PERIOD: ("year", "month", "quarter", "date", "financial_year", "fin_year", "fyear", "time_period",
             "week_ending", "weekending", "month_ending"),
    "need_ratio": ("relative_need", "need"),
    "need_ratio_se": ("need_se", "se_need_ratio"),
}  # fmt: skip
"""Names in common use, by that of the contract. One that may hold something else, such as count, is not among them."""
GROUPED = {"quintile", "decile", "deprivation_quintile", "deprivation_decile", "deprivation_group", "imd_quintile",
           "imd_decile", "imdquintile", "imddecile", "imdq", "imd_q"}  # fmt: skip
BARE_INDEX = {"quintile", "decile", "q", "deprivation", "deprivation_quintile", "deprivation_decile", "group", ""}
"""What may be left of the name of a column of groups without the index and its year."""


def plain_name(name: object) -> str:
    """Write the name of a column without capitals and spaces.

    Examples
    --------
    >>> plain_name(" Age  Band "), plain_name("IMD-Quintile")
    ('age_band', 'imd-quintile')
    """
    return re.sub(r"\s+", "_", str(name).strip().lower())


def name_columns(frame: pd.DataFrame, log: DataLog) -> pd.DataFrame:
    """Write the names of columns plainly, and refuse two of one name (rules F06 and F22).

    Raises
    ------
    EquityDataError
        When two columns have one name.
    """
    plain = [plain_name(name) for name in frame.columns]
    refuse_twice(plain, log)
    changed = [f"{old!r} read as {new!r}" for old, new in zip(frame.columns, plain, strict=True) if old != new]
    if changed:
        log.add("F06", rows=changed)
    return frame.set_axis(plain, axis="columns")


def refuse_twice(names: Iterable[str], log: DataLog) -> None:
    """Refuse columns of one name (rule F22).

    Raises
    ------
    EquityDataError
        When there are two.
    """
    if twice := [name for name, times in Counter(names).items() if name and times > 1]:
        log.add("F22", detail=f"more than one column is called {' and '.join(map(repr, twice))}")
        log.raise_errors()


def read_synonyms(frame: pd.DataFrame, log: DataLog, known: Collection[str]) -> pd.DataFrame:
    """Give columns in common use the names of the contract, where only one can be meant (rule F12).

    Names of columns that this table may not have are left as they are, and so is the column of the groups where those
    are not of deprivation.

    Examples
    --------
    >>> frame, known = pd.DataFrame(columns=["icb_code", "imd_2019_quintile"]), ("ics", "deprivation")
    >>> read_synonyms(frame, DataLog("admissions"), known).columns.tolist()
    ['ics', 'deprivation', 'deprivation_index']
    """
    own = {log.group, log.group.removesuffix(CROSSED)}
    named = [(column, contract_name(column)) for column in frame.columns if column not in own]
    times = Counter(target for _, target in named)
    renamed = {
        column: target for column, target in named
        if target in known and target not in frame and times[target] == 1
        and not (target == DEPRIVATION and log.group != DEPRIVATION and not log.group.endswith(CROSSED))
    }  # fmt: skip
    if not renamed:
        return frame
    log.add("F12", rows=[f"{old!r} read as {new!r}" for old, new in renamed.items()])
    index = next((index_named_in(column) for column, to in renamed.items() if to == DEPRIVATION), "")
    frame = frame.rename(columns=renamed)
    return frame.assign(**{INDEX_COLUMN: index}) if index and INDEX_COLUMN not in frame else frame


def contract_name(column: str) -> str | None:
    """Give the name that the contract has for a column in common use; none where there is no such.

    Examples
    --------
    >>> contract_name("residents"), contract_name("imd19_decile"), contract_name("count")
    ('population', 'deprivation', None)
    """
    plain = re.sub(r"[-.()/_]+", "_", column).strip("_")
    if plain in GROUPED or (index_named_in(plain) and _without_index(plain) in BARE_INDEX):
        return DEPRIVATION
    if plain != column and plain in SYNONYMS:
        return plain
    return next((target for target, names in SYNONYMS.items() if plain in names), None)


def _without_index(plain: str) -> str:
    return re.sub(r"(simd|wimd|imd)|(20)?\d\d(?=_|$)", "", plain).strip("_").replace("__", "_")


def names_a_column(text: str) -> bool:
    """Say whether a cell of a table could be the name of a column that the contract knows.

    Examples
    --------
    >>> names_a_column("ICB code"), names_a_column("hip replacement")
    (True, False)
    """
    plain = plain_name(text)
    return plain in SYNONYMS or plain in VALUES or plain == DEPRIVATION or contract_name(plain) is not None
