"""What a reader of estimates needs to know: filled in from what was published of a fit, or asked of you."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pandas as pd

from equitymodel.errors import SpecError
from equitymodel.report.checklist_status import AUTO, NEEDS_USER, NOT_APPLICABLE, Fill, Filled, asks, fill_in, says
from equitymodel.report.content.published import Published
from equitymodel.report.document.blocks import LIMITS
from equitymodel.report.wording.group_words import words_of
from equitymodel.report.wording.prior_words import hanging_words
from equitymodel.spec.library import load_model
from equitymodel.vocabulary import PROCEDURE, of_need

SOURCES = (
    "GATHER: Stevens GA, Alkema L, Black RE, et al. (2016) Lancet 388:e19",
    "BARG: Kruschke JK (2021) Nature Human Behaviour 5:1282",
    "ROBUST: Sung L, Hayden J, Greenberg ML, et al. (2005) J Clin Epidemiol 58:261",
)
"""Whose recommendations these are; the words are our own."""


OF_CONVERGENCE = ("R-hat", "optimum", "divergences", "cut short", "energy")
OF_DRAWS = ("effective", "simulation error")
OF_APPROXIMATION = ("distance of mean and mode", "Pareto k of one", "fitted below")
OF_PREDICTIONS = ("predicted against observed", "leave one cell out")
OF_PRIORS = ("to a prior",)


def fit_checklist(published: Published) -> pd.DataFrame:
    """Fill in the accepted recommendations for reporting estimates and Bayesian analyses, as far as the fit can.

    Parameters
    ----------
    published
        What was published of a fit, from `open_published`.

    Returns
    -------
    pandas.DataFrame
        ``section, item, status, answer``; an item names the guidelines that ask for it. ``AUTO``: the answer comes
        from the results. ``NEEDS USER``: the answer is a question that only you can settle. ``NOT APPLICABLE``: it is
        the reason.

    References
    ----------
    See `SOURCES`.
    """
    return pd.DataFrame(list(fill_in(ITEMS, published)))


def _question(published: Published) -> Filled:
    return Filled(AUTO, f"that of the model {published.provenance['model']['name']}, under 'The model'")


def _scope(published: Published) -> Filled:
    gaps, facts = published.tables["gaps"], published.facts
    ages = ", ".join(published.provenance.get("age_bands", ())) or "all together"
    areas = "one ICS" if published.alone else f"{len(published.areas)} ICSs"
    what = (
        f"{areas} ({published.provenance['areas'] or 'areas not checked'})",
        f"{published.tables['expected'][facts.group.name].nunique()} {words_of(facts).page()['groups']}",
        f"{gaps[PROCEDURE].nunique()} procedures",
        f"ages: {ages}",
        f"admissions {published.counted}",
    )
    return Filled(AUTO, "; ".join(what))


def _period(published: Published) -> Filled:
    when = published.facts.when
    return (
        Filled(AUTO, when) if when else Filled(NEEDS_USER, "Of which period are the admissions? The tables name none.")
    )


def _exclusions(published: Published) -> Filled:
    found = published.provenance["exclusions_and_repairs"]
    if not found:
        return Filled(AUTO, "none: every table was read as it is")
    rules = ", ".join(sorted({str(row["rule"]) for row in found}))
    return Filled(AUTO, f"{len(found)} warnings and repairs, each under 'Data: warnings and repairs' (rules {rules})")


def _sources(published: Published) -> Filled:
    kept = published.provenance["inputs"]
    named = (f"{name}: {source['file']}, SHA-256 {source['sha256'][:12]}" for name, source in kept.items())
    return Filled(AUTO, "; ".join(named) or "made in a notebook; no file is known")


def _biased(published: Published) -> Filled:
    cells = published.provenance["cells"]
    counts = (
        f"{cells['count_within_bounds']:,} counts are known within bounds only and {cells['count_not_known']:,} not "
        f"known, of {cells['in_all']:,}; {cells['not_offered_or_empty']:,} cells have nobody or are not offered"
    )
    return Filled(AUTO, counts)


def _other_inputs(published: Published) -> Filled:
    kept = published.provenance
    index = kept.get("deprivation_index")
    by = f"; deprivation by {index}" if index else ""
    return Filled(AUTO, f"adjusted for {kept['adjustment']}{by}")


def _likelihood(published: Published) -> Filled:
    return Filled(AUTO, f"{_equation(published)}, with every effect in words under 'The model'")


def _equation(published: Published) -> str:
    lines = str(published.provenance["model"]["assumes"]).splitlines()
    return next((line for line in lines if "~" in line), "the model")


def _why_priors(published: Published) -> Filled:
    name = published.provenance["model"]["name"]
    if _as_shipped(name) == published.provenance["model"]["sha256"]:
        return Filled(AUTO, f"those of the model {name} that ships, with their reasons in its documentation")
    return Filled(NEEDS_USER, f"Your model {name} is not one that ships: why these priors?")


def _before_data(published: Published) -> Filled:
    accepted = published.provenance.get("accepted_prior")
    if not accepted or not accepted["needed"]:
        said = "before the counts were seen, the priors alone made no absurd predictions; otherwise no fit"
        return Filled(AUTO, f"{said}. A reason to accept them was given and not needed" if accepted else said)
    absurd = f"the priors alone allow absurd admissions ({accepted['found']})"
    return Filled(AUTO, f"{absurd}; accepted on purpose, for this reason: {accepted['reason']}")


@cache
def _as_shipped(name: str) -> str:
    """Give the fingerprint of a model that ships; none where there is no such model."""
    try:
        return load_model(name).sha256
    except SpecError:
        return ""


def _technique(published: Published) -> Filled:
    engine = {"laplace": "nested Laplace approximation", "nuts": "No-U-Turn sampling (nutpie)"}
    kept = published.provenance
    return Filled(AUTO, f"{engine[kept['engine']]}, seed {kept['seed']}")


def _software(published: Published) -> Filled:
    return Filled(AUTO, ", ".join(f"{name} {version}" for name, version in published.provenance["versions"].items()))


def _approximation(published: Published) -> Filled:
    if published.provenance["engine"] == "nuts":
        return Filled(NOT_APPLICABLE, "sampled, not approximated")
    return _checked(published, OF_APPROXIMATION)


def _checks(words: Iterable[str]) -> Fill[Published]:
    """Fill an item in from checks of the diagnosis."""
    return lambda published: _checked(published, words)


def _checked(published: Published, words: Iterable[str]) -> Filled:
    """Give the checks whose names have any of some words, with the worst verdict among them."""
    found = [check for check in published.diagnosis.checks if any(word in check.name for word in words)]
    if not found:
        return Filled(NEEDS_USER, "These results hold no such check: say how it was checked.")
    failed = [check for check in found if check.verdict != "PASS"]
    said = (f"{check.name}: {check.value:.3g} ({check.verdict}, limit {check.limit})" for check in failed or found[:1])
    more = f"{len(found) - len(failed)} of {len(found)} checks pass"
    return Filled(AUTO, f"{more}; {'; '.join(said)}")


def _summaries(published: Published) -> Filled:
    interval = published.provenance["interval"]
    return Filled(AUTO, f"median, or mean where parts add up; {100 * interval['probability']:g} % {interval['kind']}")


def _sensitivity(published: Published) -> Filled:
    count = len(published.facts.adjustments)
    return Filled(
        AUTO, f"the gap under {count} adjustments, and how far need would have to be mistaken; adjustments, sensitivity"
    )


def _hanging(published: Published) -> Filled:
    priors = published.tables.get("priors")
    said = hanging_words(priors)
    if priors is None or priors.empty:
        return Filled(NEEDS_USER, f"{said} Which numbers would another prior change?")
    return Filled(AUTO, f"{said} {_checked(published, OF_PRIORS).answer}")


def _of_uncertainty(published: Published) -> Filled:
    kept = published.provenance
    hidden = ["counts known within bounds"] if kept["cells"]["count_within_bounds"] else []
    need = ["errors in need"] if published.facts.rate_error else []
    carried = ", ".join(("counts", "their extra variation", "the spreads of the model", *hidden, *need))
    others = (text for text in kept["limits"] if text.startswith("Intervals"))
    return Filled(AUTO, " ".join((f"Carried: {carried}.", *others)))


def _quantities(published: Published) -> Filled:
    return Filled(AUTO, f"{', '.join(published.tables)}: CSV and Parquet, each number with its interval")


def _limits(published: Published) -> Filled:
    return Filled(AUTO, f"{len(published.provenance['limits'])}, under '{LIMITS}'")


def _need(published: Published) -> Filled:
    if of_need(published.facts.fullest):
        return asks("Which need that differs between the groups might the need table miss?")(published)
    return Filled(NOT_APPLICABLE, "no need table was given, so that nothing is said of equal need")


ITEMS: dict[str, dict[str, Fill[Published]]] = {
    "Question": {
        "What is asked (BARG preamble)": _question,
        "Why a Bayesian analysis (BARG preamble)": says(
            "so that the uncertainty of every rate is carried into each gap and route, which have a probability"
        ),
        "Areas, groups, procedures, ages (GATHER 1)": _scope,
        "Period (GATHER 1)": _period,
        "What the estimates are for (BARG preamble)": asks(
            "Which decision do these estimates serve, and who takes it?"
        ),
        "Funding and interests (GATHER 2)": asks("Who paid for the work, and who had an interest in its result?"),
    },
    "Data": {
        "How data were found and obtained (GATHER 3)": asks("Where do the tables come from, and who may have them?"),
        "Included, excluded, repaired (GATHER 4)": _exclusions,
        "Counts with known faults (GATHER 6)": _biased,
        "Population, need and groups (GATHER 7, BARG 1)": _other_inputs,
        "Inputs others can use (GATHER 8)": asks("Can readers have the tables, or say why not?"),
        "Sources (GATHER 5)": _sources,
        "Need that is not measured (GATHER 18)": _need,
    },
    "Model": {
        "The analysis in outline (GATHER 9)": says(
            "a rate of admissions of each ICS, group and procedure is fitted to the counts; gaps, targets and routes "
            "are worked out from its draws"
        ),
        "Likelihood and parameters (GATHER 10, BARG 1, ROBUST)": _likelihood,
        "Priors (BARG 1, ROBUST)": says("each with what it implies for a ratio, under 'The model'"),
        "Why these priors (BARG 1, ROBUST)": _why_priors,
        "Priors before the data (BARG 1)": _before_data,
        "Other models tried (GATHER 11, BARG 3)": asks("Which other models were tried, and how were they compared?"),
    },
    "Computation": {
        "Technique (BARG 2, ROBUST)": _technique,
        "Software (GATHER 14, BARG 2)": _software,
        "Convergence (BARG 2)": _checks(OF_CONVERGENCE),
        "Effective draws (BARG 2)": _checks(OF_DRAWS),
        "Approximation (BARG 2)": _approximation,
    },
    "Results": {
        "Predictions against data (GATHER 12, BARG 3)": _checks(OF_PREDICTIONS),
        "Centre and spread (GATHER 16, BARG 3, ROBUST)": _summaries,
        "What the answer hangs on (GATHER 12, BARG 5, ROBUST)": _sensitivity,
        "Numbers that hang on a prior (BARG 5, ROBUST)": _hanging,
        "Uncertainty carried, and not (GATHER 13)": _of_uncertainty,
        "Estimates others can use (GATHER 15)": _quantities,
        "Decision rule (BARG 4)": lambda _: Filled(
            NOT_APPLICABLE, "nothing is decided here; decisions have a log of their own"
        ),
    },
    "Discussion": {
        "Other evidence (GATHER 17)": asks("How do these gaps fit with what is known from elsewhere?"),
        "Limits (GATHER 18)": _limits,
        "To make it again (BARG 6)": says(
            "seed, versions, hashes of the tables and the model's text are in provenance.json, what was asked in "
            "run.toml; draws in posterior.nc, not for release"
        ),
    },
}
