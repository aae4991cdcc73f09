"""What must never be released, whatever the rules: draws, pointwise likelihoods, tables of patients, and the audit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from equitymodel.errors import OutputError
from equitymodel.vocabulary import SAMPLE_DIMS

AUDIT, LOG = "disclosure_audit.csv", "suppression_log.csv"
NOT_FOR_RELEASE = {
    "posterior.nc": "it holds draws, the likelihood of each count and the counts themselves",
    AUDIT: "it says which hidden counts are small; it is for whoever decides on the release",
    LOG: "it says which counts were hidden for their own sake; it is for whoever decides on the release",
    "inputs": "it holds the tables as they were sent, with small counts",
    "vintages": "it holds counts as they were reported, with small ones",
    "revisions.csv": "it holds counts as they were reported, with small ones",
}
"""Files and folders of a run that stay with the data, and why."""
ENDINGS = (".nc", ".zarr", ".pkl", ".pickle", ".h5")
"""Files that hold draws."""
DRAWS = "draws, and what they say of each count, can give the counts away"
LIKELIHOOD = "log_likelihood"


def reason_to_keep(what: Any) -> str:
    """Say why something must not be released; nothing if it may.

    Examples
    --------
    >>> reason_to_keep("results/inputs/admissions.csv")
    'it holds the tables as they were sent, with small counts'
    >>> reason_to_keep("tables.xlsx")
    ''
    """
    if isinstance(what, str | Path):
        return _reason_of_path(Path(what))
    names = {str(name) for name in _names(what)}
    return DRAWS if names & {*SAMPLE_DIMS, LIKELIHOOD} else ""


def _reason_of_path(path: Path) -> str:
    named = [reason for name, reason in NOT_FOR_RELEASE.items() if name in path.parts]
    return named[0] if named else DRAWS if path.suffix.lower() in ENDINGS else ""


def _names(what: Any) -> list[Any]:
    """Give everything that names what is in a table, array or tree."""
    if isinstance(what, pd.DataFrame):
        return [*what.columns, *what.index.names]
    nodes = getattr(what, "subtree", (what,))
    parts = ("dims", "coords", "data_vars")
    return [name for node in nodes for name in (getattr(node, "name", None), *_listed(node, parts))]


def _listed(node: Any, parts: tuple[str, ...]) -> list[Any]:
    return [name for part in parts for name in getattr(node, part, ())]


def releasable(what: Any) -> bool:
    """Say whether something may be written into what leaves: no draws, no pointwise likelihoods, no audit.

    Parameters
    ----------
    what
        The path of a file, a table, an array or a tree of arrays.

    Returns
    -------
    bool
        That nothing about its kind forbids it. Counts in it still need `protect`.

    Examples
    --------
    >>> releasable("gaps.csv"), releasable("results/posterior.nc")
    (True, False)
    >>> releasable(pd.DataFrame({"draw": [0, 1], "rate_ratio": [0.9, 1.1]}))
    False
    """
    return not reason_to_keep(what)


def require_releasable(what: Any) -> None:
    """Refuse what may not leave: what every writer asks first.

    Parameters
    ----------
    what
        As for `releasable`.

    Raises
    ------
    OutputError
        When it may not.

    Examples
    --------
    >>> require_releasable("posterior.nc")
    Traceback (most recent call last):
    equitymodel.errors.OutputError: posterior.nc is not for release: it holds draws, the likelihood of each count and
    the counts themselves. Keep it in the folder of results, with the data.
    """
    reason = reason_to_keep(what)
    if reason:
        name = str(what) if isinstance(what, str | Path) else f"this {type(what).__name__}"
        raise OutputError(f"{name} is not for release: {reason}. Keep it in the folder of results, with the data.")
