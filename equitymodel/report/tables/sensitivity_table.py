"""What it would take to explain each headline gap away, as a table."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.estimands.gap_records import adjusted_ratios
from equitymodel.estimands.measures import Measure, headline_of
from equitymodel.estimands.sensitivity_records import sensitivity_measures
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.year_of_fit import year_of
from equitymodel.report.tables.rows import label_of_groups, lay_out, rows_of
from equitymodel.report.wording.measure_words import left_out_words
from equitymodel.vocabulary import PROCEDURE


def sensitivity_table(
    fit: CellFit, measures: Iterable[Measure] | None = None, *, lasting: Iterable[Measure] = ()
) -> pd.DataFrame:
    """Lay out what it would take to explain each headline gap away, what each adjustment did, and private care.

    Parameters
    ----------
    fit, measures
        As for `gaps_table`.
    lasting
        From `lasting_share_measures`, where a fit to one year assumes which share lasts.

    Returns
    -------
    pandas.DataFrame
        One row an estimate: labels, ``question``, ``left_out`` (the adjustment that is left out, if any),
        ``assumption`` (a ratio of need, a share of private care in the least deprived group, or a share that lasts)
        and the numbers. The tipping point comes first; beside it ``need_measured_by_adjustment``, on its scale.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> list(dict.fromkeys(sensitivity_table(fit)["question"]))
    ['tipping_point', 'probability_gap_persists', 'rate_ratio_with_private_care']
    """
    fit = year_of(fit)
    gap = headline_of(adjusted_ratios(fit) if measures is None else measures).draws
    group = CellFacts.of(fit.cells).group
    parts = [
        rows_of(item).assign(
            question=item.key,
            left_out=left_out_words(item.adjustment, group),
            assumption=float("nan") if item.assumption is None else item.assumption,
        )
        for item in [*sensitivity_measures(fit, gap), *lasting]
    ]
    labels = [*label_of_groups(fit), PROCEDURE, "question", "left_out", "assumption"]
    return lay_out(fit, pd.concat(parts, ignore_index=True), labels).drop(columns="probability")
