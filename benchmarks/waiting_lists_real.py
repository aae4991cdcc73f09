"""Published waits of England: are lists of last year the ones that would have been said before? And a scenario of groups.

uv run python benchmarks/waiting_lists_real.py    (reads ../shared/data; writes docs/waiting_lists_real.md; minutes)

How a year is predicted is in `benchmarks/waiting_next_year.py`, and in `equitymodel/waiting/list_year_ahead.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from page import markdown
from waiting_next_year import COUNTS, MEASURES, SHARES, held_table, learned, of_last_value, of_model
from waiting_published import DATA, LEAST, lists_of, shifted

from equitymodel.data.waiting.rtt_layout import WEEKS_IN_MONTH, read_rtt
from equitymodel.waiting.compare_rules import RuleComparison, compare_rules
from equitymodel.waiting.group_scenario import split_by_group
from equitymodel.waiting.learn_flows import Observed, learn_flows, treatment_pattern
from equitymodel.waiting.list_changes import combined, more_slots
from equitymodel.waiting.list_rules import accumulating, as_now
from equitymodel.waiting.stated_share import StatedShare
from equitymodel.waiting.year_change import YearChange

PAGE = Path(__file__).parents[1] / "docs" / "waiting_lists_real.md"
WEEKS = 52
HELD_OUT = "2025-03"
ORIGINS = ("2024-03", "2024-10", "2024-11", "2024-12", "2025-01", HELD_OUT)
NAMES = {"on_list": "size of the list", "over_18": "people over 18 weeks", "over_52": "people over 52 weeks",
         "over_65": "people over 65 weeks", "share_over_18": "share over 18 weeks", "share_over_52": "share over 52 weeks",
         "share_over_65": "share over 65 weeks", "median": "median wait", "centile_92": "92nd centile of waits"}  # fmt: skip
MONTHS = {"2025-07": "July 2025", "2026-01": "January 2026"}
"""Of the list by deprivation: the first of its table, when it had the widest gap, and that of the other numbers."""
PARTS = {0: "within_18w", 18: "w18_to_52", 52: "over_52w"}
CHANGED = ("additions", "leaving, under 18 weeks", "18 to 52", "52 to 65", "over 65")
PLAIN = 2.0
"""Standard errors from what is said beyond which intervals are said to hold too seldom, or too often."""


def implied_removals() -> tuple[float, float, float, float]:
    """Give additions, completed pathways, the change of the list, and the share that leaves a week, January 2026."""
    provider = pd.read_csv(DATA / "rtt_jan2026_provider_specialty.csv")
    added = provider["new_periods"].sum()
    completed = provider[["completed_admitted", "completed_non_admitted"]].sum().sum()
    before, now = (float(lists_of(month).to_numpy().sum()) for month in ("2025-12", "2026-01"))
    grown = now - before
    return added, completed, grown, (added - completed - grown) / now / WEEKS_IN_MONTH


def by_deprivation(month: str, tenths: int = 2) -> pd.DataFrame:
    """Give those who wait up to 18 weeks, 18 to 52, and over 52, by fifth or tenth of deprivation: England, a month."""
    table = pd.read_csv(DATA / "wlmds_england_imd_decile_jul2025_feb2026.csv")
    table = table[table["week_ending"].str.startswith(month)]
    found = table.groupby((table["imd_decile"] + tenths - 1) // tenths)[list(PARTS.values())].sum()
    return found.set_axis(list(PARTS), axis=1)


def late(found: pd.DataFrame) -> str:
    """Print the share that has waited more than 52 weeks, of the most and the least deprived."""
    shares = 100 * found[52] / found.sum(axis=1)
    return f"{shares.iloc[0]:.1f} % of the most and {shares.iloc[-1]:.1f} % of the least deprived"


def split_list(month: str) -> xr.Dataset:
    """Give England's lists by specialty, with groups and waits as those of the list by deprivation in a month."""
    published = read_rtt(DATA / "rtt_jan2026_icb_specialty_weekbands.csv")
    england = published.fillna(0.0).sum("ics", keep_attrs=True).expand_dims(ics=["England"])
    england["band_share"] = published["band_share"]
    new = pd.read_csv(DATA / "rtt_jan2026_provider_specialty.csv").groupby("tfc")["new_periods"].sum()
    added = new.reindex(england["procedure"].values).fillna(0.0).to_numpy() / WEEKS_IN_MONTH
    england["added"] = xr.zeros_like(england["waiting_low"].isel(band=0, drop=True)) + xr.DataArray(
        added, dims="procedure"
    )
    found = by_deprivation(month)
    shares = {week: {str(label): float(value) for label, value in (own / own.sum()).items()}
              for week, own in found.items()}  # fmt: skip
    return split_by_group(as_long(england, found.sum()), shares[0], f"England's list by deprivation, {MONTHS[month]}",
                           from_week={week: shares[week] for week in (18, 52)})  # fmt: skip


