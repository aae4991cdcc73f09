"""Shares of parts by age and sex: which rows of a crosswalk a band of ages goes by."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.strata import OLDEST, SEXES, band_edges, parse_age_bands, parse_sex
from equitymodel.errors import OptionError
from equitymodel.vocabulary import AGE_BAND, SEX

ALL = "all"
STRATA = (AGE_BAND, SEX)
PEOPLE = "people"
"""How many residents of a part are of a group, age band and sex."""
LAST_AGE = 100
"""Where an open band of ages is taken to end, if part of it is wanted."""


def read_strata(frame: pd.DataFrame, log: DataLog) -> dict[str, pd.Series]:
    """Read age bands, area by area, and sexes; those that are blank are of all.

    Raises
    ------
    EquityDataError
        When bands of an area overlap or leave a gap (S03, S04), or a label cannot be read (S01, S02, S05).
    """
    found = {}
    for stratum, read in ((AGE_BAND, parse_age_bands), (SEX, parse_sex)):
        column = frame.get(stratum, pd.Series(ALL, index=frame.index)).fillna(ALL).astype(str).str.strip()
        column = column.mask(column.isin(["", "nan", "None", "<NA>"]) | (column.str.lower() == ALL), ALL)
        own = column[column != ALL]
        parts = [read(labels, log) for _, labels in own.groupby(frame.loc[own.index, "from"])]
        found[stratum] = pd.concat([column[column == ALL], *parts]).reindex(frame.index)
    log.raise_errors()
    return found


def of_everyone(rows: pd.DataFrame) -> pd.Series:
    """Say which rows of a crosswalk are of all ages and both sexes."""
    return (rows[AGE_BAND] == ALL) & (rows[SEX] == ALL)


def rows_of_stratum(rows: pd.DataFrame, area: str, age_band: str | None, sex: str | None) -> pd.DataFrame:
    """Give a row a group and part of one area, with the weight of a band of ages and a sex, or of all.

    Parameters
    ----------
    rows
        Those of the area in a crosswalk.
    area
        Its name, for errors.
    age_band, sex
        Of which people; of all if none.

    Raises
    ------
    OptionError
        When weights have to be brought together, and people are not known.

    Examples
    --------
    >>> rows = pd.DataFrame({"to": ["B", "C"] * 2, "group": "1", "age_band": ["00-64"] * 2 + ["65+"] * 2, "sex": "all",
    ...                      "weight": [0.5, 0.5, 0.2, 0.8], "people": [50, 50, 20, 80]})
    >>> rows_of_stratum(rows, "A", "70-74", "F")["weight"].tolist()
    [0.2, 0.8]
    >>> rows_of_stratum(rows, "A", None, None)["weight"].tolist()
    [0.35, 0.65]
    """
    coarse = rows[of_everyone(rows)]
    finer = rows.drop(index=coarse.index)
    if not len(finer) or (len(coarse) and age_band is None and sex is None):
        return coarse
    shared = finer[AGE_BAND].map(lambda band: shared_part(band, age_band)) * finer[SEX].map(
        lambda own: float(ALL in (own, sex or ALL) or own == sex)
    )
    used = finer.assign(shared=shared)[shared > 0]
    together = _together(used, area)
    # A group of which nobody lives in a band goes by its shares of all ages
    return pd.concat([together, coarse[~coarse["group"].isin(together["group"])]])


def _together(used: pd.DataFrame, area: str) -> pd.DataFrame:
    """Bring the strata of each group together, by their people where there are several."""
    several = used.groupby("group")[list(STRATA)].transform("nunique").gt(1).any(axis=1)
    if used.loc[several, PEOPLE].isna().any():
        raise OptionError(f"{area} is split by age or sex, and these bands hold several of its own: give the crosswalk "
                          "a column people, of each part, or counts by its bands")  # fmt: skip
    amount = (used[PEOPLE] * used["shared"]).where(several, used["weight"])
    sums = amount.groupby([used["group"], used["to"]]).sum().rename("weight").reset_index()
    total = sums.groupby("group")["weight"].transform("sum")
    return sums.assign(weight=sums["weight"] / total)[total > 0]


def shared_part(band: str, wanted: str | None) -> float:
    """Say which part of a band of ages a wanted one holds.

    Examples
    --------
    >>> shared_part("15-24", "00-17"), shared_part("85+", "90+"), shared_part("15-24", None), shared_part("15-24", "?")
    (0.3, 0.6666666666666666, 1.0, 1.0)
    """
    own, other = band_edges(band), band_edges(wanted or "")
    if own is None or other is None:
        return 1.0
    high = max(LAST_AGE, other[0] + 1) if own[1] == OLDEST else own[1]
    return max(min(high, other[1]) - max(own[0], other[0]), 0) / (high - own[0])


def sex_read(label: str) -> str | None:
    """Read a sex as the crosswalk has it; none where it cannot be told.

    Examples
    --------
    >>> sex_read("Female"), sex_read("x")
    ('F', None)
    """
    return SEXES.get(label.strip().lower())
