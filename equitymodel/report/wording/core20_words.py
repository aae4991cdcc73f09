"""Plain sentences about the Core20: the most deprived fifth against all others."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from equitymodel.estimands.core20 import why_no_core20
from equitymodel.report.wording.confidence import confidence, percent
from equitymodel.vocabulary import GROUP


def core20_sentence(row: pd.Series) -> str:
    """Say how the most deprived fifth compares with all others: one sentence beside the headline.

    Parameters
    ----------
    row
        That of ``core20_ratio`` in the table of gaps.

    Returns
    -------
    str
        One sentence.

    Examples
    --------
    >>> core20_sentence(pd.Series({"estimate": 0.8, "lower": 0.7, "upper": 0.9, "probability": 0.97}))
    'Core20: the most deprived fifth had 0.80 times the admissions of all others (0.70 to 0.90; fewer: 97 %, high \
confidence).'
    """
    likely = max(row["probability"], 1 - row["probability"])
    return (
        f"Core20: the most deprived fifth had {row['estimate']:.2f} times the admissions of all others "
        f"({row['lower']:.2f} to {row['upper']:.2f}; {'fewer' if row['probability'] >= 0.5 else 'more'}: "
        f"{percent(likely)}, {confidence(likely)})."
    )


def core20_limits(cells: xr.Dataset) -> list[str]:
    """Say why the most deprived fifth is not set against all others; nothing where it is.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_cells
    >>> core20_limits(simulate_cells(areas=3, groups=4, seed=1)[0])[0][:68]
    'The most deprived fifth (Core20) is not set against all others: the '
    """
    if GROUP in cells.dims:
        return ["The Core20 is not set against all others: these groups are not those that it is made of."]
    why = why_no_core20(cells)
    return [f"The most deprived fifth (Core20) is not set against all others: {why}."] if why else []
