"""Read the tables of admissions, population, need and rates, and check each on its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from equitymodel.data.tables.areas import AreaCheck, check_areas
from equitymodel.data.tables.contracts import DataLog, Finding, findings_frame
from equitymodel.data.tables.deprivation import parse_deprivation
from equitymodel.data.tables.files import Source, load_text_table
from equitymodel.data.tables.groups import Group, group_column, not_stated, parse_groups
from equitymodel.data.tables.numbers import parse_counts, parse_numbers
from equitymodel.data.tables.strata import parse_age_bands, parse_sex
from equitymodel.data.tables.suppression import SmallNumberRule, SmallNumbers, small_number_rule
from equitymodel.vocabulary import AGE_BAND, DEPRIVATION, ICS, PERIOD, PROCEDURE, SEX, nearest

KEYS = (ICS, DEPRIVATION, PROCEDURE, AGE_BAND, SEX, PERIOD)
TOTALS = {"all", "total", "totals", "england", "all ages", "persons", "all persons", "both", "both sexes",
          "overall", "e92000001", "all icbs", "all icss", "all procedures", "all groups", "national"}  # fmt: skip
UNASSIGNED = {"", "unknown", "not known", "unassigned", "not stated", "missing", "nan", "none", "<na>"}


@dataclass(frozen=True)
class CheckedTable:
    """One table that keeps the contract, with the log of how it was read.

    Attributes
    ----------
    name
        ``admissions``, ``population``, ``need``, ``rates`` or ``not_offered``.
    frame
        The long table; one row a stratum.
    findings
        Warnings and repairs, in the order they were met.
    sha256
        The hash of the bytes that were read.
    source
        The file name, or ``DataFrame``.
    rule
        For admissions: what a suppressed count may be, if a rule was named.
    group
        The column that held the groups, which the frame calls ``deprivation`` whatever they are.
    """

    name: str
    frame: pd.DataFrame
    findings: tuple[Finding, ...]
    sha256: str
    source: str
    rule: SmallNumberRule | None = None
    group: str = DEPRIVATION

    @property
    def log(self) -> pd.DataFrame:
        """The findings as a table."""
        return findings_frame(self.findings)


@dataclass(frozen=True)
class _Layout:
    required: tuple[str, ...]
    optional: tuple[str, ...]


LAYOUTS = {
    "admissions": _Layout((ICS, DEPRIVATION, PROCEDURE, "admissions"), (AGE_BAND, SEX, PERIOD, "ics_name")),
    "population": _Layout((ICS, DEPRIVATION, "population"), (AGE_BAND, SEX, PERIOD, "ics_name")),
    "need": _Layout((ICS, DEPRIVATION, PROCEDURE, "need_ratio"), ("need_ratio_se",)),
    "rates": _Layout((PROCEDURE, AGE_BAND, "rate"), (SEX,)),
    "not_offered": _Layout((ICS, PROCEDURE), ()),
    "series": _Layout(
        (PERIOD, "admissions"), (ICS, DEPRIVATION, PROCEDURE, "population", "expected_admissions", "ics_name")
    ),
}


def read_admissions(
    source: Source,
    *,
    group: str = DEPRIVATION,
    most_deprived: int = 1,
    small_numbers: SmallNumbers = "error",
    areas: AreaCheck = "icb2023",
    ignore_columns: tuple[str, ...] = (),
) -> CheckedTable:
    """Read a long table of observed admissions and hold it against the contract.

    Parameters
    ----------
    source
        A CSV or Parquet file, or a DataFrame, with columns ``ics, deprivation, procedure,
        admissions`` and optionally ``age_band, sex, period, ics_name``. Admissions are counts.
    group
        The column that holds the groups, if not ``deprivation``: for example ``ethnicity``.
    most_deprived
        The label of the most deprived group in the file.
    small_numbers
        ``"error"`` refuses suppression markers; ``"exclude"`` reads them as not known; a rule
        such as ``"hes"``, ``"lt5"`` or ``"1-9"`` reads each count as what it may be.
    areas
        Which area codes to expect; ``"any"`` turns the check off.
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

    Examples
    --------
    >>> rows = pd.DataFrame({"ics": ["E54000055"] * 2, "deprivation": [1, 2],
    ...                      "procedure": "hip replacement", "admissions": ["1,204", "310"]})
    >>> table = read_admissions(rows)
    >>> table.frame["admissions"].tolist(), table.log["rule"].tolist()
    ([1204.0, 310.0], ['F04'])
    """
    log = DataLog("admissions", group=group_column(group))
    frame, sha256 = load_table("admissions", source, log, ignore_columns)
    frame = read_keys(frame, log, most_deprived=most_deprived, areas=areas)
    frame = frame.assign(**parse_counts(frame["admissions"], log, small_numbers=small_numbers))
    check_duplicates(frame, "admissions", log)
    return replace(finish_table(frame, log, sha256, source), rule=small_number_rule(small_numbers))


def read_population(
    source: Source,
    *,
    group: str = DEPRIVATION,
    most_deprived: int = 1,
    areas: AreaCheck = "icb2023",
    ignore_columns: tuple[str, ...] = (),
) -> CheckedTable:
    """Read a long table of residents, in person-years, and hold it against the contract.

    Parameters
    ----------
    source
        A CSV or Parquet file, or a DataFrame, with columns ``ics, deprivation, population``
        and optionally ``age_band, sex, period, ics_name``. Population is in person-years.
    group, most_deprived, areas, ignore_columns
        As for `read_admissions`.

    Returns
    -------
    CheckedTable
        Deprivation is numbered from 1 = most deprived.

    Raises
    ------
    EquityDataError
        When any rule is broken.

    Examples
    --------
    >>> rows = pd.DataFrame({"ics": "E54000055", "deprivation": [1, 2], "population": [700.5, 300]})
    >>> read_population(rows).frame["population"].tolist()
    [700.5, 300.0]
    """
    log = DataLog("population", group=group_column(group))
    frame, sha256 = load_table("population", source, log, ignore_columns)
    frame = read_keys(frame, log, most_deprived=most_deprived, areas=areas)
    people = parse_numbers(frame["population"], log)
    bad = ~(people >= 0)
    if bad.any():
        log.add("P03", rows=[f"{row}: {frame['population'][row]!r}" for row in frame.index[bad]])
    frame = frame.assign(population=people)
    check_duplicates(frame, "population", log)
    return finish_table(frame, log, sha256, source)


def read_need(
    source: Source,
    *,
    group: str = DEPRIVATION,
    most_deprived: int = 1,
    areas: AreaCheck = "icb2023",
    ignore_columns: tuple[str, ...] = (),
) -> CheckedTable:
    """Read need by ICS, deprivation group and procedure, relative to what age and sex would give.

    Parameters
    ----------
    source
        Columns ``ics, deprivation, procedure, need_ratio`` and optionally ``need_ratio_se``.
        A ratio of 1.2 means a fifth more need than age and sex alone would give.
    group, most_deprived, areas, ignore_columns
        As for `read_admissions`.

    Returns
    -------
    CheckedTable
        With the standard errors, if given; a fit uses them when it is told of which kind the
        error is (`NeedError`).

    Raises
    ------
    EquityDataError
        Rule N01, when a ratio is not positive; N04, when a standard error is not; and the rules of keys.

    Examples
    --------
    >>> rows = pd.DataFrame({"ics": "E54000055", "deprivation": [1, 2],
    ...                      "procedure": "cataract", "need_ratio": [1.3, 0.9]})
    >>> read_need(rows).frame["need_ratio"].tolist()
    [1.3, 0.9]
    """
    log = DataLog("need", group=group_column(group))
    frame, sha256 = load_table("need", source, log, ignore_columns)
    frame = read_keys(frame, log, most_deprived=most_deprived, areas=areas)
    ratio = parse_numbers(frame["need_ratio"], log)
    bad = ~(ratio > 0)
    if bad.any():
        log.add("N01", rows=[f"{row}: {frame['need_ratio'][row]!r}" for row in frame.index[bad]])
    frame = frame.assign(need_ratio=ratio)
    if "need_ratio_se" in frame:
        error = parse_numbers(frame["need_ratio_se"], log)
        bad = ~(error >= 0)
        if bad.any():
            log.add("N04", rows=[f"{row}: {frame['need_ratio_se'][row]!r}" for row in frame.index[bad]])
        frame = frame.assign(need_ratio_se=error)
    check_duplicates(frame, "need_ratio", log)
    return finish_table(frame, log, sha256, source)


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
    >>> rows = pd.DataFrame({"procedure": "all planned", "age_band": ["00-64", "65+"], "rate": [0.02, 0.09]})
    >>> read_rates(rows).frame["age_band"].tolist()
    ['00-64', '65+']
    """
    log = DataLog("rates")
    frame, sha256 = load_table("rates", source, log, ())
    frame = read_keys(frame, log, most_deprived=1, areas="any")
    rate = parse_numbers(frame["rate"], log)
    bad = ~(rate >= 0)
    if bad.any():
        log.add("C04", rows=[f"{row}: {frame['rate'][row]!r}" for row in frame.index[bad]])
    frame = frame.assign(rate=rate)
    check_duplicates(frame, "rate", log)
    return finish_table(frame, log, sha256, source)


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
    >>> read_not_offered(pd.DataFrame({"ics": ["E54000055"], "procedure": ["bypass"]})).name
    'not_offered'
    """
    log = DataLog("not_offered")
    frame, sha256 = load_table("not_offered", source, log, ())
    frame = read_keys(frame, log, most_deprived=1, areas="any")
    return finish_table(frame, log, sha256, source)


def load_table(name: str, source: Source, log: DataLog, ignore: tuple[str, ...]) -> tuple[pd.DataFrame, str]:
    """Load a table and hold its columns against its layout (rules K01 and K02)."""
    frame, sha256 = load_text_table(source, log)
    required, optional = _columns(LAYOUTS[name], log.group)
    known = required + optional
    frame = frame.drop(columns=[column for column in ignore if column in frame.columns])
    unknown = [f"column {column!r}. {nearest(str(column), known)}" for column in frame.columns if column not in known]
    missing = [f"column {column!r}" for column in required if column not in frame.columns]
    if unknown:
        log.add("K02", rows=unknown)
    if missing:
        log.add("K01", rows=missing)
    log.raise_errors()
    return frame.rename(columns={log.group: DEPRIVATION}), sha256


def _columns(layout: _Layout, group: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the columns of a table whose groups are in a column of their own; age or sex is then no stratum."""
    if group == DEPRIVATION:
        return layout.required, layout.optional
    required = tuple(group if column == DEPRIVATION else column for column in layout.required)
    own = Group(group).stratum
    return required, tuple(column for column in layout.optional if column not in (group, own))


