"""Results of any kind, opened from their folder: of gaps and routes, or of an evaluation."""

from __future__ import annotations

from pathlib import Path

from equitymodel.errors import OptionError
from equitymodel.report.content.published import Published, open_published
from equitymodel.report.content.published_evaluation import VERDICT, PublishedEvaluation, open_evaluation

AnyPublished = Published | PublishedEvaluation


def open_results(folder: Path | str) -> AnyPublished:
    """Open a folder of results, of whatever kind.

    Parameters
    ----------
    folder
        That a run or an evaluation wrote.

    Returns
    -------
    Published or PublishedEvaluation
        As it was written.

    Raises
    ------
    OptionError
        When it holds neither results of gaps and routes nor those of an evaluation.

    Examples
    --------
    What it opened goes into `write_report` and `sentences`.

    >>> open_results("absent")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: absent holds neither results of gaps and routes (gaps.csv) nor those of an
    evaluation (verdict.json). Give the folder that equitymodel run, demo or interruption wrote
    """
    folder = Path(folder)
    if (folder / VERDICT).is_file():
        return open_evaluation(folder)
    if (folder / "gaps.csv").is_file():
        return open_published(folder)
    raise OptionError(
        f"{folder} holds neither results of gaps and routes (gaps.csv) nor those of an evaluation ({VERDICT}). Give "
        "the folder that equitymodel run, demo or interruption wrote"
    )
