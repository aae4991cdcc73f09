"""What an evaluation found, as a board may quote it: the answer first, and what was not established."""

from __future__ import annotations

import numpy as np
import pandas as pd

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.estimands.effect_measure import MEASURE
from equitymodel.estimands.series_gap import WayRound
from equitymodel.estimands.written_numbers import change_in_per_cent, number, size_in_per_cent
from equitymodel.report.wording.confidence import percent
from equitymodel.report.wording.evaluation_words import found_units, names_of, way_of
from equitymodel.spec.arms import EVERYWHERE
from equitymodel.studies.evaluation import Evaluation
from equitymodel.studies.impact import ALL_MONTHS, JUDGED, MONTHS
from equitymodel.vocabulary import ALL_GROUPS, ALL_PROCEDURES, ICS, INTERVAL_PROBABILITY, PROCEDURE

REAL, NOT_ASSESSABLE, TOO_LITTLE = "real change", "not assessable", "not enough information"
ASKED = {"level": "admissions", "gap": "the gap between deprivation groups"}
ANSWERS = {
    REAL: "{what} changed from {start}",
    "change not established": "that {what} changed from {start} is not shown by these data",
    TOO_LITTLE: "these data are too few to say whether {what} changed from {start}",
    NOT_ASSESSABLE: "these data cannot say whether {what} changed from {start}",
}
TOO_SMALL = "that {what} changed from {start} by {least} or more is not shown by these data"
"""The answer where no change is excluded and what fails is the size."""
RELATIVE_TO = {"population": "per head", "expected_admissions": "over those expected"}
ENDS = ("estimate", "lower", "upper")
MOST_WORDS = 150
BOARD = ("verdict", "finding", "not established", "all months", "exaggeration", "plan", "rests on")
"""Parts of a statement to a board, in the order in which they are left out last."""


def evaluation_sentences(result: Evaluation) -> pd.DataFrame:
    """Say what an evaluation found, the verdict first.

    Parameters
    ----------
    result
        From `evaluate`.

    Returns
    -------
    pandas.DataFrame
        ``about`` (``verdict, finding, all months, exaggeration, not established, rests on, gap, units``) and
        ``text``; only what there is to say.

    Raises
    ------
    DiagnosisError
        When the fit that the verdict rests on failed its diagnosis.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> from equitymodel.studies.evaluate import evaluate
    >>> series, truth = simulate_series(Sizes(periods=34, before=20), seed=1)
    >>> evaluation_sentences(evaluate(series, truth.plan, seed=1))["text"].iloc[0][:15]
    'Not assessable:'
    """
    result = result.through_gate()
    of_gap = result.plan.outcome == "gap"
    gap = gap_sentence(result.judged_gap, SeriesFacts.of(result.series).exposure)
    said = {
        "verdict": _answer(result),
        "finding": _over_months_judged(gap, result) if of_gap else admissions_finding(result),
        "all months": _all_months(result),
        "exaggeration": _exaggerated(result),
        "not established": _not_established(result),
        "rests on": _rests_on(result),
        "gap": f"{gap} The verdict is about admissions, not about the gap." if gap and not of_gap else "",
        "units": _units(result),
    }
    return pd.DataFrame([(about, text) for about, text in said.items() if text], columns=["about", "text"])


def board_statement(result: Evaluation, plan: str = "") -> str:
    """Say it to a board, in 150 words or fewer: the verdict, one finding, and what was not established.

    Parameters
    ----------
    result
        As for `evaluation_sentences`.
    plan
        A sentence on the plan that was lodged for it, or that none was.

    Returns
    -------
    str
        One paragraph.

    Raises
    ------
    DiagnosisError
        As for `evaluation_sentences`.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> from equitymodel.studies.evaluate import evaluate
    >>> series, truth = simulate_series(Sizes(periods=34, before=20), seed=1)
    >>> len(board_statement(evaluate(series, truth.plan, seed=1)).split()) <= 150
    True
    """
    said = dict(evaluation_sentences(result).itertuples(index=False)) | ({"plan": plan} if plan else {})
    kept: list[str] = []
    for about in BOARD:
        if about in said and len(" ".join([*kept, said[about]]).split()) <= MOST_WORDS:
            kept.append(said[about])
    return " ".join(kept)