def as_long(lists: xr.Dataset, people: pd.Series) -> xr.Dataset:
    """Give lists of as many people, of whom as many wait up to 18 weeks, 18 to 52, and over 52, as in another list."""
    first = (lists["band_share"] > 0).argmax("weeks_waited")
    part = xr.zeros_like(first) + np.searchsorted(list(PARTS), first.values, side="right") - 1
    own = lists["waiting_low"].groupby(part.rename("part")).sum().sum(["ics", "deprivation", "procedure", "priority"])
    factor = (people.to_numpy() / people.sum() / (own / own.sum()).values)[part.values]
    scaled = {name: lists[name] * xr.DataArray(factor, dims="band") for name in ("waiting_low", "waiting_high")}
    return lists.assign(scaled)


def scenario(split: xr.Dataset, removal: float) -> RuleComparison:
    """Run lists by group under four rules."""
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
    removals = implied_removals()
    said = {month: scenario(split_list(month), removals[3]) for month in MONTHS}
    lines = [*predicted(), *left_untreated(removals), *of_groups(said)]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def predicted() -> list[str]:
    """Lay out what held of predictions, and of a naive forecast."""
    rows = {origin: of_model(origin, shifted(origin, 1)).rows("model") for origin in ORIGINS}
    model, naive = held_table(rows[HELD_OUT]), held_table(of_last_value(HELD_OUT, shifted(HELD_OUT, 1)).rows("naive"))
    years, steps = learned(HELD_OUT)
    return [
        "# Waiting lists of England: held against what came, and a scenario of groups", "",
        "*Made by `uv run python benchmarks/waiting_lists_real.py`.*", "",
        "## Would last year have been foreseen?", "",
        f"Published waits by ICB and specialty, all lists of {LEAST} people or more: March 2026 is predicted from March 2025, "
        "without anything of the year between. Published months have bands of weeks and no flows by list, so that people who "
        "leave are treated or not, together.", "",
        *why(years, steps), "",
        *markdown(["quantity", "lists", "50 % intervals that held", "90 % intervals that held", "median width of 90 %",
                   "median error", "naive: 50 %", "naive: 90 %", "naive: width", "naive: error"], beside(model, naive)), "",
        "In brackets are standard errors of the share that held, as lists of one ICB or one specialty go together. Where draws "
        "tie with what came, as small counts do, the part of the tie within the interval is counted. The naive forecast is the "
        "last value, with the noise that its changes had in the two years before.", "",
        verdict(model), "",
        "## Other years", "",
        "The same of years that began in other months, each learned only from what was published when it began. March 2024 "
        "was predicted from one year of lists alone. Years that begin a month apart are nearly the same year; England's series, from which steps are learned, lacks February 2024.", "",
        *markdown(["90 % intervals that held, predicted from", *(NAMES[name] for name in MEASURES)],
                  ([origin, *(f"{share:.0%}" for share in held_table(found)["held_90"])] for origin, found in rows.items())),
        "",
    ]  # fmt: skip


def why(years: tuple[YearChange, ...], steps: pd.DataFrame) -> list[str]:
    """Say what a year did to lists, which is the noise that predictions have."""
    own = pd.concat([year.own for year in years]).std()
    levels = [[f"all lists, year {place} of {len(years)}", *(f"{value:+.2f}" for value in year.level)]
              for place, year in enumerate(years, 1)]  # fmt: skip
    both = years[0].own.index.intersection(years[-1].own.index)
    kept = [years[0].own.loc[both, name].corr(years[-1].own.loc[both, name]) for name in own.index]
    return [
        "What a year does to a list is learned as five changes, natural logs of ratios to a list that stays as it is: of additions, "
        "and of the rate at which people leave in four bands of weeks. One list is moved far more than all together, and what it "
        f"did in one year does not come again in the next (correlations {min(kept):.2f} to {max(kept):.2f}). So the next year of a "
        "list is what the last did to all, a step of a random walk, and what lists of about its size did by themselves in earlier "
        f"years. The step is learned from England's longer series: {len(steps)} steps from one year to the next since 2012, without "
        "years that touch the pandemic.", "",
        *markdown(["", *CHANGED],
                  [*levels, ["one list beside that, standard deviation", *(f"{value:.2f}" for value in own)],
                   ["correlation of the two years of a list", *(f"{value:+.2f}" for value in kept)],
                   ["step of the country from year to year", *(f"{value:.2f}" for value in (steps**2).mean() ** 0.5)]]),
    ]  # fmt: skip


def beside(model: pd.DataFrame, naive: pd.DataFrame) -> list[list[str]]:
    """Lay out a row a quantity, the naive forecast last."""
    rows = []
    for name in MEASURES:
        own, other = model.loc[name], naive.loc[name]
        held = [f"{own[level]:.0%} ({own[f'{level}_se']:.1%})" for level in ("held_50", "held_90")]
        rows.append([NAMES[name], f"{own['lists']:.0f}", *held, *sizes(name, own), f"{other['held_50']:.0%}",
                     f"{other['held_90']:.0%}", *sizes(name, other)])  # fmt: skip
    return rows


