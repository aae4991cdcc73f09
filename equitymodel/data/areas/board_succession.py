"""From the 42 integrated care boards of April 2023 to the 36 of April 2026: the table that ships."""

from __future__ import annotations

from functools import cache

from equitymodel.data.areas.crosswalk import Crosswalk, read_crosswalk
from equitymodel.data.tables.areas import read_table
from equitymodel.data.tables.deprivation_index import index_named_in
from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

INDICES = ("IMD 2019", "IMD 2025")


@cache
def board_succession(deprivation_index: str) -> Crosswalk:
    """Give what each of the 42 boards of April 2023 became on 1 April 2026.

    Parameters
    ----------
    deprivation_index
        By which groups are made: ``IMD 2019`` or ``IMD 2025``. Three boards were split, and their parts differ most in
        deprivation, so that shares are by its fifths.

    Returns
    -------
    Crosswalk
        In ONS codes; 39 boards go whole.

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
    """
    index = index_named_in(deprivation_index)
    if index not in INDICES:
        raise OptionError(f"shares of boards that were split are not known by '{deprivation_index}'. "
                          f"{nearest(deprivation_index, INDICES)}")  # fmt: skip
    rows = read_table("icb_2023_to_2026.csv")
    return read_crosswalk(rows[rows["index"].isin(["any", index])].drop(columns=["index", "exact"]))