def gap_sentence(gap: pd.DataFrame, exposure: str = "population") -> str:
    """Say how the gap would have been and was, and whether the most deprived came nearer.

    Parameters
    ----------
    gap
        The table of changes of the gap.
    exposure
        What rates are relative to: ``population`` or ``expected_admissions``.

    Returns
    -------
    str
        One sentence, the end that has more without the intervention first; none without groups.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "measure": ["gap_without", "gap_with", "change_in_log_relative_index", "narrowing"],
    ...     "estimate": [-0.582, -0.378, 0.204, 0.204], "lower": [-0.6, -0.4, 0.15, 0.15],
    ...     "upper": [-0.56, -0.36, 0.25, 0.25], "probability": [0, 0, 1, 1]})
    >>> gap_sentence(rows)[:86]
    'At the ends of the gradient, the most deprived would have had 1.79 times the admission'
    """
    if not len(gap):
        return ""
    way, rows = way_of(gap), gap.set_index(MEASURE)
    without, with_it = (float(np.exp(way.sign * rows["estimate"][name])) for name in ("gap_without", "gap_with"))
    likely = float(rows["probability"]["narrowing" if with_it >= 1 else "gap_with"])
    return (
        f"At the ends of the gradient, the {way.more} deprived would have had {without:.2f} times the admissions of "
        f"the {way.fewer} deprived {RELATIVE_TO.get(exposure, 'per head')}; with the intervention "
        f"{_gap_with(with_it, way)}: {_moved(without, with_it, way)} ({percent(max(likely, 1 - likely))} probable; "
        f"change of {way.words} {_turned(rows, way)})."
    )


def gap_sentences(gap: pd.DataFrame, *, smallest_change: float, verdict: str = "") -> list[str]:
    """Say how the gap moved and how probable it is that it narrowed, never without the verdict on it.

    Parameters
    ----------
    gap
        The table of changes of the gap.
    smallest_change
        The smallest relevant change, as a share.
    verdict
        The verdict about the gap; empty where the question was another.

    Returns
    -------
    list
        Sentences; none without groups.

    Examples
    --------
    >>> gap_sentences(pd.DataFrame(), smallest_change=0.05)
    []
    """
    if not len(gap):
        return []
    likely = gap.set_index(MEASURE)["probability"]
    judged = f"Verdict on the gap: {verdict}." if verdict else "The verdict is about admissions, not about the gap."
    return [
        judged,
        gap_sentence(gap),
        f"Probability that the gap narrowed: {percent(likely['narrowing'])}; by {100 * smallest_change:g} % or more: "
        f"{percent(likely['narrowing_by_smallest_change'])}.",
    ]


def _gap_with(ratio: float, way: WayRound) -> str:
    if ratio >= 1:
        return f"they had {ratio:.2f} times"
    return f"the {way.fewer} deprived had {1 / ratio:.2f} times those of the {way.more} deprived"


def _moved(without: float, with_it: float, way: WayRound) -> str:
    """Say whether the ends came nearer, moved apart, or changed places."""
    if with_it >= 1:
        return f"the most deprived are {'nearer to' if with_it <= without else 'further from'} the least"
    wider = "smaller" if 1 / with_it <= without else "larger"
    return (
        f"the gap opens the other way, as the {way.fewer} deprived now have more, and is {wider} than it would "
        "have been"
    )


def _turned(rows: pd.DataFrame, way: WayRound) -> str:
    middle, *ends = (way.sign * float(rows[end]["change_in_log_relative_index"]) for end in ENDS)
    return _with_interval(middle, min(ends), max(ends))


def _with_interval(estimate: float, lower: float, upper: float) -> str:
    middle, least, most = map(change_in_per_cent, (estimate, lower, upper))
    return f"{middle} %, {100 * INTERVAL_PROBABILITY:g} % interval {least} to {most}"


def _answer(result: Evaluation) -> str:
    verdict = result.verdict.verdict
    what = ASKED[result.plan.outcome] + (" of the exposed" if result.plan.controlled else "")
    how = TOO_SMALL if verdict != REAL and _failed_by_size(result) else ANSWERS[verdict]
    said = how.format(what=what, start=_month(result), least=_least(result))
    return f"{verdict[0].upper()}{verdict[1:]}: {said}."


def _month(result: Evaluation) -> str:
    start = pd.Timestamp(result.plan.first_start)
    return f"{start.day} {start:%B %Y}"


def _failed_by_size(result: Evaluation) -> bool:
    """Say whether no change is excluded, and what fails is that it is large enough to matter."""
    checks = result.verdict.checks
    return bool(checks) and checks["interval"] and not checks["matters"]


def _over_months_judged(said: str, result: Evaluation) -> str:
    """Say over which months a finding is, where those judged are not all."""
    more = bool((result.impact[MONTHS] == ALL_MONTHS).any())
    return f"Over {months_judged(result)}: {said[0].lower()}{said[1:]}" if said and more else said


def _least(result: Evaluation) -> str:
    return f"{100 * result.plan.smallest_change:g} %"


def months_judged(result: Evaluation) -> str:
    """Say over which months after the start, lag and wash-out the verdict is."""
    if bool((result.impact[MONTHS] == ALL_MONTHS).any()):
        return f"the first {result.plan.judged_months} months"
    return "the months from the start to the end" if result.plan.ends else "all months after the start"


def admissions_finding(result: Evaluation) -> str:
    """Say how all admissions of the question moved over the months judged; nothing where they may not be published."""
    whole = _whole(result, JUDGED)
    if "average_rate_ratio" not in whole.index:
        return ""
    return moved_sentence(whole, " of the exposed" if result.plan.controlled else "", months_judged(result))


