"""The page of `robustness.py`: every world in plain words, how often intervals hold in it, what fails and its price."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from page import markdown
from scipy import stats

WORDS = {
    "model true": "Nothing deviates: levels of ICSs and procedures and straight gradients differ as normal distributions do, "
    "and every cell has negative binomial noise of a year (extra variation 0.05).",
    "lasting deviations 4 %": "Every ICS and group deviates from the straight gradient by 4 % (standard deviation of "
    "the log), the same in every year; half of the variance all procedures have in common, half is of each.",
    "lasting deviations 8 %": "Every ICS and group deviates by 8 %, the same in every year, as at 4 %.",
    "lasting deviations 15 %": "Every ICS and group deviates by 15 %, the same in every year, as at 4 %.",
    "lasting deviations 8 % that fade": "Deviations of 8 % of which those of one year and the next have a correlation of 0.95. "
    "The truth is that of the last year.",
    "levels that walk 5 %": "Nothing deviates, and the level of each ICS and procedure changes by 5 % from year to year (a random "
    "walk). The truth is that of the last year.",
    "t(3) effects": "Levels and gradients of ICSs follow Student's t with 3 degrees of freedom instead of a normal distribution, "
    "with the same standard deviation: a few ICSs are far from all others.",
    "outlier in one procedure": "In one ICS and one procedure the gap is reversed: its most deprived have 26 % more than its "
    "least deprived (log gap +0.23), where the others' have about 21 % fewer.",
    "outlier in all procedures": "One ICS is reversed so in every procedure.",
    "shock of a year 8 %": "In each year every ICS and group is off by 8 %, in all procedures alike; it does not last. The "
    "truth leaves it out.",
    "gradients bent by ICS": "The gradient of each ICS is bent (a parabola), in all procedures and years alike; 8 % on average "
    "over groups.",
    "overdispersion unlike by procedure": "The extra variation of a cell in a year is 0, 0.05 or 0.15, by procedure.",
    "population misreported 3 %": "The population of each ICS and group is reported wrong by 3 %, in all years alike. The truth "
    "is that of rates on the population as reported; how often intervals hold what is true of the true population "
    "(and so of true need) is shown, without a limit.",
    "no gap anywhere": "No gradient in any ICS or procedure. What is asked is how often a gap is claimed (probability that the "
    "most deprived have fewer above 0.975).",
    "share that lasts from Beta(2, 1)": "Deviations of 8 % in all, of which a share lasts that is drawn anew from Beta(2, 1) in "
    "each replicate, for the part common to procedures and for that of each.",
    "share that lasts 0": "Deviations of 8 % in all, none of which lasts.",
    "share that lasts 1": "Deviations of 8 % in all, all of which last.",
}
QUANTITIES = ("gap of an ICS", "shortfall of the most deprived", "shortfall", "zero_sum", "fitted")
NATIONAL, MORE, CLAIMED, ESTIMATE = (
    "national gap", "most deprived have more", "claimed that they have fewer", "estimate of the gap",
)  # fmt: skip
HOLDS, HOLDS_OUTLIER, SURE, FALSE_CLAIMS = (0.91, 0.98), (0.80, 1.0), (0.80, 1.0), (0.0, 0.025)
"""Limits, lower and upper, of shares."""
NO_GAP = "no gap anywhere"
"""Where no place differs, intervals that learn from others hold more than they say; what counts is claims."""
FROM_PRIOR = "share that lasts from Beta(2, 1)"
KEYS = ["size", "years", "world", "model", "cells", "quantity"]
CELLS = {
    "deviating": "the deviating half",
    "tenth": "the most deviating tenth",
    "outlier": "the outlier",
    "true need": "true need",
}


def shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Average over replicates, with the Monte Carlo error of the average: replicates are the clusters."""
    found = rows.groupby(KEYS, sort=False)["share"].agg(["mean", "sem", "count"]).reset_index()
    return found.assign(sem=found["sem"].fillna(np.inf))


def limit_of(row: pd.Series) -> tuple[float, float] | None:
    """Give the limits that a share is held to, if there are any."""
    outlier = row["cells"] == "outlier"
    if row["quantity"] == CLAIMED:
        return FALSE_CLAIMS
    if row["quantity"] == MORE:
        return SURE
    if row["quantity"] not in QUANTITIES or row["cells"] in ("tenth", "true need") or row["world"] == NO_GAP:
        return None
    if row["years"] == 1 and not outlier and row["world"] != FROM_PRIOR:
        return None
    return HOLDS_OUTLIER if outlier else HOLDS


def verdict(share: float, error: float, limit: tuple[float, float] | None) -> str:
    """Say whether a limit is missed: by more than two Monte Carlo errors.

    >>> verdict(0.90, 0.006, (0.91, 0.98)), verdict(0.89, 0.006, (0.91, 0.98)), verdict(0.5, 0.1, None)
    ('ok', 'missed', '')
    """
    if limit is None:
        return ""
    return "missed" if share < limit[0] - 2 * error or share > limit[1] + 2 * error else "ok"


