"""Convergence of the very draws that are published."""

from __future__ import annotations

from collections.abc import Iterable

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.estimands.measures import Measure
from equitymodel.estimands.routes import level_shortfall
from equitymodel.inference.diagnosis import REPORTED_DRAWS, Check, check_draws
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.wording.measure_words import variant_words


def check_reported(fit: CellFit, measures: Iterable[Measure]) -> list[Check]:
    """Check convergence of the very draws behind the published gaps, totals and shortfalls.

    Draws by Laplace do not come from chains, and their checks are those of the engine.

    Parameters
    ----------
    fit
        A fit.
    measures
        From `gap_measures` and `total_measures`.

    Returns
    -------
    list of Check
        One a kind of check; none for the fast engine.
    """
    if fit.engine == "laplace":
        return []
    group = CellFacts.of(fit.cells).group
    reported = {
        f"{item.key} ({variant_words(item, group)})": item.draws.rename(f"reported_{number}")
        for number, item in enumerate(measures)
    }
    away = {f"shortfall against {group.comparison.last} of the ICS": level_shortfall(fit.fitted, fit.expected)}
    return check_draws({**reported, **away}, label="reported gaps, totals and shortfalls", enough=REPORTED_DRAWS)
