"""Write docs/evidence.md and a page a study, from what the campaign found and from lines of the other pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from campaign_studies import NOT_RUN, STUDIES
from claims import ERRORS, Claim
from page import markdown

CLAIMS = {
    "Intervals of the gap hold the truth as often as they say, neither more nor less": ("V1", "V2"),
    "Estimates of the gap are hardly biased, and nearer than crude ratios where admissions are few": ("V3",),
    "Where no group differs from another, a gap is seldom claimed": ("V4",),
    "Where nothing changed, a change is called in 5 % at most": ("V5",),
    "Also where the noise is not the model's": ("V6",),
    "Intervals of a change hold it": ("V7",),
    "Routes keep what they are to keep": ("V10",),
    "Rates, standardisation and charts are those of other tools": ("V11",),
    "With hidden counts read as intervals, intervals of gap and level hold, and the gap errs no more than with the usual replacements": (
        "V12",
    ),
}
"""What may be claimed, and the gates it rests on."""
ELSEWHERE = {
    "robustness.md": ("Worlds that are not the model's", "shares have a limit"),
    "robustness_few_admissions.md": ("The same with few admissions", "shares have a limit"),
    "interruption_errors.md": ("Errors of verdicts", "On average twin"),
    "interruption_worlds.md": ("Series that are not the model's", "Limits:"),
    "real_years.md": ("Real years held out", "- `need_adjusted`:"),
    "monthly_looks.md": ("Ten monthly looks", "A limit of 5 %"),
}
"""Pages made by their own commands, and the beginning or a part of the line that sums each up."""
NOT_CLAIMED = """## What may not be claimed

- **Why there is a gap**, or what would close it: a gap is a difference in use for measured need, not an effect of deprivation.
- **True need.** Need that rises with deprivation and is not in the need table makes the true gap wider.
- **Small changes in one ICS and procedure.** `em.time_to_know` says what could be found; less than that was not looked for.
- **A verdict where noise drifts, or with fewer than 24 months before the start.** The rule then says *not assessable*, or should.
- **An outlier among many with few admissions each.** Estimates borrow from others, and a lone ICS that is unlike all is drawn to
  them ([measured](robustness_few_admissions.md)).
- **Comparison across versions of an index of deprivation.**
"""
FRONT = """# Evidence

*Made by `uv run python benchmarks/campaign.py` from `benchmarks/evidence.json`; no figure here is typed.*

What may be claimed of equitymodel, what not, and the number behind each. Figures come from simulated worlds whose truth is known,
from another tool, or from real years held out. ± is one Monte Carlo standard error. A limit is *missed* only where a figure lies
beyond it by more than {errors:g} of them: with few replicates, a pass says little, and the column says how many there were. A share of intervals *above* its limits means
that they are wider than they need be, which errs on the safe side; *below*, that they say too much.

## What may be claimed

{claims}

{misses}

## Gates that were not run

{not_run}

{not_claimed}
## Behind other claims

Each page is made by its own command, which it names.

{elsewhere}

## The studies

```{{toctree}}
:maxdepth: 1

{studies}
```
"""
STUDY = """# {title}

*Gates {gates}. Made by `uv run python benchmarks/campaign.py --study {name} --replicates {asked}` on {day}: {versions}. Seeds: {seeds}.*

{asks} {count}

