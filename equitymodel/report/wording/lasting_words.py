"""What is said of what lasts: that it is not thereby inequity, and, of one year, that its share is assumed."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from equitymodel.data.tables.areas import find_area
from equitymodel.estimands.lasting_share import ENDS, LASTS
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.vocabulary import ALL_ICS, ICS, PERIOD, PROCEDURE

LASTING = """What lasts is not thereby inequity: it includes lasting errors of population, coding and need. An area
    whose residents are counted too high every year shows the same shortfall every year."""
ONE_YEAR = """These tables hold one year. What lasts and the noise of that year then look alike, and the share that
    lasts is assumed, not estimated{prior}. A second year tells most of it."""


NO_TAILS = """With one procedure the model has no heavy tail for the gap of an ICS: the gap of one that is unlike the
    rest is drawn further towards theirs than with several procedures."""
NO_FADING = """With one procedure what lasts of an ICS and group is taken to last in full from year to year, as it does
    not fade."""


def one_procedure_limits(model: ModelSpec, sizes: Mapping[str, int]) -> list[str]:
    """Say what a model leaves out because there is one procedure alone.

    Parameters
    ----------
    model
        As it was given, before it was fitted to these sizes.
    sizes
        How many ICSs, procedures and groups there are, and years if there are several.

    Returns
    -------
    list of str
        Nothing where there are several procedures, or nothing is left out.

    Examples
    --------
    >>> from equitymodel.spec.library import load_model
    >>> sizes = {"ics": 42, "deprivation": 5, "procedure": 1, "period": 3}
    >>> [text[:44] for text in one_procedure_limits(load_model(), sizes)]
    ['With one procedure the model has no heavy ta', 'With one procedure what lasts of an ICS and ']
    """
    if sizes[PROCEDURE] > 1 or sizes[ICS] == 1:
        return []
    asked, kept = model.effects, model.for_sizes(sizes).effects
    lost = {
        NO_TAILS: [any(effect.heavy_tails for effect in effects) for effects in (asked, kept)],
        NO_FADING: [any(effect.over_years == "fading" for effect in effects) for effects in (asked, kept)],
    }
    several = sizes.get(PERIOD, 1) > 1
    return [
        " ".join(text.split())
        for text, (had, has) in lost.items()
        if had and not has and (several or text is not NO_FADING)
    ]


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