def moved_sentence(changes: pd.DataFrame, whom: str, months: str) -> str:
    """Say how admissions of a unit moved, as a share and as admissions.

    Parameters
    ----------
    changes
        Its rows of the table of changes over some months, by measure.
    whom
        Whose admissions, such as ``" of Devon"``; nothing of all.
    months
        Over which months, in words.

    Examples
    --------
    >>> rows = pd.DataFrame({"estimate": [1.1, 120.0], "lower": [1.05, 60.0], "upper": [1.15, 180.0]},
    ...                     index=["average_rate_ratio", "admissions_added"])
    >>> moved_sentence(rows, " of Devon", "the first 12 months")[:61]
    'Admissions of Devon were higher than they would have been wit'
    """
    middle, *ends = (float(np.log(changes[end]["average_rate_ratio"])) for end in ENDS)
    added, least, most = (float(changes[end]["admissions_added"]) for end in ENDS)
    word = "higher" if middle > 0 else "lower"
    found = f"Admissions{whom} were {word} than they would have been without the intervention"
    if ends[0] * ends[1] <= 0:
        found = f"Admissions{whom} may have been higher or lower than without the intervention; most probably {word}"
    return (
        f"{found} ({_with_interval(middle, *ends)}): {number(abs(added))} {'more' if added > 0 else 'fewer'} over "
        f"{months} (change {number(least)} to {number(most)})."
    )


def _whole(result: Evaluation, months: str) -> pd.DataFrame:
    """Give changes of all admissions by measure, over some months."""
    rows = result.impact
    chosen = rows[ICS].isin(EVERYWHERE) & (rows["group"] == ALL_GROUPS) & (rows[PROCEDURE] == ALL_PROCEDURES)
    return rows[chosen & (rows[MONTHS] == months)].set_index(MEASURE)


def _all_months(result: Evaluation) -> str:
    """Give the change over all months where those judged are not all, and say where the two disagree."""
    judged, whole = (_asked_about(result, months) for months in (JUDGED, ALL_MONTHS))
    if judged is None or whole is None:
        return ""
    said = f"Over all {result.months[1]:.0f} months after, which are not judged: {_with_interval(*whole)}."
    apart = not (judged[1] <= whole[0] <= judged[2] and whole[1] <= judged[0] <= whole[2])
    if not apart:
        return said
    return f"{said} The two disagree: for a change that grows, declare a slope beforehand (--shape slope)."


def _asked_about(result: Evaluation, months: str) -> tuple[float, float, float] | None:
    """Give the log ratio that the question is about over some months, the way round it is said; none without it."""
    of_gap = result.plan.outcome == "gap"
    gap = result.gap_change[result.gap_change[MONTHS] == months].set_index(MEASURE)
    name, rows = ("change_in_log_relative_index", gap) if of_gap else ("average_rate_ratio", _whole(result, months))
    if name not in rows.index:
        return None
    sign = way_of(result.judged_gap).sign if of_gap else 1
    values = (float(rows[end][name]) for end in ENDS)
    middle, *ends = (sign * value if of_gap else float(np.log(value)) for value in values)
    return middle, min(ends), max(ends)


def _exaggerated(result: Evaluation) -> str:
    """Say that a change is likely exaggerated, only of one that was found and may be as small as that."""
    judged = _asked_about(result, JUDGED)
    if judged is None or not result.verdict.checks.get("interval", False):
        return ""
    nearest = float(np.expm1(min(abs(end) for end in judged[1:])))
    expected = result.known_before.exaggeration(result.months[1], max(nearest, result.plan.smallest_change))
    return "" if expected is None or not expected.sentence else f"It may be exaggerated. {expected.sentence}"


def _not_established(result: Evaluation) -> str:
    """Say what the result does not show, in the words of its verdict."""
    verdict, size = result.verdict.verdict, size_in_per_cent(result.verdict.smallest_detectable).replace("%", " %")
    if verdict == REAL:
        alone = "" if result.plan.controlled else ", as there was no control that shares them"
        return (
            "Not established: that the intervention made the change, and not something else that began at the same "
            f"time{alone}."
        )
    said = "Not established: that there was a change, and also that there was none."
    if _failed_by_size(result):
        return (f"The interval excludes no change; what fails is the size. Not established: that it was "
                f"{_least(result)} or more, or that it was less.")  # fmt: skip
    if verdict == NOT_ASSESSABLE:
        return said
    return f"{said} As was known before, changes of {size} or more are found in 80 % of such series."


def _rests_on(result: Evaluation) -> str:
    before, after = result.months
    held = f"; {result.verdict.held}" if result.verdict.checks else ""
    beside = ", beside controls" if result.plan.controlled else ""
    return f"It rests on {before:.0f} months before and {after:.0f} after the start{beside}{held}."


def _units(result: Evaluation) -> str:
    units = found_units(result.impact, names_of(result.series))
    return f"Taken one by one, a change of {_least(result)} or more is found in {'; in '.join(units)}." if units else ""
