"""One number of an evaluation as a record: what it is, in which unit, and of what its probability is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd
import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.estimands.summary import probability_above, summarise
from equitymodel.vocabulary import nearest

Scale = Literal["ratio", "log_ratio", "log_change", "log_change_a_year", "amount"]
SCALES: dict[Scale, str] = {
    "ratio": "a ratio; 1 = no change, or no gap",
    "log_ratio": "the log of a ratio of two groups; 0 = no gap",
    "log_change": "the log of a ratio of with over without; 0 = no change",
    "log_change_a_year": "a log ratio a year; 0 = no change of trend",
    "amount": "a number in its unit; 0 = no change",
}
"""How the numbers of a record are to be read."""
EVENTS = {
    "ratio_above_1": "ratio above 1",
    "more_admissions": "more admissions",
    "steeper": "steeper",
    "gap_falls": "a fall: most deprived gain on least",
    "gap_rises": "a rise: least deprived gain on most",
    "gap_narrowed": "narrowed",
    "gap_narrowed_by_smallest_change": "narrowed by at least that",
    "most_deprived_have_fewer": "most deprived have fewer",
}
"""What a probability can be the probability of, as published in the column ``probability_of``."""
MEASURE, SCALE, EVENT = "measure", "scale", "event"
RECORD_COLUMNS = [MEASURE, SCALE, EVENT]
"""Columns by which a row of a table says what it is, for whoever reads it by machine."""


@dataclass(frozen=True)
class EffectMeasure:
    """One quantity of an evaluation, as draws, with all that a reader needs to read it.

    Attributes
    ----------
    key
        What it is, for machines: ``average_rate_ratio``, ``change_in_slope_index``.
    quantity, unit
        As published in the columns of these names.
    scale
        How its numbers are to be read: see `SCALES`.
    event
        What its probability is the probability of: see `EVENTS`.
    draws
        Dims ``chain, draw`` and the labels of the rows.
    threshold
        The event is that draws lie beyond it; the value of no change where nothing else is said.
    sign
        1 where the event is above the threshold, -1 where it is below.

    Raises
    ------
    OptionError
        When the scale or the event is unknown.

    Examples
    --------
    >>> draws = xr.DataArray([[0.9, 1.1, 1.2, 1.3]], dims=("chain", "draw"))
    >>> change = EffectMeasure("level_ratio", "level_ratio", "ratio", "ratio", "ratio_above_1", draws, threshold=1.0)
    >>> float(change.probability)
    0.75
    """

    key: str
    quantity: str
    unit: str
    scale: Scale
    event: str
    draws: xr.DataArray = field(repr=False)
    threshold: float = 0.0
    sign: Literal[1, -1] = 1

    def __post_init__(self) -> None:
        """Refuse words that have no meaning."""
        for word, known in ((self.scale, SCALES), (self.event, EVENTS)):
            if word not in known:
                raise OptionError(f"change '{self.key}': unknown word '{word}'. {nearest(word, map(str, known))}")

    @property
    def probability(self) -> xr.DataArray:
        """The probability of the event, one for each row."""
        return probability_above(self.sign * self.draws, self.sign * self.threshold)


def change_table(changes: Iterable[EffectMeasure]) -> pd.DataFrame:
    """Tabulate records: published columns first, then those by which a machine knows what each row is.

    Parameters
    ----------
    changes
        Records, in the order of the rows.

    Returns
    -------
    pandas.DataFrame
        Label columns, those of `summarise`, ``quantity, probability_of``, and ``measure, scale, event``.

    Examples
    --------
    >>> draws = xr.DataArray([[0.9, 1.1, 1.2, 1.3]], dims=("chain", "draw"))
    >>> change = EffectMeasure("level_ratio", "level_ratio", "ratio", "ratio", "ratio_above_1", draws, threshold=1.0)
    >>> change_table([change])[["measure", "probability", "probability_of"]].values.tolist()
    [['level_ratio', 0.75, 'ratio above 1']]
    """
    rows = [
        summarise(change.draws, unit=change.unit, probability=change.probability).assign(
            quantity=change.quantity, probability_of=EVENTS[change.event],
            measure=change.key, scale=change.scale, event=change.event,
        )
        for change in changes
    ]  # fmt: skip
    return pd.concat(rows, ignore_index=True)
