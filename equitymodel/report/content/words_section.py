"""Each procedure in words, for whoever quotes a sentence: the gap, what it comes to, and what changed."""

from __future__ import annotations

import pandas as pd

from equitymodel.report.content.published import Published
from equitymodel.report.document.blocks import Paragraph, Section
from equitymodel.report.plots.alt_words import first_upper
from equitymodel.report.wording.statement import procedure_sentences
from equitymodel.report.wording.year_sentences import share_sentences, year_sentences
from equitymodel.vocabulary import ALL_PROCEDURES, PROCEDURE


def words_section(published: Published, code: str, *, years: bool = True) -> Section:
    """Say what was found in each procedure of an area, and in all together where years are compared.

    Parameters
    ----------
    published
        What was published.
    code
        Of an ICS, or all together.
    years
        Say what changed, where there are several years.

    Returns
    -------
    Section
        A heading a procedure, with a paragraph on the gap and routes, and of several years one on how the gap changed
        and one on shares.
    """
    found: dict[str, list[str]] = {}
    for said in (procedure_sentences(published.quotable, code), *(_of_years(published, code) if years else [])):
        for row in said.to_dict("records"):
            found.setdefault(str(row[PROCEDURE]), []).append(str(row["text"]))
    parts = [
        Section(first_upper(name), tuple(map(Paragraph, found[name])))
        for name in sorted(found, key=lambda name: name != ALL_PROCEDURES)
    ]
    return Section("Each procedure in words", tuple(parts))


def _of_years(published: Published, code: str) -> list[pd.DataFrame]:
    if "years" not in published.tables:
        return []
    facts, tables = published.facts, published.tables
    return [year_sentences(facts, tables["years"], ics=code), share_sentences(facts, tables["shares"], ics=code)]
