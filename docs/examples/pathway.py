"""Three real pathways by deprivation, stage by stage: write docs/pathway.md and its pictures.

uv run python docs/examples/pathway.py ../shared/data
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from equitymodel.data.stages.read_stages import read_stages
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.suppression import SmallNumbers
from equitymodel.inference.passages.fit_stages import fit_stages
from equitymodel.inference.passages.stage_profile import StageProfile
from equitymodel.report.plots.stages_plot import plot_stages
from equitymodel.report.tables.stages_table import stage_attribution_table, stage_gaps_table
from equitymodel.vocabulary import ALL_ICS

DOCS = Path(__file__).parents[1]
YEAR = "2024-25"
AGES = {"0 to 17": (0, 17), "18 to 64": (18, 64), "65 and over": (65, 200)}
POPULATIONS = ["18-29", "50-54", "80+"]
LINKED = {"finished": "no", "at caseness": "yes", "recovered": "yes"}


def talking_therapies(data: Path) -> StageProfile:
    """Fit referral to recovery in 42 ICBs by quintile; counts are rounded to 5, and empty under 5."""
    rows = pd.read_csv(data / "talking_therapies_pathway_imd_decile_2017_2025.csv", dtype=str)
    chosen = rows[(rows["org_type"] == "ICB") & (rows["year"] == YEAR) & (rows["imd_decile"] != "unknown")]
    chosen = chosen[chosen["org_ods"] != "UNKNOWN"]
    names = {"referrals_received": "referred", "finished_course": "finished", "at_caseness_at_start": "at caseness",
             "recovery": "recovered"}  # fmt: skip
    keys = {"org_ods": "ics", "imd_decile": "deprivation"}
    long = _long(chosen.rename(columns=keys), ["ics", "deprivation"], names).assign(procedure="talking therapies")
    long = long.assign(linked=long["stage"].map(LINKED).fillna("no"))
    groups = Deprivation("IMD 2019", quintiles=True)
    hidden = SmallNumbers("1-4/5", markers={"": "suppressed"})
    return fit_stages(read_stages(long, groups=groups, small_numbers=hidden), seed=1)


def vaccination(data: Path) -> StageProfile:
    """Fit eligible to third dose of 40 % of England, linked person by person, rounded to 7."""
    rows = pd.read_csv(data / "covid_vaccine_cascade_imd_ethnicity_2022.csv", dtype=str)
    chosen = rows[(rows["dimension"] == "imd_quintile") & rows["population"].isin(POPULATIONS)]
    chosen = chosen[chosen["group"] != "Unknown"].rename(columns={"population": "procedure", "group": "deprivation"})
    names = {
        "eligible": "eligible",
        "first_dose": "first dose",
        "second_dose": "second dose",
        "third_dose": "third dose",
    }
    long = _long(chosen, ["procedure", "deprivation"], names).assign(ics="practices in OpenSAFELY-TPP", linked="yes")
    return fit_stages(read_stages(long, groups=Deprivation("IMD 2019"), small_numbers="/7", areas="any"), seed=1)


def hospital_2011(data: Path) -> tuple[StageProfile, pd.DataFrame]:
    """Fit people, visits, appointments and planned episodes of England in 2011/12; events, of which people have many."""
    rows = pd.read_csv(data / "england_2011_12_gp_outpatient_elective_imdq_age_sex.csv")
    age = rows["age"].astype(str).str.extract(r"(\d+)")[0].astype(int)
    edges, labels = [-1, *(last for _, last in AGES.values())], list(AGES)
    rows = rows.assign(procedure=pd.cut(age, edges, labels=labels).astype(str)).rename(
        columns={"imd_quintile": "deprivation"}
    )
    names = {
        "gp_visits": "GP visits",
        "outpatient_appointments": "outpatients",
        "elective_episodes": "planned episodes",
    }
    sums = rows.groupby(["procedure", "deprivation"], as_index=False)[[*names, "population", "elective_cost"]].sum()
    sums["gp_visits"] = sums["gp_visits"].round()
    long = _long(sums, ["procedure", "deprivation", "population"], names).assign(ics="England", linked="no")
    stages = read_stages(long, groups=Deprivation("IMD 2010"), start="population", areas="any", small_numbers="exact")
    cost = (sums["elective_cost"] / sums["elective_episodes"]).rename("cost")
    return fit_stages(stages, seed=1), sums[["procedure", "deprivation"]].join(cost)


def _long(rows: pd.DataFrame, keys: list[str], names: dict[str, str]) -> pd.DataFrame:
    long = rows.rename(columns=names).melt(keys, list(names.values()), "stage", "count")
    return long.assign(count=long["count"].where(long["count"].notna(), ""))


def tables(profile: StageProfile, unit: str) -> Iterator[str]:
    """Write the gap and the parts of each stage, of all areas together, as Markdown."""
    gaps, parts = (table(profile) for table in (stage_gaps_table, stage_attribution_table))
    own = ALL_ICS if ALL_ICS in set(gaps["ics"]) else gaps["ics"].iloc[0]
    both = gaps[gaps["ics"] == own].merge(parts[parts["ics"] == own], on=["procedure", "stage"], suffixes=("", "_part"))
    yield f"| of whom | stage | ratio, most to least deprived (95 % interval) | fewer pass: probability | largest step against them: probability | {unit} (95 % interval) |"
    yield "|---|---|---|---|---|---|"
    for row in both.to_dict("records"):
        ratio = [np.exp(row[name]) for name in ("estimate", "lower", "upper")]
        most = "" if np.isnan(row["probability_most"]) else f"{row['probability_most']:.2f}"
        numbers = [f"{row[f'{name}_part']:,.0f}" for name in ("estimate", "lower", "upper")]
        yield (f"| {row['procedure']} | {row['stage']} | {ratio[0]:.3f} ({ratio[1]:.3f} to {ratio[2]:.3f}) | "
               f"{row['probability_widens']:.2f} | {most} | {numbers[0]} ({numbers[1]} to {numbers[2]}) |")  # fmt: skip


def by_area(profile: StageProfile) -> str:
    """Say how ICBs differ: at which stage the most is lost, and how surely."""
    parts = stage_attribution_table(profile)
    own = parts[(parts["ics"] != ALL_ICS) & parts["probability_most"].notna()]
    most = own.loc[own.groupby("ics")["probability_most"].idxmax()]
    sure = most[most["probability_most"] > 0.9]
    said = ", ".join(f"'{stage}' in {count}" for stage, count in most["stage"].value_counts().items())
    gaps = stage_gaps_table(profile)
    whole = np.exp(gaps[(gaps["stage"] == "total") & (gaps["ics"] != ALL_ICS)].set_index("ics_name")["estimate"])
    return (f"The stage that accounts for most is {said} of {len(most)} ICBs, with a probability above 0.9 in {len(sure)}. "
            f"All stages together, the ratio runs from {whole.min():.2f} ({whole.idxmin()}) to {whole.max():.2f} ({whole.idxmax()}).")  # fmt: skip


OPENING = """# Real pathways by deprivation, stage by stage

