"""One interrupted series, or exposed and controls side by side, as counts and a design matrix to regress."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from equitymodel.data.series.read_series import add_up_series
from equitymodel.data.series.timeline import period_days
from equitymodel.data.tables.suppression import HIGH, LOW, count_middle
from equitymodel.errors import OptionError
from equitymodel.spec.interruption import Interruption
from equitymodel.spec.terms import segmented_terms

TINY = 1e-10
CHANGES = ("level", "slope")
"""The terms that are the effect."""


@dataclass(frozen=True)
class SegmentedData:
    """One series, ready to regress: rows are the periods that are used.

    Attributes
    ----------
    counts, offset
        Admissions, and the log of what they are compared with.
    design
        One column a term: ``level`` first, then ``slope`` if there is one, the constant, the trend
        in years and the season.
    time
        Periods since the first, with gaps as gaps.
    after
        Whether the row is one of the periods after the start over which the change is averaged.
    terms
        Names of the columns.
    note
        What was left out or put in.
    """

    counts: np.ndarray
    offset: np.ndarray
    design: np.ndarray
    time: np.ndarray
    after: np.ndarray
    terms: tuple[str, ...]
    note: str

    @property
    def series(self) -> int:
        """How many series stand under one another, over the same periods."""
        return len(self.time) // len(np.unique(self.time))

    @property
    def freedom(self) -> int:
        """Periods that are left when every term has had one: rows of one period are not independent."""
        return int(len(self.counts) - self.design.shape[1]) // self.series

    def at(self, time: np.ndarray) -> SegmentedData:
        """Keep the rows of some periods."""
        kept = np.isin(self.time, time)
        return replace(self, counts=self.counts[kept], offset=self.offset[kept], design=self.design[kept],
                       time=self.time[kept], after=self.after[kept])  # fmt: skip


def segmented_data(
    series: xr.Dataset, plan: Interruption, *, harmonics: int = 2, slope: bool = True, judged: bool = False
) -> SegmentedData:
    """Add a series up, leave out what is not used, and lay out the terms of a segmented regression.

    Parameters
    ----------
    series, plan, harmonics, slope, judged
        As for `segmented_models`.

    Returns
    -------
    SegmentedData
        Rows in order of time.

    Raises
    ------
    OptionError
        When too few periods are left for the terms.

    Examples
    --------
    >>> from equitymodel.simulate import simulate_series
    >>> series, truth = simulate_series(seed=1)
    >>> segmented_data(series, truth.plan, harmonics=1).terms
    ('level', 'slope', 'constant', 'trend', 'sin 1', 'cos 1')
    """
    design = plan.design(series)
    after = design["judged" if judged else "after"].values
    counts, exposure = _add_up(series)
    known = (~np.isnan(counts)) & (exposure > 0)
    used = known & ~series["masked"].values & ~design["washout"].values
    days = period_days(series)
    offset = np.log(np.where(exposure > 0, exposure, 1.0)) + np.log(days / days.mean()).values
    terms = segmented_terms(series, design, harmonics=harmonics, slope=slope)
    terms = {name: column[used] for name, column in terms.items() if np.ptp(column[used]) > TINY or name == "constant"}
    table = np.column_stack(list(terms.values()))
    _refuse_too_few(table, tuple(terms))
    return SegmentedData(
        counts[used], offset[used], table, series["elapsed"].values[used], after[used], tuple(terms),
        _note(series, int((~used).sum())),
    )  # fmt: skip


def _add_up(series: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Add counts and exposure up over cells; a total with an unknown part is unknown."""
    whole = add_up_series(series)
    return count_middle(whole).values.ravel(), whole["exposure"].values.ravel()


def _refuse_too_few(table: np.ndarray, terms: tuple[str, ...]) -> None:
    rows, columns = table.shape
    if not set(CHANGES) & set(terms):
        raise OptionError("the effect of the intervention does not change over the periods that are left")
    if rows < columns + 2 or np.linalg.matrix_rank(table) < columns:
        raise OptionError(
            f"{rows} periods are too few, or too alike, for {columns} terms ({', '.join(terms)}); "
            "use fewer harmonics, or slope=False"
        )


def _note(series: xr.Dataset, left_out: int) -> str:
    parts = [f"{left_out} periods left out" if left_out else ""]
    if LOW in series and bool((series[LOW] < series[HIGH]).any()):
        parts.append("suppressed counts at the middle of what they may be")
    return "; ".join(filter(None, parts))


def beside_controls(exposed: SegmentedData, controls: SegmentedData) -> SegmentedData:
    """Put exposed and controls under one another, with interactions: every term, and by how much the exposed differ.

    Parameters
    ----------
    exposed, controls
        From `segmented_data`, of the exposed added up and of the controls added up, over the same periods.

    Returns
    -------
    SegmentedData
        Twice the rows. ``level`` and ``slope`` are those of the exposed beyond those of the controls, which are
        ``controls level`` and so on; the effect is counted in rows of the exposed alone.

    Raises
    ------
    OptionError
        When no period has a known count in both.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(areas=2, exposed_areas=1), seed=1)
    >>> one, other = (segmented_data(series.isel(ics=[k]), truth.plan.for_all(), harmonics=0) for k in (0, 1))
    >>> beside_controls(one, other).terms[:2], beside_controls(one, other).terms[4:6]
    (('level', 'slope'), ('controls level', 'controls slope'))
    """
    first, second = _same_periods(exposed, controls)
    table = np.block([[first.design, first.design], [np.zeros_like(second.design), second.design]])
    return SegmentedData(
        np.concatenate([first.counts, second.counts]), np.concatenate([first.offset, second.offset]), table,
        np.concatenate([first.time, second.time]), np.concatenate([first.after, np.zeros_like(second.after)]),
        (*first.terms, *(f"controls {term}" for term in second.terms)), first.note,
    )  # fmt: skip


def against_controls(exposed: SegmentedData, controls: SegmentedData) -> SegmentedData:
    """Compare the exposed with the controls period by period: the rate of the controls becomes part of the offset.

    Parameters
    ----------
    exposed, controls
        As for `beside_controls`.

    Returns
    -------
    SegmentedData
        Its log rates are differences: the log rate of the exposed less that of the controls. Where a control
        count is 0, a half is added to each.

    Raises
    ------
    OptionError
        As `beside_controls`.

    Examples
    --------
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> series, truth = simulate_series(Sizes(areas=2, exposed_areas=1), seed=1)
    >>> one, other = (segmented_data(series.isel(ics=[k]), truth.plan.for_all()) for k in (0, 1))
    >>> against_controls(one, other).terms == one.terms
    True
    """
    first, second = _same_periods(exposed, controls)
    rate = np.log(second.counts + 0.5 * bool((second.counts == 0).any())) - second.offset
    return replace(first, offset=first.offset + rate)


def _same_periods(exposed: SegmentedData, controls: SegmentedData) -> tuple[SegmentedData, SegmentedData]:
    """Keep the periods with a known count in both."""
    both = np.intersect1d(exposed.time, controls.time)
    if len(both) < len(exposed.terms) + 2:
        raise OptionError(
            f"{len(both)} periods have a known count of exposed and controls, too few for {len(exposed.terms)} terms; "
            "use fewer harmonics, or slope=False"
        )
    return exposed.at(both), controls.at(both)
