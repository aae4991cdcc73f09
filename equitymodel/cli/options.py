"""Every option of the command line, once: what it is called, what it means, and which commands take it.

The commands, their help, the lines of a run file with their comments, and the page about them are all made
from this table. To add an option, add an entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from equitymodel.cli.known_names import (
    AREA_WORDS,
    check_markers,
    check_reason,
    check_small_numbers,
    known_break_names,
    names_of_models,
    names_of_passage_models,
    names_of_series_models,
)
from equitymodel.cli.option_kinds import (
    AGE_BANDS,
    COLUMNS,
    DATE,
    DURATION,
    EXPOSED,
    FLAG,
    FOLDER,
    MARKERS,
    NAME_OR_FILE,
    NAMES,
    NEW_FILE,
    NUMBER,
    STARTS,
    TABLE,
    TEXT,
    WHOLE,
    WINDOW,
    OptionKind,
    Value,
)

CHECK, RUN, DEMO, SERIES, BACKLOG = ("check",), ("run",), ("demo",), ("interruption",), ("backlog",)
STAGES = ("stages",)
EACH_SERIES = SERIES + BACKLOG
CELLS, FITS, READS, ALL = CHECK + RUN, CHECK + RUN + DEMO, CHECK + RUN + EACH_SERIES, CHECK + RUN + DEMO + EACH_SERIES
TABLES = READS + STAGES
"""Commands that take an option. What `run` takes, `check` does too, so that it can write it into a run file."""
SECTIONS = {
    "tables": "The tables.",
    "reading": "How the tables are read.",
    "intervention": "What was done, to whom and when, and the question about it: declared before the result.",
    "fit": "The model, and how it is fitted.",
    "uncertainty": "What else is not known exactly.",
    "results": "What is written, and where.",
}
"""The sections of a run file, in order."""
MOST_SHOWN = 12
"""How many options any help shows, --help included; all others are shown by ``equitymodel options``."""


@dataclass(frozen=True)
class Option:
    """An option of the command line, which is also a line of a run file.

    Attributes
    ----------
    name
        Its name in a run file; on the command line with two dashes before, and dashes within.
    section
        The section of the run file; none for one that only the command line has.
    kind
        What kind of value it takes.
    meaning
        The help, and the comment above the line.
    commands
        Which commands take it.
    shown
        Those of them whose ``--help`` shows it.
    required
        Those that cannot do without it.
    default
        The value if none is given.
    words
        The values there are, where they are few; or what gives them.
    least, most
        Limits of a number.
    check
        Refuses a value that has no meaning, for what words and limits cannot say.
    goes_with, apart_from
        Another option without which, or beside which, it has no meaning.
    suggested
        What a new run file has where nothing was given.
    kept
        Whether results keep it: not what belongs to the moment, such as where they were written.

    Examples
    --------
    >>> option = option_named("run", "small_numbers")
    >>> option.flag, option.section, option.default
    ('--small-numbers', 'reading', 'error')
    """

    name: str
    section: str | None
    kind: OptionKind
    meaning: str
    commands: tuple[str, ...]
    shown: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    default: Value = None
    words: tuple[str, ...] | Callable[[], tuple[str, ...]] = ()
    least: float | None = None
    most: float | None = None
    check: Callable[[Value], None] | None = None
    goes_with: str | None = None
    apart_from: str | None = None
    suggested: Value = None
    kept: bool = True

    @property
    def flag(self) -> str:
        """How it is written on the command line."""
        return f"--{self.name.replace('_', '-')}"


OPTIONS = (
    Option("admissions", "tables", TABLE, "CSV, Excel or Parquet: ics, deprivation, procedure, admissions [age_band, "
           "sex, period].", CELLS, shown=CELLS, required=CELLS),
    Option("population", "tables", TABLE, "CSV, Excel or Parquet: ics, deprivation, population [age_band, sex, "
           "period].", CELLS, shown=CELLS, required=CELLS),
    Option("need", "tables", TABLE, "CSV, Excel or Parquet: ics, deprivation, procedure, need_ratio [need_ratio_se, "
           "period].",
           CELLS, shown=CELLS),
    Option("rates", "tables", TABLE, "Reference rates if admissions have no age: procedure, age_band, rate [sex].",
           CELLS),
    Option("not_offered", "tables", TABLE, "Structural zeros: ics, procedure.", CELLS),
    Option("covariates", "tables", TABLE, "Supply, waits, distance or rurality of areas: ics, name, value, unit "
           "[deprivation]. Each gets a coefficient, unless --model names it.", CELLS),
    Option("neighbours", "tables", TABLE, "Pairs of areas that border on each other, for --model small_areas: area, "
           "neighbour.", CELLS),
    Option("unit_costs", "tables", TABLE, "Cost of an admission, for shares of spending by year: procedure, unit_cost.",
           CELLS),
    Option("series", "tables", TABLE, "CSV, Excel or Parquet: period, admissions [ics, deprivation, procedure, "
           "population or expected_admissions].", EACH_SERIES, shown=EACH_SERIES, required=EACH_SERIES),
    Option("stages", "tables", TABLE, "CSV, Excel or Parquet: ics, deprivation, procedure, stage, count [population, "
           "need, need_se, count_se, linked, lag_months, period].", STAGES),
    Option("placebo_series", "tables", TABLE, "As --series: an outcome that the intervention cannot have changed.",
           SERIES),

    Option("wide", "reading", FLAG, "Read tables with a column a group, in place of a row a group.", READS,
           default=False),
    Option("sheet", "reading", NAMES, "The sheet of a workbook, NAME or for one of several admissions=NAME.", TABLES,
           default=()),
    Option("header_row", "reading", NAMES, "The row that holds the names of the columns, 4 or for one of several "
           "admissions=4; by default found.", TABLES, default=()),
    Option("decimal", "reading", TEXT, "What stands before decimals: comma or point; by default found.", TABLES,
           words=("comma", "point")),
    Option("group", "reading", COLUMNS, "The column of the groups, for example ethnicity, if not deprivation; or "
           "both, ethnicity,deprivation, for deprivation within ethnicity.",
           CELLS + STAGES, shown=CELLS, default="deprivation"),
    Option("reference_group", "reading", TEXT, "For groups other than deprivation: the group that all are compared "
           "with.", CELLS + STAGES, shown=CHECK),
    Option("most_deprived", "reading", WHOLE, "The label of the most deprived group.", TABLES, default=1),
    Option("direction", "reading", TEXT, "Where known areas contradict that: checked (an error on strong evidence), or "
           "stated (a warning).", TABLES, default="checked", words=("checked", "stated")),
    Option("quintiles", "reading", FLAG, "Add deciles of deprivation up to quintiles.", TABLES, default=False),
    Option("deprivation_index", "reading", TEXT, "The index of deprivation and its version, for example 'IMD 2019'.",
           TABLES, shown=TABLES),
    Option("incomplete", "reading", TEXT, "What an absent row means: error, zero, missing or suppressed.",
           TABLES, shown=CHECK, default="error", words=("error", "zero", "missing", "suppressed")),
    Option("small_numbers", "reading", TEXT, "Suppressed counts: error, exclude, hes, lt5, lt6, opensafely, "
           "midpoint_6, or a rule such as 1-9, 1-7/5 or /5; exact says that none is rounded. By period: "
           "2022/23=hes,others=exact.", TABLES,
           shown=CELLS + STAGES,
           default="error", check=check_small_numbers),
    Option("marker", "reading", MARKERS, "What a marker in place of a count means, such as [q]=suppressed: suppressed, "
           "not_available, not_applicable, zero, rounded_low, or bounds such as 1-7. Repeatable.", TABLES,
           check=check_markers),
    Option("age_bands", "reading", AGE_BANDS, "Model age bands apart, where age acts differently by deprivation: auto, "
           "or bands such as 0-44,45-64,65-74,75+. Results stay per procedure.", CELLS, shown=CHECK),
    Option("sexes_apart", "reading", FLAG, "With --age-bands: model the sexes apart too.", CELLS, default=False,
           goes_with="age_bands"),
    Option("periods", "reading", TEXT, "Several periods in the admissions: years (fitted together; months and quarters "
           "are added up), quarters, or add_up to one.", CELLS, default="years",
           words=("years", "quarters", "add_up")),
    Option("population_is", "reading", TEXT, "What the population counts: person_years, or residents in each period.",
           CELLS, default="person_years", words=("person_years", "residents")),
    Option("most_admissions", "reading", NUMBER, "Admissions a person-year above which a cell is refused.", CELLS,
           default=3.0, least=0.001),
    Option("areas", "reading", NAME_OR_FILE, "Area codes to expect: icb (42 ICBs of 2023 or 36 of 2026), icb2023, "
           "icb2026, or any (unchecked); or put tables on the ICBs of 2026 (to_icb2026), or by a crosswalk of your own "
           "(CSV: from, to).", TABLES, shown=CHECK + STAGES, default="icb", words=AREA_WORDS),
    Option("ignore_column", "reading", NAMES, "A column to leave out; may be repeated.", TABLES, default=()),
    Option("exposure", "reading", TEXT, "What admissions are compared with: population or expected_admissions.",
           EACH_SERIES, default="population", words=("population", "expected_admissions")),
    Option("frequency", "reading", TEXT, "How long periods are: monthly, quarterly, weekly or four_weekly; by default "
           "found from the dates. annual has to be said.", EACH_SERIES,
           words=("monthly", "quarterly", "weekly", "four_weekly", "annual")),
    Option("frequency", "reading", TEXT, "How long periods are, where their labels leave it open: annual, quarterly, "
           "monthly or weekly.", CELLS, words=("annual", "quarterly", "monthly", "weekly")),
    Option("week", "reading", TEXT, "Whether dates name the starting or the ending day of weeks; Mondays and Sundays "
           "tell by themselves.", READS, words=("starting", "ending")),
    Option("day_first", "reading", FLAG, "Read 03/04/2023 as 3 April, or with --no-day-first as 4 March, where the "
           "dates do not tell.", READS),
    Option("gaps", "reading", TEXT, "Periods that nobody has rows for: error, or keep them as a gap in time.",
           EACH_SERIES, default="error", words=("error", "keep")),
    Option("breaks", "reading", NAME_OR_FILE, "What is masked, by name; a table of your own with start and end; or "
           "none.", EACH_SERIES, default="england_pandemic", words=known_break_names),
    Option("days", "reading", TEXT, "What admissions are spread over: working, calendar or equal.",
           EACH_SERIES, default="working", words=("working", "calendar", "equal")),
    Option("order", "reading", TEXT, "The stages from first to last, such as 'referred,seen,admitted'; by default in "
           "the order of the table.", STAGES, shown=STAGES),
    Option("start_from", "reading", TEXT, "What the first passage is of: need, population or first_stage; by default "
           "need where there is that column.", STAGES, shown=STAGES, words=("need", "population", "first_stage")),
    Option("linked", "reading", TEXT, "Whether records of stages are linked person by person: yes or no; by default as "
           "the column linked says.", STAGES, shown=STAGES, words=("yes", "no")),
    Option("covariate", "reading", NAMES, "A column that explains admissions, one value a period, such as "
           "temperature; may be repeated.", EACH_SERIES, default=()),
    Option("covariate_by_cell", "reading", NAMES, "As --covariate, but it may differ between ICSs, groups and "
           "procedures, such as closed beds.", EACH_SERIES, default=()),
    Option("drop_last", "reading", WHOLE, "Periods to leave out at the end.", EACH_SERIES, default=0, least=0),

    Option("plan", "intervention", TABLE, "A plan lodged beforehand, from --plan-only --out plan.json: its options are "
           "used, and what differs is said.", SERIES, apart_from="plan_only"),
    Option("published", "intervention", TEXT, "Where and when the hash of the plan was published: recorded as "
           "stated.", SERIES, goes_with="plan"),
    Option("since", "intervention", DATE, "The first day that is not carried on from: YYYY-MM or YYYY-MM-DD.", BACKLOG,
           shown=BACKLOG, default="2020-03"),
    Option("by", "intervention", TEXT, "What to split by: deprivation, ics or procedure.", BACKLOG, shown=BACKLOG,
           default="deprivation", words=("deprivation", "ics", "procedure")),
    Option("date", "intervention", DATE, "When the intervention started: YYYY-MM, YYYY-MM-DD or a quarter such as "
           "2004-Q1.", SERIES, shown=SERIES, required=SERIES),
    Option("ends", "intervention", DATE, "When it ended, if it did: a second change is fitted from then on.", SERIES),
    Option("outcome", "intervention", TEXT, "What the verdict is about: level or gap.", SERIES, shown=SERIES,
           default="level", words=("level", "gap")),
    Option("shape", "intervention", TEXT, "both (level and trend, judged on the first 12 months), step, "
           "slope, ramp, delayed, gradual or pulse.", SERIES, shown=SERIES, default="both",
           words=("both", "step", "slope", "ramp", "delayed", "gradual", "pulse")),
    Option("lag", "intervention", DURATION, "Months until it can have an effect; or weeks, such as 6w.", SERIES,
           default=0.0),
    Option("washout", "intervention", DURATION, "Months after the start that are left out; or weeks, such as 6w.",
           SERIES, shown=SERIES, default=0.0),
    Option("ramp_months", "intervention", DURATION, "Months a ramp takes, or a pulse lasts; or weeks, such as 6w.",
           SERIES),
    Option("smallest_change", "intervention", NUMBER, "The smallest change that matters: 0.05 is 5 %.", SERIES,
           default=0.05, least=0, most=1),
    Option("surges", "intervention", TEXT, "What months out of line after the start count as: noise, or part of the "
           "effect.", SERIES, default="noise", words=("noise", "effect")),
    Option("anticipation", "intervention", NUMBER, "Months before the start in which admissions may have been held "
           "back; left out where they were.", SERIES, default=3.0, least=0),
    Option("looks", "intervention", WHOLE, "How often the result will be looked at.", SERIES, default=1,
           least=1, most=24),
    Option("planned_months", "intervention", WHOLE, "Months after the start of the last planned look; 24 if not given.",
           SERIES, least=1),
    Option("exposed", "intervention", EXPOSED, "Who was exposed, the others are controls: ics=QE1,QOP or "
           "procedure=hip. Repeatable.", SERIES, shown=SERIES),
    Option("start", "intervention", STARTS, "Another start for an ICS: QOP=2023-07. Repeatable.", SERIES,
           shown=SERIES),

    Option("model", "fit", NAME_OR_FILE, "A model that ships, or a TOML file. By default need_adjusted; "
           "group_by_procedure with --group, deprivation_within_groups with two.", CELLS, shown=RUN,
           words=names_of_models),
    Option("model", "fit", NAME_OR_FILE, "A model of a series that ships, or a file of your own; by default the one "
           "that goes with the question.", SERIES, words=names_of_series_models),
    Option("model", "fit", NAME_OR_FILE, "A model of passages that ships, or a TOML file; by default passages, or "
           "passages_by_group with --group.", STAGES, words=names_of_passage_models),
    Option("slope", "fit", FLAG, "Whether the trend may change too; by default as the model says.", SERIES),
    Option("harmonics", "fit", WHOLE, "Harmonics of the season, each a sine and a cosine; by default as the model "
           "says.", SERIES, least=0),
    Option("engine", "fit", TEXT, "laplace: approximate, in seconds. nuts: sampled, for final results.", CELLS,
           shown=RUN, default="nuts", words=("nuts", "laplace")),
    Option("engine", "fit", TEXT, "laplace: approximate, in seconds. nuts: sampled, for final results.", DEMO,
           shown=DEMO, default="laplace", words=("nuts", "laplace")),
    Option("draws", "fit", WHOLE, "Draws kept from each of four chains; by default 2000 by NUTS, 1000 by Laplace.",
           FITS + STAGES, shown=DEMO, least=100),
    Option("seed", "fit", WHOLE, "Seed of all random numbers; recorded with the results.", ALL + STAGES,
           shown=RUN + DEMO, default=1, least=0, most=2**32 - 1),

    Option("accept_prior", "fit", TEXT, "Why priors are right that alone allow absurd admissions: fitted all the same, "
           "the reason stamped on every table.", CELLS, check=check_reason),

    Option("need_error", "uncertainty", TEXT, "Use need_ratio_se: classical (registers, surveys) or berkson "
           "(modelled).", CELLS, words=("classical", "berkson")),
    Option("under_recording_sd", "uncertainty", NUMBER, "SD of the log ratio by which need is recorded less at the "
           "most deprived end.", CELLS, default=0.0, least=0, goes_with="need_error"),
    Option("need_feedback", "uncertainty", FLAG, "Let admissions update need: one model, no cut. See docs/need.md "
           "before use.", CELLS, default=False, goes_with="need_error"),
    Option("rate_error", "uncertainty", FLAG, "Draw reference rates by age and sex, rather than take them as known.",
           CELLS, default=False),

    Option("plan_only", "results", FLAG, "Say what the series could find, and how long that takes, from the data "
           "before the start; no result. With --out plan.json, lodge it.", SERIES, shown=SERIES, default=False),
    Option("explore_start", "results", WINDOW, "Also say when in this window it started, had that not been declared: "
           "2022-10,2023-09. No part of the verdict.", SERIES, apart_from="plan_only"),
    Option("out", "results", FOLDER, "Folder for the results.", BACKLOG + STAGES, shown=BACKLOG + STAGES,
           required=BACKLOG + STAGES, kept=False),
    Option("demo", "results", FLAG, "Read the made-up stages of the embedded example in place of a table.", STAGES,
           shown=STAGES, default=False),
    Option("out", "results", FOLDER, "Folder for the results.", CELLS, shown=RUN, required=RUN,
           suggested=Path("results"), kept=False),
    Option("out", "results", FOLDER, "Folder for the results; with --plan-only, plan.json.", SERIES, shown=SERIES,
           suggested=Path("evaluation"), kept=False),
    Option("out", "results", FOLDER, "Folder for the results.", DEMO, shown=DEMO, default=Path("equitymodel-demo"),
           kept=False),
    Option("carry_to", "results", NAME_OR_FILE, "Carry results over, draw by draw, to other areas than were counted: "
           "icb2026, or by a crosswalk of your own (CSV: from, to, group, weight). Areas that hold part of one that "
           "was split are flagged.", CELLS, words=("icb2026",)),
    Option("force", "results", FLAG, "Publish a failed fit, stamped on every table.", CELLS + SERIES + STAGES,
           default=False),
    Option("overwrite", "results", FLAG, "Replace earlier results in the folder, or with --write the run file.",
           ALL + STAGES, shown=RUN + DEMO, default=False, kept=False),
    Option("write", None, NEW_FILE, "Write these choices, with what they mean and what was found, to a run file.",
           CHECK + SERIES, shown=CHECK + SERIES),
)  # fmt: skip


@cache
def options_of(command: str) -> dict[str, Option]:
    """Give the options of a command, by name, in the order of the run file.

    Examples
    --------
    >>> list(options_of("demo"))
    ['engine', 'draws', 'seed', 'out', 'overwrite']
    """
    found = [option for option in OPTIONS if command in option.commands]
    return {option.name: option for option in found}


def option_named(command: str, name: str) -> Option:
    """Give an option of a command."""
    return options_of(command)[name]


def lines_of(command: str) -> dict[str, Option]:
    """Give those options of a command that are lines of its run file, by section.

    Examples
    --------
    >>> "write" in lines_of("check"), list(lines_of("run"))[:2]
    (False, ['admissions', 'population'])
    """
    found = options_of(command).values()
    return {option.name: option for section in SECTIONS for option in found if option.section == section}
