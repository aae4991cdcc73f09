"""From a fit to a folder of results: diagnosed, stamped if need be, and written all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.errors import OptionError
from equitymodel.estimands.crossed_records import crossed_measures
from equitymodel.estimands.gap_records import gap_measures
from equitymodel.estimands.lasting_share import lasting_share_measures
from equitymodel.estimands.measures import Measure
from equitymodel.estimands.route_records import total_measures
from equitymodel.estimands.share_records import share_measures
from equitymodel.estimands.three_quantities import ThreeQuantities
from equitymodel.estimands.year_records import year_measures
from equitymodel.inference.cores import at_once
from equitymodel.inference.fewer_draws import fewer_draws
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.grouped.year_of_fit import year_of
from equitymodel.inference.progress import Progress, silent
from equitymodel.inference.saved_fit import save_fit
from equitymodel.report.content.gap_document import gap_document
from equitymodel.report.content.published import Published, with_texts
from equitymodel.report.html.document_page import page_of
from equitymodel.report.plain_files import write_json
from equitymodel.report.plots.adjustment_plots import plot_adjustments
from equitymodel.report.provenance import PROVENANCE, provenance
from equitymodel.report.published_files import write_inputs, write_tables
from equitymodel.report.results_folder import write_folder
from equitymodel.report.tables.adjustments_table import adjustments_table
from equitymodel.report.tables.carried_table import carried_table, name_parts
from equitymodel.report.tables.covariates_table import covariates_table
from equitymodel.report.tables.crossed_table import crossed_table
from equitymodel.report.tables.crude_table import crude_table
from equitymodel.report.tables.expected_table import expected_table
from equitymodel.report.tables.gaps_table import gaps_table
from equitymodel.report.tables.named_year import name_year, years_fitted
from equitymodel.report.tables.priors_table import check_priors, priors_table
from equitymodel.report.tables.reported import check_reported
from equitymodel.report.tables.sensitivity_table import sensitivity_table
from equitymodel.report.tables.shares_table import shares_table
from equitymodel.report.tables.targets_table import targets_table, totals_table
from equitymodel.report.tables.years_table import years_table
from equitymodel.report.wording.one_ics import is_alone, of_one_ics
from equitymodel.report.wording.prior_words import prior_limits
from equitymodel.report.wording.statement import APPROXIMATE
from equitymodel.studies.carried_fit import CarriedFit, as_counted


@dataclass(frozen=True)
class Results:
    """Everything that is published about a fit.

    Attributes
    ----------
    fit
        The fit, its diagnosis extended to the reported quantities.
    tables
        ``expected, gaps, adjustments, sensitivity, targets, target_totals, priors``; of several years also
        ``years, shares``, of a model with covariates ``covariates``, of groups within groups ``within_groups``, of a
        fit that was carried over to other areas ``carried_areas``.
    provenance
        Where it comes from.
    stamp
        A warning that goes with every table, empty if the diagnosis did not fail.
    inputs
        Tables to keep beside the results, for an example whose inputs are nowhere else.
    kept_draws
        Draws of each chain that go into the folder, as `fewer_draws` takes them; none for all. Tables are of all.
    """

    fit: CellFit
    tables: Mapping[str, pd.DataFrame]
    provenance: Mapping[str, Any]
    stamp: str = ""
    inputs: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    kept_draws: int | None = None


@refuses_other_types
def make_results(
    fit: CellFit,
    *,
    options: dict[str, Any] | None = None,
    force: bool = False,
    progress: Progress | None = None,
    unit_costs: Mapping[str, float] | None = None,
    lasting_ends: tuple[xr.DataArray, xr.DataArray] | None = None,
) -> Results:
    """Work out every published quantity, and diagnose the draws behind them.

    Parameters
    ----------
    fit
        A fit, or one that `carry_fit` carried over to other areas.
    options
        The options of the run, for the record.
    force
        Publish even if the diagnosis fails; every table is then stamped.
    progress
        Called with what is being done and the share of it that is done.
    unit_costs
        Cost of an admission by procedure, for shares of spending by year; not with one year alone.
    lasting_ends
        For one year: draws of fitted admissions if nothing of what is not in the model's lines lasts, and if all of
        it does, from `fit_lasting_ends`.

    Returns
    -------
    Results
        Tables, provenance and the extended diagnosis. Of a fit to several years, ``years`` and ``shares`` compare
        them; all other tables are of the last one, a year.

    Raises
    ------
    DiagnosisError
        When the diagnosis fails and `force` is not given.
    OptionError
        When there are unit costs and one year alone, or a procedure has no cost.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> list(make_results(fit).tables)
    ['expected', 'gaps', 'adjustments', 'sensitivity', 'targets', 'target_totals', 'crude', 'priors']
    """
    say, fit = progress or silent, fit.require_sound(force=force)
    say("working out gaps and routes", 0.0)
    _refuse_costs(fit, unit_costs)
    last = year_of(fit)
    gaps, totals, crossed, years, shares = _measures(fit, last, unit_costs)
    say("checking what will be reported", 0.0)
    measures = [*gaps, *totals, *crossed, *years, *shares]
    priors = priors_table(fit, measures)
    fit = fit.with_checks([*check_reported(last, measures), *check_priors(priors)]).require_sound(force=force)
    say("writing tables", 0.0)
    notes = {"stamp": fit.stamp, "synthetic": CellFacts.of(fit.cells).synthetic}
    notes["approximate"] = APPROXIMATE if fit.engine == "laplace" else ""
    said = {key: text for key, text in notes.items() if text}
    last = year_of(fit)
    group = CellFacts.of(fit.cells).group
    if lasting_ends and isinstance(fit, CarriedFit):
        lasting_ends = (fit.carry(lasting_ends[0]), fit.carry(lasting_ends[1]))
    lasting = list(lasting_share_measures(*lasting_ends, last.expected, group)) if lasting_ends else []
    made = _tables(last, gaps, totals, lasting) | ({"within_groups": crossed_table(last, crossed)} if crossed else {})
    made = {name: name_year(last, table) for name, table in made.items()}
    made |= {"priors": name_year(last, priors)} | _tables_of_years(fit, years, shares)
    if isinstance(fit, CarriedFit):
        made = {name: name_parts(fit, table) for name, table in made.items()} | {"carried_areas": carried_table(fit)}
    record = provenance(fit, question=options or {})
    record["limits"] += prior_limits(priors)
    return Results(fit, {name: table.assign(**said) for name, table in made.items()}, record, fit.stamp)


def _measures(fit: CellFit, last: CellFit, unit_costs: Mapping[str, float] | None) -> list[list[Measure]]:
    """Give the draws of gaps, totals, groups within groups, and, where there are several years, of what compares them.

    What all of them begin with is worked out beforehand, so that no two of them do it.
    """
    several = years_fitted(fit) > 1
    size = max(values.nbytes for values in (fit.fitted, last.fitted, last.expected))
    return at_once(
        lambda: list(gap_measures(last)),
        lambda: list(total_measures(last)),
        lambda: list(crossed_measures(last)),
        lambda: list(year_measures(fit)) if several else [],
        lambda: list(share_measures(fit, unit_costs)) if several else [],
        size=size,
    )


def _tables(
    fit: CellFit, gaps: list[Measure], totals: list[Measure], lasting: list[Measure]
) -> dict[str, pd.DataFrame]:
    """Lay out every published table, by the name of its file."""
    gap_rows = gaps_table(fit, gaps)
    works: dict[str, Callable[[], pd.DataFrame]] = {
        "expected": lambda: expected_table(fit, _three_quantities(fit)),
        "gaps": lambda: gap_rows,
        "adjustments": lambda: adjustments_table(gap_rows),
        "sensitivity": lambda: sensitivity_table(fit, gaps, lasting=lasting),
        "targets": lambda: targets_table(fit),
        "target_totals": lambda: totals_table(fit, totals),
        "crude": lambda: crude_table(fit),
        **({"covariates": lambda: covariates_table(fit)} if fit.covariate_terms else {}),
    }
    return dict(zip(works, at_once(*works.values(), size=fit.fitted.nbytes), strict=True))


def _three_quantities(fit: CellFit) -> ThreeQuantities:
    return ThreeQuantities(fit.fitted, fit.this_year, fit.next_year() if fit.of_whole_years else None)


def _refuse_costs(fit: CellFit, unit_costs: Mapping[str, float] | None) -> None:
    """Refuse unit costs where there is one year alone."""
    if unit_costs is not None and years_fitted(fit) == 1:
        raise OptionError("shares of spending are given by year, and this fit has one period; leave unit_costs out")


def _tables_of_years(fit: CellFit, years: list[Measure], shares: list[Measure]) -> dict[str, pd.DataFrame]:
    """Lay out what compares years, where there are several."""
    if not years:
        return {}
    return {"years": years_table(fit, years), "shares": shares_table(fit, measures=shares)}


@refuses_other_types
def write_results(
    results: Results, out: Path | str, *, overwrite: bool = False, beside: Mapping[str, str] | None = None
) -> Path:
    """Write a folder of results, all of it or none.

    Parameters
    ----------
    results
        From `make_results`.
    out
        The folder; made if it is not there.
    overwrite
        Replace earlier results: those files that this package wrote; all others in the folder stay.
    beside
        Further files of text to keep with the results, by name: the run file.

    Returns
    -------
    pathlib.Path
        The folder that was written.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> sorted(path.name for path in write_results(make_results(fit), Path(mkdtemp()) / "results").iterdir())[:3]
    ['adjustments.csv', 'adjustments.parquet', 'areas.csv']
    """
    return write_folder(out, partial(_write_files, results), overwrite=overwrite, beside=beside)


def _write_files(results: Results, folder: Path) -> None:
    fit = results.fit.require_sound()
    write_inputs(folder / "inputs", results.inputs)
    published = published_of(results)
    write_tables(folder, published.tables)
    save_fit(fewer_draws(as_counted(fit), results.kept_draws), folder / "posterior.nc")
    write_json(folder / "diagnosis.json", fit.diagnosis.to_dict() | {"stamp": results.stamp})
    write_json(folder / PROVENANCE, results.provenance)
    plot_adjustments(results.tables["gaps"]).savefig(folder / "gap.png")
    page = page_of(gap_document(published, workshop=as_counted(fit)))
    (folder / "report.html").write_text(page, encoding="utf-8")


def published_of(results: Results) -> Published:
    """Give results as they are published, which is as `open_published` opens their folder.

    Parameters
    ----------
    results
        Of a fit that is sound, or forced.

    Returns
    -------
    Published
        With tables of one ICS alone without what compares it with others.
    """
    alone = is_alone(results.fit.cells)
    tables = {name: with_texts(of_one_ics(table) if alone else table) for name, table in results.tables.items()}
    facts = CellFacts.of(results.fit.cells)
    return Published(tables, facts, results.provenance, results.stamp, results.fit.diagnosis)
