"""What an evaluation found of one group, ICS or procedure, in words that never pass for a verdict."""

from __future__ import annotations

import pandas as pd

from equitymodel.estimands.effect_measure import MEASURE
from equitymodel.report.wording.evaluation_sentences import ASKED, months_judged, moved_sentence
from equitymodel.report.wording.evaluation_words import ALL_ADMISSIONS, names_of, whom_words
from equitymodel.studies.evaluation import Evaluation
from equitymodel.studies.impact import JUDGED, MONTHS

FOUND = "found_at_false_discovery_rate"


def unit_sentences(result: Evaluation) -> dict[str, str]:
    """Say how admissions moved, of all and of each group, ICS, procedure and pair, and what of it can be called found.

    Parameters
    ----------
    result
        From `evaluate`.

    Returns
    -------
    dict
        A paragraph by whose admissions they are, as `whom_words` names them.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> from equitymodel.studies.evaluate import evaluate
    >>> series, truth = simulate_series(Sizes(periods=34, before=20), seed=1)
    >>> list(unit_sentences(evaluate(series, truth.plan, seed=1)))
    ['all admissions of the question']
    """
    names, rows = names_of(result.series), result.impact[result.impact[MONTHS] == JUDGED]
    whom = pd.Series([whom_words(row, names) for row in rows.to_dict("records")], index=rows.index, dtype=object)
    parts = rows.groupby(whom, sort=False)
    return {str(name): _said(str(name), part.set_index(MEASURE), result) for name, part in parts}


def _said(name: str, changes: pd.DataFrame, result: Evaluation) -> str:
    all_of = " of the exposed" if result.plan.controlled else ""
    moved = moved_sentence(changes, all_of if name == ALL_ADMISSIONS else f" of {name}", months_judged(result))
    return " ".join(filter(None, (moved, _found(changes, result), not_judged(result))))


def _found(changes: pd.DataFrame, result: Evaluation) -> str:
    """Say whether a change that matters is found, where units were tested together."""
    tested, found = (changes[name]["average_rate_ratio"] for name in ("tested", FOUND))
    if pd.isna(tested):
        return ""
    size = f"{100 * result.plan.smallest_change:g} % or more"
    among = f"Among {int(tested)} looked at together, of which 5 % or fewer of those found are expected to be false,"
    if bool(found):
        return f"{among} a change of {size} is found here."
    return f"{among} no change of {size} is found here, which does not show that there was none."


def not_judged(result: Evaluation) -> str:
    """Say that a part has no verdict of its own.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> plan = SimpleNamespace(outcome="gap", controlled=False)
    >>> not_judged(SimpleNamespace(plan=plan))
    'This has no verdict of its own: the verdict is about the gap between deprivation groups.'
    """
    whom = " of all exposed" if result.plan.controlled else ""
    return f"This has no verdict of its own: the verdict is about {ASKED[result.plan.outcome]}{whom}."