def read_keys(frame: pd.DataFrame, log: DataLog, *, most_deprived: int, areas: AreaCheck) -> pd.DataFrame:
    """Read the columns that name a row: areas, deprivation groups, age bands and sex."""
    _check_key_text(frame, log)
    log.raise_errors()
    frame = frame.assign(**{key: frame[key].astype(str) for key in (ICS, PROCEDURE, PERIOD) if key in frame})
    if ICS in frame:
        check_areas(frame[ICS], log, areas=areas)
    if DEPRIVATION in frame:
        frame = frame.assign(deprivation=_read_groups(frame[DEPRIVATION], log, most_deprived=most_deprived))
    if AGE_BAND in frame:
        frame = frame.assign(age_band=parse_age_bands(frame[AGE_BAND], log))
    if SEX in frame:
        frame = frame.assign(sex=parse_sex(frame[SEX], log))
    return frame


def _read_groups(column: pd.Series, log: DataLog, *, most_deprived: int) -> pd.Series:
    if log.group == DEPRIVATION:
        return parse_deprivation(column, log, most_deprived=most_deprived)
    return parse_groups(column, log.group, log)


def _check_key_text(frame: pd.DataFrame, log: DataLog) -> None:
    for key in (key for key in KEYS if key in frame):
        text = frame[key].astype(str).str.lower()
        name = _shown(key, log)
        unassigned = UNASSIGNED | not_stated(name)
        for rule, words in (("K04", TOTALS), ("K06", unassigned)):
            marked = text.isin(words)
            if rule == "K04" and marked.all():
                continue  # a table of totals alone is not mixed with cells
            rows = frame.index[marked]
            if len(rows):
                log.add(rule, detail=f"column {name}", rows=[f"{row}: {frame[key][row]!r}" for row in rows])