def right_interval(beyond: float, learnt: float, probability: float = 0.95) -> float:
    """Give how often the very posterior holds the truth of the cells whose truth is most extreme.

    Parameters
    ----------
    beyond
        The part of cells, by the size of their truth, that is left out: 0.9 for the most extreme tenth.
    learnt
        How much of the variance of the truth the data tell: 1 = all.
    probability
        The level of intervals.

    >>> round(right_interval(0.0, 0.5), 2)
    0.95
    """
    at = stats.norm.ppf(0.5 + beyond / 2 + (np.arange(2000) + 0.5) / 2000 * (1 - beyond) / 2)
    half, noise = stats.norm.ppf(0.5 + probability / 2) * np.sqrt(1 - learnt), np.sqrt(learnt * (1 - learnt))
    error = (1 - learnt) * at
    return float((stats.norm.cdf((error + half) / noise) - stats.norm.cdf((error - half) / noise)).mean())


def judged(rows: pd.DataFrame, first: str) -> pd.DataFrame:
    """Add limits and verdicts; only the first model is held to limits."""
    found = shares(rows)
    said = [
        verdict(row["mean"], row["sem"], limit_of(row) if row["model"] == first else None)
        for _, row in found.iterrows()
    ]
    return found.assign(verdict=said)


def shown(row: pd.Series) -> str:
    """Print a share with its error and verdict, in percent."""
    said = {"missed": " **missed**", "ok": " ok", "": ""}[row["verdict"]]
    error = f" ± {100 * row['sem']:.1f}" if np.isfinite(row["sem"]) else ""
    return f"{100 * row['mean']:.1f}{error}{said}"


def table(found: pd.DataFrame, quantities: tuple[str, ...], *, which: bool) -> list[str]:
    """Lay shares out, a row a world and model, with which cells they are of if asked."""
    places = ["world", "cells", "model"] if which else ["world", "model"]
    lines = []
    for key, own in found.groupby(places, sort=False):
        by = {row["quantity"]: shown(row) for _, row in own.iterrows()}
        label = [CELLS.get(str(part), str(part)) for part in key]
        lines.append((*label, *(by.get(name, "") for name in quantities)))
    return markdown((*places, *quantities), lines)


def widths(rows: pd.DataFrame, first: str, beside: str) -> list[str]:
    """Lay out how wide intervals of the first model are against the other's, replicate by replicate."""
    own = rows[(rows["cells"] == "all") & rows["quantity"].isin((*QUANTITIES, NATIONAL))]
    wide = own.pivot_table(index=["world", "quantity", "seed"], columns="model", values="width", sort=False)
    ratio = (wide[first] / wide[beside]).groupby(["world", "quantity"], sort=False).agg(["mean", "sem"])
    worlds = list(dict.fromkeys(ratio.index.get_level_values("world")))
    names = (*QUANTITIES, NATIONAL)
    lines = [(world, *(f"{ratio.loc[(world, name), 'mean']:.2f} ± {ratio.loc[(world, name), 'sem']:.2f}" for name in names))
             for world in worlds]  # fmt: skip
    return markdown(("world", *names), lines)


def outliers(found: pd.DataFrame) -> list[str]:
    """Lay out what is found of the outlier, and false claims."""
    lines = []
    for _, row in found[found["quantity"].isin((ESTIMATE, MORE, CLAIMED))].iterrows():
        value = f"{row['mean']:+.3f} ± {row['sem']:.3f}" if row["quantity"] == ESTIMATE else shown(row)
        truth = {ESTIMATE: "+0.230", MORE: "above 80 %", CLAIMED: "at most 2.5 %"}[row["quantity"]]
        lines.append((row["world"], row["model"], row["quantity"], value, truth))
    return markdown(("world", "model", "what", "found (%, or log ratio)", "true, or the limit"), lines) if lines else []


def fits(rows: pd.DataFrame) -> list[str]:
    """Say how often each verdict of the diagnosis was given."""
    each = rows.drop_duplicates(["world", "model", "seed"])
    counts = each.groupby(["world", "model"], sort=False)["verdict"].value_counts().unstack(fill_value=0)
    return markdown(
        ("world", "model", *counts.columns),
        [(*key, *row) for key, row in zip(counts.index, counts.to_numpy(), strict=True)],
    )


def section(rows: pd.DataFrame, first: str) -> Iterator[str]:
    """Write what was found at one size and number of years."""
    found = judged(rows, first)
    everywhere, inside = found["cells"] == "all", found["quantity"].isin((*QUANTITIES, NATIONAL))
    yield from ("", "Percent of intervals that hold the truth, all cells:", "")
    yield from table(found[everywhere & inside], (*QUANTITIES, NATIONAL), which=False)
    apart = found[~everywhere & inside]
    if len(apart):
        yield from ("", "The same in the deviating cells alone, and against true need:", "")
        yield from table(apart, QUANTITIES, which=True)
    special = outliers(found)
    if special:
        yield from ("", "The outlier, and claims where there is no gap:", "", *special)
    models = list(dict.fromkeys(rows["model"]))
    for beside in models[1:]:
        yield from (
            "",
            f"Width of intervals of `{first}` against those of `{beside}`:",
            "",
            *widths(rows, first, beside),
        )
    yield from (
        "",
        "Verdicts of the fits (the engine's own checks; with `--diagnose` the full diagnosis):",
        "",
        *fits(rows),
    )


