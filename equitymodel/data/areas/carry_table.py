"""A table on old areas, or on those of two dates, put on new ones before it is read."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.areas.crosswalk import Crosswalk
from equitymodel.data.areas.split_strata import STRATA, sex_read
from equitymodel.data.tables.column_names import read_synonyms
from equitymodel.data.tables.files import Source, load_text_table
from equitymodel.data.tables.findings import FOUND, DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.errors import OptionError
from equitymodel.vocabulary import AGE_BAND, DEPRIVATION, ICS, SEX

RULES = (
    Rule(
        "A03",
        "error",
        "counts of an area that was split: nobody knows those of its parts",
        "have them counted again from records by small area (equitymodel cells); or fit on the old areas and carry the "
        "draws over (carry_draws), which widens the intervals of the areas that hold a part",
    ),
    Rule(
        "A04",
        "error",
        "values of areas that became one, which cannot be added up",
        "give hidden counts, need ratios and rates on the new areas, or counts that are shown",
    ),
    Rule(
        "A05",
        "repair",
        "people by age or sex of an area that was split were shared out by weights that are the same for all of them",
    ),
)
PEOPLE = ("population", "expected_admissions")
"""What is shared out where an area was split."""
COUNTS = ("admissions", "count", "numerator", "denominator")
MEASURED = {"numerator", "value"}
UNLIKE_SUMS = ("need_ratio", "need_ratio_se", "need_se", "count_se", "rate", "value", "value_se")
ADDED = "rows added up"
"""What rows are called that became one: by their names in the table that was sent, so that a finding names these."""
WORDS = {AGE_BAND: "age", SEX: "sex"}
OLD_NAMES = ("ics_name",)
"""Columns that are of the old areas, and are left out."""


@refuses_other_types
def carry_table(source: Source, crosswalk: Crosswalk) -> pd.DataFrame:
    """Put a table on the new areas of a crosswalk; rows of areas that became one are added up.

    Rows of an area that only has a new code, or is the same, stay as they are, hidden counts too. So a series that
    crosses a change comes on one footprint: rows on the new areas stay, and those on the old ones are carried over.

    Parameters
    ----------
    source
        A table of the contract with a column ``ics``, before it is read.
    crosswalk
        Which areas became which: `board_succession`, or of your own `read_crosswalk`.

    Returns
    -------
    pandas.DataFrame
        For `read_cells`, `read_series` or `read_stages`: people of an area that was split in shares of each group, and
        of each age band and sex where the crosswalk has these (rule A05 where it has not). Its index names the rows of
        the source that each is made of.

    Raises
    ------
    EquityDataError
        When an area is not in the crosswalk (A02), counts are of an area that was split (A03), or values cannot be
        added up (A04).
    OptionError
        When the table has no areas.

    Examples
    --------
    >>> from equitymodel.data.areas.crosswalk import read_crosswalk
    >>> walk = read_crosswalk(pd.DataFrame({"from": ["A", "B", "D"], "to": ["C", "C", "D"]}))
    >>> counts = pd.DataFrame({"ics": ["A", "B", "D"], "procedure": "hip", "admissions": ["3", "4", "*"]})
    >>> carry_table(counts, walk).values.tolist()
    [['C', 'hip', '7'], ['D', 'hip', '*']]
    """
    if isinstance(source, SentTable) and source.wide:
        raise OptionError("a table is put on other areas with a row a group, not a column a group: lay it out so")
    log = DataLog("areas")
    frame, _ = load_text_table(source, log)
    # Of a measured series a denominator is its own, and not another word for population.
    counted = () if MEASURED & {str(name).strip().lower() for name in frame} else (*PEOPLE, *COUNTS)
    frame = read_synonyms(frame, log, (ICS, DEPRIVATION, *STRATA, *counted))
    if ICS not in frame:
        raise OptionError(f"the table has no column {ICS}, so that its areas cannot be carried over")
    frame = frame.drop(columns=[name for name in OLD_NAMES if name in frame]).astype(str)
    crosswalk.require(list(frame[ICS].unique()), log)
    carried = _add_up(_shared_out(frame, crosswalk, log), log)
    carried.attrs[FOUND] = tuple(finding for finding in log.findings if finding.rule == "A05")
    return carried


def _shared_out(frame: pd.DataFrame, crosswalk: Crosswalk, log: DataLog) -> pd.DataFrame:
    """Give each row its new area, and those of split areas a row a part."""
    split = frame[ICS].isin(crosswalk.split)
    if split.any() and (counted := [name for name in (*COUNTS, *UNLIKE_SUMS) if name in frame]):
        areas = sorted(frame.loc[split, ICS].unique())
        log.add("A03", detail=f"column {counted[0]}",
                rows=[f"{area} became {' and '.join(crosswalk.becomes(area))}" for area in areas])  # fmt: skip
        log.raise_errors()
    whole = frame[~split]
    moved = whole.assign(**{ICS: whole[ICS].map({area: crosswalk.becomes(area)[0] for area in whole[ICS].unique()})})
    if not split.any():
        return moved
    if DEPRIVATION not in frame:
        raise OptionError("people of areas that were split are shared out by group of deprivation: give that column")
    _say_what_weights_lack(frame[split], crosswalk, log)
    return pd.concat([moved, *(_parts(rows, str(area), crosswalk) for area, rows in frame[split].groupby(ICS))])


def _say_what_weights_lack(frame: pd.DataFrame, crosswalk: Crosswalk, log: DataLog) -> None:
    """Say where people are given by age or sex, and weights are not (rule A05)."""
    lacking = {area: [WORDS[name] for name in STRATA if name in frame and name not in crosswalk.strata_of(area)]
               for area in sorted(frame[ICS].unique())}  # fmt: skip
    if rows := [f"{area}: weights have no {' and no '.join(names)}" for area, names in lacking.items() if names]:
        log.add("A05", rows=rows)


def _parts(rows: pd.DataFrame, area: str, crosswalk: Crosswalk) -> pd.DataFrame:
    """Share the people of one area out, each age band and sex by its own weights where there are such."""
    groups = rows[DEPRIVATION].astype(int)
    strata = [stratum for stratum in crosswalk.strata_of(area) if stratum in rows]
    own = rows.assign(**{DEPRIVATION: groups}).groupby(strata or [ICS])
    wanted = sorted(groups.unique())
    found = [_stratum_parts(part, crosswalk.shares(area, wanted, **_read(strata, labels))) for labels, part in own]
    return pd.concat(found)


def _read(strata: list[str], labels: tuple[Hashable, ...]) -> dict[str, str | None]:
    """Read the labels of a stratum as the crosswalk has them; what cannot be read is refused when the table is."""
    read = {name: str(label) for name, label in zip(strata, labels, strict=False)}
    return {name: sex_read(label) if name == SEX else label for name, label in read.items()}


def _stratum_parts(rows: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([_part(rows, str(new), rows[DEPRIVATION].map(share)) for new, share in shares.items()])


def _part(rows: pd.DataFrame, new: str, share: pd.Series) -> pd.DataFrame:
    shared = {name: (pd.to_numeric(rows[name]) * share).map(_written) for name in PEOPLE if name in rows}
    text = rows.assign(**shared, **{DEPRIVATION: rows[DEPRIVATION].astype(str)}).assign(ics=new)
    part = text[share > 0]
    return part.set_axis([f"{row} (its part in {new})" for row in part.index])


def _add_up(frame: pd.DataFrame, log: DataLog) -> pd.DataFrame:
    """Add rows of one cell up, and leave all others as they were written (rule A04)."""
    values = [name for name in (*COUNTS, *PEOPLE, *UNLIKE_SUMS) if name in frame]
    keys = [name for name in frame if name not in values]
    several = frame.duplicated(keys, keep=False)
    if not several.any():
        return frame
    numbers = frame.loc[several, values].apply(pd.to_numeric, errors="coerce")
    odd = numbers.isna().any(axis=1) | (several[several] & any(name in UNLIKE_SUMS for name in values))
    if odd.any():
        rows = frame[several][odd]
        log.add(
            "A04",
            rows=[f"{row}: {', '.join(map(str, each))}" for row, each in zip(rows.index, rows.to_numpy(), strict=True)],
        )
        log.raise_errors()
    cells = frame.loc[several, keys].join(numbers).assign(**{ADDED: frame.index[several]}).groupby(keys, sort=False)
    sums = cells.agg({**dict.fromkeys(values, "sum"), ADDED: " and ".join}).reset_index().set_index(ADDED)
    written = sums.assign(**{name: sums[name].map(_written) for name in values})
    return pd.concat([written, frame[~several]])[list(frame.columns)].rename_axis(None)


def _written(number: float) -> str:
    """Write a number with every digit; a whole one as such."""
    return str(int(number)) if float(number).is_integer() else repr(float(number))