def _shown(key: str, log: DataLog) -> str:
    """Name a key as the reader knows it."""
    return log.group if key == DEPRIVATION else key


def check_duplicates(frame: pd.DataFrame, value: str, log: DataLog, *, rule: str = "K03") -> None:
    """Record rows that name the same cell, with their values and sums."""
    keys = [key for key in KEYS if key in frame]
    twice = frame.duplicated(keys, keep=False)
    if not twice.any():
        return
    copies = frame[twice].sort_values(keys)
    sums = copies.groupby(keys)[value].transform("sum")
    names = [_shown(key, log) for key in keys]
    cells = [", ".join(f"{key} {part}" for key, part in zip(names, parts, strict=True))
             for parts in copies[keys].values]  # fmt: skip
    rows = [
        f"{row} ({cell}): {number:g}; its rows sum to {total:g}"
        for row, cell, number, total in zip(copies.index, cells, copies[value], sums, strict=True)
    ]
    log.add(rule, rows=rows)


def finish_table(frame: pd.DataFrame, log: DataLog, sha256: str, source: Source) -> CheckedTable:
    """Stop at errors, or give the table with its log and where it came from."""
    log.raise_errors()
    return CheckedTable(
        log.table, frame.reset_index(drop=True), tuple(log.findings), sha256, source_name(source), group=log.group
    )


def source_name(source: Source) -> str:
    """Name a source without the folder it lies in."""
    return "DataFrame" if isinstance(source, pd.DataFrame) else Path(source).name
