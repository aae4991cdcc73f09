"""Areas: what is known of integrated care systems by their codes, and checks on these codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import get_args

import pandas as pd
import xarray as xr

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.footprints import (
    FOOTPRINTS,
    ON_ONE_FOOTPRINT,
    AreaCheck,
    changed_behind_one_code,
    codes_of,
    icb_boards,
    successors,
    told_by,
    words_for,
)
from equitymodel.data.tables.rules import Rule
from equitymodel.errors import OptionError
from equitymodel.vocabulary import ALL_ICS, ICS, nearest

RULES = (
    Rule("G01", "error", "area codes of mixed kinds", "use one kind throughout: ONS codes (E54...) are best"),
    Rule(
        "G02",
        "error",
        "area codes of mixed vintages, or of none",
        ON_ONE_FOOTPRINT + "; --areas any turns this check off",
    ),
)
BOARD_WORDS = re.compile(r"^nhs | (integrated care (board|system)|icb|ics)$")
"""What official names have before and after the name of a place."""
KINDS = {
    "ONS codes": re.compile(r"^[ENSW]\d{8}$"),
    "NHS organisation codes": re.compile(r"^(Q[A-Z0-9]{2}|[A-Z]\d[A-Z]\d[A-Z])$"),
}
ICB_CODE = re.compile(r"^E54\d{6}$")


@cache
def icb_residents() -> pd.DataFrame:
    """List the 42 integrated care boards of England with their residents by deprivation.

    Returns
    -------
    pandas.DataFrame
        Index ``ics`` (ONS code); columns ``ods_code, ics_name, region`` and ``quintile_1``
        to ``quintile_5`` (people, mid-2018, IMD 2019, 1 = most deprived, rounded to 100).

    References
    ----------
    Office for National Statistics; Ministry of Housing, Communities and Local Government.
    Open Government Licence v3.0.

    Examples
    --------
    >>> table = icb_residents()
    >>> len(table), table.loc["E54000055", "ics_name"]
    (42, 'Birmingham and Solihull')
    """
    return read_table("icb_residents.csv").set_index("ics")


@cache
def age_sex_profile() -> pd.DataFrame:
    """Give the age and sex of the residents of each national deprivation quintile.

    Returns
    -------
    pandas.DataFrame
        Columns ``sex, age_band`` and ``quintile_1`` to ``quintile_5`` (people in 10,000).

    Examples
    --------
    >>> age_sex_profile().columns[:3].tolist()
    ['sex', 'age_band', 'quintile_1']
    """
    return read_table("age_sex_profile.csv")


def published_residents(codes: pd.Index) -> pd.DataFrame:
    """Give published residents by quintile, by the kind of code that areas have.

    An NHS code whose area changed while the code stayed is left out: whose residents are meant is not known.

    Examples
    --------
    >>> published_residents(pd.Index(["QHL"])).loc["QHL"].tolist()
    [699000, 258200, 184100, 97700, 117400]
    """
    residents = icb_residents()
    if codes.isin(residents["ods_code"]).any():
        residents = residents.set_index("ods_code").drop(index=list(changed_behind_one_code()), errors="ignore")
    return residents.filter(like="quintile_")


def read_table(name: str) -> pd.DataFrame:
    """Read a table that ships with the package."""
    with files("equitymodel.data").joinpath("shipped", name).open(encoding="utf-8") as stream:
        return pd.read_csv(stream, comment="#")


def area_names(codes: Iterable[str]) -> dict[str, str]:
    """Name areas by their ONS or NHS code; an area not known here keeps its code.

    Examples
    --------
    >>> area_names(["E54000055", "QHL", "S37000001"])
    {'E54000055': 'Birmingham and Solihull', 'QHL': 'Birmingham and Solihull', 'S37000001': 'S37000001'}
    """
    known = _lookup("ics_name")
    return {code: known.get(code, code) for code in codes}


def find_area(area: str, cells: xr.Dataset | pd.DataFrame) -> str:
    """Find an area by its code or its name.

    Parameters
    ----------
    area
        A code, or a name in any case, with or without the words of a board, as in ``NHS Devon ICB``; ``All ICSs``
        stands for all together, and for the one where a table has one.
    cells
        Cells, or a published table: whatever has ``ics`` and ``ics_name``.

    Returns
    -------
    str
        The code, as the cells or the table have it.

    Raises
    ------
    OptionError
        When there is no such area, naming the nearest; or two of that name.

    Examples
    --------
    >>> table = pd.DataFrame({"ics": ["E54000055", "All ICSs"], "ics_name": ["Birmingham and Solihull", "All ICSs"]})
    >>> find_area("birmingham and solihull", table), find_area("All ICSs", table)
    ('E54000055', 'All ICSs')
    >>> find_area("All ICSs", table[:1])
    'E54000055'
    """
    plain = _place(area)
    if plain == ALL_ICS.casefold():
        return _all_in(cells)
    pairs = dict(zip(map(str, cells[ICS].values), map(str, cells["ics_name"].values), strict=True))
    if area.strip() in pairs:
        return area.strip()
    found = [code for code, name in pairs.items() if plain in (code.casefold(), _place(name))]
    if len(found) > 1:
        raise OptionError(f"{len(found)} ICSs are called '{area}'; give one of the codes {', '.join(found)}")
    if not found:
        known = {name.casefold(): name for name in (*pairs, *pairs.values())}
        near = get_close_matches(plain, known, n=3, cutoff=0.5)
        says = " or ".join(f"'{known[name]}'" for name in near)
        raise OptionError(f"no ICS '{area}'. " + (f"Did you mean {says}?" if says else "Give its code or its name."))
    return found[0]


def _place(name: str) -> str:
    """Give a name without the words that all boards share.

    Examples
    --------
    >>> _place("NHS Devon Integrated Care Board"), _place("Devon")
    ('devon', 'devon')
    """
    return BOARD_WORDS.sub("", " ".join(name.split()).casefold()).replace(" & ", " and ")


def _all_in(cells: xr.Dataset | pd.DataFrame) -> str:
    """Give what stands for all areas together: in a published table of one ICS, that ICS."""
    codes = set(cells[ICS].astype(str)) if isinstance(cells, pd.DataFrame) else set()
    return codes.pop() if len(codes) == 1 else ALL_ICS


def area_regions(codes: Iterable[str]) -> dict[str, str]:
    """Give the NHS region of each area; an area not known here has the region ``not known``.

    Examples
    --------
    >>> area_regions(["E54000055", "S37000001"])
    {'E54000055': 'Midlands', 'S37000001': 'not known'}
    """
    known = _lookup("region")
    return {code: known.get(code, "not known") for code in codes}


def _lookup(column: str) -> dict[str, str]:
    table = icb_boards()
    return dict(zip([*table["ics"], *table["ods_code"]], [*table[column]] * 2, strict=True))


def check_area_choice(areas: str) -> None:
    """Refuse a check of areas that there is not.

    Raises
    ------
    OptionError
        When there is no such check.

    Examples
    --------
    >>> check_area_choice("any")
    """
    if areas not in get_args(AreaCheck):
        raise OptionError(f"areas cannot be '{areas}'. {nearest(areas, get_args(AreaCheck))}")


def kind_of(code: str) -> str:
    """Say of which kind a code is.

    Examples
    --------
    >>> kind_of("E54000055"), kind_of("S1Y5D"), kind_of("Surrey")
    ('ONS codes', 'NHS organisation codes', 'names')
    """
    return next((kind for kind, form in KINDS.items() if form.match(code)), "names")


def check_areas(codes: pd.Series, log: DataLog, *, areas: AreaCheck, periods: pd.Series | None = None) -> None:
    """Check that area codes are of one kind and one date (rules G01 and G02).

    Parameters
    ----------
    codes
        The ``ics`` column.
    log
        Where findings are recorded.
    areas
        ``"icb"`` holds codes of boards against the 42 of April 2023 to March 2026 or the 36 of April 2026, whichever
        they are of; ``"icb2023"`` and ``"icb2026"`` against those of one date; ``"any"`` does not check codes.
    periods
        The periods of the rows, if there are any, to say which years are of which date.

    Raises
    ------
    OptionError
        When there is no such check of areas.
    """
    check_area_choice(areas)
    if areas == "any":
        return
    unique = sorted(set(map(str, codes.unique())))
    if len({kind_of(code) for code in unique}) > 1:
        log.add("G01", rows=_of_each_kind(codes.astype(str)))
        return
    known = codes_of(areas)
    strangers = [code for code in unique if _is_board(code) and code not in known]
    told = told_by(unique)
    if strangers:
        log.add("G02", rows=[f"{code} is not one of {_expected(areas)}. {_instead(code, known)}"
                             for code in strangers])  # fmt: skip
    elif len(told) > 1:
        log.add("G02", rows=[f"{words_for(check, those)}: {_some(those)}{_when(codes, those, periods)}"
                             for check, those in told.items()])  # fmt: skip


def _of_each_kind(codes: pd.Series) -> list[str]:
    """Say how many rows have each kind of code, and name the first of each, the rarest kind first."""
    rows_of: dict[str, list[str]] = {}
    for row, code in codes.items():
        rows_of.setdefault(kind_of(code), []).append(f"{row}: {code!r}")
    rarest = sorted(rows_of.items(), key=lambda item: (len(item[1]), item[0]))
    return [f"{kind} in {len(rows):,} rows, such as {rows[0]}" for kind, rows in rarest]


def _is_board(code: str) -> bool:
    return bool(ICB_CODE.match(code) or KINDS["NHS organisation codes"].match(code))


def _instead(code: str, known: frozenset[str]) -> str:
    """Say what a board of another date became, or that it is new; otherwise the code that is spelt most like it."""
    became = successors().get(code, ())
    if became and known.issuperset(became):
        return f"On 1 April 2026 it became {' and '.join(became)}; --areas to_icb2026 puts tables on the new boards"
    other = told_by([code])
    return f"It is one of the {words_for(next(iter(other)), other)}" if other else nearest(code, sorted(known))


def _expected(areas: AreaCheck) -> str:
    """Name the boards that were expected."""
    named = [footprint.words for footprint in FOOTPRINTS if areas in (footprint.check, "icb")]
    return f"the {' nor of the '.join(named)}"


def _some(codes: list[str]) -> str:
    return f"{', '.join(codes[:4])}{f' and {len(codes) - 4} more' if len(codes) > 4 else ''}"


def _when(codes: pd.Series, those: list[str], periods: pd.Series | None) -> str:
    if periods is None:
        return ""
    found = periods[codes.astype(str).isin(those)].astype(str).unique()
    return f", in {_some(list(found))}"
