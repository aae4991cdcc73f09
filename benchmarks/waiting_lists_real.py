"""Published waits of England: is last year's list the one that would have been said a year before? And a scenario of groups.

uv run python benchmarks/waiting_lists_real.py    (reads ../shared/data; writes docs/waiting_lists_real.md; minutes)

Monthly waits by ICB and specialty have five bands and no flows. The shape of a list over weeks waited is log-linear between
the middles of its bands, and gives how fast people leave at each wait, whether treated or not. Additions and departures then
go on as they were, with an error that is set on an earlier year and used on the next.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.waiting.rtt_layout import WEEKS_IN_MONTH, read_rtt
from equitymodel.waiting.compare_rules import RuleComparison, compare_rules
from equitymodel.waiting.group_scenario import split_by_group
from equitymodel.waiting.last_year import ENOUGH
from equitymodel.waiting.learn_flows import Observed, learn_flows, treatment_pattern
from equitymodel.waiting.list_changes import combined, more_slots
from equitymodel.waiting.list_flows import list_flows
from equitymodel.waiting.list_measures import list_measures
from equitymodel.waiting.list_rules import accumulating, as_now
from equitymodel.waiting.stated_share import StatedShare
from equitymodel.waiting.weekly_course import run_rule

DATA = Path(os.environ.get("EQUITYMODEL_SHARED", Path(__file__).parents[2] / "shared")) / "data"
PAGE = Path(__file__).parents[1] / "docs" / "waiting_lists_real.md"
EDGES, LAST = (0, 18, 52, 65, 78), 130
DRAWS, LEAST, WEEKS, EVERY = 100, 500, 52, 4
MEASURES = {"on_list": "size of the list", "share_over_18": "share over 18 weeks", "share_over_52": "share over 52 weeks",
            "mean_wait": "mean wait"}  # fmt: skip
SPREADS = (0.0, 0.02, 0.04, 0.06, 0.08, 0.12)


def bands() -> pd.DataFrame:
    """Read lists of 500 people or more as people in five bands, by month."""
    found = pd.read_csv(DATA / "rtt_icb_specialty_monthly_2022_2026.csv")
    over = found[["over_52w", "over_65w", "over_78w"]].fillna(0)
    inside = pd.DataFrame({"0": found["within_18w"], "18": found["incomplete"] - found["within_18w"] - over["over_52w"],
                           "52": over["over_52w"] - over["over_65w"], "65": over["over_65w"] - over["over_78w"],
                           "78": over["over_78w"]})  # fmt: skip
    keys = found[["month", "icb_ods", "tfc"]]
    return pd.concat([keys, inside.clip(lower=0)], axis=1).set_index(["month", "icb_ods", "tfc"])


def shape(people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give people by week, and how fast they leave, from people in bands."""
    widths = np.diff([*EDGES, 91])
    middles = np.array(EDGES) + widths / 2
    logs = np.log((people + 0.5) / widths)
    slopes = np.minimum(np.diff(logs) / np.diff(middles), -0.002)
    weeks = np.arange(LAST) + 0.5
    piece = np.clip(np.searchsorted(middles, weeks) - 1, 0, len(slopes) - 1)
    level = logs[0] + np.concatenate([[0], np.cumsum(slopes * np.diff(middles))])
    density = np.exp(level[piece] + slopes[piece] * (weeks - middles[piece]))
    band = np.searchsorted(EDGES, np.arange(LAST), side="right") - 1
    density *= (people / np.bincount(band, density))[band]
    return density, -slopes[piece]


def forecast(now: np.ndarray, year_ago: np.ndarray, lasting: float, spread: float, seed: int) -> dict[str, np.ndarray]:
    """Run a list for a year as it was run, with an error of additions and departures; measures by draw."""
    waiting, leaving = shape(now)
    rng = np.random.default_rng(seed)
    turnover = float((waiting * leaving).sum())
    growth = lasting * (now.sum() - year_ago.sum()) / WEEKS
    added = turnover * np.exp(spread * rng.standard_normal(DRAWS))
    departs = np.maximum(turnover - growth, 0.1 * turnover) * np.exp(spread * rng.standard_normal(DRAWS))
    flows = list_flows(xr.DataArray(waiting[None], dims=("deprivation", "weeks_waited")),
                       xr.DataArray(added[:, None], dims=("draw", "deprivation")), xr.DataArray(departs, dims="draw"))  # fmt: skip
    course = run_rule(flows, as_now(leaving), weeks=WEEKS, longest=LAST - 1, seed=seed)
    found = list_measures(course)
    return {name: found[name].isel(deprivation=-1).values for name in MEASURES}


def observed(people: np.ndarray) -> dict[str, float]:
    """Give the same measures of a published list; the mean wait by the shape of its bands."""
    waiting, _ = shape(people)
    total = people.sum()
    mean = float((waiting * (np.arange(LAST) + 0.5)).sum() / total)
    return {"on_list": total, "share_over_18": people[1:].sum() / total, "share_over_52": people[2:].sum() / total,
            "mean_wait": mean}  # fmt: skip


