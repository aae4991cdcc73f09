"""Diagnosis of a fit: convergence, effective draws and posterior predictive checks, with a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import xarray as xr
from scipy import stats

from equitymodel.vocabulary import INTERVAL_PROBABILITY, SAMPLE_DIMS, group_dim

Verdict = Literal["PASS", "WARN", "FAIL"]
ORDER: tuple[Verdict, ...] = ("PASS", "WARN", "FAIL")
REPORTED_DRAWS = 1000
"""Effective draws at which a reported quantity passes."""


@dataclass(frozen=True)
class Check:
    """One check: what was measured, against which limits, and what it means.

    Attributes
    ----------
    name
        What was checked.
    value
        What was measured.
    verdict
        PASS, WARN or FAIL.
    limit
        The limits, in words.
    detail
        Where the worst value was found, or what to do.
    """

    name: str
    value: float
    verdict: Verdict
    limit: str
    detail: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """All checks of a fit; the verdict is that of the worst.

    Examples
    --------
    >>> print(Diagnosis((Check("divergences", 0, "PASS", "0"),)))
    PASS
      PASS  divergences: 0 (limit 0)
    """

    checks: tuple[Check, ...]

    @property
    def verdict(self) -> Verdict:
        """PASS, WARN or FAIL: the worst of all checks."""
        return max((check.verdict for check in self.checks), key=ORDER.index, default="PASS")

    @property
    def failures(self) -> str:
        """The checks that failed, on one line; empty where none did."""
        failed = [check for check in self.checks if check.verdict == "FAIL"]
        return "; ".join(f"{check.name}: {check.value:.4g}, limit {check.limit}" for check in failed)

    def __str__(self) -> str:
        """Print the verdict and one line a check, the worst first."""
        ranked = sorted(self.checks, key=lambda check: -ORDER.index(check.verdict))
        lines = [f"  {c.verdict:5} {c.name}: {c.value:.4g} (limit {c.limit})" + (f"; {c.detail}" if c.detail else "")
                 for c in ranked]  # fmt: skip
        return "\n".join([self.verdict, *lines])

    def to_dict(self) -> dict[str, object]:
        """Lay the diagnosis out for a JSON file."""
        return {"verdict": self.verdict, "checks": [asdict(check) for check in self.checks]}

    def extended(self, checks: Sequence[Check]) -> Diagnosis:
        """Add further checks."""
        return Diagnosis(self.checks + tuple(checks))


def check_draws(
    quantities: Mapping[str, xr.DataArray], *, label: str, enough: int, bounds_of: float | None = INTERVAL_PROBABILITY
) -> list[Check]:
    """Check that draws of some quantities have converged and are enough for what is printed.

    Parameters
    ----------
    quantities
        Draws by name; dims ``chain, draw`` and any others. Entries that never vary are passed over.
    label
        What the quantities are, for the reader.
    enough
        Effective draws at which the check passes.
    bounds_of
        The level of the printed interval, whose bounds are checked; none if it is not printed.

    Returns
    -------
    list of Check
        R-hat, bulk and tail effective draws, and the simulation error of the bounds as a share
        of the posterior standard deviation, for a posterior near normal.

    References
    ----------
    Vehtari A et al (2021) Rank-normalization, folding, and localization: an improved R-hat.
    Bayesian Analysis 16:667. doi:10.1214/20-BA1221

    Examples
    --------
    >>> draws = xr.DataArray(np.random.default_rng(1).normal(size=(4, 1000)), dims=("chain", "draw"))
    >>> [check.verdict for check in check_draws({"x": draws}, label="demonstration", enough=1000)]
    ['PASS', 'PASS', 'PASS', 'PASS']
    """
    import arviz_stats  # seconds to load, and only used here

    data = xr.Dataset({name: flat for name, draws in quantities.items() if (flat := _flatten(draws)).size})
    checks = [
        _worst(arviz_stats.rhat(data), f"R-hat of {label}", quantities, good=1.01, bad=1.05),
        _worst(arviz_stats.ess(data, method="bulk"), f"effective draws of {label}", quantities,
               good=enough, bad=100, high=True),
        _worst(arviz_stats.ess(data, method="tail"), f"effective draws in the tails of {label}", quantities,
               good=min(enough, 400), bad=100, high=True),
    ]  # fmt: skip
    if bounds_of is None:
        return checks
    tail = (1 - bounds_of) / 2
    effective = [arviz_stats.ess(data, method="quantile", prob=at) for at in (tail, 1 - tail)]
    error = np.sqrt(tail * (1 - tail)) / stats.norm.pdf(stats.norm.ppf(tail)) / np.sqrt(xr.ufuncs.minimum(*effective))
    return [*checks, _worst(error, f"simulation error of the bounds of {label} (share of sd)", quantities,
                            good=0.07, bad=0.20)]  # fmt: skip


def _flatten(draws: xr.DataArray) -> xr.DataArray:
    """Flatten draws, leaving out quantities that do not vary or do not exist."""
    values = draws.transpose(*SAMPLE_DIMS, ...).values
    flat = values.reshape(*values.shape[:2], -1)
    varies = np.isfinite(flat).all(axis=(0, 1)) & (np.ptp(flat, axis=(0, 1)) > 1e-12)
    item = f"{draws.name or 'quantity'}_item"
    return xr.DataArray(flat[..., varies], dims=(*SAMPLE_DIMS, item), coords={item: np.nonzero(varies)[0]})


def _worst(
    measured: xr.Dataset,
    name: str,
    quantities: Mapping[str, xr.DataArray],
    *,
    good: float,
    bad: float,
    high: bool = False,
) -> Check:
    sign = -1 if high else 1
    arrays = {key: array for key, array in measured.data_vars.items() if array.size}
    key = max(arrays, key=lambda k: float((sign * arrays[k]).max()))
    worst = arrays[key]
    at = int(np.argmax(sign * worst.values))
    value = float(worst[at])
    verdict: Verdict = "PASS" if sign * value <= sign * good else "FAIL" if sign * value > sign * bad else "WARN"
    words = f"{'at least' if high else 'at most'} {good:g}, failing {'below' if high else 'above'} {bad:g}"
    where = _locate(quantities[str(key)], int(worst[worst.dims[0]][at]))
    return Check(name, value, verdict, words, f"worst: {key} {where}".rstrip())


def _locate(draws: xr.DataArray, position: int) -> str:
    dims = [dim for dim in draws.dims if dim not in SAMPLE_DIMS]
    if not dims:
        return ""
    place = np.unravel_index(position, [draws.sizes[dim] for dim in dims])
    return ", ".join(str(draws[dim].values[i]) if dim in draws.coords else str(i)
                     for dim, i in zip(dims, place, strict=True))  # fmt: skip


def check_sampler(tree: xr.DataTree) -> list[Check]:
    """Check the sampler's own warnings: divergences, energy and tree depth.

    References
    ----------
    Betancourt M (2017) A conceptual introduction to Hamiltonian Monte Carlo. arXiv:1701.02434
    """
    import arviz_stats  # seconds to load, and only used here

    sampler = tree["sample_stats"].to_dataset()
    total = sampler["diverging"].size
    lost = int(sampler["diverging"].sum())
    share = lost / total
    energy = float(arviz_stats.bfmi(tree)["energy"].min())
    checks = [
        Check("divergences", lost, grade(share, 0.0, 0.001), f"0 of {total:,}, failing above 0.1 %"),
        Check("energy (E-BFMI)", energy, grade(-energy, -0.3, -0.2), "at least 0.3, failing below 0.2"),
    ]
    if "maxdepth_reached" in sampler:
        deep = float(sampler["maxdepth_reached"].mean())
        checks.append(Check("share of trajectories cut short", deep, grade(deep, 0.01, 1.0), "at most 1 %"))
    return checks


def grade(value: float, good: float, bad: float) -> Verdict:
    """Grade a value that is better the smaller it is.

    Examples
    --------
    >>> grade(0.6, 0.5, 1.0)
    'WARN'
    """
    return "PASS" if value <= good else "WARN" if value <= bad else "FAIL"


def check_predictions(
    predicted: xr.DataArray, fitted: xr.DataArray, admissions: xr.DataArray, *, of: str = "deprivation group"
) -> list[Check]:
    """Posterior predictive check: compare counts predicted by the model with those observed.

    Parameters
    ----------
    predicted, fitted
        Draws of new counts and of their means.
    admissions
        Observed counts; missing where not known. Counts known only within bounds are completed
        draw by draw, and then have draws too.
    of
        What the groups are called.

    Returns
    -------
    list of Check
        For the share of zeros, the largest count, the spread around the means and the total of
        each group: the share of predicted values at least as large as observed.

    References
    ----------
    Gelman A, Meng X-L, Stern H (1996) Posterior predictive assessment. Statistica Sinica 6:733.
    """
    known = admissions.notnull()
    cells = [dim for dim in admissions.dims if dim not in SAMPLE_DIMS]
    predicted, observed = predicted.where(known), admissions

    def spread(counts: xr.DataArray) -> xr.DataArray:
        return ((counts - fitted) ** 2 / fitted).where(known).sum(cells)

    shares = {
        "share of zeros": tail_share((predicted == 0).sum(cells), (observed == 0).sum(cells)),
        "largest count": tail_share(predicted.max(cells), observed.max(cells)),
        "spread around the means": tail_share(spread(predicted), spread(observed)),
    }
    groups = group_dim(cells)
    rest = [dim for dim in cells if dim != groups]
    for group in observed[groups].values:
        totals = (counts.sel({groups: group}).sum(rest) for counts in (predicted, observed))
        shares[f"total of {of} {group}"] = tail_share(*totals)
    return [predictive_check(name, value) for name, value in shares.items()]


def tail_share(predicted: xr.DataArray, observed: xr.DataArray) -> float:
    """Measure the share of predictions above what was observed, ties counted half.

    Examples
    --------
    >>> tail_share(xr.DataArray([1.0, 2.0]), xr.DataArray(2.0))
    0.25
    """
    return float((predicted > observed).mean() + 0.5 * (predicted == observed).mean())


def predictive_check(name: str, share: float) -> Check:
    """Make the check of a share of predictions above what was observed.

    Examples
    --------
    >>> predictive_check("largest count", 0.004).verdict
    'WARN'
    """
    edge = min(share, 1 - share)
    verdict: Verdict = "PASS" if edge >= 0.01 else "WARN" if edge >= 0.001 else "FAIL"
    return Check(f"predicted against observed, {name}", share, verdict, "between 0.01 and 0.99, failing beyond 0.001")
