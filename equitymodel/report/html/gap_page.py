"""The report: one self-contained page that a board analyst can read, print and archive."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined, Template

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.tables.groups import Group
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.contribution import scale_of_adjustments
from equitymodel.report.html.embedded import picture
from equitymodel.report.html.years_section import years_section
from equitymodel.report.plots.adjustment_plots import plot_adjustments
from equitymodel.report.plots.gap_plots import plot_gap
from equitymodel.report.plots.group_look import look_of
from equitymodel.report.plots.observed_plot import plot_observed_expected
from equitymodel.report.plots.tipping_plot import plot_tipping
from equitymodel.report.tables.named_year import period_of
from equitymodel.report.tables.rows import column_of_groups
from equitymodel.report.wording.group_words import words_of
from equitymodel.report.wording.lasting_words import lasting_ends
from equitymodel.report.wording.one_ics import is_alone, together_words
from equitymodel.report.wording.route_words import needed_words
from equitymodel.report.wording.statement import limits, sentences
from equitymodel.vocabulary import (
    ALL_ICS,
    ICS,
    INTERVAL_KIND,
    INTERVAL_PROBABILITY,
    PROCEDURE,
    ROUTES,
    SCOPES,
    group_dim,
    of_need,
)


def report_html(
    fit: CellFit, tables: Mapping[str, pd.DataFrame], provenance: Mapping[str, Any], stamp: str = ""
) -> str:
    """Write the report as one page of HTML, with its pictures inside.

    Parameters
    ----------
    fit
        A diagnosed fit to one year, or the last year of one to several.
    tables
        The published tables by name: ``gaps, adjustments, sensitivity, target_totals``; of several years also
        ``years, shares``.
    provenance
        From `provenance`.
    stamp
        A warning to print across the top, if any.

    Returns
    -------
    str
        HTML that needs nothing else: no scripts, no network.
    """
    gaps, facts = tables["gaps"], CellFacts.of(fit.cells)
    group, keys = facts.group, facts.adjustments
    return _template().render(
        fit=fit,
        stamp=stamp,
        **words_of(facts).page(),
        **_pictures(fit, tables, group),
        years=years_section(facts, tables),
        period=period_of(fit),
        ends=lasting_ends(tables["sensitivity"]).to_dict("records"),
        need_measured=of_need(facts.fullest),
        synthetic=facts.synthetic,
        findings=sentences(fit, gaps=gaps, totals=tables["target_totals"]).to_dict("records"),
        adjusted=tables["adjustments"][tables["adjustments"][ICS] == ALL_ICS].to_dict("records"),
        adjusted_for=dict(group.adjustments(keys).values()),
        group_columns=column_of_groups(gaps),
        scale_of_adjustments=scale_of_adjustments(tables["sensitivity"], group),
        needed=needed_table(tables["target_totals"]),
        log=data_log(fit.cells).to_dict("records"),
        limits=limits(fit),
        provenance=provenance,
        interval=f"{INTERVAL_PROBABILITY:.0%} {INTERVAL_KIND}s",
        routes=ROUTES,
        scopes={"ics": "within your ICS"} if is_alone(fit.cells) else SCOPES,
        ics_count=fit.cells.sizes[ICS],
        alone=is_alone(fit.cells),
        together=together_words(fit.cells),
        group_count=fit.cells.sizes[group_dim(fit.cells.dims)],
        sizes=fit.cells.sizes,
    )


def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page = files("equitymodel.report.html").joinpath("gap_page.html.jinja")
    return environment.from_string(page.read_text("utf-8"))


def _pictures(fit: CellFit, tables: Mapping[str, pd.DataFrame], group: Group) -> dict[str, Any]:
    """Draw every picture of the page, as text that it can hold."""
    gaps = tables["gaps"]
    procedures = list(dict.fromkeys(gaps[PROCEDURE]))
    return {
        "adjustments": picture(plot_adjustments(gaps)),
        "tipping": _tipping(tables["sensitivity"], group),
        "observed_expected": picture(plot_observed_expected(fit)),
        "caterpillars": {name: picture(plot_gap(gaps, name)) for name in procedures},
    }


def _tipping(sensitivity: pd.DataFrame, group: Group) -> list[str]:
    """Draw what would explain gaps away: one picture, or one a procedure where there are curves for every group."""
    if look_of(group).one_tipping_picture:
        return [picture(plot_tipping(sensitivity))]
    return [picture(plot_tipping(part)) for _, part in sensitivity.groupby(PROCEDURE, sort=False)]


def needed_table(totals: pd.DataFrame) -> list[dict[str, Any]]:
    """Lay out the shortfall, and the admissions that levelling up takes, ICS by procedure, within regions.

    Parameters
    ----------
    totals
        From `totals_table`.

    Returns
    -------
    list of dict
        One entry an ICS: its region, name and, for each procedure, the signed shortfall with its interval, what is
        said of levelling up, and a shade from 0 to 1 within the procedure: by the level-up where it can be told
        from chance, and 0 elsewhere.
    """
    here = totals[(totals["route"] == "level_up") & (totals["scope"] == "ics") & (totals[ICS] != ALL_ICS)]
    labels = ["region", "ics_name", PROCEDURE]
    up = here[here["quantity"] == "total_change"].assign(level_up=lambda rows: rows.apply(needed_words, axis=1))
    size = up["estimate"].where(up["told_apart"] == "yes", 0.0)
    up["shade"] = size / size.groupby(up[PROCEDURE]).transform("max").clip(lower=1e-9)
    short = here.loc[here["quantity"] == "total_shortfall", [*labels, "estimate", "lower", "upper"]]
    short[["estimate", "lower", "upper"]] = short[["estimate", "lower", "upper"]].round() + 0.0
    areas = short.merge(up[[*labels, "level_up", "shade"]], on=labels)
    rows = []
    for (region, name), part in areas.groupby(["region", "ics_name"], sort=True):
        cells = {row[PROCEDURE]: row for row in part.to_dict("records")}
        rows.append({"region": region, "ics_name": name, "cells": cells})
    return rows
