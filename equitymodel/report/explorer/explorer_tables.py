"""What the explorer looks things up in: long tidy tables, each row told apart by what a reader can choose."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import pandas as pd

from equitymodel.data.cells.years import YEAR as MIDDLE
from equitymodel.errors import OptionError
from equitymodel.estimands.between_years import FROM, TO
from equitymodel.estimands.year_records import CHANGE, NARROWING, TREND
from equitymodel.report.content.gap_document import league_warning
from equitymodel.report.content.named_numbers import CHANCE, named_numbers, told_from_chance
from equitymodel.report.content.published import Published
from equitymodel.report.content.routes_section import AIMS, TAKEN
from equitymodel.report.document.blocks import DataTable
from equitymodel.report.document.columns import Column, estimate
from equitymodel.report.document.count_column import CountColumn
from equitymodel.report.explorer.measure_list import MEASURE, RATIO, listed_measures
from equitymodel.report.peers import KINDS, Peers, find_peers
from equitymodel.report.plots.alt_words import first_upper
from equitymodel.report.tables.named_year import first_and_last
from equitymodel.report.wording.statement import procedure_sentences
from equitymodel.report.wording.year_sentences import HEADLINE, year_sentences
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, ICS, PERIOD, PROCEDURE, ROUTES, SCOPES

OF, YEAR, ROUTE, SCOPE, KIND = "of", "year", "route", "scope", "kind"
CHOSEN_BY = (ICS, OF, MEASURE, YEAR, ROUTE, SCOPE, KIND)
"""What a reader chooses by, and so what tells rows apart; ``of`` is a procedure, with a group where these have no
order, ``kind`` is that of peers."""
EVERY = "every"
"""In place of the codes of peers: every other ICS."""
BAR = "|"
"""Stands between codes."""
PLACES = "places"
RATIO_PLACES, TREND_PLACES = 2, 3
NO_GAP = f"{first_upper(CHANCE)}: if there were no gap, noise alone would show as much."
INSTEAD = "the probability that its rate ratio is below theirs, which the explorer gives of each ICS"
RANK, BELOW = "rank", ("probability_worse_than_all", "probability_below_all")


def explorer_tables(published: Published, first: str = ALL_ICS) -> tuple[DataTable, ...]:
    """Lay out all that a reader of the explorer can choose.

    Parameters
    ----------
    published
        What was published of a fit.
    first
        The code of the ICS that the explorer opens with.

    Returns
    -------
    tuple of DataTable
        Areas and their peers, what gaps are of, measures, gaps by year, changes, ranks, routes and
        sentences; all for a workbook, as no page prints them.
    """
    measures = listed_measures(published)
    return (
        _areas(published, first),
        _peers(published),
        _labels(published),
        looked_up("measures", measures, MEASURE, "name", "adjusted", "title", "line", "probability_of"),
        _gaps(published, measures),
        *([_changes(published, measures)] if "years" in published.tables else []),
        _ranks(published),
        *_routes(published),
        *_words(published),
    )


def looked_up(
    name: str, rows: pd.DataFrame, *columns: Column | str, note: str = "", counts: tuple[CountColumn, ...] = ()
) -> DataTable:
    """Make a table that the script looks up: no page prints it."""
    made = (Column(column, (column,)) if isinstance(column, str) else column for column in columns)
    return DataTable(f"explorer_{name}", name, tuple(made), rows, note, place="workbook", counts=counts)


def _named(name: str, rows: Sequence[tuple[str, ...]], *columns: str) -> DataTable:
    return looked_up(name, pd.DataFrame(rows, columns=list(columns)), *columns)


def labelled(published: Published, rows: pd.DataFrame) -> pd.Series:
    """Say what the gap of each row is of: a procedure, and a group where groups have no order."""
    first, *more = (rows[label].astype(str) for label in published.labels)
    return reduce(lambda one, other: one + ", " + other, more, first)


def _areas(published: Published, first: str) -> DataTable:
    """List the areas in alphabetical order, all together before them, and say which to open with."""
    rows = published.tables["gaps"].drop_duplicates(ICS)
    rows = rows.assign(all=rows[ICS] != ALL_ICS).sort_values(["all", "ics_name"], kind="stable")
    opens = (rows[ICS] == first).map({True: "yes", False: ""})
    return looked_up("areas", rows.assign(first=opens), ICS, "ics_name", "first")


def _peers(published: Published) -> DataTable:
    """Say with whom each ICS can be compared: those of its region, all others, or the nearest where they are known."""
    gaps = published.tables["gaps"].drop_duplicates(ICS)
    kinds = {code: ("england",) if code == ALL_ICS else KINDS for code in gaps[ICS]}
    found = [(code, kind, _found(kind, code, gaps)) for code, own in kinds.items() for kind in own]
    rows = [(code, kind, peers.title, EVERY if kind == "england" else BAR.join(peers.codes))
            for code, kind, peers in found if peers.codes]  # fmt: skip
    return _named("peers", rows, ICS, KIND, "title", "codes")


def _found(kind: str, code: str, gaps: pd.DataFrame) -> Peers:
    """Find peers; none where they are not known."""
    try:
        return find_peers(kind, code, gaps)
    except OptionError:
        return Peers((), "", "")


def _labels(published: Published) -> DataTable:
    rows = published.tables.get("years", published.tables["gaps"]).drop_duplicates(published.labels)
    return looked_up("labels", rows.assign(**{OF: labelled(published, rows)}), OF, PROCEDURE)


def _gaps(published: Published, measures: pd.DataFrame) -> DataTable:
    """Give every measure of the last year, and of years before where it is followed over them."""
    parts = [published.tables["gaps"].assign(**{YEAR: published.period})]
    if "years" in published.tables:
        years = published.tables["years"]
        parts.append(years[years[PERIOD] != ""].assign(**{YEAR: lambda rows: rows[PERIOD]}))
    rows = _measured(published, pd.concat(parts, ignore_index=True), measures)
    rows = rows.drop_duplicates([ICS, OF, MEASURE, YEAR])
    rows = rows.sort_values(YEAR, key=lambda labels: labels.map(_in_order(published)), kind="stable")
    probability = Column("probability", ("probability",), "probability")
    return looked_up("gaps", rows, ICS, OF, MEASURE, YEAR, estimate("interval", decimals=PLACES), probability)


def _in_order(published: Published) -> dict[str, float]:
    """Give the middle of each year by its label, in their order; labels alone need not sort by time."""
    if "years" not in published.tables:
        return {published.period: 0.0}
    years = published.tables["years"]
    named = years[years[PERIOD] != ""].drop_duplicates(PERIOD).sort_values(MIDDLE)
    return dict(zip(named[PERIOD], named[MIDDLE], strict=True))


def _measured(published: Published, rows: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of listed measures, and say what each is of and how many decimals it bears."""
    known = measures[["key", "variant", MEASURE]]
    rows = rows.rename(columns={MEASURE: "key"}).merge(known, on=["key", "variant"])
    return _with_places(rows.assign(**{OF: labelled(published, rows)}), MEASURE)


