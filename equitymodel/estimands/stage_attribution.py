"""How many admissions each stage of a pathway accounts for: the Shapley value of levelling its passage up.

Levelling one stage at a time does not add up to levelling all of them, as later stages pass on what earlier ones
let through. The Shapley value is the mean, over all orders in which stages could be levelled, of what each adds; its
parts add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.same_labels import on_same_labels
from equitymodel.errors import OptionError
from equitymodel.estimands.pathway import stage_gaps
from equitymodel.estimands.reading import ADMISSIONS, Reading, read_as
from equitymodel.estimands.summary import share_of_draws
from equitymodel.vocabulary import STAGE, group_dim

AT_ONCE = 16_384
"""Places that are worked on together, so that arrays stay in the processor's cache."""
ATTRIBUTION_READING = Reading(
    ADMISSIONS, 0, above="levelling the stage up would add admissions", below="it would take some", stated="above"
)


@refuses_other_types
@on_same_labels
def attribute_to_stages(need: xr.DataArray, log_passage: xr.DataArray, *, reference: object = None) -> xr.DataArray:
    r"""Attribute to each stage the admissions that equal passage at all stages would add, by Shapley value.

    With :math:`v(A) = \sum_g N_{0g} \prod_{s \in A} T_{s,\mathrm{ref}} \prod_{s \notin A} T_{sg}` the admissions if the
    stages in :math:`A` passed every group as they pass the least deprived,

    .. math:: \phi_s = \int_0^1 \sum_g N_{0g} (T_{s,\mathrm{ref}} - T_{sg})
        \prod_{r \ne s} \{T_{rg} + q\,(T_{r,\mathrm{ref}} - T_{rg})\}\,dq

    Parameters
    ----------
    need, log_passage
        As for `equitymodel.estimands.through`.
    reference
        Label of the group whose passages the others get; the last (the least deprived, or the reference group) by
        default.

    Returns
    -------
    xarray.DataArray
        Admissions, dims of `log_passage` without the groups, over which it is summed. They add up over ``stage`` to the
        signed shortfall of all groups: the level-up total where no group is above the reference. A stage with equal
        passage has 0.

    Raises
    ------
    OptionError
        When a label is not among the groups, or there is no dim ``stage``.

    Notes
    -----
    The integral along the diagonal of the multilinear extension is the Shapley value, exactly. It is of a polynomial of
    degree S - 1, so that S / 2 Gauss-Legendre nodes give it exactly, in place of 2^S subsets. Signed: a group above
    the reference counts as less than 0, so that noise does not make it larger, as it would the sum of what is above 0.

    References
    ----------
    Shapley LS (1953) A value for n-person games. Contributions to the Theory of Games II:307.
    Owen G (1972) Multilinear extensions of games. Management Science 18:P64. doi:10.1287/mnsc.18.5.64

    Examples
    --------
    >>> passage = xr.DataArray(np.log([[0.6, 0.7], [0.5, 0.5]]),
    ...                        coords={"stage": ["referred", "admitted"], "deprivation": [1, 5]})
    >>> attribute_to_stages(xr.full_like(passage[0], 1000.0), passage).round(6).values
    array([50.,  0.])
    """
    stage_gaps(log_passage, reference=reference)  # refuses what is not there
    parts = [_attribute(*part, reference) for part in _by_chain(need, log_passage)]
    found = parts[0] if len(parts) == 1 else xr.concat(parts, "chain")
    dims = (name for name in log_passage.dims if name != group_dim(log_passage.dims))
    return read_as(found.transpose(*dims, ...), ATTRIBUTION_READING, "attributed_to_stage")


def _by_chain(need: xr.DataArray, log_passage: xr.DataArray) -> Iterator[tuple[xr.DataArray, xr.DataArray]]:
    """Cut draws by chain, so that arrays stay a part of what the draws themselves take."""
    if "chain" not in log_passage.dims or "chain" not in log_passage.coords:
        yield need, log_passage
        return
    for chain in log_passage["chain"].values:
        yield need.sel(chain=chain) if "chain" in need.dims else need, log_passage.sel(chain=chain)


def _attribute(need: xr.DataArray, log_passage: xr.DataArray, reference: object) -> xr.DataArray:
    """Attribute admissions to stages, and add up over groups."""
    dim = group_dim(log_passage.dims)
    own = np.exp(log_passage.transpose(STAGE, dim, ...))
    chosen = -1 if reference is None else own[dim].values.tolist().index(reference)
    found = own.copy(data=_integrate(own.values, own.values[:, [chosen]] - own.values))
    total: xr.DataArray = (need * found).sum(dim, skipna=False)
    return total


def _integrate(own: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Integrate what each stage adds while all stages are levelled together, per person in need; stages come first."""
    found = np.empty(own.shape)
    flat, along, into = (values.reshape(len(own), -1) for values in (own, step, found))
    for at in range(0, flat.shape[1], AT_ONCE):
        cut = slice(at, at + AT_ONCE)
        into[:, cut] = _integrate_some(flat[:, cut], along[:, cut])
    return found


def _integrate_some(own: np.ndarray, step: np.ndarray) -> np.ndarray:
    nodes, weights = np.polynomial.legendre.leggauss((len(own) + 1) // 2)
    total = np.zeros_like(own)
    for share, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        total += weight * _leave_each_out(own + share * step)
    return np.asarray(total * step)


def _leave_each_out(values: np.ndarray) -> np.ndarray:
    """Multiply all but one along the first axis; by products from either end, so that 0 is allowed."""
    found = np.ones_like(values)
    for order in (range(len(values)), range(len(values) - 1, -1, -1)):
        running = np.ones_like(values[0])
        for stage in order:
            found[stage] *= running
            running = running * values[stage]
    return found


@refuses_other_types
def largest_part(attributed: xr.DataArray) -> xr.DataArray:
    """Give the probability that each stage accounts for the most admissions.

    Parameters
    ----------
    attributed
        From `attribute_to_stages`, with ``chain, draw``.

    Returns
    -------
    xarray.DataArray
        Probabilities, without ``chain`` and ``draw``.

    Raises
    ------
    OptionError
        When there is no dim ``stage``.

    Examples
    --------
    >>> parts = xr.DataArray([[[20.0, 10.0], [5.0, 30.0]]], dims=("chain", "draw", "stage"))
    >>> largest_part(parts).values
    array([0.5, 0.5])
    """
    if STAGE not in attributed.dims:
        raise OptionError("give admissions by stage, from attribute_to_stages")
    return share_of_draws(attributed == attributed.max(STAGE), attributed)
