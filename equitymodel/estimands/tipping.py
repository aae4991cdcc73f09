"""What it would take to explain a gap away: unmeasured need, private care, and an E-value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError
from equitymodel.estimands.fitted import FitOrDraws
from equitymodel.estimands.gaps import gap_of
from equitymodel.estimands.reading import Reading, ratio_reading, read_as, reading_of
from equitymodel.estimands.summary import share_of_draws

UNMEASURED = "unmeasured_need"
TIPPING = Reading(
    "ratio of need",
    1,
    above="explained only if the group needs more than was measured",
    below="explained only if the group needs less than was measured",
)


def allow_for_unmeasured_need(gap: FitOrDraws, need: Sequence[float]) -> xr.DataArray:
    r"""Give the gap that would be left if need differed from what was measured.

    .. math:: \mathrm{RR}(k) = \mathrm{RR} / k

    Parameters
    ----------
    gap
        A fit, or draws of rate ratios, most against least deprived.
    need
        True over measured need in the most deprived group, relative to the same in the least:
        0.8 means that the most deprived need a fifth less than was measured.

    Returns
    -------
    xarray.DataArray
        Rate ratios, no unit, with the new dimension ``unmeasured_need``; 1 = no gap.

    Raises
    ------
    OptionError
        When a ratio of need is not positive.

    Notes
    -----
    Assumes an elasticity of 1: equal use for equal need.

    Examples
    --------
    >>> gap = xr.DataArray([0.72], dims="draw")
    >>> allow_for_unmeasured_need(gap, [1.0, 0.8]).values.round(2)
    array([[0.72],
           [0.9 ]])
    """
    if any(value <= 0 for value in need):
        raise OptionError("a ratio of need is above 0")
    factor = xr.DataArray(np.asarray(need, dtype=float), dims=UNMEASURED, coords={UNMEASURED: list(need)})
    return read_as((gap_of(gap) / factor).transpose(UNMEASURED, ...), _as_gap(gap), "rate_ratio")


@refuses_other_types
def tipping_point(gap: FitOrDraws) -> xr.DataArray:
    r"""Give the unmeasured difference in need at which the gap is explained away.

    .. math:: \mathrm{RR}(k^*) = 1 \Leftrightarrow k^* = \mathrm{RR}

    Parameters
    ----------
    gap
        A fit, or draws of rate ratios.

    Returns
    -------
    xarray.DataArray
        True over measured need in the most deprived group, relative to the least, at which
        nothing is left; no unit. 0.7 means: the gap is explained only if the most deprived need
        30 % less than was measured. The same number as the gap, with another meaning.

    References
    ----------
    Lash TL et al (2014) Good practices for quantitative bias analysis. International Journal of
    Epidemiology 43:1969. doi:10.1093/ije/dyu149

    Examples
    --------
    >>> tipping_point(xr.DataArray([0.7], dims="draw")).item()
    0.7
    """
    return read_as(gap_of(gap), TIPPING, "tipping_point")


def probability_gap_persists(gap: FitOrDraws, need: Sequence[float]) -> xr.DataArray:
    """Give the probability that the most deprived still have fewer, over a range of unmeasured need.

    Parameters
    ----------
    gap
        A fit; or draws of rate ratios, dims ``chain, draw`` and any others.
    need
        As for `allow_for_unmeasured_need`.

    Returns
    -------
    xarray.DataArray
        Probabilities, without ``chain, draw``; missing where the gap is.

    Raises
    ------
    OptionError
        When a ratio of need is not positive.

    Examples
    --------
    >>> gap = xr.DataArray([[0.7, 0.9]], dims=("chain", "draw"))
    >>> probability_gap_persists(gap, [1.0, 0.8]).values
    array([1. , 0.5])
    """
    left = allow_for_unmeasured_need(gap, need)
    return read_as(share_of_draws(left < 1, left), Reading("probability"), "probability_gap_persists")


@on_same_labels
def expected_without(versions: Mapping[str, xr.DataArray]) -> dict[str, xr.DataArray]:
    r"""Leave each adjustment of expected admissions out in turn, and keep all others.

    .. math:: E_{-k} = E_K \, E_{k-1} / E_k

    Parameters
    ----------
    versions
        Expected admissions, in admissions, by what was adjusted for last: each version has the adjustments of
        those before it and one more. The first has none to leave out.

    Returns
    -------
    dict
        Expected admissions without each adjustment, by its name; missing where its version is 0.

    Examples
    --------
    >>> versions = {"population": 100.0, "age_sex": 80.0, "need": 120.0}
    >>> left = expected_without({name: xr.DataArray(value) for name, value in versions.items()})
    >>> {name: value.item() for name, value in left.items()}
    {'age_sex': 150.0, 'need': 80.0}
    """
    names = list(versions)
    full = versions[names[-1]]
    return {
        name: full * versions[before] / versions[name].where(versions[name] > 0) for before, name in pairwise(names)
    }


@on_same_labels
def need_measured(gap: xr.DataArray, without: xr.DataArray) -> xr.DataArray:
    r"""Give what one adjustment was worth, on the scale of the tipping point.

    .. math:: k = \mathrm{RR}_{without} / \mathrm{RR}

    Parameters
    ----------
    gap, without
        Draws of rate ratios, most against least deprived, with all adjustments and without one.

    Returns
    -------
    xarray.DataArray
        Need in the most deprived group, relative to the least, that the adjustment put into the expected
        admissions; no unit; 1 = it moved nothing. 1.25: something unmeasured, as strong and the other way, is a
        true over measured need of 1 / 1.25, and would multiply the gap by 1.25.

    References
    ----------
    Cinelli C, Hazlett C (2020) Making sense of sensitivity: extending omitted variable bias. JRSS B 82:39.
    doi:10.1111/rssb.12348

    Examples
    --------
    >>> need_measured(xr.DataArray([0.8]), xr.DataArray([0.9])).round(3).item()
    1.125
    """
    return read_as(without / gap, Reading("ratio of need", 1), "need_measured")


def allow_for_private_care(gap: FitOrDraws, *, most: float, least: float) -> xr.DataArray:
    r"""Give the gap in all care, if shares of it are paid for privately.

    .. math:: \mathrm{RR}_{all} = \mathrm{RR}\,\frac{1 - \pi_{least}}{1 - \pi_{most}}

    Parameters
    ----------
    gap
        A fit, or draws of rate ratios, of NHS-funded admissions.
    most, least
        Share of all admissions, NHS-funded and private together, that is private, in the most
        and the least deprived group. An assumption: these tables do not hold it.

    Returns
    -------
    xarray.DataArray
        Rate ratios of all care, no unit.

    Raises
    ------
    OptionError
        When a share is not at least 0 and below 1.

    Examples
    --------
    >>> allow_for_private_care(xr.DataArray([0.8], dims="draw"), most=0.02, least=0.20).round(3).item()
    0.653
    """
    if not (0 <= most < 1 and 0 <= least < 1):
        raise OptionError("shares of private care lie between 0 and 1")
    return read_as(gap_of(gap) * (1 - least) / (1 - most), _as_gap(gap), "rate_ratio")


def e_value(gap: FitOrDraws) -> xr.DataArray:
    r"""Give the E-value: how strongly something unmeasured must be tied to both deprivation and use.

    .. math:: E = R + \sqrt{R (R - 1)}, \qquad R = \max(\mathrm{RR}, 1/\mathrm{RR})

    Parameters
    ----------
    gap
        A fit, or rate ratios.

    Returns
    -------
    xarray.DataArray
        Risk ratios, at least 1; 1 = nothing is needed to explain it.

    References
    ----------
    VanderWeele TJ, Ding P (2017) Sensitivity analysis in observational research: introducing the
    E-value. Annals of Internal Medicine 167:268. doi:10.7326/M16-2607

    Examples
    --------
    >>> e_value(xr.DataArray(0.8)).round(2).item()
    1.81
    """
    ratio = gap_of(gap)
    strength = xr.where(ratio < 1, 1 / ratio, ratio)
    return read_as(strength + np.sqrt(strength * (strength - 1)), Reading("risk ratio"), "e_value")


def _as_gap(gap: FitOrDraws) -> Reading:
    """Read what is left of a gap as the gap itself is read."""
    own = reading_of(gap_of(gap))
    return own if own.unit else ratio_reading()
