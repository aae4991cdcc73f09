"""Which boards are most like one another: by deprivation, age and size, from the tables that ship with the package."""

from __future__ import annotations

import numpy as np
import pandas as pd

from equitymodel.data.tables.areas import age_sex_profile, icb_residents
from equitymodel.errors import OptionError
from equitymodel.vocabulary import ICS


def nearest_areas(area: str, count: int = 10) -> pd.DataFrame:
    """List the boards nearest to one by deprivation, age and size.

    The distance is the sum of three differences, each relative to its mean over all pairs of boards, so that they
    count alike and 3 is what two boards differ by on average. Deprivation: the share of residents who would have to
    live in another quintile for the two to be alike. Age: the mean age of residents. Size: the log ratio of residents.

    Parameters
    ----------
    area
        An ONS or NHS code.
    count
        How many.

    Returns
    -------
    pandas.DataFrame
        ``ics, ics_name, distance``, the nearest first; codes of the kind that was given.

    Raises
    ------
    OptionError
        When the area is not one of the 42 boards of 2023 to March 2026.

    Notes
    -----
    The shipped tables hold ages by national quintile of deprivation and not by board, so the mean age of a board is
    that which its quintiles have in England. It then adds little to deprivation; boards by the sea are older.

    Examples
    --------
    >>> nearest_areas("E54000062", 3)["ics_name"].tolist()
    ['Birmingham and Solihull', 'South Yorkshire', 'Nottingham and Nottinghamshire']
    """
    residents = icb_residents()
    codes = residents.index if area in residents.index else pd.Index(residents["ods_code"])
    if area not in codes:
        raise OptionError(
            f"'{area}' is not one of the 42 boards of 2023 to March 2026, so the nearest to it are not known; "
            "compare with 'region' or 'england', or give a list of ICSs"
        )
    distance = _distances(residents.filter(like="quintile_").to_numpy(float))[codes.get_loc(area)]
    table = pd.DataFrame({ICS: codes, "ics_name": residents["ics_name"].to_numpy(), "distance": distance})
    return table[table[ICS] != area].sort_values("distance", kind="stable").head(count).reset_index(drop=True)


def _distances(people: np.ndarray) -> np.ndarray:
    """Give the distance of every pair of boards, from residents by quintile."""
    shares = people / people.sum(axis=1, keepdims=True)
    deprivation = np.abs(shares[:, None] - shares).sum(axis=2) / 2
    parts = (deprivation, _apart(shares @ _mean_ages()), _apart(np.log(people.sum(axis=1))))
    pairs = np.triu_indices(len(people), 1)
    return np.asarray(np.sum([part / part[pairs].mean() for part in parts], axis=0))


def _apart(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.abs(values[:, None] - values))


def _mean_ages() -> np.ndarray:
    """Give the mean age of each national quintile, from the middles of its age bands."""
    profile = age_sex_profile()
    people = profile.filter(like="quintile_").to_numpy(float)
    return np.asarray(profile["age_band"].map(_middle).to_numpy(float) @ people / people.sum(axis=0))


def _middle(band: str) -> float:
    """Give the middle of an age band; of an open one, five years above where it begins."""
    first, last = (band.rstrip("+"), "") if band.endswith("+") else band.split("-")
    return float(first) + 5 if not last else (float(first) + float(last) + 1) / 2