{table}
"""


def pages(record: dict[str, Any], docs: Path) -> dict[str, str]:
    """Give every page by its name within the folder of documents."""
    made = {f"evidence/{name}.md": study_page(name, record[name]) for name in STUDIES if name in record}
    return {"evidence.md": front(record, docs)} | made


def claims_of(found: dict[str, Any]) -> list[Claim]:
    """Take claims from the record."""
    return [Claim(**claim) for claim in found["claims"]]


def study_page(name: str, found: dict[str, Any]) -> str:
    """Lay one study out."""
    study, claims = STUDIES[name], claims_of(found)
    rows = [[one.gate, one.what, one.figure, one.limit, one.replicates, outcome(one)] for one in claims]
    count = "" if study.full == 1 else (
        f"{found['asked']} replicates of each world or cell, of the {study.full:,} that it is meant to have."
    )  # fmt: skip
    return STUDY.format(
        title=study.title, gates=study.gates, name=name, asked=found["asked"], day=found["day"], seeds=study.seeds,
        versions=", ".join(f"{one} {number}" for one, number in found["versions"].items()), asks=study.asks, count=count,
        table="\n".join(markdown(["gate", "what", "found", "limit", "replicates", "outcome"], rows)),
    )  # fmt: skip


def outcome(claim: Claim) -> str:
    """Say how a claim came out; what was missed stands out."""
    said = claim.outcome()
    return f"**{said}**" if said == "miss" else said


def front(record: dict[str, Any], docs: Path) -> str:
    """Lay the front page out."""
    found = [(name, one) for name in STUDIES if name in record for one in claims_of(record[name])]
    rows = [claim_row(words, [pair for pair in found if pair[1].gate in gates]) for words, gates in CLAIMS.items()]
    missed = [
        f"- [{STUDIES[name].title}](evidence/{name}.md): {one.what}: {one.figure}, limit {one.limit}"
        for name, one in found
        if one.outcome() == "miss"
    ]
    reasons = NOT_RUN | {
        f"{STUDIES[name].gates}, {STUDIES[name].title.lower()}": "not run yet on this state of the code"
        for name in STUDIES
        if name not in record
    }
    return FRONT.format(
        errors=ERRORS,
        claims="\n".join(markdown(["claim", "gates", "limits kept", "may it be claimed", "replicates", "nearest to its limit, or furthest beyond", "study"], rows)),
        misses="\n".join(["Missed:", "", *missed]) if missed else "No limit is missed.",
        not_run="\n".join(markdown(["gate", "reason"], list(reasons.items()))),
        not_claimed=NOT_CLAIMED, elsewhere="\n".join(markdown(["page", "in its own words"], elsewhere(docs))),
        studies="\n".join(f"evidence/{name}" for name in STUDIES if name in record),
    )  # fmt: skip


def claim_row(words: str, found: list[tuple[str, Claim]]) -> list[str]:
    """Sum up the figures that a claim rests on."""
    held = [(name, one) for name, one in found if one.outcome() != "no limit"]
    if not held:
        return [words, "", "not run", "no", "", "", ""]
    kept = sum(one.outcome() == "pass" for _, one in held)
    _, worst = max(held, key=lambda pair: nearness(pair[1]))
    counts = sorted({one.replicates for _, one in held})
    studies = ", ".join(
        f"[{STUDIES[name].title.lower()}](evidence/{name}.md)" for name in dict.fromkeys(name for name, _ in held)
    )
    return [
        words, ", ".join(dict.fromkeys(one.gate for _, one in held)), f"{kept} of {len(held)}", claimed([one for _, one in held]),
        f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}",
        f"{worst.what}: {worst.figure} (limit {worst.limit})", studies,
    ]  # fmt: skip


def claimed(held: list[Claim]) -> str:
    """Say whether a claim may be made; of what lies beyond a limit, on which side."""
    missed = [one for one in held if one.outcome() == "miss"]
    above = sum(one.high is not None and one.found > one.high for one in missed)
    sides = {"above": above, "below": len(missed) - above}
    said = " and ".join(f"{count} {side}" for side, count in sides.items() if count)
    return f"not as it stands: {said} the limits" if missed else "yes, as far as these replicates tell"


def nearness(claim: Claim) -> float:
    """Give `Claim.beyond` in errors."""
    return claim.beyond() / (claim.error or 1.0)


def elsewhere(docs: Path) -> list[list[str]]:
    """Quote the line of each page that sums it up."""
    rows = []
    for name, (title, part) in ELSEWHERE.items():
        lines = (docs / name).read_text(encoding="utf-8").splitlines()[1:]
        line = next(line for line in lines if part in line and not line.startswith(("*Made", "Written by")))
        rows.append([f"[{title}]({name})", line.strip("| -").replace(" | ", "; ")])
    return rows
