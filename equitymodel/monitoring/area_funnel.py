"""A funnel of areas by name, over stated periods: who lies beyond its limits, and how many would by chance."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.errors import OptionError
from equitymodel.monitoring.chart_plan import reading_of
from equitymodel.monitoring.funnel_limits import Funnel, funnel
from equitymodel.monitoring.observed_expected import EXPECTED, OBSERVED
from equitymodel.monitoring.predictive_funnel import predictive_funnel
from equitymodel.vocabulary import ICS, PERIOD

FEWEST_AREAS = 5
"""Areas below which nothing can be said of how much areas vary."""
WIDE, NEAR = "99.8 %", "95 %"
BEYOND = "beyond the {} limits"


@dataclass(frozen=True)
class AreaFunnel:
    """A funnel, whose it is and when.

    Attributes
    ----------
    funnel
        Limits and ratios, a row an area by code.
    names
        Of areas, by code.
    period, counted
        The periods that were added up, and what was counted.
    better
        Which way is better: ``higher``, ``lower`` or ``neither``.
    facts, seed
        What is known of the tables behind it, and the seed of draws.
    """

    funnel: Funnel
    names: dict[str, str]
    period: str
    counted: str = "observed"
    better: str = "neither"
    facts: SeriesFacts | CellFacts = field(default_factory=CellFacts)
    seed: int = 1

    @property
    def points(self) -> pd.DataFrame:
        """A row an area, those furthest from what is expected first."""
        table = self.funnel.table
        found = pd.DataFrame({ICS: table.index.astype(str)})
        found["ics_name"] = found[ICS].map(self.names)
        limits = {name: table[name].to_numpy() for name in table if str(name).startswith(("lower_", "upper_"))}
        rule = [BEYOND.format(outside) if outside else "" for outside in table["outside"]]
        direction = np.where(table["ratio"] > 1, "higher", "lower")
        signal = (table["outside"] == WIDE).to_numpy()
        reading = [reading_of(way, self.better) if far else "" for way, far in zip(direction, signal, strict=True)]
        found = found.assign(
            period=self.period, value=table["ratio"].to_numpy(), centre=1.0, lower=limits["lower_998"],
            upper=limits["upper_998"], signal=signal, rule=rule, reading=reading,
            observed=table["observed"].to_numpy(), expected=table["expected"].to_numpy(),
            score=table["score"].to_numpy(), lower_95=limits["lower_95"], upper_95=limits["upper_95"],
        )  # fmt: skip
        order = found["score"].abs().sort_values(ascending=False, kind="stable").index
        return found.loc[order].reset_index(drop=True)

    def beyond(self, level: str) -> int:
        """Count areas beyond limits: of the inner ones, those beyond the outer ones too."""
        return int(self.funnel.table["outside"].isin([level, WIDE]).sum())

    def by_chance(self, level: float) -> float:
        """Give how many areas would lie beyond limits where areas vary as the limits have it and no further."""
        return (1 - level) * len(self.funnel.table)


@refuses_other_types
def area_funnel(
    counts: xr.Dataset, *, form: str = "shmi", last: int | None = None, counted: str = "observed",
    better: str = "neither",
) -> AreaFunnel:  # fmt: skip
    """Draw a funnel of areas, periods added up.

    Parameters
    ----------
    counts
        From `observed_expected`.
    form
        As for `funnel`.
    last
        So many periods at the end are added up; all by default.
    counted, better
        As of `AreaFunnel`.

    Returns
    -------
    AreaFunnel
        Of all areas: one with a period that is not known is refused by name.

    Raises
    ------
    OptionError
        When there are fewer than five areas or fewer periods than asked for, or counts are not known; as for `funnel`.

    Examples
    --------
    >>> from equitymodel.monitoring.observed_expected import observed_expected
    >>> from equitymodel.data.series.measured_series import read_measured
    >>> from equitymodel.data.series.periods import Periods
    >>> rows = pd.DataFrame({"ics": [*"abcdef"], "period": "2023", "numerator": [100, 150, 180, 80, 120, 225],
    ...                      "denominator": [108, 112, 165, 95, 100, 220]})
    >>> series = read_measured(rows, areas="any", periods=Periods(days="equal", frequency="annual"))
    >>> found = area_funnel(observed_expected(series), form="exact")
    >>> found.points["ics"].iloc[0], found.beyond("95 %"), round(found.by_chance(0.95), 1)
    ('b', 1, 0.3)
    """
    some = counts.sizes[PERIOD] if last is None else last
    if not 1 <= some <= counts.sizes[PERIOD]:
        raise OptionError(f"the last {some} periods were asked for, and there are {counts.sizes[PERIOD]}")
    own = counts.isel({PERIOD: slice(-some, None)})
    _refuse_unknown(own)
    observed, expected = (own[name].sum(PERIOD).to_series() for name in (OBSERVED, EXPECTED))
    refuse_few(len(observed), "chart one area over time: --chart cusum or control")
    frequency = SeriesFacts.of(counts).frequency
    labels = [frequency.label(start) for start in pd.DatetimeIndex(own[PERIOD])[[0, -1]]]
    period = labels[0] if some == 1 else f"{labels[0]} to {labels[1]}"
    made = funnel(observed, expected, form=form)
    return AreaFunnel(made, names_of_areas(counts), period, counted, better, SeriesFacts.of(counts))


@refuses_other_types
def fitted_funnel(
    observed: xr.DataArray, predicted: xr.DataArray, *, names: dict[str, str], period: str, better: str = "neither"
) -> AreaFunnel:
    """Draw the funnel whose limits are what a fitted model predicts.

    Parameters
    ----------
    observed, predicted
        As for `predictive_funnel`.
    names, period, better
        As of `AreaFunnel`.

    Examples
    --------
    >>> draws = np.random.default_rng(1).poisson([[[50, 80]]], size=(2, 1000, 2)).astype(float)
    >>> named = {"ics": ["A", "B"]}
    >>> counts = xr.DataArray([50.0, 130], named, "ics")
    >>> found = fitted_funnel(counts, xr.DataArray(draws, named, ("chain", "draw", "ics")), names={}, period="2023/24")
    >>> found.points["signal"].tolist()
    [True, False]
    """
    return AreaFunnel(predictive_funnel(observed, predicted), names, period, "admissions", better)


def refuse_few(areas: int, way_out: str) -> None:
    """Refuse a funnel of fewer than five areas, which says nothing of how much they vary, with what to do instead.

    Examples
    --------
    >>> refuse_few(4, "chart one area over time")
    Traceback (most recent call last):
    equitymodel.errors.OptionError: a funnel compares areas, 5 or more, and there are 4; chart one area over time
    """
    if areas < FEWEST_AREAS:
        raise OptionError(f"a funnel compares areas, {FEWEST_AREAS} or more, and there are {areas}; {way_out}")


def _refuse_unknown(counts: xr.Dataset) -> None:
    unknown = counts[OBSERVED].isnull() | counts[EXPECTED].isnull()
    if bool(unknown.any()):
        areas = [str(code) for code in counts[ICS].values[unknown.any(PERIOD).values]]
        raise OptionError(
            f"counts of {', '.join(areas[:5])}{' and others' if len(areas) > 5 else ''} are not known in some period: "
            "leave these areas out, or ask for periods that all have (--last)"
        )


def names_of_areas(counts: xr.Dataset) -> dict[str, str]:
    """Give the names of areas by code; where a table names none, their codes.

    Examples
    --------
    >>> names_of_areas(xr.Dataset(coords={"ics": ["QE1"], "ics_name": ("ics", ["Lancashire"])}))
    {'QE1': 'Lancashire'}
    """
    codes = [str(code) for code in counts[ICS].values]
    names = counts["ics_name"].values if "ics_name" in counts.coords else codes
    return dict(zip(codes, map(str, names), strict=True))


def outside_of(points: pd.DataFrame) -> pd.Series:
    """Give the widest limits that each area lies beyond, or nothing, as `Funnel` has it.

    Examples
    --------
    >>> outside_of(pd.DataFrame({"rule": ["beyond the 95 % limits", ""]})).tolist()
    ['95 %', '']
    """
    return points["rule"].str.extract(BEYOND.format("(.*)"))[0].fillna("")
