"""What is said of what lasts: that it is not thereby inequity, and, of one year, that its share is assumed."""

from __future__ import annotations

import pandas as pd

from equitymodel.data.tables.areas import find_area
from equitymodel.estimands.lasting_share import ENDS, LASTS
from equitymodel.vocabulary import ALL_ICS, ICS, PROCEDURE

LASTING = """What lasts is not thereby inequity: it includes lasting errors of population, coding and need. An area
    whose residents are counted too high every year shows the same shortfall every year."""
ONE_YEAR = """These tables hold one year. What lasts and the noise of that year then look alike, and the share that
    lasts is assumed, not estimated{prior}. A second year tells most of it."""


def lasting_limits(years: int, prior: str = "") -> list[str]:
    """Say what cannot be concluded from what lasts; with one year, that its share is assumed.

    Parameters
    ----------
    years
        How many years were fitted.
    prior
        What was assumed of the share that lasts, as the model says it; empty for a model that has no such share.

    Returns
    -------
    list of str
        Sentences for the limits of a report.

    Examples
    --------
    >>> [text[:44] for text in lasting_limits(1, "Beta(2, 1)")]
    ['What lasts is not thereby inequity: it inclu', 'These tables hold one year. What lasts and t']
    >>> len(lasting_limits(3, "Beta(2, 1)"))
    1
    """
    said = [LASTING]
    if years == 1 and prior:
        said.append(ONE_YEAR.format(prior=f" (prior: {prior})"))
    return [" ".join(text.split()) for text in said]


def lasting_ends(sensitivity: pd.DataFrame, *, ics: str = ALL_ICS) -> pd.DataFrame:
    """Say what the headline gap would be if nothing beyond level and gradient lasted, and if all of it did.

    Parameters
    ----------
    sensitivity
        From `sensitivity_table`, given `lasting_share_measures`.
    ics
        Which area, by code or name; all ICSs together by default, or the one that there is.

    Returns
    -------
    pandas.DataFrame
        ``procedure`` and ``text``; for groups without an order a row for each. Empty where the ends were not worked
        out.
    """
    code = find_area(ics, sensitivity.drop_duplicates(ICS))
    rows = sensitivity[(sensitivity["question"] == LASTS) & (sensitivity[ICS] == code)]
    others = list(rows.columns[rows.columns.tolist().index("region") + 1 : rows.columns.tolist().index(PROCEDURE)])
    said = []
    for names, part in rows.groupby([*others, PROCEDURE], sort=False):
        of = [f"{name}: " for name in names[:-1]]
        none, every = (_interval(part[part["assumption"] == share].iloc[0]) for share in ENDS)
        text = (
            f"{''.join(of)}if none of the differences of this year beyond level and gradient lasted, the rate ratio "
            f"would be {none}; if all of them did, {every}."
        )
        said.append({PROCEDURE: names[-1], "text": f"{text[0].upper()}{text[1:]}"})
    return pd.DataFrame(said, columns=[PROCEDURE, "text"])


def _interval(row: pd.Series) -> str:
    return f"{row['estimate']:.2f} ({row['lower']:.2f} to {row['upper']:.2f})"
