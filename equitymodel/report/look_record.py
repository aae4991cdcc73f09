"""Looks of a monitor at an evaluation, one a report: how long until a change is seen, and what waiting is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.decision.value_of_information import value_of_pilot
from equitymodel.monitoring.delay_until_seen import DelayUntilSeen, errors_of_waiting
from equitymodel.monitoring.monthly_look import delay_of, known_errors, look_draws, monthly_look
from equitymodel.report.document.columns import probability_words
from equitymodel.studies.evaluation import Evaluation

OPTION = "option"
VINTAGE = "vintage"


@dataclass(frozen=True)
class LookRecord:
    """What the monitor saw, month by month.

    Attributes
    ----------
    looks
        From `monthly_look`, a row a report, the latest last, with the day of its table.
    waiting
        What further months are worth for the choice of going on or not: see `value_of_waiting`.
    delay
        How long until a change of the planned size is seen; none where that is not known.
    """

    looks: pd.DataFrame = field(repr=False)
    waiting: pd.DataFrame = field(repr=False)
    delay: DelayUntilSeen | None

    @property
    def lines(self) -> list[str]:
        """What is said of the latest look, and of the looks to come."""
        row = self.looks.iloc[-1]
        beyond, signal = ("beyond", "a signal to look at") if row["beyond_threshold"] else ("not beyond", "no signal")
        spent = "" if pd.isna(row["looks_spent"]) else f", look {row['looks_spent']:.0f} of {row['looks_declared']}"
        size, direction = (probability_words(row[name]) for name in ("probability", "direction_probability"))
        said = [
            f"By {row['until']}, the probability that {row['probability_of']} is {size}. The probability of its "
            f"direction is {direction}, {beyond} the threshold of {row['threshold']:.4g}{spent}: {signal}. The "
            f"verdict, which asks for more, is '{row['verdict']}'."
        ]
        return said + ([] if self.delay is None else [str(self.delay)])

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables by the name of their file."""
        found = {"looks": self.looks, "waiting": self.waiting}
        return found if self.delay is None else found | {"delay": self.delay.table.assign(change=self.delay.change)}


def look_record(
    result: Evaluation, day: str, *, earlier: pd.DataFrame | None = None, verdict: Mapping[str, Any] | None = None
) -> LookRecord:
    """Put the latest look beside those before it.

    Parameters
    ----------
    result
        From `evaluate`.
    day
        Of the table it was made of, ``YYYY-MM-DD``.
    earlier
        The looks of earlier reports; none if there were none.
    verdict
        The record of the verdict, which says how often was looked where a plan was lodged.

    Returns
    -------
    LookRecord
        With one row more; a look at the same data, as a table that says nothing new, replaces the one before.

    Raises a `DiagnosisError` where `monthly_look` does; see there for an example.
    """
    spent = (verdict or {}).get("lodged_plan", {}).get("looks", {}).get("different")
    row = monthly_look(result, looks_spent=spent)
    row.insert(0, VINTAGE, day)
    kept = [] if earlier is None or earlier.empty else [earlier[~_same(earlier, row)]]
    looks = pd.concat([*kept, row], ignore_index=True)
    return LookRecord(looks, value_of_waiting(result), delay_of(result))


def value_of_waiting(result: Evaluation) -> pd.DataFrame:
    r"""Give what each further month is worth before choosing whether to go on.

    To go on is worth the effect less the smallest change that matters, to stop is worth nothing; in the unit of the
    effect, so that it is multiplied by what a whole unit is worth in admissions, years of life or money.

    .. math:: E \max(0, E(\theta - d \mid \text{further months})) - \max(0, E(\theta - d))

    Parameters
    ----------
    result
        From `evaluate`.

    Returns
    -------
    pandas.DataFrame
        ``months`` more, ``standard_error`` of what they tell, ``expected_sd``, ``value`` (log ratio), ``unit``.

    Notes
    -----
    Not how long the effect lasts, nor what waiting costs; see `value_of_pilot`, whose arithmetic it is, for an example.
    """
    effect = look_draws(result)
    least = float(np.log1p(result.plan.smallest_change))
    worth = xr.concat([xr.zeros_like(effect), effect - least], OPTION, coords="minimal", compat="override")
    errors = errors_of_waiting(known_errors(result), result.months[1])
    found = value_of_pilot(worth.assign_coords({OPTION: ["stop", "go on"]}), effect, errors)
    return found.drop(columns="net_value").assign(unit="log ratio")


def _same(earlier: pd.DataFrame, row: pd.DataFrame) -> pd.Series:
    """Say which earlier looks are this one again."""
    columns = ["until", "estimate", "lower", "upper"]
    return (earlier[columns] == row[columns].iloc[0]).all(axis=1)
