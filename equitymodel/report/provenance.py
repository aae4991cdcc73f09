"""Where a result comes from: inputs, versions, seed, model and everything left out."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.rate_error import RATE_ERROR
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.data.tables.findings import findings_frame
from equitymodel.data.tables.kept_as_text import sources_by_table
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.inference.fit import package_versions
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.tables.carried_table import carried_table
from equitymodel.report.wording.group_words import words_of
from equitymodel.report.wording.statement import limits
from equitymodel.studies.carried_fit import CarriedFit, as_counted
from equitymodel.vocabulary import INTERVAL_KIND, INTERVAL_PROBABILITY

PROVENANCE = "provenance.json"


def provenance(fit: CellFit, *, question: dict[str, Any]) -> dict[str, Any]:
    """Record what made a result, so that it can be made again.

    Parameters
    ----------
    fit
        The fit.
    question
        The options it was run with.

    Returns
    -------
    dict
        Input hashes, versions, seed, model text, exclusions and conventions; ready for JSON.
    """
    counted, facts = as_counted(fit).cells, CellFacts.of(fit.cells)
    offered, (low, high) = counted["offered"], count_bounds(counted)
    own = {
        "synthetic": facts.synthetic or None,
        **words_of(facts).record(),
        "adjustment": facts.adjustment,
        **({"age_bands": list(facts.age_bands)} if facts.age_bands else {}),
        **({RATE_ERROR: asdict(facts.rate_error)} if facts.rate_error else {}),
        "engine": fit.engine,
        "settings": fit.provenance["settings"],
        "model": {
            "name": fit.spec.name,
            "sha256": fit.spec.sha256,
            "text": fit.spec.text,
            "assumes": str(fit.spec),
        },
        "cells": {
            "in_all": int(offered.size),
            "not_offered_or_empty": int((~offered).sum()),
            "count_within_bounds": int((offered & (low < high)).sum()),
            "count_not_known": int((offered & high.isnull()).sum()),
        },
        **({"carried_over": carried_table(fit).to_dict("records")} if isinstance(fit, CarriedFit) else {}),
        **({"accepted_prior": asdict(fit.accepted_prior)} if fit.accepted_prior else {}),
        "sign_convention": facts.group.comparison.sign_convention,
        "limits": limits(fit),
    }
    return record_of(facts, own, options=question, seed=fit.seed)


def record_of(
    facts: CellFacts | SeriesFacts, own: Mapping[str, Any], *, options: Mapping[str, Any], seed: int
) -> dict[str, Any]:
    """Record where any result comes from: what every kind has in common around what is its own.

    Parameters
    ----------
    facts
        Of the cells or the series, with what was found in them and the sources they were read from.
    own
        What only this kind of result has.
    options, seed
        What it was run with; of files only the name is kept, as folders name people.

    Returns
    -------
    dict
        Ready for JSON.
    """
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "options": {name: _by_name(value) for name, value in options.items()},
        "inputs": sources_by_table(facts.sources),
        "areas": facts.footprint or None,
        "seed": seed,
        **own,
        "exclusions_and_repairs": findings_frame(facts.findings).to_dict("records"),
        "interval": {"probability": INTERVAL_PROBABILITY, "kind": INTERVAL_KIND},
        "versions": package_versions(),
        "platform": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
    }


def _by_name(value: Any) -> Any:
    """Give files by their name alone, wherever they stand."""
    if isinstance(value, PurePath):
        return value.name
    if isinstance(value, Mapping):
        return {name: _by_name(item) for name, item in value.items()}
    return [_by_name(item) for item in value] if isinstance(value, list | tuple) else value