def held(
    table: pd.DataFrame, months: tuple[str, str, str], lasting: float, spread: float, every: int = EVERY
) -> pd.DataFrame:
    """Predict the last of three months from the first two, list by list."""
    before, now, then = (table.loc[month] for month in months)
    both = before.index.intersection(now.index).intersection(then.index)
    chosen = [key for key in both if now.loc[key].sum() >= LEAST][::every]
    rows = []
    for number, key in enumerate(chosen):
        drawn = forecast(now.loc[key].to_numpy(float), before.loc[key].to_numpy(float), lasting, spread, number)
        seen = observed(then.loc[key].to_numpy(float))
        still = observed(now.loc[key].to_numpy(float))
        for name, values in drawn.items():
            low, high = np.quantile(values, [0.025, 0.975])
            rows.append((name, np.median(values), low, high, seen[name], still[name], low <= seen[name] <= high))
    return pd.DataFrame(rows, columns=["measure", "predicted", "lower", "upper", "seen", "a_year_before", "inside"])


EARLIER = ("2023-03", "2024-03", "2025-03")


def growth_that_lasted(table: pd.DataFrame) -> float:
    """Give the slope of growth in the year to March 2025 on that in the year before, over lists."""
    sizes = pd.DataFrame({month: table.loc[month].sum(axis=1) for month in EARLIER}).dropna()
    sizes = sizes[(sizes >= LEAST).all(axis=1)]
    first, second = (np.log(sizes[later] / sizes[sooner]) for sooner, later in (EARLIER[:2], EARLIER[1:]))
    return float(np.polyfit(first, second, 1)[0])


def spread_of_an_earlier_year(table: pd.DataFrame, lasting: float) -> tuple[float, pd.Series]:
    """Find the error with which intervals of the size of the list held 95 % a year earlier; on every twelfth list."""
    inside = pd.Series({spread: held(table, EARLIER, lasting, spread, every=12).query("measure == 'on_list'")["inside"].mean()
                        for spread in SPREADS})  # fmt: skip
    enough = inside[inside >= 0.95]
    return (float(enough.index[0]) if len(enough) else SPREADS[-1]), inside


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """Give by measure how often intervals held, and how far the middle was off, beside no change at all."""
    found = found.assign(error=(found["predicted"] - found["seen"]).abs(),
                         no_change=(found["a_year_before"] - found["seen"]).abs(),
                         width=found["upper"] - found["lower"])  # fmt: skip
    return found.groupby("measure", sort=False).agg(lists=("inside", "size"), inside=("inside", "mean"),
                                                   error=("error", "median"), no_change=("no_change", "median"),
                                                   width=("width", "median"))  # fmt: skip


def implied_removals() -> tuple[float, float, float, float]:
    """Give additions, completed pathways, the change of the list, and the share that leaves a week, January 2026."""
    provider = pd.read_csv(DATA / "rtt_jan2026_provider_specialty.csv")
    month = bands().groupby("month").sum().sum(axis=1)
    added = provider["new_periods"].sum()
    completed = provider[["completed_admitted", "completed_non_admitted"]].sum().sum()
    grown = month["2026-01"] - month["2025-12"]
    return added, completed, grown, (added - completed - grown) / month["2026-01"] / WEEKS_IN_MONTH


def deprivation_shares() -> dict[int, dict[str, float]]:
    """Give the shares of quintiles among those who wait up to 18 weeks, 18 to 52, and over 52: England, January 2026."""
    table = pd.read_csv(DATA / "wlmds_england_imd_decile_jul2025_feb2026.csv")
    table = table[table["week_ending"].str.startswith("2026-01")]
    quintile = (table["imd_decile"] + 1) // 2
    found = table.groupby(quintile)[["within_18w", "w18_to_52", "over_52w"]].sum()
    shares = found / found.sum()
    return {week: {str(label): float(value) for label, value in shares[name].items()}
            for week, name in ((0, "within_18w"), (18, "w18_to_52"), (52, "over_52w"))}  # fmt: skip


def scenario(removal: float) -> RuleComparison:
    """Run England's lists by specialty under four rules, with groups by the shares of the list by deprivation."""
    published = read_rtt(DATA / "rtt_jan2026_icb_specialty_weekbands.csv")
    england = published.fillna(0.0).sum("ics", keep_attrs=True).expand_dims(ics=["England"])
    england["band_share"] = published["band_share"]
    new = pd.read_csv(DATA / "rtt_jan2026_provider_specialty.csv").groupby("tfc")["new_periods"].sum()
    added = new.reindex(england["procedure"].values).fillna(0.0).to_numpy() / WEEKS_IN_MONTH
    england["added"] = xr.zeros_like(england["waiting_low"].isel(band=0, drop=True)) + xr.DataArray(
        added, dims="procedure"
    )
    shares = deprivation_shares()
    split = split_by_group(england, shares[0], "England's list by deprivation, January 2026",
                           from_week={week: shares[week] for week in (18, 52)})  # fmt: skip
    stated = StatedShare(
        removal, "additions less completed pathways less growth, England, January 2026", removal / 2, removal * 2
    )
    flows = learn_flows(split, observed=Observed(WEEKS_IN_MONTH, 20.0), removal=stated, draws=100)
    usual = as_now(treatment_pattern(split))
    rules = [usual, combined(usual, more_slots(0.02), name="2 % more slots"),
             accumulating({"1": 1.1, "2": 1.05}, name="Urgency grows 10 % faster for the most deprived"),
             accumulating({"1": 1.0}, name="First come")]  # fmt: skip
    return compare_rules(flows, rules, weeks=WEEKS, longest=130, precision="single")


