"""The report: one self-contained page that a board analyst can read, print and archive."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined
from matplotlib.figure import Figure

from equitymodel.data.cells import data_log
from equitymodel.inference.fit import Fit
from equitymodel.report.plots import plot_adjustments, plot_gap, plot_observed_expected, plot_tipping
from equitymodel.report.statement import limits, scale_of_adjustment, sentences
from equitymodel.vocabulary import (
    ADJUSTMENTS,
    ALL_ICS,
    ICS,
    INTERVAL_KIND,
    INTERVAL_PROBABILITY,
    PROCEDURE,
    ROUTES,
    SCOPES,
    SIGN_CONVENTION,
)


def report_html(fit: Fit, tables: Mapping[str, pd.DataFrame], provenance: Mapping[str, Any], stamp: str = "") -> str:
    """Write the report as one page of HTML, with its pictures inside.

    Parameters
    ----------
    fit
        A diagnosed fit.
    tables
        The published tables by name: ``gaps, adjustments, sensitivity, target_totals``.
    provenance
        From `provenance`.
    stamp
        A warning to print across the top, if any.

    Returns
    -------
    str
        HTML that needs nothing else: no scripts, no network.
    """
    gaps, totals = tables["gaps"], tables["target_totals"]
    procedures = list(dict.fromkeys(gaps[PROCEDURE]))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(files("equitymodel.report").joinpath("report.html.jinja").read_text("utf-8"))
    return template.render(
        fit=fit,
        stamp=stamp,
        need_measured=str(fit.cells["adjustment"].values[-1]) == "need",
        synthetic=fit.cells.attrs.get("synthetic"),
        findings=sentences(fit, gaps, totals).to_dict("records"),
        adjustments=picture(plot_adjustments(gaps)),
        adjusted=tables["adjustments"][tables["adjustments"][ICS] == ALL_ICS].to_dict("records"),
        adjusted_for={str(key): ADJUSTMENTS[str(key)] for key in fit.cells["adjustment"].values},
        tipping=picture(plot_tipping(tables["sensitivity"])),
        scale_of_adjustment=scale_of_adjustment(tables["adjustments"]),
        observed_expected=picture(plot_observed_expected(fit)),
        caterpillars={name: picture(plot_gap(gaps, name)) for name in procedures},
        needed=needed_table(totals),
        log=data_log(fit.cells).to_dict("records"),
        limits=limits(fit),
        provenance=provenance,
        sign_convention=SIGN_CONVENTION,
        interval=f"{INTERVAL_PROBABILITY:.0%} {INTERVAL_KIND}s",
        routes=ROUTES,
        scopes=SCOPES,
        ics_count=fit.cells.sizes[ICS],
        sizes=fit.cells.sizes,
    )


def picture(figure: Figure) -> str:
    """Turn a figure into text that a page can hold.

    Examples
    --------
    >>> picture(Figure(figsize=(1, 1)))[:22]
    'data:image/png;base64,'
    """
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def needed_table(totals: pd.DataFrame) -> list[dict[str, Any]]:
    """Lay out the admissions that levelling up takes, ICS by procedure, within regions.

    Parameters
    ----------
    totals
        From `totals_table`.

    Returns
    -------
    list of dict
        One entry an ICS: its region, name and, for each procedure, the estimate, the interval
        and a shade from 0 to 1 within the procedure.
    """
    chosen = totals[
        (totals["route"] == "level_up") & (totals["scope"] == "ics") & (totals["quantity"] == "total_change")
    ]
    areas = chosen[chosen[ICS] != ALL_ICS].copy()
    areas["shade"] = areas["estimate"] / areas.groupby(PROCEDURE)["estimate"].transform("max").clip(lower=1e-9)
    rows = []
    for (region, name), part in areas.groupby(["region", "ics_name"], sort=True):
        cells = {row[PROCEDURE]: row for row in part.to_dict("records")}
        rows.append({"region": region, "ics_name": name, "cells": cells})
    return rows
