"""Results of any kind, opened from their folder: gaps, evaluations, pathways, strategies, options, or charts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from equitymodel.errors import OptionError
from equitymodel.report.content.published import Published, open_published
from equitymodel.report.content.published_decision import RANKS, PublishedDecision, open_decision
from equitymodel.report.content.published_effects import EFFECTS, PublishedEffects, open_effects
from equitymodel.report.content.published_evaluation import VERDICT, PublishedEvaluation, open_evaluation
from equitymodel.report.content.published_monitor import MONITOR, PublishedMonitor, open_monitor
from equitymodel.report.content.published_stages import GAPS, PublishedStages, open_stages

AnyPublished = (
    Published | PublishedEvaluation | PublishedEffects | PublishedStages | PublishedDecision | PublishedMonitor
)
KINDS: tuple[tuple[str, str, Callable[[Path], AnyPublished]], ...] = (
    (VERDICT, "an evaluation", open_evaluation),
    ("gaps.csv", "gaps and routes", open_published),
    (f"{EFFECTS}.csv", "strategies", open_effects),
    (f"{GAPS}.csv", "a pathway", open_stages),
    (f"{RANKS}.csv", "judged options", open_decision),
    (MONITOR, "monitored series", open_monitor),
)
"""The file that each kind of results is known by, what it is of, and what opens it."""
WRITERS = "equitymodel run, demo, interruption, stages, strategies effects, decide or monitor"


def open_results(folder: Path | str) -> AnyPublished:
    """Open a folder of results, of whatever kind.

    Parameters
    ----------
    folder
        That a command wrote.

    Returns
    -------
    Published, PublishedEvaluation, PublishedEffects, PublishedStages, PublishedDecision or PublishedMonitor
        As it was written.

    Raises
    ------
    OptionError
        When it holds no results of any kind.

    Examples
    --------
    What it opened goes into `write_report`.

    >>> open_results("absent")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: there is no folder absent; give the folder that equitymodel run, demo, interruption,
    stages, strategies effects, decide or monitor wrote
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise OptionError(f"there is no folder {folder}; give the folder that {WRITERS} wrote")
    for name, _, open_kind in KINDS:
        if (folder / name).is_file():
            return open_kind(folder)
    *kinds, last = (f"{of} ({name})" for name, of, _ in KINDS)
    raise OptionError(
        f"{folder} holds no results of {', '.join(kinds)} or {last}. Give the folder that {WRITERS} wrote"
    )
