"""Which published numbers hang on a prior, in words."""

from __future__ import annotations

import pandas as pd

SHOWN = 3
"""So many priors are named in one sentence; the table has all."""
NOT_KEPT = "Whether numbers hang on a prior was not measured when these results were made."
NOT_MEASURED = (
    "Whether numbers hang on a prior was not measured: expected admissions are uncertain, and their draws cannot be "
    "weighed again by one prior."
)
ADVICE = "Fit again with another prior of each before such a number is used, and report both."


def hanging_words(priors: pd.DataFrame | None) -> str:
    """Say which published numbers hang on which prior, or that none does.

    Parameters
    ----------
    priors
        From `priors_table`; none for results of earlier versions.

    Returns
    -------
    str
        One or several sentences.

    Examples
    --------
    >>> hanging_words(None)[:42]
    'Whether numbers hang on a prior was not me'
    """
    if priors is None:
        return NOT_KEPT
    if priors.empty:
        return NOT_MEASURED
    hanging = priors[priors["hangs"]]
    if hanging.empty:
        most = priors.iloc[0]
        return (
            f"No published number hangs on a prior: the one that moves most is {_moved(most)}, limit {most['limit']:g}."
        )
    said = "; ".join(_moved(row) for _, row in hanging.head(SHOWN).iterrows())
    more = f" ({SHOWN} are named here)" if len(hanging) > SHOWN else ""
    return (
        f"Published numbers hang on {len(hanging)} of {len(priors)} priors{more}, not on the counts alone. The number "
        f"that moves most with each: {said}; the limit is {hanging['limit'].iloc[0]:g}."
    )


def prior_limits(priors: pd.DataFrame) -> list[str]:
    """Say as a limit of the results that numbers hang on a prior, where any does.

    Examples
    --------
    >>> prior_limits(pd.DataFrame(columns=["hangs"]))
    []
    """
    return [f"{hanging_words(priors)} {ADVICE}"] if not priors.empty and priors["hangs"].any() else []


def place_words(row: pd.Series) -> str:
    """Say where the number of a row is, and of which procedure, group and period.

    Examples
    --------
    >>> place_words(pd.Series({"ics": "E1", "ics_name": "Devon", "procedure": "hip", "period": "", "sensitivity": 0.1}))
    'Devon, hip'
    """
    names = list(row.index)
    return ", ".join(filter(None, map(str, row.iloc[names.index("ics_name") : names.index("sensitivity")])))


def measures_hanging(row: pd.Series) -> str:
    """Name every measure of which a number hangs on the prior of a row; that none does.

    Examples
    --------
    >>> measures_hanging(pd.Series({"hanging_measures": ""}))
    'none'
    """
    return str(row["hanging_measures"]) or "none"


def _moved(row: pd.Series) -> str:
    """Name the number that moves most with a prior, the prior, and how far it moves."""
    number = f"{row['measure']} of {place_words(row)}"
    return f"{number}, with the prior of {row['prior']} (sensitivity {row['sensitivity']:.3f})"
