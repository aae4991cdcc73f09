"""Results of any kind, opened from their folder: of gaps and routes, an evaluation, or strategies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from equitymodel.errors import OptionError
from equitymodel.report.content.published import Published, open_published
from equitymodel.report.content.published_effects import EFFECTS, PublishedEffects, open_effects
from equitymodel.report.content.published_evaluation import VERDICT, PublishedEvaluation, open_evaluation

AnyPublished = Published | PublishedEvaluation | PublishedEffects
KINDS: tuple[tuple[str, str, Callable[[Path], AnyPublished]], ...] = (
    (VERDICT, "an evaluation", open_evaluation),
    ("gaps.csv", "gaps and routes", open_published),
    (f"{EFFECTS}.csv", "strategies", open_effects),
)
"""The file that each kind of results is known by, what it is of, and what opens it."""


def open_results(folder: Path | str) -> AnyPublished:
    """Open a folder of results, of whatever kind.

    Parameters
    ----------
    folder
        That a command wrote.

    Returns
    -------
    Published, PublishedEvaluation or PublishedEffects
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
    equitymodel.errors.OptionError: absent holds no results of an evaluation (verdict.json), gaps and routes (gaps.csv)
    or strategies (strategy_effects.csv). Give the folder that equitymodel run, demo, interruption or strategies effects
    wrote
    """
    folder = Path(folder)
    for name, _, open_kind in KINDS:
        if (folder / name).is_file():
            return open_kind(folder)
    *kinds, last = (f"{of} ({name})" for name, of, _ in KINDS)
    raise OptionError(
        f"{folder} holds no results of {', '.join(kinds)} or {last}. Give the folder that equitymodel run, demo, "
        "interruption or strategies effects wrote"
    )
