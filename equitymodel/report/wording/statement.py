"""Plain sentences: what a board may quote, and what it may not."""

from __future__ import annotations

import json

import pandas as pd

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.rate_error import RATE_ERROR
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.tables.carried_table import carried_table
from equitymodel.report.tables.named_year import years_fitted
from equitymodel.report.wording.carried_words import carried_limit
from equitymodel.report.wording.core20_words import core20_limits, core20_sentence
from equitymodel.report.wording.group_words import GroupWords, words_of
from equitymodel.report.wording.lasting_words import lasting_limits, one_procedure_limits
from equitymodel.report.wording.one_ics import ALONE, is_alone, together_words
from equitymodel.report.wording.quotable import Quotable
from equitymodel.report.wording.route_words import route_sentences
from equitymodel.studies.carried_fit import CarriedFit, as_counted
from equitymodel.vocabulary import ALL_ICS, ICS, PERIOD, PROCEDURE


def procedure_sentences(quoted: Quotable, area: str = ALL_ICS) -> pd.DataFrame:
    """Say what was found in one area: one paragraph a procedure.

    Parameters
    ----------
    quoted
        What is quoted, from `quotable_of` or of what was published.
    area
        The code of an ICS; all ICSs together by default.

    Returns
    -------
    pandas.DataFrame
        ``procedure`` and ``text``, which names the year where the tables do.

    Examples
    --------
    >>> import equitymodel as em
    >>> from equitymodel.report.wording.quotable import quotable_of
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> procedure_sentences(quotable_of(fit))["text"].item()[:35]
    'Per head, with nothing adjusted for'
    """
    words, routes = words_of(quoted.facts), route_sentences(quoted, area)
    own = quoted.gaps[quoted.gaps[ICS] == area]
    fifth = own[own["measure"] == "core20_ratio"].dropna(subset="estimate").set_index(PROCEDURE)
    core20 = {str(name): core20_sentence(fifth.loc[name]) for name in fifth.index}
    found = {str(name): _found(words, rows) for name, rows in own[own["headline"]].groupby(PROCEDURE, sort=False)}
    texts = [
        " ".join(text for text in (said, core20.get(name), routes.get(name)) if text) for name, said in found.items()
    ]
    when = f"In {quoted.period}: " if quoted.period else ""
    return pd.DataFrame({PROCEDURE: list(found), "text": [f"{when}{text}" for text in texts]})


def _found(words: GroupWords, rows: pd.DataFrame) -> str:
    """Say what was found for one procedure, or why nothing can be said."""
    known = rows.dropna(subset="estimate")
    if known.empty:
        why = rows["withheld"].iloc[0] if "withheld" in rows else "there is nothing to compare"
        return f"No comparison can be made: {why}."
    return words.found(known)


BORROWED = "Estimates of single ICSs borrow"
"""How the sentence begins that holds for several ICSs alone."""
APPROXIMATE = (
    "Approximate: made by the fast engine (nested Laplace). "
    "For a final, published result, fit again with --engine nuts."
)


def _lasting_limits(fit: CellFit) -> list[str]:
    """Say what lasts, and what is assumed of it."""
    sizes = {str(name): size for name, size in fit.cells.sizes.items()}
    said = lasting_limits(years_fitted(fit), fit.spec.for_sizes(sizes).shares_in_words())
    return said + one_procedure_limits(fit.spec, sizes | {PERIOD: years_fitted(fit)})


@refuses_other_types
def limits(fit: CellFit) -> list[str]:
    """Say what these results cannot show, for this fit in particular.

    Parameters
    ----------
    fit
        A diagnosed fit.

    Returns
    -------
    list of str
        Sentences, the most important first.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> limits(fit)[0].split(":")[0]
    'Approximate'
    """
    facts = CellFacts.of(fit.cells)
    own = [f"This is a {facts.synthetic}."] if facts.synthetic else []
    need, *standing = words_of(facts).limits()
    if is_alone(fit.cells):
        standing = [ALONE, *(text for text in standing if not text.startswith(BORROWED))]
    if fit.engine == "laplace":
        own.append(APPROXIMATE)
    carried = [carried_limit(carried_table(fit))] if isinstance(fit, CarriedFit) else []
    fit = as_counted(fit)
    said = (need, *carried, *_lasting_limits(fit), *_need_error_limit(fit), *_age_limit(fit), *_missing_limit(fit),
            *core20_limits(fit.cells), *standing)  # fmt: skip
    return [*own, *(" ".join(text.split()) for text in said)]


def _need_error_limit(fit: CellFit) -> list[str]:
    """Say whether errors in need are in the intervals, and what was assumed."""
    attributes = fit.posterior.attrs
    if attributes.get("need") == "elasticity":
        return [
            """Use is taken to rise with need to an estimated power, not in proportion to it. That power absorbs part of
            the inequity it should reveal: read these gaps beside those of the fit with an elasticity of 1."""
        ]
    stored = attributes.get("need_error")
    if stored is None:
        given = "need_ratio_se" in fit.cells
        return ["The need table gives standard errors, but this fit takes need as known: its intervals leave them out."
                if given else "Intervals do not carry errors in need."]  # fmt: skip
    error = json.loads(stored)
    updated = """updated by admissions: low use is read, in part, as low need, and where the model of use is wrong, need
        is bent to fit""" if error.get("feedback") else "not updated by admissions"  # fmt: skip
    text = f"""Intervals carry errors in need of the kind called {error["kind"]}, taken as independent between cells and
        {updated}."""
    if error["under_recording"] or error["under_recording_sd"]:
        text += f""" They also assume that need at the most deprived end is under-recorded, against the least, by
            {error["under_recording"]:.2f} (sd {error["under_recording_sd"]:.2f}) on the log scale: an assumption that
            these data cannot test."""
    return [text]


def _age_limit(fit: CellFit) -> list[str]:
    """Say which ages were modelled separately, and whether reference rates are in the intervals."""
    said, bands = [], CellFacts.of(fit.cells).age_bands
    if bands:
        text = f"""Bands of age {"and sex " if ", " in bands[0] else ""}were modelled apart ({"; ".join(bands)}), and
            ratios are directly standardised over them to the ages of {together_words(fit.cells)}. Within a band age
            is taken to act alike everywhere. A target changes admissions of a group in the same proportion at every
            age."""
        said.append(text)
    if RATE_ERROR in fit.cells:
        said.append("Intervals carry the error of reference rates by age and sex.")
    return said


def _missing_limit(fit: CellFit) -> list[str]:
    offered, (low, high) = fit.cells["offered"], count_bounds(fit.cells)
    hidden, unknown, every = (int((offered & chosen).sum()) for chosen in (low < high, high.isnull(), offered))
    said = []
    if hidden:
        text = f"""The counts of {hidden:,} cells ({hidden / every:.0%}) are known only within bounds, because small
            numbers were hidden or counts rounded. The intervals allow for every count within those bounds."""
        said.append(text)
    if not unknown:
        return said
    share = unknown / every
    text = f"""The counts of {unknown:,} cells ({share:.0%}) are not known. They were left out and filled by the
        model; since small counts are likelier to be missing, rates in small places may be overstated."""
    return [*said, text]
