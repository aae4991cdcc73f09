"""One verb for whatever was found: sentences of a fit, of an evaluation, or of results opened from their folder."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.tables.areas import find_area
from equitymodel.errors import OptionError
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.content.any_published import open_results
from equitymodel.report.content.published import Published
from equitymodel.report.content.published_evaluation import PublishedEvaluation
from equitymodel.report.wording.evaluation_sentences import evaluation_sentences
from equitymodel.report.wording.quotable import quotable_of
from equitymodel.report.wording.statement import procedure_sentences
from equitymodel.studies.evaluation import Evaluation
from equitymodel.vocabulary import ALL_ICS


@refuses_other_types
def sentences(
    found: CellFit | Evaluation | Published | PublishedEvaluation | Path | str,
    *,
    ics: str = ALL_ICS,
    gaps: pd.DataFrame | None = None,
    totals: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Say the main findings in words: one paragraph a procedure, or the sentences of an evaluation, its verdict first.

    Parameters
    ----------
    found
        A diagnosed fit; an evaluation, see `evaluation_sentences`; or results of either: what `open_results` opened,
        or the folder that holds them.
    ics
        Of gaps and routes: which area, by code or name; all ICSs together by default.
    gaps, totals
        Of a fit: from `gaps_table` and `totals_table`, where they are at hand; worked out by default.

    Returns
    -------
    pandas.DataFrame
        ``procedure`` and ``text``, which names the year where the tables do; of an evaluation ``about`` and
        ``text``.

    Raises
    ------
    OptionError
        When there is no such ICS, an evaluation is asked about one, or a folder holds no results of these kinds.

    Examples
    --------
    >>> from equitymodel.inference.fit_model import fit_model
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> from equitymodel.spec.library import load_model
    >>> small, _ = simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = fit_model(load_model("gap_by_procedure"), small, engine="laplace", seed=1)
    >>> sentences(fit, ics="area 01")["text"].item()[:35]
    'Per head, with nothing adjusted for'
    """
    opened = open_results(found) if isinstance(found, (Path, str)) else found
    match opened:
        case CellFit():
            return procedure_sentences(quotable_of(opened, gaps, totals), find_area(ics, opened.cells))
        case Published():
            return procedure_sentences(opened.quotable, opened.code_of(ics))
        case PublishedEvaluation():
            return _of_evaluation(opened.result, ics)
        case Evaluation():
            return _of_evaluation(opened, ics)
    raise OptionError(
        "these results have no sentences of their own: sentences are of gaps and routes, and of evaluations. Write "
        "their page with em.write_report, which says what was found"
    )


def _of_evaluation(result: Evaluation, ics: str) -> pd.DataFrame:
    if ics != ALL_ICS:
        raise OptionError(f"an evaluation is of all that were exposed, and not of '{ics}' alone; leave ics out")
    result.require_current()
    return evaluation_sentences(result)
