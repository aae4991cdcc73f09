"""Convergence of the very draws that are published."""

from __future__ import annotations

from collections.abc import Iterable

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.groups import Group
from equitymodel.estimands.between_years import FROM, TO
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
        From `gap_measures` and `total_measures`; of several years also from `year_measures` and `share_measures`.

    Returns
    -------
    list of Check
        One a kind of check; none for the fast engine.
    """
    if fit.engine == "laplace":
        return []
    group = CellFacts.of(fit.cells).group
    reported = {
        label_of_reported(item, group): item.draws.rename(f"reported_{number}")
        for number, item in enumerate(measures)
        if item.sampled
    }
    away = {f"shortfall against {group.comparison.last} of the ICS": level_shortfall(fit.fitted, fit.expected)}
    return check_draws({**reported, **away}, label="reported gaps, totals and shortfalls", enough=REPORTED_DRAWS)


def label_of_reported(measure: Measure, group: Group) -> str:
    """Name a measure that is checked, with its definition and the years it compares.

    Examples
    --------
    >>> import xarray as xr
    >>> change = xr.DataArray([[1.1]], coords={"period_from": ["2019"], "period_to": ["2020"]})
    >>> label_of_reported(Measure("share_of_admissions_change", "share_of_admissions", change), Group())
    'share_of_admissions_change (2019 to 2020)'
    """
    definition = variant_words(measure, group) if measure.variant or measure.route else ""
    pair = [str(measure.draws[name].values[0]) for name in (FROM, TO) if name in measure.draws.dims]
    facts = [text for text in (definition, " to ".join(pair)) if text]
    return f"{measure.key} ({', '.join(facts)})" if facts else measure.key
