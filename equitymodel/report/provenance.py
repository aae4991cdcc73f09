"""Where a result comes from: inputs, versions, seed, model and everything left out."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import xarray as xr

from equitymodel.data.cells.rate_error import RATE_ERROR
from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.tables.groups import group_of
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.inference.fit import package_versions
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.vocabulary import GROUP_SIGN_CONVENTION, INTERVAL_KIND, INTERVAL_PROBABILITY, SIGN_CONVENTION


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
    low, high = count_bounds(fit.cells)
    offered = fit.cells["offered"]
    own = {
        "synthetic": fit.cells.attrs.get("synthetic"),
        **_groups(fit),
        "adjustment": fit.cells.attrs["adjustment"],
        **{key: json.loads(fit.cells.attrs[key]) for key in ("age_bands", RATE_ERROR) if key in fit.cells.attrs},
        "engine": fit.engine,
        "settings": fit.provenance["settings"],
        "model": {"name": fit.spec.name, "sha256": fit.spec.sha256, "text": fit.spec.text},
        "cells": {
            "in_all": int(offered.size),
            "not_offered_or_empty": int((~offered).sum()),
            "count_within_bounds": int((offered & (low < high)).sum()),
            "count_not_known": int((offered & high.isnull()).sum()),
        },
        "sign_convention": SIGN_CONVENTION if group_of(fit.cells).ordered else GROUP_SIGN_CONVENTION,
    }
    return record_of(fit.cells, own, options=question, seed=fit.seed)


def record_of(data: xr.Dataset, own: Mapping[str, Any], *, options: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Record where any result comes from: what every kind has in common around what is its own.

    Parameters
    ----------
    data
        Cells or a series, with the log and the sources they were read from.
    own
        What only this kind of result has.
    options, seed
        What it was run with.

    Returns
    -------
    dict
        Ready for JSON.
    """
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "options": options,
        "inputs": json.loads(data.attrs["sources"]),
        "seed": seed,
        **own,
        "exclusions_and_repairs": data_log(data).to_dict("records"),
        "interval": {"probability": INTERVAL_PROBABILITY, "kind": INTERVAL_KIND},
        "versions": package_versions(),
        "platform": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
    }


def _groups(fit: CellFit) -> dict[str, Any]:
    """Say what the groups are: by which index of deprivation, or of what other kind."""
    group = group_of(fit.cells)
    if group.ordered:
        return {"deprivation_index": fit.cells.attrs["deprivation_index"]}
    return {"group": {"column": group.name, "kind": group.label, "reference_group": group.reference}}