def failures(rows: pd.DataFrame, first: str) -> Iterator[str]:
    """List every limit that was missed."""
    found = pd.concat([judged(own, first) for _, own in rows.groupby(["size", "years"], sort=False)])
    limited = found[found["verdict"] != ""]
    missed = limited[limited["verdict"] == "missed"]
    yield f"{len(limited)} shares have a limit; {len(missed)} are missed by more than two Monte Carlo errors."
    if len(missed):
        yield ""
        yield from markdown(
            ("size", "years", "world", "cells", "quantity", "percent"),
            [(row["size"], row["years"], row["world"], CELLS.get(row["cells"], row["cells"]), row["quantity"], f"{100 * row['mean']:.1f} ± {100 * row['sem']:.1f}")
             for _, row in missed.iterrows()],
        )  # fmt: skip


def _lost(rows: pd.DataFrame) -> list[str]:
    """Say which fits came to no end, and why."""
    counts = rows.groupby(["size", "years", "world", "model"], sort=False)["verdict"].agg(["size", "first"])
    lines = [(*key, row["size"], row["first"]) for key, row in counts.iterrows()]
    return (
        ["", "Fits that failed:", "", *markdown(("size", "years", "world", "model", "fits", "first of them"), lines)]
        if lines
        else []
    )


def page(rows: pd.DataFrame, given: argparse.Namespace) -> str:
    """Write the page."""
    first = str(rows["model"].iloc[0])
    lost, rows = rows[rows["quantity"].isna()], rows[rows["quantity"].notna()]
    said = {name: " ".join(f'"{each}"' if " " in str(each) else str(each) for each in getattr(given, name))
            for name in ("worlds", "years", "sizes", "models", "summed")}  # fmt: skip
    called = " ".join(f"--{name} {values}" for name, values in said.items() if values and name != "worlds")
    lines = [
        "# Worlds that are not the model's", "",
        f"*Made by `uv run python benchmarks/robustness.py --replicates {given.replicates} --seed {given.seed} {called}{' --diagnose' if given.diagnose else ''} "
        f"--write {given.write}` on {datetime.now(UTC):%Y-%m-%d}; {rows['seed'].nunique()} replicates a world, engine "
        "`laplace`, 1,000 draws. ± is one Monte Carlo standard error, with replicates as clusters.*", "",
        "A model is right in the world that it assumes. Here it meets others. In each, cells are simulated from a truth that "
        "is known, and the 95 % intervals of the last year are held against the area *as it is*: what lasts, without the noise "
        "of the year. **Gap of an ICS** is the log rate ratio, most against least deprived, of an ICS and procedure; "
        "**shortfall** how many admissions the most deprived group lacks to the rate of the least deprived of its ICS; "
        "**zero_sum** the change of a cell that would make rates equal within its ICS; **fitted** the admissions of a cell; "
        "**national gap** that of all ICSs together.", "",
        f"`{first}` is held to limits: with two years or more its intervals are to hold in 91 to 98 % in every world, in the "
        "deviating cells alone too, and 80 % in those of an outlier; the probability that the most deprived have more is to be above "
        "0.8 for the outlier. A limit is *missed* only when a share lies beyond it by more than two Monte Carlo errors. "
        "Other models stand beside it without a limit; those that know no years see them added up.", "",
        "With **one year** deviations that last and a shock of the same size give the same data, so that no model can hold in "
        "both. The figure asked for is then that over a share drawn from the prior; a share of 0 and of 1 stand beside it. A "
        "second year settles it.", "",
        "The *deviating half* are the cells whose true departure is the larger half of their world's (of gaps and "
        "shortfalls: those whose ends depart most from one another; with unlike overdispersion, the procedures that have "
        "most; with t(3) effects, by the departure of their gradient). The *most deviating tenth* has no limit: "
        "cells chosen because their truth is extreme are held less often by any interval that learns from others, also by "
        f"the right one: where the data tell 40 % of the variance of normal deviations, in {right_interval(0.5, 0.4):.0%} of the half "
        f"and {right_interval(0.9, 0.4):.0%} of the tenth, where they tell 80 %, in {right_interval(0.5, 0.8):.0%} and "
        f"{right_interval(0.9, 0.8):.0%}. That is the price of borrowing, and who pays it.", "",
        "## The worlds", "",
        *markdown(("world", "what is true"), [(name, WORDS[name]) for name in dict.fromkeys(rows["world"])]), "",
        "## What fails", "",
        *failures(rows, first), *_lost(lost),
    ]  # fmt: skip
    for (size, years), own in rows.groupby(["size", "years"], sort=False):
        groups = size.replace("x", " x ")
        lines += ["", f"## {groups}, {years} {'year' if years == 1 else 'years'}", *section(own, first)]
    return "\n".join(lines) + "\n"