*Made by `uv run python docs/examples/pathway.py ../shared/data`, seed 1.*

A gap in planned care is the product of what happens on the way to it. `equitymodel stages` takes counts by stage, and says
at which of them the most and the least deprived part ways, with intervals, and what each stage accounts for. Ratios of the
stages multiply to that of the whole; what they account for adds up. Below are three tables that are open. None of them is
a pathway of one procedure by ICS, from need to admission: such a table is to be had from linked records.

"""
TALKING = """## Talking therapies: from referral to recovery, 42 ICBs, {year}

Mental health, not surgery: it is the only open pathway by deprivation and ICB. Counts are rounded to the nearest 5, and those
under 5 are empty: both are read as intervals, and deciles were added up to quintiles. Referrals and courses that finished are
of the same year and not of the same people, so that passage is a ratio of two counts; who was at caseness and who recovered
are of those who finished. Referrals are the start: who was never referred is not seen, so the need of people is not in it.
Whose deprivation is not known is left out.

"""
VACCINE = """## Vaccination against covid: from eligible to the third dose, 2022

Linked person by person, in practices that use TPP software (about 40 % of England), rounded to the nearest 7. One area: that
it differs from others cannot be seen, so that variation beyond chance is known from its five groups and its ages alone, and
intervals are wider than chance in such large counts would make them. People at a later dose are those who took the earlier
one: among those who are left, the gap at the second dose is small. "Eligible" is who was offered it at all.

"""
HOSPITAL = """## England 2011/12: from people to GP visits, outpatients and planned episodes

**Events, not people followed**, and not adjusted for need: a passage is appointments per visit, or episodes per appointment,
and the first is above 1 (rule W10 says so). GP visits are modelled from a survey, by the authors of the table, and are
rounded here to whole visits. Three bands of age stand apart, as within all ages together the most deprived are younger;
within bands they still are. More visits per person where people are more deprived is more illness as well as more access:
what the table cannot tell is how many visits equal need would bring. One area, as above.

"""


def main() -> None:
    """Fit all three, and write the page and its pictures."""
    data = Path(sys.argv[1])
    lines = [OPENING, TALKING.format(year=YEAR)]
    profile = talking_therapies(data)
    plot_stages(stage_gaps_table(profile)).savefig(DOCS / "images" / "pathway_talking_therapies.png", dpi=150)
    lines += ["\n".join(tables(profile, "recoveries that equal passage would add")), "", by_area(profile), "",
              "![Where the gap arises from referral to recovery](images/pathway_talking_therapies.png)", ""]  # fmt: skip
    lines += [VACCINE, "\n".join(tables(vaccination(data), "third doses that equal passage would add")), ""]
    hospital, cost = hospital_2011(data)
    lines += [HOSPITAL, "\n".join(tables(hospital, "episodes that equal passage would add")), "",
              "Cost of a planned episode, pounds of 2011/12, most and least deprived: " + "; ".join(_costs(cost)) + "."]  # fmt: skip
    (DOCS / "pathway.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _costs(cost: pd.DataFrame) -> Iterator[str]:
    """Say the mean cost of an episode at both ends of deprivation."""
    for name, part in cost.groupby("procedure"):
        ends = part.set_index("deprivation")["cost"]
        yield f"{name}: {ends.loc[1]:,.0f} and {ends.loc[5]:,.0f}"


if __name__ == "__main__":
    main()
