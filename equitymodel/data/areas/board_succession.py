"""From the 42 integrated care boards of April 2023 to the 36 of April 2026: the table that ships."""

from __future__ import annotations

from functools import cache

import pandas as pd

from equitymodel.data.areas.crosswalk import Crosswalk, read_crosswalk
from equitymodel.data.areas.split_strata import PEOPLE
from equitymodel.data.tables.areas import read_table
from equitymodel.data.tables.deprivation_index import index_named_in
from equitymodel.errors import OptionError
from equitymodel.vocabulary import AGE_BAND, nearest

INDICES = ("IMD 2019", "IMD 2025")
METHODS = {"IMD 2019": "residents of mid-2020, divided as in 2021", "IMD 2025": "residents of 2021"}


@cache
def board_succession(deprivation_index: str) -> Crosswalk:
    """Give what each of the 42 boards of April 2023 became on 1 April 2026.

    Parameters
    ----------
    deprivation_index
        By which groups are made: ``IMD 2019`` or ``IMD 2025``. Three boards were split, and their parts differ most in
        deprivation, so that shares are by its fifths; and by seven bands of age within them, but not by sex.

    Returns
    -------
    Crosswalk
        In ONS codes; 39 boards go whole. Shares by age are of the Census of 2021; by IMD 2019 those of all ages are of
        residents of mid-2020.

    Raises
    ------
    OptionError
        When shares are not known for that index.

    References
    ----------
    NHS Organisation Data Service; Office for National Statistics; Ministry of Housing, Communities and Local
    Government. Open Government Licence v3.0.

    Examples
    --------
    >>> succession = board_succession("IMD 2019")
    >>> succession.split
    ('E54000023', 'E54000025', 'E54000034')
    >>> float(succession.shares("E54000023", [1, 2, 3, 4, 5]).loc[1, "E54000066"].round(4))
    0.5534
    >>> float(succession.shares("E54000023", [1, 2, 3, 4, 5], age_band="85+").loc[1, "E54000066"].round(4))
    0.6238
    """
    index = index_named_in(deprivation_index)
    if index not in INDICES:
        raise OptionError(f"shares of boards that were split are not known by '{deprivation_index}'. "
                          f"{nearest(deprivation_index, INDICES)}")  # fmt: skip
    rows = read_table("icb_2023_to_2026.csv")
    of_all = rows[rows["index"].isin(["any", index])].drop(columns=["index", "exact"])
    wide = read_table("icb_2023_to_2026_by_age.csv")
    by_age = wide[wide["index"] == index].drop(columns="index").melt(
        ["from", "to", "group"], var_name=AGE_BAND, value_name=PEOPLE)  # fmt: skip
    by_age = by_age.assign(method=f"{METHODS[index]}, by age")
    return read_crosswalk(pd.concat([of_all, by_age], ignore_index=True))
