"""Write docs/spellings.md from the tables of spellings that the readers use.

uv run python docs/examples/spellings_page.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from equitymodel.data.series.period_column import read_period_column
from equitymodel.data.tables.deprivation_labels import FORMS, means_unknown, read_deprivation_label
from equitymodel.data.tables.not_stated import NOT_KNOWN
from equitymodel.data.tables.period_spellings import EITHER_EXAMPLES, SPELLINGS, WEEK_EXAMPLES, readings_of, why_unread
from equitymodel.data.tables.strata import SPELLINGS as AGE_SPELLINGS
from equitymodel.data.tables.strata import band_edges, band_label

PAGE = Path(__file__).parents[1] / "spellings.md"
OPENING = """# Spellings: what is read, refused and asked about

*Made from the tables of spellings in `equitymodel/data/tables` (`period_spellings.py`, `deprivation_labels.py`,
`strata.py`) by `uv run python docs/examples/spellings_page.py`.*

Capitals and spaces do not matter. Nothing is guessed at: what one label leaves open, the whole column decides; where it
does not, the message asks, and names the option. Each label below is an example of its kind, with any other numbers.
"""
COLUMNS = (
    ("01/01/2018, 01/02/2018, ... 01/12/2018", [f"01/{month:02d}/2018" for month in range(1, 13)], None),
    ("1/1/2018, 2/1/2018, ... 12/1/2018 (the first of months, or twelve days of January)",
     [f"{month}/1/2018" for month in range(1, 13)], None),
    ("25/12/2017, 01/01/2018", ["25/12/2017", "01/01/2018"], None),
    ("01/04/2021, 01/04/2022", ["01/04/2021", "01/04/2022"], None),
    ("01/02/2018 alone", ["01/02/2018"], None),
    ("w/e 05/04/2024, w/e 12/04/2024, w/e 19/04/2024", [f"w/e {day:02d}/04/2024" for day in (5, 12, 19)], None),
    ("w/e 05/04/2024 alone", ["w/e 05/04/2024"], None),
    ("22/04/01, 22/05/01, 22/06/01", ["22/04/01", "22/05/01", "22/06/01"], None),
    ("2003-04, 2004-05, 2005-06", ["2003-04", "2004-05", "2005-06"], None),
    ("2000-04, 2001-04, ... 2017-04", [f"{year}-04" for year in range(2000, 2018)], None),
    ("2004-05, 2004-06", ["2004-05", "2004-06"], None),
    ("2004-05, 2010/11, 2022-23", ["2004-05", "2010/11", "2022-23"], None),
    ("2004-05 alone", ["2004-05"], None),
    ("2004-05 alone, with --frequency annual", ["2004-05"], True),
)  # fmt: skip
REFUSED = (
    "44652",
    "FY2022",
    "22-Apr",
    "Marvin 2022",
    "2022-13",
    "2022-23 M13",
    "spring 2022",
    "2022-04-01 to 2022-05-15",
    "3 months to May 2023",
    "year ending 30 March 2023",
)
NOT_GROUPS = ("poorest", "2.5", "Rest of England", "10-20%")
NOT_BANDS = ("elderly", "04-May", "65-", "74-65")


def page() -> str:
    """Lay out every spelling as one row."""
    return "\n".join([OPENING, *_periods(), *_deprivation(), *_ages(), ""])


def _table(header: str, rows: Iterable[str]) -> Iterator[str]:
    yield header
    yield "|" + "---|" * (header.count("|") - 1)
    yield from rows
    yield ""


def _periods() -> Iterator[str]:
    yield "## Periods\n\nOf cells and of series alike: one reader, one meaning. Weeks are those of ISO 8601, from"
    yield "Monday; financial years begin in April, and their first month is M01.\n"
    examples = [example for spelling in SPELLINGS for example in spelling.examples]
    yield from _table("| label | read as | from |", map(_period, (*examples, *WEEK_EXAMPLES, *EITHER_EXAMPLES)))
    yield "Periods, time stamps and dates of pandas, and dates of Python, are read as the days they name; a year of"
    yield "pandas that ends in March is a financial year. The same period spelt in two ways is one (K15, logged).\n"
    yield from _table("| a column of | read as |", (f"| {name} | {_column(labels, years)} |"
                                                   for name, labels, years in COLUMNS))  # fmt: skip
    yield "Where dates alone do not say how long periods are, `--frequency` does (in Python `CellTime(frequency=...)`"
    yield "or `Periods(frequency=...)`): months twelve apart are months of April unless it says `annual`. Weeks dated"
    yield "by another day than Monday or Sunday are asked about: `--week starting` or `--week ending`. Periods of four"
    yield "weeks are read in a series; of cells they are refused (K14), as 13 of them are no whole year, unless"
    yield "`--periods add_up` adds all up. Years that overlap, such as 12 months to each month, are refused.\n"
    yield from _table("| refused | why |", (f"| `{label}` | {_why(label)} |" for label in REFUSED))


def _period(label: str) -> str:
    (reading,) = readings_of(label)
    return f"| `{label}` | {reading.kind} | {reading.start.day} {reading.start:%B %Y} |"


def _column(labels: list[str], years: bool | None) -> str:
    column = read_period_column(labels, years=years)
    if column.open_order:
        return "asked about: `--day-first` or `--no-day-first`"
    if column.unread:
        return f"asked about:{next(iter(column.unread.values()))[1]}; `--frequency monthly` or `--frequency annual`"
    kinds = " and ".join(sorted({f"{reading.kind}s" for reading in column.readings.values()}))
    return f"{kinds}, with the {column.order} first" if column.order else kinds


def _why(label: str) -> str:
    assert not readings_of(label), label
    rule, hint = why_unread(label)
    return f"{rule}:{hint}" if hint else f"{rule}: not a period"


def _deprivation() -> Iterator[str]:
    yield "## Deprivation\n\nWords count from the most deprived, which is 1; numbers do so unless `--most-deprived`"
    yield "says otherwise, and a number that is called most or least deprived is held against it (D01).\n"
    yield from _table("| label | group | of |", (_group(example) for *_, examples in FORMS for example in examples))
    zero = ", ".join(f"`{label}`" for label in sorted(means_unknown({"0", "1", "2", "3", "4", "5"})))
    words = ", ".join(f"`{label}`" for label in NOT_KNOWN)
    yield f"Not known, left out with their share (D08): no label at all, {words}; and {zero} beside all of 1 to 5 or"
    yield "1 to 10. A 0 in groups 0 to 4 is asked about (D02).\n\nDeciles become quintiles with `--quintiles`, in"
    yield "Python `Deprivation(quintiles=True)` (D09, logged).\n"
    assert not any(map(read_deprivation_label, NOT_GROUPS))
    yield "Refused (D07): " + ", ".join(f"`{label}`" for label in NOT_GROUPS)
    yield ""


def _group(label: str) -> str:
    said = read_deprivation_label(label)
    assert said is not None, label
    return f"| `{label}` | {said.number} | {f'{said.kind}s' if said.kind else 'as many as there are'} |"


def _ages() -> Iterator[str]:
    yield "## Ages\n"
    yield from _table("| label | read as |", (f"| `{example.replace('|', '')}` | {_band(example)} |"
                                             for *_, examples in AGE_SPELLINGS for example in examples))  # fmt: skip
    yield "Refused (S01 where a spreadsheet made a date of it, S02 otherwise): "
    assert not any(map(band_edges, NOT_BANDS))
    yield ", ".join(f"`{label}`" for label in NOT_BANDS)


def _band(label: str) -> str:
    edges = band_edges(label)
    assert edges is not None, label
    return band_label(*edges)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
