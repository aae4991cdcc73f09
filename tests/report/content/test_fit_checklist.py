"""The reporting checklist of a fit: it answers from what was published, and asks for the rest."""

import re
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equitymodel.inference.diagnosis import Check, Diagnosis, check_draws, check_sampler
from equitymodel.report.checklist_status import AUTO, NEEDS_USER, NOT_APPLICABLE
from equitymodel.report.content.fit_checklist import (
    ITEMS,
    OF_APPROXIMATION,
    OF_CONVERGENCE,
    OF_DRAWS,
    OF_PREDICTIONS,
    OF_PRIORS,
    fit_checklist,
)
from equitymodel.report.wording.prior_words import hanging_words

pytestmark = pytest.mark.unit
GATHER_ITEMS = set(range(1, 19))


def answers(published):
    made = fit_checklist(published)
    return made.set_index(made["item"].str.partition(" (")[0])


def of_other(published, **kept):
    return replace(published, provenance=dict(published.provenance) | kept)


def test_every_item_of_the_guidelines_is_there():
    asked = [item for items in ITEMS.values() for item in items]
    numbers = {int(number) for each in asked for number in re.findall(r"GATHER (\d+)", each)}
    assert numbers == GATHER_ITEMS
    assert {number for each in asked for number in re.findall(r"BARG (\d)", each)} == set("123456")
    assert sum("BARG preamble" in each for each in asked) == 3  # why Bayesian, and what for: question and purpose


def test_it_answers_from_the_results(published):
    table = answers(published)
    assert published.provenance["model"]["name"] in table.loc["What is asked", "answer"]
    assert f"seed {published.provenance['seed']}" in table.loc["Technique", "answer"]
    assert f"{len(published.areas)} ICSs" in table.loc["Areas, groups, procedures, ages", "answer"]
    assert (table["status"] == NEEDS_USER).sum() >= 5
    assert (table["answer"] != "").all()


def test_the_period_is_said_or_asked_for(published):
    named, unnamed = (replace(published, facts=replace(published.facts, periods=p)) for p in (("2022", "2023"), ()))
    assert tuple(answers(named).loc["Period", ["status", "answer"]]) == (AUTO, "2022 and 2023")
    assert answers(unnamed).loc["Period", "status"] == NEEDS_USER


def test_hidden_counts_are_counted_and_their_uncertainty_is_carried(published):
    kept = dict(published.provenance["cells"]) | {"count_within_bounds": 1234}
    table = answers(of_other(published, cells=kept))
    assert "1,234 counts are known within bounds only" in table.loc["Counts with known faults", "answer"]
    assert "counts known within bounds" in table.loc["Uncertainty carried, and not", "answer"]


def test_priors_of_a_model_of_ones_own_are_asked_about(published):
    assert answers(published).loc["Why these priors", "status"] == AUTO
    own = dict(published.provenance["model"])
    for changed in (own | {"sha256": "0"}, own | {"name": "mine"}):
        assert answers(of_other(published, model=changed)).loc["Why these priors", "status"] == NEEDS_USER


ABSURD = {"reason": "as in Smith 2020", "needed": True, "found": "12.0% of cells with a ratio outside 1/20 to 20"}


@pytest.mark.parametrize(
    ("accepted", "said"),
    [
        (None, "made no absurd predictions; otherwise no fit"),
        (ABSURD, "allow absurd admissions (12.0% of cells with a ratio outside 1/20 to 20); accepted on purpose, for this "
                 "reason: as in Smith 2020"),
        (ABSURD | {"needed": False}, "A reason to accept them was given and not needed"),
    ],
)  # fmt: skip
def test_priors_accepted_on_purpose_are_said(published, accepted, said):
    table = answers(of_other(published, accepted_prior=accepted))
    assert table.loc["Priors before the data", "answer"].endswith(said)
    assert table.loc["Priors before the data", "status"] == AUTO


def test_numbers_that_hang_on_a_prior_are_said_or_asked_about(published):
    item = "Numbers that hang on a prior"
    priors = published.tables["priors"]
    assert answers(published).loc[item, "answer"].startswith(hanging_words(priors))
    without = {name: table for name, table in published.tables.items() if name != "priors"}
    for tables in (without, without | {"priors": priors.iloc[:0]}):
        assert answers(replace(published, tables=tables)).loc[item, "status"] == NEEDS_USER


def test_checks_that_do_not_pass_are_named(published):
    checks = (Check("R-hat of the points", 1.2, "FAIL", "1.05"), Check("R-hat of fitted", 1.0, "PASS", "1.05"))
    table = answers(replace(published, diagnosis=Diagnosis(checks)))
    assert table.loc["Convergence", "answer"] == "1 of 2 checks pass; R-hat of the points: 1.2 (FAIL, limit 1.05)"
    assert table.loc["Effective draws", "status"] == NEEDS_USER


def test_what_was_sampled_is_not_approximated(published):
    assert answers(of_other(published, engine="nuts")).loc["Approximation", "status"] == NOT_APPLICABLE


KINDS = (OF_CONVERGENCE, OF_DRAWS, OF_APPROXIMATION, OF_PREDICTIONS, OF_PRIORS)


def kinds_of(check):
    return sum(any(word in check.name for word in words) for words in KINDS)


def test_every_check_of_a_fast_fit_is_told_under_one_item(published):
    assert {check.name: kinds_of(check) for check in published.diagnosis.checks} == {
        check.name: 1 for check in published.diagnosis.checks
    }


def test_every_check_of_sampling_is_told_under_one_item():
    rng = np.random.default_rng(1)
    draws = xr.DataArray(rng.normal(size=(4, 200, 3)), dims=("chain", "draw", "ics"))
    sampler = xr.Dataset({"diverging": (("chain", "draw"), np.zeros((4, 200), bool)),
                          "maxdepth_reached": (("chain", "draw"), np.zeros((4, 200), bool)),
                          "energy": (("chain", "draw"), rng.normal(size=(4, 200)))})  # fmt: skip
    checks = [*check_draws({"gap": draws}, label="what is reported", enough=100),
              *check_sampler(xr.DataTree.from_dict({"/sample_stats": sampler}))]  # fmt: skip
    assert len(checks) == 7
    assert {check.name: kinds_of(check) for check in checks} == {check.name: 1 for check in checks}
