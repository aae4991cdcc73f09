"""Tables of judged options: as a board and an analyst read them."""

from __future__ import annotations

from equitymodel.decision.acceptability import OPTION, OTHER
from equitymodel.decision.decision_log import CONTESTED, SHORTEST_SEAL, WAITING
from equitymodel.decision.health_panels import FLAT
from equitymodel.decision.information_panels import JUDGED_ON
from equitymodel.report.content.published_decision import (
    DECISIONS,
    DOMINANCE,
    FRONTIER,
    GROWTH,
    IMPACT,
    INFORMATION,
    MOVED,
    NO_STRATEGY,
    NOT_SAID,
    OPTIONS,
    PILOT,
    RANKS,
    WEIGHTS,
    PublishedDecision,
)
from equitymodel.report.document.blocks import DataTable
from equitymodel.report.document.columns import Column, estimate
from equitymodel.report.tables.rows import side_by_side
from equitymodel.vocabulary import DEPRIVATION

INTERVALS = (
    "Intervals are 95 % equal-tailed credible intervals of admissions on average, without the noise of one year."
)
ALWAYS = ("most_deprived", "total", "gap")
MOVED_HEADINGS = {"most_deprived": "admissions, most deprived", "total": "admissions, all", "gap": "rate ratio then",
                  "cost": "cost", "health": "net health, QALYs"}  # fmt: skip


def moved_columns(published: PublishedDecision, *, every: bool = False) -> DataTable:
    """Lay out what each option might move, a row an option: admissions, the gap, and what options are judged by.

    Parameters
    ----------
    published
        From `published_decision` or `open_decision`.
    every
        Whether cost and health are there too where options are not judged by them.

    Returns
    -------
    DataTable
        With intervals, and how often each option comes first.
    """
    moved, judged_by = published.tables[MOVED], published.provenance.get("criteria") or {}
    known = [name for name in MOVED_HEADINGS if name in set(moved["measure"])]
    names = [name for name in known if every or name in ALWAYS or name in judged_by]
    ranks = published.tables[RANKS].set_index(OPTION)["rank_1"]
    rows = (
        side_by_side(moved, OPTION, names).join(ranks).reset_index().merge(published.tables[OPTIONS][[OPTION, "does"]])
    )
    headings = MOVED_HEADINGS | {"cost": f"cost, {published.said('currency')}".removesuffix(", ")}
    columns = (Column("option", (OPTION,)), Column("what it does", ("does",)),
               *(estimate(headings[name], of=f"{name}_") for name in names),
               Column("first in", ("rank_1",), "probability"))  # fmt: skip
    return DataTable("options_moved", "What each option might move, with 95 % intervals", columns, rows, INTERVALS)


def legitimacy_table(published: PublishedDecision) -> DataTable:
    """Lay out law and legitimacy, the two laws apart."""
    columns = tuple(Column(heading, (name,)) for heading, name in (
        ("option", OPTION), ("strategy", "strategies"), ("contested", "contested"), ("public panel", "panel"),
        ("uses a protected characteristic", "protected"), ("Equality Act 2010", "equality_act"),
    ))  # fmt: skip
    rows = published.tables[OPTIONS]
    said = (rows["strategies"] != NO_STRATEGY) | (rows["contested"] != NOT_SAID)
    unnamed = rows.loc[~said, OPTION].tolist()
    note = f"{', '.join(unnamed)}: {NO_STRATEGY}, so that nothing is said of law and legitimacy." if unnamed else ""
    return DataTable("options", "Law and legitimacy, as the register has them", columns, rows[said], note)


def ranks_table(published: PublishedDecision) -> DataTable:
    """Lay out how often each option has each rank."""
    rows = published.tables[RANKS]
    ranks, weights = ([str(name) for name in rows if str(name).startswith(start)]
                      for start in ("rank_", "central_weight_"))  # fmt: skip
    columns = (
        Column("option", (OPTION,)),
        *(Column(f"rank {name.removeprefix('rank_')}", (name,), "probability") for name in ranks),
        Column("confidence", ("confidence",), "probability"),
        *(Column(f"weight of {name.removeprefix('central_weight_')}", (name,), "number", 2) for name in weights),
    )
    note = ("Shares of weights and draws. Weights are those at which an option comes first, on average; confidence is "
            "how often it does, over draws, at just these.")  # fmt: skip
    return DataTable("ranks", "How often each option has each rank", columns, rows, note)


def compared_table(published: PublishedDecision) -> DataTable:
    """Lay out pairs of options."""
    columns = (Column("option", (OPTION,)), Column("against", (OTHER,)),
               Column("as good by all criteria", ("dominates",), "probability"),
               Column("ranks above", ("ranks_above",), "probability"))  # fmt: skip
    note = "As good by all criteria, and better by one: shares of draws, whatever the weights."
    return DataTable("compared", "Options in pairs", columns, published.tables[DOMINANCE], note)


def information_rows(published: PublishedDecision) -> DataTable:
    """Lay out what knowing each unknown is worth."""
    columns = (
        Column("unknown", ("unknown",)), Column("what knowing it is worth", ("value",), "number", 4),
        Column("chosen now", ("chosen_now",)), Column("another from", ("changes_at",), "number", 2),
        Column("above or below", ("changes_beyond",)), Column("which", ("changes_to",)),
    )  # fmt: skip
    rows = published.tables[INFORMATION]
    note = f"Worth: {rows['unit'].iloc[0]}. [x] = no value among the draws would change the choice."
    return DataTable("information", "Which unknown would change the choice", columns, rows, note)


