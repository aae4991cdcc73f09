"""The command line: check, run, demo, interruption and models. Heavy libraries load when first needed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from equitymodel.errors import DiagnosisError, EquityModelError, OutputError
from equitymodel.vocabulary import BASIS, nearest

if TYPE_CHECKING:
    import xarray as xr

    from equitymodel.data.cells.rate_error import RateError
    from equitymodel.inference.grouped.need_error import NeedError
    from equitymodel.report.results import Results

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Equity targets for planned hospital care, with honest uncertainty.")  # fmt: skip
models_app = typer.Typer(no_args_is_help=True, help="The models that ship with the package.")
app.add_typer(models_app, name="models")
screen = Console()
complaints = Console(stderr=True)
BAD_INPUT, FAILED_DIAGNOSIS, INTERRUPTED = 2, 3, 130
INCOMPLETE, AREAS = ("error", "zero", "missing", "suppressed"), ("icb2023", "any")

Admissions = Annotated[
    Path, typer.Option(help="CSV or Parquet: ics, deprivation, procedure, admissions [age_band, sex, period].")
]
Population = Annotated[Path, typer.Option(help="CSV or Parquet: ics, deprivation, population [age_band, sex, period].")]
Need = Annotated[Path | None, typer.Option(help="CSV or Parquet: ics, deprivation, procedure, need_ratio.")]
Rates = Annotated[
    Path | None, typer.Option(help="Reference rates if admissions have no age: procedure, age_band, rate [sex].")
]
NotOffered = Annotated[Path | None, typer.Option(help="Structural zeros: ics, procedure.")]
GroupColumn = Annotated[
    str, typer.Option("--group", help="The column of the groups, for example ethnicity, if not deprivation.")
]
ReferenceGroup = Annotated[
    str | None, typer.Option(help="For groups other than deprivation: the group that all are compared with.")
]
MostDeprived = Annotated[int, typer.Option(help="The label of the most deprived group.")]
Index = Annotated[str | None, typer.Option("--deprivation-index", help="For example 'IMD 2019'.")]
Incomplete = Annotated[str, typer.Option(help="What an absent row means: error, zero, missing or suppressed.")]
SmallNumbers = Annotated[str, typer.Option(help="Suppressed counts: error, exclude, hes, lt5, lt6, 1-9 or 1-7/5.")]
AgeBandsApart = Annotated[
    str | None,
    typer.Option(
        "--age-bands",
        help="Model age bands apart, where age acts differently by deprivation: auto, or "
        "bands such as 0-44,45-64,65-74,75+. Results stay per procedure.",
    ),
]
SexesApart = Annotated[bool, typer.Option("--sexes-apart", help="With --age-bands: model the sexes apart too.")]
Areas = Annotated[str, typer.Option(help="Area codes to expect: icb2023, or any.")]
Ignore = Annotated[list[str] | None, typer.Option("--ignore-column", help="A column to leave out; may be repeated.")]
Model = Annotated[
    str | None,
    typer.Option(help="A model that ships, or a TOML file. By default need_adjusted; group_by_procedure with --group."),
]
Seed = Annotated[int, typer.Option(help="Seed of all random numbers; recorded with the results.")]
Draws = Annotated[
    int | None, typer.Option(min=100, help="Draws kept from each of four chains; 2000 by NUTS, 1000 by Laplace.")
]
EngineName = Annotated[
    str, typer.Option("--engine", help="laplace: approximate, in seconds. nuts: sampled, for final results.")
]
NeedErrorKind = Annotated[
    str | None, typer.Option(help="Use need_ratio_se: classical (registers, surveys) or berkson (modelled).")
]
RatesDrawn = Annotated[
    bool, typer.Option("--rate-error", help="Draw reference rates by age and sex, rather than take them as known.")
]
UnderRecording = Annotated[
    float, typer.Option(min=0.0, help="SD of the log ratio by which need is recorded less at the most deprived end.")
]
NeedFeedback = Annotated[
    bool,
    typer.Option("--need-feedback", help="Let admissions update need: one model, no cut. See docs/need.md before use."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace earlier results in the folder.")]


@app.command()
def check(
    admissions: Admissions,
    population: Population,
    need: Need = None,
    rates: Rates = None,
    not_offered: NotOffered = None,
    group: GroupColumn = "deprivation",
    reference_group: ReferenceGroup = None,
    most_deprived: MostDeprived = 1,
    deprivation_index: Index = None,
    incomplete: Incomplete = "error",
    small_numbers: SmallNumbers = "error",
    age_bands: AgeBandsApart = None,
    sexes_apart: SexesApart = False,
    areas: Areas = "icb2023",
    ignore_column: Ignore = None,
) -> None:
    """Hold the tables against the data contract, and do nothing else. Exits with 2 on errors."""
    cells = _read(admissions, population, need, rates, not_offered, group, reference_group, most_deprived,
                  deprivation_index, incomplete, small_numbers, areas, ignore_column,
                  **_bands(age_bands, sexes_apart))  # fmt: skip
    _show_cells(cells)
    screen.print("[green]The tables keep the contract.[/green]")


@app.command()
def run(
    admissions: Admissions,
    population: Population,
    out: Annotated[Path, typer.Option(help="Folder for the results.")],
    need: Need = None,
    rates: Rates = None,
    not_offered: NotOffered = None,
    group: GroupColumn = "deprivation",
    reference_group: ReferenceGroup = None,
    most_deprived: MostDeprived = 1,
    deprivation_index: Index = None,
    incomplete: Incomplete = "error",
    small_numbers: SmallNumbers = "error",
    age_bands: AgeBandsApart = None,
    sexes_apart: SexesApart = False,
    rate_error: RatesDrawn = False,
    areas: Areas = "icb2023",
    ignore_column: Ignore = None,
    model: Model = None,
    seed: Seed = 1,
    engine: EngineName = "nuts",
    draws: Draws = None,
    need_error: NeedErrorKind = None,
    under_recording_sd: UnderRecording = 0.0,
    need_feedback: NeedFeedback = False,
    force: Annotated[bool, typer.Option("--force", help="Publish a failed fit, stamped on every table.")] = False,
    overwrite: Overwrite = False,
) -> None:
    """Fit a model to your tables and write expected admissions, gaps, targets and a report."""
    from equitymodel.report.results import check_destination

    check_destination(out, overwrite=overwrite)
    cells = _read(admissions, population, need, rates, not_offered, group, reference_group, most_deprived,
                  deprivation_index, incomplete, small_numbers, areas, ignore_column,
                  **_bands(age_bands, sexes_apart), rate_error=_rate_error(rate_error, seed))  # fmt: skip
    _show_cells(cells)
    results = _fit(
        cells,
        model or _default_model(cells),
        seed=seed,
        engine=engine,
        draws=draws,
        error=_need_error(need_error, under_recording_sd, feedback=need_feedback),
        force=force,
        options={"command": " ".join(sys.argv[1:])},
    )
    _finish(results, out, overwrite=overwrite)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("equitymodel-demo"),
    seed: Seed = 1,
    engine: EngineName = "laplace",
    draws: Draws = None,
    overwrite: Overwrite = False,
) -> None:
    """See what you will get: the whole analysis on a synthetic example of 42 ICSs, in about a minute."""
    from dataclasses import replace

    from equitymodel.report.results import check_destination
    from equitymodel.simulate.example import SYNTHETIC, example_cells, example_tables
    from equitymodel.studies.truth import truth_coverage

    check_destination(out, overwrite=overwrite)
    screen.print(f"[bold yellow]{SYNTHETIC[0].upper()}{SYNTHETIC[1:]}.[/bold yellow]")
    tables = example_tables(seed=seed)
    cells = example_cells(seed=seed)
    _show_cells(cells)
    results = _fit(
        cells, "need_adjusted", seed=seed, engine=engine, draws=draws, force=False, options={"command": "demo"}
    )
    coverage = truth_coverage(results.fit, tables.truth)
    truth = tables.truth.ratio.rename("true_ratio").to_series().reset_index()
    truth = truth.assign(true_admissions=tables.truth.fitted.transpose(*tables.truth.ratio.dims).values.ravel())
    inputs = {"admissions": tables.admissions, "population": tables.population, "need": tables.need, "truth": truth,
              "truth_coverage": coverage}  # fmt: skip
    _finish(replace(results, inputs=inputs), out, overwrite=overwrite)
    shown = Table("intervals against the stated truth", "intervals", "held it", "share", title_justify="left")
    for row in coverage.itertuples():
        shown.add_row(
            str(row.quantity), f"{row.intervals:,}", f"{row.held:,}", f"{row.share:.1%} (level {row.level:.0%})"
        )
    screen.print(shown)


@app.command()
def interruption(
    series: Annotated[Path, typer.Option(help="CSV or Parquet: period, admissions [ics, deprivation, procedure, "
                                              "population or expected_admissions].")],
    date: Annotated[str, typer.Option(help="When the intervention started: YYYY-MM or YYYY-MM-DD.")],
    out: Annotated[Path | None, typer.Option(help="Folder for the results.")] = None,
    plan_only: Annotated[bool, typer.Option("--plan-only", help="Say what the series could find, and how long that "
                                            "takes, from the data before the start; no result.")] = False,
    placebo_series: Annotated[Path | None, typer.Option(help="As --series: an outcome that the intervention cannot "
                                                        "have changed.")] = None,
    explore_start: Annotated[str | None, typer.Option(help="Also say when in this window it started, had that not been "
                                                      "declared: 2022-10,2023-09. No part of the verdict.")] = None,
    shape: Annotated[str, typer.Option(help="step, ramp, delayed, gradual or pulse.")] = "step",
    outcome: Annotated[str, typer.Option(help="What the verdict is about: level or gap.")] = "level",
    lag: Annotated[float, typer.Option(help="Months until it can have an effect.")] = 0.0,
    washout: Annotated[float, typer.Option(help="Months after the start that are left out.")] = 0.0,
    ramp_months: Annotated[float | None, typer.Option(help="Months a ramp takes, or a pulse lasts.")] = None,
    smallest_change: Annotated[float, typer.Option(help="The smallest change that matters: 0.05 is 5 %.")] = 0.05,
    looks: Annotated[int, typer.Option(help="How often the result will be looked at.")] = 1,
    exposed: Annotated[list[str] | None, typer.Option(help="Who was exposed, the others are controls: "
                                                           "ics=QE1,QOP or procedure=hip. Repeatable.")] = None,
    start: Annotated[list[str] | None, typer.Option(help="Another start for an ICS: QOP=2023-07. Repeatable.")] = None,
    model: Annotated[str | None, typer.Option(help="A model of a series that ships, or a file of your own.")] = None,
    slope: Annotated[bool | None, typer.Option("--slope/--no-slope",
                                               help="Whether the trend may change too; as the model says.")] = None,
    harmonics: Annotated[int | None, typer.Option(min=0, help="Waves of the season; as the model says.")] = None,
    exposure: Annotated[str, typer.Option(help="population or expected_admissions.")] = "population",
    breaks: Annotated[str, typer.Option(help="What is masked, by name; or none.")] = "england_pandemic",
    days: Annotated[str, typer.Option(help="What admissions are spread over: working, calendar or equal.")] = "working",
    drop_last: Annotated[int, typer.Option(min=0, help="Periods to leave out at the end.")] = 0,
    most_deprived: MostDeprived = 1,
    deprivation_index: Index = None,
    incomplete: Incomplete = "error",
    small_numbers: SmallNumbers = "error",
    areas: Areas = "icb2023",
    ignore_column: Ignore = None,
    seed: Seed = 1,
    overwrite: Overwrite = False,
) -> None:  # fmt: skip
    """Evaluate an intervention: whether admissions changed, whether the gap narrowed, and if that is real."""
    from equitymodel.data.series.read_series import read_series
    from equitymodel.report.evaluation_results import write_evaluation
    from equitymodel.report.results import check_destination
    from equitymodel.spec.interruption import OUTCOMES, SHAPES, Interruption
    from equitymodel.spec.library import choose_series_model
    from equitymodel.studies.evaluate import evaluate
    from equitymodel.studies.explore_change_point import explore_change_point
    from equitymodel.studies.planning import time_to_know

    if out is None and not plan_only:
        raise EquityModelError("--out names the folder for the results; without one, --plan-only")
    if plan_only and placebo_series:
        raise EquityModelError("--placebo-series is part of the results; leave it out with --plan-only")
    if plan_only and explore_start:
        raise EquityModelError("--explore-start looks at what came after; leave it out with --plan-only")
    window = _window(explore_start)
    if out is not None and not plan_only:
        check_destination(out, overwrite=overwrite)
    who = {dim: [label.strip() for label in labels.split(",")] for dim, labels in _pairs("--exposed", exposed)}
    plan = Interruption(date, _choice("--shape", shape, tuple(SHAPES)), lag=lag, washout=washout,
                        ramp_months=ramp_months, outcome=_choice("--outcome", outcome, tuple(OUTCOMES)),
                        smallest_change=smallest_change, looks=looks,
                        exposed=who or None,
                        starts=dict(_pairs("--start", start)) or None)  # fmt: skip
    chosen = choose_series_model(plan, model)
    if slope is not None:
        chosen = chosen.including("slope") if slope else chosen.leaving_out("slope")
    if harmonics is not None:
        chosen = chosen.with_harmonics(harmonics)
    read = partial(
        read_series,
        exposure=_choice("--exposure", exposure, ("population", "expected_admissions")),
        breaks=None if breaks == "none" else breaks,
        small_numbers=_rule(small_numbers),
        incomplete=_choice("--incomplete", incomplete, INCOMPLETE),
        days=_choice("--days", days, ("working", "calendar", "equal")),
        drop_last=drop_last,
        most_deprived=most_deprived,
        deprivation_index=deprivation_index,
        areas=_choice("--areas", areas, AREAS),
        ignore_columns=tuple(ignore_column or ()),
    )
    data = read(series)
    if out is None or plan_only:
        known = time_to_know(data, plan, model=chosen, seed=seed)
        screen.print(f"{plan}\n\n{known}", markup=False, highlight=False, soft_wrap=True)
        return
    placebo = read(placebo_series) if placebo_series else None
    change_point = explore_change_point(data, plan, window=window, model=chosen) if window else None
    with _progress() as tell:
        result = evaluate(data, plan, seed=seed, model=chosen, placebo=placebo, progress=tell)
    write_evaluation(
        result, out, options={"command": " ".join(sys.argv[1:])}, change_point=change_point, overwrite=overwrite
    )
    screen.print(str(result), markup=False, highlight=False, soft_wrap=True)
    if change_point:
        screen.print(f"\n{change_point}", markup=False, highlight=False, soft_wrap=True)
    screen.print(f"Open {out / 'report.html'}")


@models_app.command("list")
def list_models() -> None:
    """List the models that ship, with the question each answers."""
    from equitymodel.spec.library import model_names

    for name, question in model_names().items():
        screen.print(f"[bold]{name}[/bold]  {question}")


@models_app.command("show")
def show_model(name: str) -> None:
    """Show a model: formula, priors, and what they imply."""
    from equitymodel.spec.library import read_model, text_of_model

    screen.print(str(read_model(text_of_model(name))), markup=False, highlight=False)


@models_app.command("copy")
def copy_model(name: str, to: Path) -> None:
    """Copy a model to a file of your own, to change it."""
    from equitymodel.spec.library import model_text

    text = model_text(name)
    if to.exists():
        raise OutputError(f"{to} is there already; give another name")
    to.write_text(text, encoding="utf-8")
    screen.print(f"Copied to {to}. Change it, then: equitymodel run --model {to} ...")


def _window(text: str | None) -> tuple[str, str] | None:
    """Read the two ends of a window."""
    if text is None:
        return None
    ends = [part.strip() for part in text.split(",")]
    if len(ends) != 2:
        raise EquityModelError(f"--explore-start takes two dates, such as 2022-10,2023-09; this is {text!r}")
    return ends[0], ends[1]


def _read(
    admissions: Path, population: Path, need: Path | None, rates: Path | None, not_offered: Path | None,
    group: str, reference_group: str | None, most_deprived: int,
    deprivation_index: str | None, incomplete: str, small_numbers: str, areas: str,
    ignore_columns: list[str] | None, **adjusting: Any,
) -> xr.Dataset:  # fmt: skip
    from equitymodel.data.cells.read_cells import read_cells

    return read_cells(
        admissions,
        population,
        need=need,
        rates=rates,
        not_offered=not_offered,
        group=group,
        reference_group=reference_group,
        most_deprived=most_deprived,
        deprivation_index=deprivation_index,
        incomplete=_choice("--incomplete", incomplete, INCOMPLETE),
        small_numbers=_rule(small_numbers),
        areas=_choice("--areas", areas, AREAS),
        ignore_columns=tuple(ignore_columns or ()),
        **adjusting,
    )


def _bands(written: str | None, sexes_apart: bool) -> dict[str, Any]:
    if written is None and sexes_apart:
        raise EquityModelError("--sexes-apart goes with --age-bands, which says which ages are modelled apart")
    chosen = written == "auto" if written in (None, "auto") else tuple(part.strip() for part in written.split(","))
    return {"age_bands": chosen, "sexes_apart": sexes_apart}


def _rate_error(wanted: bool, seed: int) -> RateError | None:
    from equitymodel.data.cells.rate_error import RateError

    return RateError(seed=seed) if wanted else None


def _default_model(cells: xr.Dataset) -> str:
    from equitymodel.data.tables.groups import group_of
    from equitymodel.spec.library import DEFAULT_MODEL, GROUP_MODEL

    return DEFAULT_MODEL if group_of(cells).ordered else GROUP_MODEL


def _choice(option: str, word: str, known: tuple[str, ...]) -> Any:
    if word not in known:
        raise EquityModelError(f"{option} cannot be '{word}'. {nearest(word, known)}")
    return word


def _pairs(option: str, given: list[str] | None) -> list[tuple[str, str]]:
    found = [(name, value) for name, _, value in (text.partition("=") for text in given or [])]
    if wrong := [text for text, (name, value) in zip(given or [], found, strict=True) if not (name and value)]:
        raise EquityModelError(f"{option} is written name=value; '{wrong[0]}' is not")
    if twice := {name for name, _ in found if [other for other, _ in found].count(name) > 1}:
        raise EquityModelError(f"{option} names '{min(twice)}' twice; write its labels with commas between")
    return found


def _rule(choice: str) -> str:
    from equitymodel.data.tables.suppression import small_number_rule

    try:
        small_number_rule(choice)
    except ValueError as error:
        raise EquityModelError(f"--small-numbers: {error}") from error
    return choice


def _show_cells(cells: xr.Dataset) -> None:
    from equitymodel.data.cells.read_cells import stored_findings
    from equitymodel.data.tables.groups import group_of
    from equitymodel.data.tables.suppression import count_bounds

    low, high = count_bounds(cells)
    unknown = int((cells["offered"] & high.isnull()).sum())
    hidden = int((low < high).sum())
    between = f"{low.sum():,.0f} to {high.sum():,.0f}" if hidden else f"{low.sum():,.0f}"
    partly = f"{hidden:,} cells known only within bounds, " if hidden else ""
    screen.print(
        f"{cells.sizes['ics']} ICSs x {cells.sizes['deprivation']} {group_of(cells).words} groups x "
        f"{cells.sizes['procedure']} procedures: {between} admissions, {partly}{unknown:,} cells not known; "
        f"expected admissions adjusted for {cells.attrs['adjustment']}{_ages_apart(cells)}."
    )
    for finding in stored_findings(cells):
        screen.print(f"{finding.severity}: {finding.explain()}", markup=False, highlight=False)


def _ages_apart(cells: xr.Dataset) -> str:
    bands = json.loads(cells.attrs.get("age_bands", "[]"))
    return f", ages apart in {'; '.join(bands)}" if bands else ""


def _need_error(kind: str | None, under_recording_sd: float, *, feedback: bool) -> NeedError | None:
    for option, given in (("--under-recording-sd", under_recording_sd), ("--need-feedback", feedback)):
        if kind is None and given:
            raise EquityModelError(f"{option} goes with --need-error, which says of which kind the error is")
    if kind is None:
        return None
    from equitymodel.inference.grouped.need_error import KINDS, NeedError

    error = _choice("--need-error", kind, KINDS)
    return NeedError(error, under_recording_sd=under_recording_sd, feedback=feedback)


def _fit(
    cells: xr.Dataset, model: str, *, seed: int, engine: str, draws: int | None, force: bool, options: dict[str, Any],
    error: NeedError | None = None,
) -> Results:  # fmt: skip
    from equitymodel.spec.library import load_model

    spec = load_model(model)
    with _progress() as tell:
        tell("loading the engine", 0.0)
        from equitymodel.inference.fit_model import ENGINES, fit_model
        from equitymodel.inference.laplace.sample_laplace import Laplace
        from equitymodel.report.results import make_results

        chosen = _choice("--engine", engine, ENGINES)
        kept = {} if draws is None else {"draws": draws}
        settings: dict[str, Any] = {"laplace": Laplace(**kept)}
        if chosen == "nuts":
            from equitymodel.inference.grouped.nuts import Sampling

            settings = {"sampling": Sampling(**kept)}
        fit = fit_model(spec, cells, engine=chosen, seed=seed, need_error=error, progress=tell, **settings)
        return make_results(fit, options=options, force=force, progress=tell)


@contextmanager
def _progress() -> Iterator[Any]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=not screen.is_terminal) as bar:
        task = bar.add_task("starting", total=1.0)

        def tell(what: str, share: float) -> None:
            bar.update(task, description=what, completed=share)

        try:
            yield tell
        except KeyboardInterrupt:
            complaints.print("Interrupted; nothing was written.")
            raise typer.Exit(INTERRUPTED) from None


def _finish(results: Results, out: Path, *, overwrite: bool) -> None:
    from equitymodel.report.results import write_results

    write_results(results, out, overwrite=overwrite)
    _show_gaps(results)
    verdict = results.fit.diagnosis.verdict
    colour: Literal["green", "yellow", "red"] = {"PASS": "green", "WARN": "yellow", "FAIL": "red"}[verdict]  # type: ignore[assignment]
    screen.print(f"Diagnosis: [{colour}]{verdict}[/{colour}] (seed {results.fit.seed}). Open {out / 'report.html'}")
    if verdict != "PASS":
        screen.print(str(results.fit.diagnosis), markup=False, highlight=False)


def _show_gaps(results: Results) -> None:
    from equitymodel.data.tables.groups import group_of

    gaps, group = results.tables["gaps"], group_of(results.fit.cells)
    rows = gaps[(gaps["ics"] == "All ICSs") & (gaps["measure"] == "rate_ratio")]
    basis = group.adjusted(BASIS[str(results.fit.cells["adjustment"].values[-1])])
    labels = ["procedure"] if group.ordered else ["procedure", group.name]
    compared = "Most against least deprived" if group.ordered else f"{group.label}. Against {group.reference}"
    title = f"{compared}, all ICSs together, {basis}"
    shown = Table(*labels, "rate ratio", "95 % interval", title=title, title_justify="left")
    for row in rows.to_dict("records"):
        numbers = f"{row['estimate']:.2f}", f"{row['lower']:.2f} to {row['upper']:.2f}"
        shown.add_row(*(str(row[label]) for label in labels), *numbers)
    screen.print(shown)
    if results.stamp:
        screen.print(f"[bold red]{results.stamp}[/bold red]")


def main() -> None:
    """Run the command line, and turn errors raised on purpose into messages and exit codes."""
    try:
        app()
    except EquityModelError as error:
        complaints.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(FAILED_DIAGNOSIS if isinstance(error, DiagnosisError) else BAD_INPUT)


if __name__ == "__main__":
    main()
