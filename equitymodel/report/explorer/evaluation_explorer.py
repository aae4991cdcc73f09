"""What the explorer of an evaluation holds: its report without pictures, and what a script looks up."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.areas import find_area
from equitymodel.errors import OptionError
from equitymodel.report.content.evaluation_document import evaluation_pages
from equitymodel.report.content.published_evaluation import PublishedEvaluation
from equitymodel.report.document.blocks import DataTable, Document, Section
from equitymodel.report.document.columns import Column, estimate
from equitymodel.report.explorer.evaluation_choices import evaluation_choices
from equitymodel.report.explorer.unit_series import WHOLE, modelled_series
from equitymodel.report.wording.evaluation_words import names_of
from equitymodel.studies.evaluation import Evaluation
from equitymodel.vocabulary import ALL_ICS, ICS, PERIOD

NOTE = (
    """Modelled means with 95 % credible intervals in brackets. Before the start the two are one. [x]: no estimate."""
)


def evaluation_explorer(published: PublishedEvaluation, area: str = ALL_ICS) -> Document:
    """Gather what the explorer of an evaluation shows.

    Parameters
    ----------
    published
        What was published of an evaluation.
    area
        The ICS that it opens with, by code or name; by default it opens with what the verdict is about.

    Returns
    -------
    Document
        The report's sections without their pictures, the series of all as a table, and tables that a script looks up.

    Raises
    ------
    OptionError
        When there is no such ICS, or it has no answer of its own.
    DiagnosisError
        When the fit that the verdict rests on failed its diagnosis and was not forced.
    """
    result, report = published.result, evaluation_pages(published, {})
    modelled = modelled_series(result)
    choices = evaluation_choices(result, modelled, _code_of(result, area))
    return replace(report, blocks=(*report.blocks, *_periods(result, modelled), *choices))


def _code_of(result: Evaluation, area: str) -> str:
    """Find the ICS to open with; nothing for all together."""
    if area == ALL_ICS:
        return ""
    names = names_of(result.series)
    codes = [str(code) for code in result.series[ICS].values]
    code = find_area(area, pd.DataFrame({ICS: codes, "ics_name": [names.get(code, code) for code in codes]}))
    if code not in set(result.impact[ICS]):
        raise OptionError(
            f"{names.get(code, code)} has no answer of its own in this evaluation: it was not exposed, or there is one "
            "ICS alone. Leave --area out"
        )
    return code


def _periods(result: Evaluation, modelled: pd.DataFrame) -> tuple[Section, ...]:
    """Lay out the series of all admissions of the question, for a reader without script."""
    rows = modelled[modelled["kind"] == WHOLE] if len(modelled) else modelled
    if rows.empty:
        return ()
    label = SeriesFacts.of(result.series).frequency.label
    paths = {"admissions, with the intervention": "with_", "admissions, without it": "without_"}
    columns = (Column("period", ("period",)), *(estimate(heading, of=path, decimals="places")
                                                for heading, path in paths.items()))  # fmt: skip
    table = DataTable("by_period", "All admissions of the question by period", columns,
                      rows.assign(period=[label(period) for period in rows[PERIOD]]), NOTE, "page")  # fmt: skip
    return (Section("Period by period", (table,)),)