def main() -> None:
    """Write the page."""
    table = bands()
    lasting = growth_that_lasted(table)
    spread, tried = spread_of_an_earlier_year(table, lasting)
    found = summary(held(table, ("2024-03", "2025-03", "2026-03"), lasting, spread))
    removals = implied_removals()
    said = scenario(removals[3])
    PAGE.write_text("\n".join(page(lasting, (spread, tried), found, removals, said)) + "\n", encoding="utf-8")


def page(
    lasting: float, errors: tuple[float, pd.Series], found: pd.DataFrame, removals: tuple[float, ...],
    said: RuleComparison,
) -> list[str]:  # fmt: skip
    """Lay the page out, line by line."""
    spread, tried = errors
    lines = [
        "# Waiting lists of England: held against what came, and a scenario of groups", "",
        "*Made by `uv run python benchmarks/waiting_lists_real.py`.*", "",
        "## Would last year have been foreseen?", "",
        f"Published waits by ICB and specialty, every fourth list of {LEAST} people or more: the year to March 2025 is learned from, and "
        "March 2026 predicted. The published months have five bands and no flows by list, so that people who leave are treated "
        "or not, together. Of the growth of a list in a year "
        f"{lasting:.0%} was carried on, as in the year before. The error of additions and departures was set on the year before, to March 2025, so that 95 % "
        f"intervals of the size of the list held there: {spread:.0%} of each "
        f"({', '.join(f'{100 * s:.0f} %: {share:.0%} held' for s, share in tried.items())}). It was then used unseen.", "",
        "| measure | lists | 95 % intervals that held | median error | of no change at all | median width |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, row in found.iterrows():
        share = str(name).startswith("share")
        numbers = [
            f"{value:.1%}" if share else f"{value:,.1f}" for value in (row["error"], row["no_change"], row["width"])
        ]
        lines.append(f"| {MEASURES[str(name)]} | {row['lists']:.0f} | {row['inside']:.0%} | {' | '.join(numbers)} |")
    added, completed, grown, share = removals
    lines += [
        "", verdict(found), "",
        "## Who leaves untreated", "",
        f"Not published. In January 2026 {added:,.0f} were added and {completed:,.0f} completed, and the list changed by "
        f"{grown:,.0f}: what is left, {share:.2%} of the list a week, is removals and corrections of records together.", "",
        "## A scenario of groups", "",
        *[f"- {text}" for text in said.stated], f"- {said.conserved}", "",
        "| rule | contested | over 52 weeks, group 1 | group 5 | gap in mean wait, weeks | change of it | treated in all, change |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, contested in zip(said.rules["rule"], said.rules["contested"], strict=True):
        over = [number(said.rows("share_over_52", rule=name, deprivation=label), "{:.1%}") for label in ("1", "5")]
        gap = number(said.rows("gap_mean_wait", rule=name), "{:.2f}")
        change = number(said.rows("change_gap_mean_wait", rule=name), "{:.2f}")
        treated = number(said.rows("change_treated", rule=name, deprivation="All groups"), "{:,.0f}")
        lines.append(f"| {name} | {contested} | {' | '.join(over)} | {gap} | {change} | {treated} |")
    return [
        *lines,
        "",
        "Means with 95 % equal-tailed credible intervals after a year. Groups are no data of these lists. What the most "
        "deprived have more of among long waits at the start fades within the year, as nothing that is published says what "
        "keeps it up: treatment that differs between groups would have to be stated.",
    ]


def verdict(found: pd.DataFrame) -> str:
    """Say of which measures intervals held less often than they should."""
    short = [MEASURES[str(name)] for name, share in found["inside"].items() if share < ENOUGH]
    if not short:
        return "Intervals held as often as they should."
    return (f"**Intervals held too seldom** for: {', '.join(short)}. The table sets the errors beside those of no change at all. Lists are "
            "run with the same treatment by weeks waited all year, and in these years long waits were brought down on purpose. So "
            "what a list run forwards says of levels is a scenario, and `check_last_year` stamps it so; what rules differ by, on the "
            "same list, is what it is for.")  # fmt: skip


def number(rows: pd.DataFrame, form: str) -> str:
    """Print an estimate with its interval; nothing where there is none."""
    if rows.empty:
        return ""
    row = rows.iloc[0]
    return f"{form.format(row['estimate'])} ({form.format(row['lower'])} to {form.format(row['upper'])})"


if __name__ == "__main__":
    main()
