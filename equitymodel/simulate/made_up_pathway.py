"""A small made-up pathway, for examples: no number in it is of any place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE

STAGES = ("referred", "seen", "listed", "admitted")
MOST, LEAST = (0.6, 0.7, 0.5, 0.9), (0.7, 0.8, 0.6, 0.95)
IN_NEED = 1000.0


@dataclass(frozen=True)
class MadeUpPathway:
    """A pathway with its three parts."""

    need: xr.DataArray
    log_passage: xr.DataArray
    linked: xr.DataArray


def made_up_pathway(
    *, ics: int = 2, groups: int = 5, procedures: int = 1, draws: int = 400, sd: float = 0.02, linked: bool = True,
    seed: int = 1,
) -> MadeUpPathway:  # fmt: skip
    """Make a pathway of four stages in which the most deprived pass less at each.

    Parameters
    ----------
    ics, groups, procedures, draws
        Sizes.
    sd
        Standard deviation of the log odds of each passage.
    linked
        Whether records are linked.
    seed
        Of the random numbers.

    Returns
    -------
    MadeUpPathway
        1,000 people in need in each cell.

    Examples
    --------
    >>> made_up_pathway().log_passage.dims
    ('chain', 'draw', 'ics', 'deprivation', 'procedure', 'stage')
    """
    rank = np.linspace(0, 1, groups)[:, None]
    passage = np.array(MOST) * (1 - rank) + np.array(LEAST) * rank
    shape = (1, draws, ics, groups, procedures, len(STAGES))
    log_odds = np.log(passage / (1 - passage))[:, None] + sd * np.random.default_rng(seed).standard_normal(shape)
    coords = {ICS: [f"area {number:02d}" for number in range(1, ics + 1)],
              DEPRIVATION: [str(number) for number in range(1, groups + 1)],
              PROCEDURE: [f"procedure {number}" for number in range(1, procedures + 1)]}  # fmt: skip
    need = xr.DataArray(np.full(shape[2:5], IN_NEED), coords, (ICS, DEPRIVATION, PROCEDURE))
    dims = ("chain", "draw", ICS, DEPRIVATION, PROCEDURE, "stage")
    log_passage = xr.DataArray(-np.log1p(np.exp(-log_odds)), {**coords, "stage": list(STAGES)}, dims)
    flags = xr.DataArray(np.full(len(STAGES), linked), {"stage": list(STAGES)}, ("stage",))
    return MadeUpPathway(need, log_passage, flags)
