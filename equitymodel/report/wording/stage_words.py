"""What is said of a pathway: where the gap arises, what it comes to, and what a reader must know beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from equitymodel.estimands.stage_records import TOTAL
from equitymodel.report.document.columns import decimals_of, probability_words, written
from equitymodel.report.plots.alt_words import first_upper
from equitymodel.vocabulary import PROCEDURE, STAGE

NO_CAUSE = (
    "Admissions are those that equal passage would add if nothing else changed. They say where people are lost, not "
    "why, and not that a stage can be changed: some refuse treatment, and fewer may rightly pass where more were sent "
    "on."
)
SIGNED = (
    "Admissions are signed: a group that passes more than the one compared with counts as less than 0, so that noise "
    "does not add up to a need of its own. They are shared out over stages by their Shapley value, which adds up."
)
SELECTION = (
    "Records are linked, so that people at a later stage are those who passed the earlier ones. Where earlier stages "
    "select by need or fitness, later gaps look smaller than they would among equals (Mare 1980)."
)
APART = (
    "Stages that are counted apart ({names}) are not followed person by person: what passes is a ratio of two counts, "
    "may be above 1, and carries the error of both."
)
NEED_KNOWN = (
    "The count at the first stage, {first}, is taken as known: an error of it would be read as a gap at the next."
)
LAGS = "Stages follow the one before by months, as declared, and nothing was moved in time: {lags}."
ONE_PERIOD = (
    "Figures are of what lasts. One period cannot tell what lasts of an ICS and group from what was of that period "
    "alone; how much of it lasts is assumed ({shares}), and the intervals hold that assumption."
)
BY_PERIOD = (
    "Every period is fitted by itself: a change between periods has the uncertainty of both, and is wider for it than "
    "one fit of all periods would make it."
)


NONE_AGAINST = "At no stage is it more likely than not that fewer of them pass."
EVEN = 0.5


def stage_sentence(gaps: pd.DataFrame, parts: pd.DataFrame, compared: str) -> str:
    """Say of one procedure where the gap arises and what it comes to.

    Parameters
    ----------
    gaps, parts
        Rows of `stage_gaps_table` and of `stage_attribution_table`, of one area, procedure and group.
    compared
        Who is compared, such as ``the most against the least deprived``.

    Returns
    -------
    str
        Three statements: the whole, the stage that takes most, and admissions.
    """
    worst = _against(gaps)
    at = "" if worst is None else str(worst[STAGE])
    return f"{gap_sentence(gaps, compared)} Equal passage at every stage would add {_admissions_words(parts, at)}."


def gap_sentence(gaps: pd.DataFrame, compared: str) -> str:
    """Say of one procedure where the gap arises; and where no stage is against the group, say that.

    Parameters
    ----------
    gaps, compared
        As for `stage_sentence`.
    """
    whole, worst = gaps[gaps[STAGE] == TOTAL].iloc[0], _against(gaps)
    step = (
        NONE_AGAINST
        if worst is None
        else (
            f"The largest step against them is at '{worst[STAGE]}', with a probability of "
            f"{probability_words(float(worst['probability_most']))}."
        )
    )
    name = first_upper(str(gaps[PROCEDURE].iloc[0]))
    return f"{name}: all stages together, {compared}, the share that passes is {_ratio_words(whole)}. {step}"


def groups_sentence(parts: pd.DataFrame, aim: str) -> str:
    """Say of one procedure what equal passage of all groups would add, where several are compared with one.

    Parameters
    ----------
    parts
        As for `stage_sentence`.
    aim
        What each group would pass as, such as ``the reference group, White British, does``.
    """
    steps = parts[parts[STAGE] != TOTAL].reset_index(drop=True)
    most = steps.iloc[int(np.argmax(steps["estimate"].to_numpy()))]
    at = str(most[STAGE]) if most["estimate"] > 0 else ""
    name = first_upper(str(parts[PROCEDURE].iloc[0]))
    return f"{name}: all groups together, each passing every stage as {aim}, would add {_admissions_words(parts, at)}."


def _against(gaps: pd.DataFrame) -> pd.Series | None:
    """Choose the stage that takes most, of those where it is more likely than not that fewer pass."""
    steps = gaps[(gaps[STAGE] != TOTAL) & (gaps["probability_widens"] >= EVEN)].reset_index(drop=True)
    if steps.empty:
        return None
    chosen: pd.Series = steps.iloc[int(np.argmax(steps["probability_most"].to_numpy()))]
    return chosen


def _admissions_words(parts: pd.DataFrame, at: str) -> str:
    """Write the admissions of all stages, and those of one of them."""
    total = parts[parts[STAGE] == TOTAL].iloc[0]
    there = parts[parts[STAGE] == at]
    own = "" if there.empty else f", {_number_words(there.iloc[0])} of them at '{at}'"
    return f"{_number_words(total)} admissions{own}"


def _ratio_words(row: Mapping[Any, Any] | pd.Series) -> str:
    estimate, lower, upper = (float(np.exp(row[name])) for name in ("estimate", "lower", "upper"))
    return f"{estimate:.2f} times as large (95 % interval {lower:.2f} to {upper:.2f})"


def _number_words(row: Mapping[Any, Any] | pd.Series) -> str:
    places = decimals_of([row["lower"]], [row["upper"]])[0]
    estimate, lower, upper = (written(float(row[name]), places) for name in ("estimate", "lower", "upper"))
    return f"{estimate} ({lower} to {upper})"


def caveats(kept: Mapping[str, Any]) -> list[str]:
    """List what must be read with the figures of a pathway.

    Parameters
    ----------
    kept
        The record of where results come from, with ``stages``.

    Examples
    --------
    >>> kept = {"stages": {"first": "need", "linked": {"seen": False}, "lag_months": {"seen": 3.0}, "error": False,
    ...                    "periods": [], "shares": "Beta(3, 2)"}}
    >>> caveats(kept)[-2]
    'Stages follow the one before by months, as declared, and nothing was moved in time: seen 3.'
    """
    stages = kept["stages"]
    apart = [name for name, linked in stages["linked"].items() if not linked]
    lags = [f"{name} {months:g}" for name, months in stages["lag_months"].items() if months]
    said = {
        NO_CAUSE: True,
        SIGNED: True,
        SELECTION: any(stages["linked"].values()),
        APART.format(names=", ".join(apart)): bool(apart),
        NEED_KNOWN.format(first=stages["first"]): not stages["error"],
        LAGS.format(lags=", ".join(lags)): bool(lags),
        ONE_PERIOD.format(shares=stages["shares"]): True,
        BY_PERIOD: bool(stages["periods"]),
    }
    return [text for text, holds in said.items() if holds]
