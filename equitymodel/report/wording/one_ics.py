"""Words and rows where one ICS is fitted alone: no "all ICSs together", and nothing national that is one ICS."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from equitymodel.vocabulary import ALL_ICS, ICS

COMPARISONS = ("rank", "probability_worse_than_all", "probability_below_all")
"""Measures that compare an ICS with others."""
ALONE = """This is a fit of one ICS alone. Nothing is borrowed from other ICSs, reference rates by age and sex are its
    own, and nothing here says how it compares with others. A fit with its peers, whose tables have the same columns,
    would draw a gap that few admissions leave unsure towards what is usual, with a narrower interval, and would say
    whether this ICS is unlike the others."""


def is_alone(cells: xr.Dataset) -> bool:
    """Say whether cells are of one ICS.

    Examples
    --------
    >>> is_alone(xr.Dataset(coords={"ics": ["E54000013"]})), is_alone(xr.Dataset(coords={"ics": ["a", "b"]}))
    (True, False)
    """
    return bool(cells.sizes[ICS] == 1)


def together_words(cells: xr.Dataset) -> str:
    """Name what is described: all ICSs together, or the one there is.

    Examples
    --------
    >>> together_words(xr.Dataset(coords={"ics": ["E54000013"], "ics_name": ("ics", ["Lincolnshire"])}))
    'your ICS (Lincolnshire)'
    """
    if not is_alone(cells):
        return "all ICSs together"
    return f"your ICS ({cells['ics_name'].item() if 'ics_name' in cells.coords else cells[ICS].item()})"


def together_in(table: pd.DataFrame) -> str:
    """Name what the rows of all ICSs together in a published table describe.

    Examples
    --------
    >>> together_in(pd.DataFrame({"ics": ["a", "All ICSs"], "ics_name": ["Avon", "All ICSs"]}))
    'your ICS (Avon)'
    """
    named = table.loc[table[ICS] != ALL_ICS, "ics_name"].unique()
    return f"your ICS ({named[0]})" if len(named) == 1 else "all ICSs together"


def of_one_ics(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out of a table of one ICS what repeats it under another name, or compares it with others.

    Parameters
    ----------
    table
        A published table.

    Returns
    -------
    pandas.DataFrame
        Without rows of all ICSs together, wider scopes, national positions, ranks and comparisons; a national
        reference, which is then that of the ICS itself, is named so.

    Examples
    --------
    >>> rows = pd.DataFrame({"ics": ["a", "a", "All ICSs"], "measure": ["rate_ratio", "rank", "rate_ratio"]})
    >>> of_one_ics(rows)["measure"].tolist()
    ['rate_ratio']
    """
    kept = pd.Series(True, table.index)
    for column, gone in ((ICS, (ALL_ICS,)), ("scope", ("region", "england")), ("measure", COMPARISONS)):
        if column in table:
            kept &= ~table[column].isin(gone)
    if "variant" in table:
        kept &= ~table["variant"].astype(str).str.startswith("national")
    own = table[kept].reset_index(drop=True)
    return own.assign(reference=own["reference"].replace("national", "ics_average")) if "reference" in own else own
