"""Ratios, admissions and shortfalls of every cell, as records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.estimands.fitted import Fitted, ratio_of
from equitymodel.estimands.measures import Measure, measured
from equitymodel.estimands.rates import AGAINST_NEED, Reference, expected_at_reference, shortfall
from equitymodel.estimands.reading import read_as
from equitymodel.estimands.three_quantities import ThreeQuantities


def cell_measures(fit: Fitted, quantities: ThreeQuantities | None = None) -> Iterator[Measure]:
    """Give draws of fitted and expected admissions, ratios and shortfalls of every cell.

    Parameters
    ----------
    fit
        A fit; cells in which a procedure is not offered are missing.
    quantities
        Admissions as the area is, this year and next year, where more than the first was worked out.

    Returns
    -------
    iterator of Measure
        Admissions are given as means, which add up; ratios as medians. Expected admissions and shortfalls
        are at the national rate, and at that of the group of the same ICS that others are compared with.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> [measure.key for measure in cell_measures(fit)][:3]
    ['fitted', 'standardised_ratio', 'expected_admissions']
    """
    admissions = ThreeQuantities(fit.fitted) if quantities is None else quantities
    yield from admissions.measures()
    ratio = read_as(ratio_of(fit), AGAINST_NEED, "standardised_ratio")
    yield measured(ratio, "standardised_ratio", reference="national")
    references: tuple[Reference, ...] = ("national", CellFacts.of(fit.cells).group.comparison.own_reference)
    for reference in references:
        target = expected_at_reference(fit, reference=reference)
        yield _as_mean(measured(target, "expected_admissions", reference=reference))
        yield _as_mean(measured(shortfall(fit, reference=reference), "shortfall", reference=reference))


def _as_mean(measure: Measure) -> Measure:
    return replace(measure, centre="mean")