def _with_places(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Say how many decimals each row bears: two of ratios, otherwise what the intervals of its kind bear."""
    kinds = [part.assign(**{PLACES: estimate("").places(part)}) for _, part in rows.groupby(by, sort=False)]
    return (
        pd.concat(kinds)
        .assign(**{PLACES: lambda every: every[PLACES].mask(every["unit"] == RATIO, RATIO_PLACES)})
        .loc[rows.index]
    )


def _changes(published: Published, measures: pd.DataFrame) -> DataTable:
    """Give what became of each gap from the first to the last year, a factor of ratios and otherwise a difference."""
    years = published.tables["years"]
    first, last = first_and_last(years[years[FROM] != ""])
    pair = years[(years[FROM] == first) & (years[TO] == last)]
    how = (pair["unit"] == RATIO).map({True: ", as a factor", False: ", as a difference"})
    pair = pair.assign(**{OF: labelled(published, pair)}, how=how)
    labels, asked = [ICS, OF, MEASURE], pair["measure"].str.extract(rf"^(.*)({CHANGE}|{NARROWING}|{TREND})$")
    pair = _with_places(pair.assign(measure=asked[0], asked=asked[1]), "measure")
    change, narrowed, trend = (pair[pair["asked"] == name] for name in (CHANGE, NARROWING, TREND))
    rows = change.merge(narrowed[[*labels, "probability"]], on=labels, how="left", suffixes=("", "_narrowed"))
    rows = rows.merge(named_numbers(trend, labels, "trend_"), on=labels, how="left")
    return looked_up("changes", rows[rows[MEASURE].isin(measures[MEASURE])], ICS, OF, MEASURE, "how",
                  estimate("change", decimals=PLACES), Column("narrowed", ("probability_narrowed",), "probability"),
                  estimate("trend", of="trend_", decimals=TREND_PLACES))  # fmt: skip


def _ranks(published: Published) -> DataTable:
    """Give the rank of each ICS by its headline gap, and how probably its ratio is below that of all together."""
    gaps = published.tables["gaps"]
    gaps = gaps.assign(**{OF: labelled(published, gaps)})
    rank, below = gaps[gaps["measure"] == RANK], gaps[gaps["measure"].isin(BELOW)]
    rows = named_numbers(rank, [ICS, OF], "rank_")
    rows = rows.merge(below[[ICS, OF, "estimate"]], on=[ICS, OF], how="outer")
    return looked_up("ranks", rows, ICS, OF, estimate("rank", of="rank_", decimals=0),
                  Column("below", ("estimate",), "probability"), note=league_warning(INSTEAD))  # fmt: skip


def _routes(published: Published) -> tuple[DataTable, DataTable, DataTable]:
    """Give what each route takes in total, by what it aims at; and what routes and aims are called."""
    totals = published.tables["target_totals"]
    label = next((name for name in ("deprivation", published.facts.group.name) if name in totals), None)
    totals = totals if label is None else totals[totals[label] == ALL_GROUPS]
    taken = pd.DataFrame([(quantity, route) for quantity, route, *_ in TAKEN], columns=["quantity", ROUTE])
    rows = told_from_chance(totals.merge(taken, on=["quantity", ROUTE])).rename(columns={PROCEDURE: OF})
    scopes = [scope for scope in SCOPES if scope in set(rows[SCOPE])]
    words: dict[str, str] = {str(route): first_upper(said) for route, said in ROUTES.items()}
    named = [(route, heading.format(counted=published.counted), words[route]) for _, route, _, heading in TAKEN]
    aim = published.facts.group.comparison.aim
    aims = [(scope, SCOPES[scope], AIMS[scope].format(aim=aim)) for scope in scopes]
    return (
        looked_up("routes", rows, ICS, OF, ROUTE, SCOPE, estimate("interval"), note=NO_GAP),
        _named("route_names", named, ROUTE, "name", "words"),
        _named("scopes", aims, SCOPE, "name", "aim"),
    )


def _words(published: Published) -> tuple[DataTable, ...]:
    """Give the sentences of every area and procedure."""
    codes = list(dict.fromkeys(published.tables["gaps"][ICS]))
    quoted, facts = published.quotable, published.facts
    said = {"words": pd.concat([procedure_sentences(quoted, code).assign(ics=code) for code in codes])}
    if "years" in published.tables:
        years = published.tables["years"]
        years = years[years["measure"].str.startswith(HEADLINE)]
        said["year_words"] = pd.concat([year_sentences(facts, years, ics=code).assign(ics=code) for code in codes])
    return tuple(looked_up(name, rows.rename(columns={PROCEDURE: OF}), ICS, OF, "text") for name, rows in said.items())
