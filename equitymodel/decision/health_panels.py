"""Panels of health: who gains and who loses, equity weights as a curve, and where the choice switches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import xarray as xr

from equitymodel.decision.acceptability import OPTION
from equitymodel.decision.health_benefit import SHARES_OF_FIFTHS, impact_curve, net_health_benefit, switch_of_choice
from equitymodel.decision.judged_options import JudgedOptions
from equitymodel.decision.panel_rows import SHOWN, summary_rows
from equitymodel.decision.social_welfare import ATKINSON_OF_PUBLIC, AVERSIONS, KOLM_OF_PUBLIC, equity_weights
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION

FLAT = "flat"
QALYS = "QALYs"
CURVE = (0.0, 0.5, 1.0, 2.0, 3.5, 5.0, 7.5, ATKINSON_OF_PUBLIC, 15.0)
"""Aversions at which an option's worth is worked out: with the reference points of `AVERSIONS`."""
KOLM = (0.0, 0.025, 0.1, KOLM_OF_PUBLIC)


def impact_table(judged: JudgedOptions) -> pd.DataFrame | None:
    """Lay out net health benefit by group, under each gradient of what is lost; none without gain and costs.

    Parameters
    ----------
    judged
        From `judge_options`.

    Returns
    -------
    pandas.DataFrame or None
        ``option, lost_elsewhere, deprivation`` and estimates in quality-adjusted life years, without any weights.
    """
    if judged.question.health is None or judged.charges() is None:
        return None
    rows = [summary_rows(_benefit(judged, lost), QALYS, centre="mean").assign(lost_elsewhere=name)
            for name, lost in _lost_elsewhere(judged.change[DEPRIVATION]).items()]  # fmt: skip
    return pd.concat(rows, ignore_index=True)[[OPTION, "lost_elsewhere", DEPRIVATION, *SHOWN]]


def weights_table(judged: JudgedOptions) -> pd.DataFrame | None:
    """Lay out equity weights by aversion, relative (Atkinson) and absolute (Kolm); none without life expectancy.

    Parameters
    ----------
    judged
        From `judge_options`.

    Returns
    -------
    pandas.DataFrame or None
        ``kind, aversion, deprivation, weight``: what a little more health is worth against the least deprived group.

    Raises
    ------
    OptionError
        When expectancy is not of the groups of the results.
    """
    held = _baseline(judged)
    if held is None:
        return None
    kinds: Mapping[str, Sequence[float]] = {"atkinson": AVERSIONS, "kolm": KOLM}
    rows = [equity_weights(held[0], aversion=aversion, kind=kind).to_dataframe("weight").reset_index()
            .assign(kind=kind, aversion=aversion) for kind, known in kinds.items() for aversion in known]  # fmt: skip
    table: pd.DataFrame = pd.concat(rows, ignore_index=True)
    return table[["kind", "aversion", DEPRIVATION, "weight"]]


def curve_table(judged: JudgedOptions) -> pd.DataFrame | None:
    """Lay out what each option is worth by aversion: in all, and as more equal health; none without its numbers.

    Parameters
    ----------
    judged
        From `judge_options`.

    Returns
    -------
    pandas.DataFrame or None
        ``option, aversion, measure`` (``total``, ``equity``, ``equivalent``: both together) and estimates, with
        health lost elsewhere in equal shares.

    Raises
    ------
    OptionError
        As for `weights_table`.
    """
    asked = _weighed(judged)
    if asked is None:
        return None
    found = impact_curve(*asked, aversions=CURVE)
    found["total"] = found["total"].broadcast_like(found["equity"])
    rows = [summary_rows(found[name], QALYS, centre="mean").assign(measure=name)
            for name in ("total", "equity", "equivalent")]  # fmt: skip
    return pd.concat(rows, ignore_index=True)[[OPTION, "aversion", "measure", *SHOWN]]


def switch_table(judged: JudgedOptions) -> pd.DataFrame | None:
    """Lay out the aversions at which another option becomes the best; none without the numbers of `curve_table`.

    Parameters
    ----------
    judged
        From `judge_options`.

    Returns
    -------
    pandas.DataFrame or None
        From `switch_of_choice`; no rows where one option stays the best.

    Raises
    ------
    OptionError
        As for `weights_table`.
    """
    asked = _weighed(judged)
    return None if asked is None else switch_of_choice(*asked)


def _weighed(judged: JudgedOptions) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray] | None:
    """Give benefit with health lost elsewhere in equal shares, life expectancy and people; none without any of them."""
    held = _baseline(judged)
    if held is None or judged.charges() is None:
        return None
    return _benefit(judged, _lost_elsewhere(judged.change[DEPRIVATION])[FLAT]), *held


def _benefit(judged: JudgedOptions, lost: xr.DataArray) -> xr.DataArray:
    """Give net health benefit by group, with the fixed cost of an option lost elsewhere too."""
    health, charges = judged.question.health, judged.charges()
    assert health is not None
    assert charges is not None
    made = net_health_benefit(
        judged.change, health.per_admission, charges[0], threshold=health.threshold, shares=lost
    )  # fmt: skip
    return made - lost * charges[1] / health.threshold


def _baseline(judged: JudgedOptions) -> tuple[xr.DataArray, xr.DataArray] | None:
    """Give life expectancy and people by group, as they were stated; none where nothing was."""
    health, groups = judged.question.health, judged.change[DEPRIVATION]
    if health is None or not health.expectancy:
        return None
    labels = [str(group) for group in groups.values]
    if apart := sorted(set(labels) ^ set(health.expectancy)):
        raise OptionError(
            f"[health] expectancy and people are not of the groups of the results: {', '.join(apart)}; the results "
            f"have {', '.join(labels)}"
        )
    expectancy, people = (xr.DataArray([stated[label] for label in labels], {DEPRIVATION: groups}, DEPRIVATION)
                          for stated in (health.expectancy, health.people))  # fmt: skip
    return expectancy, people


def _lost_elsewhere(groups: xr.DataArray) -> dict[str, xr.DataArray]:
    """Give who loses health elsewhere: flat, and for fifths the gradients that were published."""
    flat = {FLAT: (1 / groups.size,) * groups.size}
    shares = SHARES_OF_FIFTHS if groups.size == len(SHARES_OF_FIFTHS[FLAT]) else flat
    return {name: xr.DataArray(list(lost), {DEPRIVATION: groups}, DEPRIVATION) for name, lost in shares.items()}