def pilot_rows(published: PublishedDecision) -> DataTable:
    """Lay out what a pilot is worth by its months."""
    columns = (
        Column("months after the start", ("months",), "number", 0),
        Column("standard error, log ratio", ("standard_error",), "number", 3),
        Column("what the pilot is worth", ("value",), "number", 4),
        Column("what knowing the effect is worth", ("if_known",), "number", 4),
    )  # fmt: skip
    rows = published.tables[PILOT]
    note = ("The standard error is that of an interrupted series of the most deprived group in the places of the "
            f"pilot, judged on its first {JUDGED_ON} months: later ones tell its trend. Worth of one choice: "
            f"{rows['unit'].iloc[0]}; what a pilot costs is not taken off.")  # fmt: skip
    return DataTable("pilot", f"What a pilot of {rows[OPTION].iloc[0]} is worth", columns, rows, note)


def impact_rows(published: PublishedDecision) -> DataTable:
    """Lay out net health benefit by group, with health lost elsewhere in equal shares."""
    rows = published.tables[IMPACT]
    own = rows[rows["lost_elsewhere"] == FLAT]
    columns = (Column("option", (OPTION,)), Column("deprivation", (DEPRIVATION,)),
               estimate("net health benefit, QALYs"))  # fmt: skip
    note = ("Without weights, as NICE asks; health lost elsewhere in equal shares. equity_impact.csv has the published "
            "gradients too.")  # fmt: skip
    return DataTable("impact", "Who gains health, and who loses it", columns, own.assign(
        deprivation=own[DEPRIVATION].astype(str)), note)  # fmt: skip


def weights_rows(published: PublishedDecision) -> DataTable:
    """Lay out equity weights by aversion: a column a group."""
    rows = published.tables[WEIGHTS]
    labels = list(dict.fromkeys(rows[DEPRIVATION].astype(str)))
    wide = rows.assign(group=rows[DEPRIVATION].astype(str)).pivot_table(
        index=["kind", "aversion"], columns="group", values="weight", sort=False).reset_index()  # fmt: skip
    columns = (Column("kind", ("kind",)), Column("aversion", ("aversion",), "number", 3),
               *(Column(f"group {label}", (label,), "number", 2) for label in labels))  # fmt: skip
    note = "What a little more health is worth against the same in the last group: a curve, and never one number."
    return DataTable("weights", "Equity weights by aversion to inequality", columns, wide, note)


def plans_table(published: PublishedDecision) -> DataTable:
    """Lay out where today and each option lie on the frontier."""
    rows = published.tables[FRONTIER]
    own = rows[rows["kind"] == "plan"]
    names = ("total", "equality", "used", "inside")
    headings = ("admissions", "lowest over highest rate", published.said("capacity_unit") or "capacity",
                "admissions inside the frontier")  # fmt: skip
    columns = (Column("plan", ("at",)), *(estimate(heading, of=f"{name}_")
               for heading, name in zip(headings, names, strict=True)))  # fmt: skip
    note = (
        "Inside: admissions that could be had beside these with rates as equal. Below 0: it takes more than there is."
    )
    return DataTable("plans", "Today and every option on the frontier", columns,
                     side_by_side(own, "at", names).reset_index(), note)  # fmt: skip


def given_up_table(published: PublishedDecision) -> DataTable:
    """Lay out what equality costs along the frontier."""
    rows = published.tables[FRONTIER]
    own = rows[rows["kind"] == "frontier"]
    names = {"total": ("admissions", 0), "equality": ("lowest over highest rate", 2),
             "price": ("share of admissions lost", 3),
             "given_up": ("given up for each of the most deprived", 2)}  # fmt: skip
    columns = (Column("aversion", ("at",)), *(estimate(heading, of=f"{name}_", decimals=places)
               for name, (heading, places) in names.items()))  # fmt: skip
    note = "Given up: what others lose for each admission that the most deprived gain, from the aversion before."
    return DataTable("along_frontier", "Along the frontier, from most admissions to equal rates", columns,
                     side_by_side(own, "at", names).reset_index(), note)  # fmt: skip


def growth_rows(published: PublishedDecision) -> DataTable:
    """Lay out the gap year by year where growth goes to the lowest rates."""
    rows = published.tables[GROWTH]
    wide = side_by_side(rows, "year", ("gap", "most_deprived")).reset_index()
    wide = wide.assign(year=wide["year"].astype(int).astype(str))
    columns = (Column("year", ("year",)), estimate("rate ratio", of="gap_"),
               estimate("admissions, most deprived", of="most_deprived_"))  # fmt: skip
    return DataTable("growth", "What grows goes to the groups of the lowest rates, and nobody is cut", columns, wide)


def decisions_table(published: PublishedDecision, *, last: int | None = None) -> DataTable:
    """Lay out decisions, the last few where so many are asked."""
    rows = published.tables[DECISIONS].tail(last or len(published.tables[DECISIONS]))
    rows = rows.assign(seal=rows["sha256"].astype(str).str[:SHORTEST_SEAL], number=rows["number"].astype(str),
                       when=rows["when"].astype(str).str[:16].str.replace("T", " "))  # fmt: skip
    headings = {"number": "no.", "when": "when", "choice": "choice", "scope": "scope", "reason": "why", "who": "who",
                "weights_of": "weights of", "seal": "hash"}  # fmt: skip
    headings |= {WAITING: "value of waiting, log ratio"} if WAITING in rows else {}
    if CONTESTED in rows:
        headings |= {CONTESTED: "contested"}
        rows = rows.assign(**{CONTESTED: ["yes" if str(why or "") else "" for why in rows[CONTESTED].fillna("")]})
    columns = tuple(Column(heading, (name,)) for name, heading in headings.items())
    return DataTable("decisions", "Decisions, each line of the log resting on the last", columns, rows)