def sizes(name: str, row: pd.Series) -> list[str]:
    """Print a width and an error in the unit of a quantity."""
    form = "{:.2%}" if name in SHARES else "{:,.0f}" if name in COUNTS else "{:.1f} weeks"
    return [form.format(row["width"]), form.format(row["error"])]


def verdict(model: pd.DataFrame) -> str:
    """Say of which quantities intervals did not hold as often as they say, and which way predictions were off."""
    said = []
    for level in (50, 90):
        away = (model[f"held_{level}"] - level / 100) / model[f"held_{level}_se"]
        for words, names in (("too seldom", away.index[away < -PLAIN]), ("too often", away.index[away > PLAIN])):
            if len(names):
                said.append(f"{level} % intervals held {words} of: {', '.join(NAMES[str(name)] for name in names)}.")
    lower = model.index[model["place"] < 0.4]
    text = " ".join(said) or "All held as often as they say, within two standard errors."
    if len(lower):
        text += (f" What came was in the lower part of predictions (below 0.4 on average, where 0.5 is the middle) of: "
                 f"{', '.join(NAMES[str(name)] for name in lower)}. Standard errors are those of lists within this one year: what "
                 "a year does to all lists is drawn once, and lists lie to one side of it together.")  # fmt: skip
    return text + last_month()


def last_month() -> str:
    """Say how the share over 18 weeks fell in the year that was held out, and in its last month."""
    shares = []
    for month in (HELD_OUT, "2026-02", "2026-03"):
        people = lists_of(month).sum()
        shares.append(100 * (1 - people[0] / people.sum()))
    return (f" Over all lists the share over 18 weeks went from {shares[0]:.1f} % to {shares[2]:.1f} % in this year, "
            f"{shares[2] - shares[1]:+.1f} of these {shares[2] - shares[0]:+.1f} points in its last month.")  # fmt: skip


def left_untreated(removals: tuple[float, ...]) -> list[str]:
    """Say how many leave untreated, as far as published numbers tell."""
    added, completed, grown, share = removals
    return [
        "## Who leaves untreated", "",
        f"Not published. In January 2026 {added:,.0f} were added and {completed:,.0f} completed, and the list changed by "
        f"{grown:,.0f}: what is left, {share:.2%} of the list a week, is removals and corrections of records together.", "",
    ]  # fmt: skip


def of_groups(said: Mapping[str, RuleComparison]) -> list[str]:
    """Lay out the scenarios of groups, by month of the list by deprivation."""
    one = said[next(iter(said))]
    return [
        "## A scenario of groups", "",
        *[f"- {text}" for text in one.stated if "scenario, not data" not in text],
        "- Groups are a scenario, not data of these lists: their people are split by shares of England's list by deprivation, and "
        "as many wait up to 18 weeks, 18 to 52, and over 52, as in it.",
        f"- {one.conserved}", "",
        *(line for month, found in said.items() for line in of_month(month, found)),
        "Means with 95 % equal-tailed credible intervals after a year. What the most deprived have more of among long waits at the "
        "start fades within the year, as nothing that is published says what keeps it up: treatment that differs between groups "
        "would have to be stated.",
    ]  # fmt: skip


def of_month(month: str, found: RuleComparison) -> list[str]:
    """Lay out one scenario, with what was published of the list by deprivation."""
    return [
        f"**As the list by deprivation was in {MONTHS[month]}.** At the start {late(by_deprivation(month))} fifth have waited more "
        f"than 52 weeks (by tenths, {late(by_deprivation(month, 1))}).", "",
        *markdown(["rule", "contested", "over 52 weeks, group 1", "group 5", "gap in mean wait, weeks", "change of it",
                   "treated in all, change"], rows_of_rules(found)), "",
    ]  # fmt: skip


def rows_of_rules(said: RuleComparison) -> list[list[str]]:
    """Lay out a row a rule."""
    rows = []
    for name, contested in zip(said.rules["rule"], said.rules["contested"], strict=True):
        over = [number(said.rows("share_over_52", rule=name, deprivation=label), "{:.1%}") for label in ("1", "5")]
        gap = number(said.rows("gap_mean_wait", rule=name), "{:.2f}")
        change = number(said.rows("change_gap_mean_wait", rule=name), "{:.2f}")
        treated = number(said.rows("change_treated", rule=name, deprivation="All groups"), "{:,.0f}")
        rows.append([name, contested, *over, gap, change, treated])
    return rows


def number(rows: pd.DataFrame, form: str) -> str:
    """Print an estimate with its interval; nothing where there is none, and no sign before 0."""
    if rows.empty:
        return ""
    told = [form.format(rows.iloc[0][name]) for name in ("estimate", "lower", "upper")]
    estimate, lower, upper = (text.lstrip("-") if not text.strip("-0.,%") else text for text in told)
    return f"{estimate} ({lower} to {upper})"


if __name__ == "__main__":
    main()
