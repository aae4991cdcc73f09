"""What rules of a list do to treatments, as effects that options are judged by: draw by draw, with their flag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.decision.matched_draws import matched_draws
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION, ICS, SAMPLE_DIMS, nearest
from equitymodel.waiting.compare_rules import RULE, RuleComparison
from equitymodel.waiting.kept_rules import KeptRules
from equitymodel.waiting.list_flows import DRAW


@dataclass(frozen=True)
class RuleEffects:
    """Effects of rules on admissions.

    Attributes
    ----------
    changes
        By name of the option, admissions added, dims of the run: for ``judge_options(..., effects=...)``.
    contested
        By name of the option whose rule places individuals by their group: why that is contested. To be shown wherever
        the effect is.
    stated
        To be shown there too: over how many weeks, by what share those treated in all change on the list itself, and
        what was not learned from data.
    """

    changes: dict[str, xr.DataArray]
    contested: dict[str, str]
    stated: tuple[str, ...] = ()


@refuses_other_types
def rule_effects(
    comparison: RuleComparison | KeptRules, fitted: xr.DataArray, options: Mapping[str, str]
) -> RuleEffects:
    r"""Give what options that follow a rule of a list change in the admissions of a run, draw by draw.

    .. math:: \Delta n_{ag} = n_{ag} \Bigl(\frac{T^{rule}_{ag}}{T^{first}_{ag}} - 1\Bigr)

    with admissions :math:`n` of the run, and people treated :math:`T` over the weeks that lists were run.

    Parameters
    ----------
    comparison
        From `compare_rules` or `open_rules`, of the same ICSs and groups; its first rule is how the list is run now.
    fitted
        Admissions of the run that are judged: dims ``chain, draw, ics, deprivation, procedure``.
    options
        By name of the option, that of its rule.

    Returns
    -------
    RuleEffects
        Changes in the unit of `fitted`, and which are contested.

    Raises
    ------
    OptionError
        When there is no such rule, or an ICS or group of the run is not among the lists.

    Notes
    -----
    Two posteriors of unlike data, taken to be independent: draws of lists are used again, or left out. A rule moves
    admissions over the weeks that were run, and not for good: people treated sooner are not there to be treated later.
    Where nobody of a group is treated under the first rule, there is no ratio, and its admissions stay as they are.
    Ratios are of the list: where the groups of the run have other shares than those of the list, an order that treats
    as many as before may still change the total of the run.

    Examples
    --------
    Six wait in each group, and there are 6 slots: 3 each. With half kept for group 1 it has 3, and 1 of the other 3, as
    3 of it and 6 of group 2 still wait: 4 and 2.

    >>> from equitymodel.waiting.compare_rules import compare_rules
    >>> from equitymodel.waiting.list_changes import combined, reserve
    >>> from equitymodel.waiting.list_flows import list_flows
    >>> from equitymodel.waiting.list_rules import first_come
    >>> labels = {"ics": ["QMF"], "deprivation": ["1", "2"]}
    >>> waiting = xr.DataArray([[[6.0, 0.0], [6.0, 0.0]]], labels, ("ics", "deprivation", "weeks_waited"))
    >>> flows = list_flows(waiting, xr.zeros_like(waiting[..., 0]), 6.0)
    >>> kept = combined(first_come(), reserve({"1": 0.5}), name="Half for group 1")
    >>> found = compare_rules(flows, [first_come("Now"), kept], weeks=1)
    >>> dims = ("chain", "draw", "ics", "deprivation", "procedure")
    >>> fitted = xr.DataArray(np.full((1, 1, 1, 2, 1), 300.0), {**labels, "procedure": ["hip"]}, dims)
    >>> made = rule_effects(found, fitted, {"half kept": "Half for group 1"})
    >>> made.changes["half kept"].values.ravel().round(6), list(made.contested)
    (array([ 100., -100.]), ['half kept'])
    """
    treated = _of_the_run(comparison.treated, fitted)
    first = treated.isel({RULE: 0}, drop=True)
    ratio = xr.where(first > 0, treated / first.where(first > 0), 1.0)
    known, why = [str(name) for name in ratio[RULE].values], comparison.rules.set_index("rule")["why_contested"]
    for option, rule in options.items():
        if rule not in known:
            raise OptionError(f"option '{option}': no rule '{rule}' was compared. {nearest(rule, known)}")
    changes = {option: (fitted * (_by_sample(ratio.sel({RULE: rule}, drop=True), fitted) - 1)).transpose(*fitted.dims)
               for option, rule in options.items()}  # fmt: skip
    contested = {option: str(why[rule]) for option, rule in options.items() if why[rule]}
    return RuleEffects(changes, contested, (*_on_the_list(treated, options, comparison.weeks), *comparison.stated))


def _on_the_list(treated: xr.DataArray, options: Mapping[str, str], weeks: int) -> tuple[str, ...]:
    """Say by what share those treated in all change on the list itself, which the total of a run may not follow."""
    if not options:
        return ()
    whole = treated.sum([dim for dim in treated.dims if dim not in (RULE, DRAW)])
    first = whole.isel({RULE: 0}, drop=True)
    change = xr.where(first > 0, whole / first.where(first > 0), 1.0) - 1
    said = "; ".join(f"{option} {_share(change.sel({RULE: rule}).values)}" for option, rule in options.items())
    return (
        f"Rules of the list were run over {weeks} weeks: who is treated sooner is not there to be treated later.",
        f"On the list itself, those treated in all change by: {said}. Where all admissions change by another share, "
        "the difference is no effect of the rule: groups have other shares of the run than of the list.",
    )


def _share(draws: np.ndarray) -> str:
    """Print a change in percent with its 95 % interval, no sign before 0."""
    values = (draws.mean(), *np.quantile(draws, [0.025, 0.975]))
    texts = (f"{value:+.1%}" for value in values)
    mean, lower, upper = (text.lstrip("+-") if text[1:] == "0.0%" else text for text in texts)
    return f"{mean} ({lower} to {upper})"


def _of_the_run(treated: xr.DataArray, fitted: xr.DataArray) -> xr.DataArray:
    """Give the ICSs and groups of a run; what is not there would be taken to stay as it is."""
    for dim in (ICS, DEPRIVATION):
        known = [str(label) for label in treated[dim].values] if dim in treated.dims else []
        lacking = [str(label) for label in fitted[dim].values if str(label) not in known]
        if lacking:
            raise OptionError(f"the lists have no {dim} {', '.join(lacking[:5])}, which the run has; they have "
                              f"{', '.join(known[:5]) or 'none'}; compare rules on lists of all of them")  # fmt: skip
    chosen = treated.sel({dim: fitted[dim].values.astype(str) for dim in (ICS, DEPRIVATION)})
    return chosen.assign_coords({dim: fitted[dim].values for dim in (ICS, DEPRIVATION)})


def _by_sample(ratio: xr.DataArray, fitted: xr.DataArray) -> xr.DataArray:
    """Give as many draws as the run has, by chain."""
    sizes = [fitted.sizes[dim] for dim in SAMPLE_DIMS]
    chosen = matched_draws(ratio.sizes[DRAW], int(np.prod(sizes)))
    values = ratio.transpose(DRAW, ICS, DEPRIVATION).values[chosen]
    labels = {dim: fitted[dim] for dim in (*SAMPLE_DIMS, ICS, DEPRIVATION) if dim in fitted.coords}
    return xr.DataArray(values.reshape(*sizes, *values.shape[1:]), labels, (*SAMPLE_DIMS, ICS, DEPRIVATION))
