"""What single pictures of an evaluation show, each in a sentence short enough to stand above it on a slide."""

from __future__ import annotations

import numpy as np

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.estimands.effect_measure import MEASURE
from equitymodel.estimands.written_numbers import change_in_per_cent, number
from equitymodel.report.plots.interruption_plots import cumulative_data
from equitymodel.report.wording.evaluation_sentences import months_judged
from equitymodel.report.wording.evaluation_words import way_of
from equitymodel.studies.evaluation import Evaluation
from equitymodel.vocabulary import INTERVAL_PROBABILITY, PERIOD

INTERVAL = f"{100 * INTERVAL_PROBABILITY:g} % interval"


def added_sentence(result: Evaluation) -> str:
    """Say how many admissions were added from the start to the last period that counts.

    Raises
    ------
    DiagnosisError
        When the fit of all admissions failed its diagnosis.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> from equitymodel.studies.evaluate import evaluate
    >>> series, truth = simulate_series(Sizes(periods=34, before=20), seed=1)
    >>> added_sentence(evaluate(series, truth.plan, seed=1))[:14]
    'From the start'
    """
    last = cumulative_data(result).iloc[-1]
    until = SeriesFacts.of(result.series).frequency.label(last[PERIOD])
    more = "more" if last["estimate"] > 0 else "fewer"
    return (
        f"From the start to {until}: {number(abs(last['estimate']))} {more} admissions{_exposed(result)} than without "
        f"the intervention (change {number(last['lower'])} to {number(last['upper'])}, {INTERVAL})."
    )


def gap_finding(result: Evaluation) -> str:
    """Say how the gap moved over the months judged; nothing without groups.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> from equitymodel.studies.evaluate import evaluate
    >>> series, truth = simulate_series(Sizes(periods=34, before=20), seed=1)
    >>> gap_finding(evaluate(series, truth.plan, seed=1))
    ''
    """
    gap = result.judged_gap
    if not len(gap):
        return ""
    way, rows = way_of(gap), gap.set_index(MEASURE)
    without, with_it = (float(np.exp(way.sign * rows["estimate"][name])) for name in ("gap_without", "gap_with"))
    ends = (way.sign * float(rows[end]["change_in_log_relative_index"]) for end in ("lower", "upper"))
    least, most = map(change_in_per_cent, sorted(ends))
    moved = change_in_per_cent(way.sign * float(rows["estimate"]["change_in_log_relative_index"]))
    return (
        f"Over {months_judged(result)}, {way.words}{_exposed(result)} changed by {moved} % ({INTERVAL} {least} to "
        f"{most}): {with_it:.2f} times, against {without:.2f} without the intervention."
    )


def _exposed(result: Evaluation) -> str:
    return " of the exposed" if result.plan.controlled else ""
