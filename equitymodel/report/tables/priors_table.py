"""Which published numbers hang on which prior: measured when results are made, kept as a table of its own."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.crossed_groups import MAIN, WITHIN
from equitymodel.estimands.measures import Measure
from equitymodel.inference.diagnosis import Check
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.power_scaling import HANGS, power_scale
from equitymodel.report.tables.reported import label_of_reported
from equitymodel.report.wording.one_ics import is_alone, of_one_ics
from equitymodel.report.wording.prior_words import place_words
from equitymodel.studies.carried_fit import as_counted
from equitymodel.vocabulary import ALL_ICS, GROUP, ICS, PERIOD, PROCEDURE, group_dim

MOVED = ["sensitivity", "limit", "hangs", "hanging_measures"]


def priors_table(fit: CellFit, measures: Iterable[Measure]) -> pd.DataFrame:
    """Lay out how far published numbers move with each prior, by power-scaling.

    Parameters
    ----------
    fit
        The fit to all its years.
    measures
        From `gap_measures` and `total_measures` of its last year; of several years also from `year_measures` and
        `share_measures`. Those under less than the fullest adjustment are left out: they move with those under it.

    Returns
    -------
    pandas.DataFrame
        A row a prior, the largest sensitivity first: the ``prior``; the ``measure`` that moves most with it, its ICS,
        procedure, group and period, where it has them; its ``sensitivity`` (no unit) with its ``limit``; whether it
        ``hangs`` on it; and every measure of which any number does, with ``;`` between. No rows where expected
        admissions are uncertain.

    References
    ----------
    See `power_scale`.

    Examples
    --------
    >>> import equitymodel as em
    >>> from equitymodel.estimands.gap_records import gap_measures
    >>> cells, _ = em.simulate_cells(areas=6, procedures=2, seed=1)
    >>> fit = em.fit_model("gap_by_procedure", cells, engine="laplace", seed=1)
    >>> bool(priors_table(fit, gap_measures(fit))["hangs"].any())
    False
    """
    facts = CellFacts.of(fit.cells)
    alone = is_alone(fit.cells)
    reported = {
        label_of_reported(item, facts.group): _of_ics(item) if alone else item.draws
        for item in measures
        if item.sampled and item.adjustment in ("", facts.fullest) and not (alone and _compares(item))
    }
    names = dict(zip(fit.cells[ICS].values, fit.cells["ics_name"].values, strict=True))
    places = {PROCEDURE: PROCEDURE, group_dim(fit.cells.dims): facts.group.name, PERIOD: PERIOD}
    rows = []
    for found in power_scale(as_counted(fit), reported):
        where = found.labels.get(ICS, ALL_ICS)
        of_both = ", ".join(str(found.labels[dim]) for dim in (MAIN, WITHIN) if dim in found.labels)
        others = [found.labels.get(dim, of_both if dim == GROUP else "") for dim in places]
        moved = (found.sensitivity, HANGS, found.hangs, "; ".join(found.hanging))
        rows.append((found.prior, found.quantity, where, names.get(where, where), *others, *moved))
    return pd.DataFrame(rows, columns=["prior", "measure", ICS, "ics_name", *places.values(), *MOVED])


def _of_ics(measure: Measure) -> xr.DataArray:
    """Leave out the numbers of all ICSs together, where there is one ICS alone."""
    draws = measure.draws
    return draws.sel({ICS: draws[ICS] != ALL_ICS}) if ICS in draws.dims else draws


def _compares(measure: Measure) -> bool:
    """Whether a measure compares an ICS with others, and is not published of one ICS alone."""
    row = {"measure": measure.key, "scope": measure.scope, "variant": measure.variant}
    return of_one_ics(pd.DataFrame([row])).empty


def check_priors(priors: pd.DataFrame) -> list[Check]:
    """Check that no published number hangs on a prior.

    Returns
    -------
    list of Check
        The largest sensitivity: below 0.05 passes, and more warns. It never fails: a prior may be what is known, and
        what hangs on it is said. None where nothing was measured.

    Examples
    --------
    >>> check_priors(pd.DataFrame(columns=MOVED))
    []
    """
    if priors.empty:
        return []
    most, hanging = priors.iloc[0], int(priors["hangs"].sum())
    detail = f"worst: {most['measure']} of {place_words(most)}, on the prior of {most['prior']}"
    if hanging:
        detail += f"; {hanging} of {len(priors)} priors: fit again with others, and report both"
    return [Check("largest sensitivity of a published number to a prior", float(most["sensitivity"]),
                  "WARN" if hanging else "PASS", f"below {HANGS:g}; warns and never fails", detail)]  # fmt: skip
