"""The command `interruption`: an intervention evaluated, planned, or written down as a run file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from equitymodel.cli.as_asked import read_series_as_asked, refuse_absent_columns
from equitymodel.cli.choices import Choices
from equitymodel.cli.lodged_choices import as_lodged, options_declared
from equitymodel.cli.option_words import in_options
from equitymodel.cli.run_file import NAME, lines_kept, run_file_text, write_run_file
from equitymodel.cli.screen import complain, progress, say, series_found, show_found
from equitymodel.errors import OptionError

if TYPE_CHECKING:
    import xarray as xr

    from equitymodel.spec.interruption import Interruption
    from equitymodel.spec.series_model import SeriesModel


def interruption(choices: Choices) -> None:
    """Evaluate an intervention: whether admissions changed, whether the gap narrowed, and if that is real.

    With --write plan.toml, the plan goes into a file and no result is looked at; equitymodel run plan.toml makes it.
    """
    from equitymodel.spec.asked_of import refuse_unanswerable

    plan = plan_of(choices)
    plan = as_lodged(plan, choices["plan"]) if choices["plan"] else plan
    model = series_model_of(plan, choices)
    refuse_absent_columns(choices)
    series = read_series_as_asked(choices["series"], choices)
    _refuse_harmonics(choices["harmonics"], series)
    refuse_unanswerable(series, plan)
    chosen = choices if choices["model"] else choices.choosing(model=model.name)
    if choices["write"]:
        _write_plan(plan, series, chosen)
    elif choices["plan_only"]:
        _say_what_can_be_known(plan, model, series, choices)
    else:
        _evaluate(plan, model, series, chosen)


def plan_of(choices: Choices) -> Interruption:
    """Declare the intervention that was described.

    Raises
    ------
    SpecError
        When the declaration has no meaning.
    """
    from equitymodel.spec.interruption import Interruption

    return Interruption(
        choices["date"],
        choices["shape"],
        lag=choices["lag"],
        washout=choices["washout"],
        ramp_months=choices["ramp_months"],
        outcome=choices["outcome"],
        smallest_change=choices["smallest_change"],
        looks=choices["looks"],
        planned_months=choices["planned_months"],
        exposed=choices["exposed"] or None,
        starts=choices["start"] or None,
        anticipation_months=choices["anticipation"],
        surges=choices["surges"],
        ends=choices["ends"],
    )


def series_model_of(plan: Interruption, choices: Choices) -> SeriesModel:
    """Give the model of the series: as named, or as the question asks, changed as asked.

    Raises
    ------
    SpecError
        When a word in it has no meaning, or it does not go with the question.
    """
    from equitymodel.spec.library import choose_series_model

    model = choose_series_model(plan, choices["model"])
    if choices["slope"] is not None:
        model = model.including("slope") if choices["slope"] else model.leaving_out("slope")
    return model if choices["harmonics"] is None else model.with_harmonics(choices["harmonics"])


def _refuse_harmonics(harmonics: int | None, series: xr.Dataset) -> None:
    """Refuse more harmonics of the season than periods of this length can tell apart."""
    from equitymodel.data.series.series_facts import SeriesFacts

    frequency = SeriesFacts.of(series).frequency
    if harmonics is not None and harmonics > frequency.most_harmonics:
        raise OptionError(
            f"--harmonics is {harmonics}; {frequency.name} periods carry {frequency.most_harmonics} at most"
        )


def _write_plan(plan: Interruption, series: xr.Dataset, choices: Choices) -> None:
    found = series_found(series)
    show_found(found)
    write = choices["write"]
    write_run_file(write, run_file_text(choices, write.parent, found=[str(plan), *found]))
    say(f"{plan}\nWritten to {write}. Run it: equitymodel run {write}")


def _say_what_can_be_known(plan: Interruption, model: SeriesModel, series: xr.Dataset, choices: Choices) -> None:
    from equitymodel.studies.planning import time_to_know

    say(f"{plan}\n\n{time_to_know(series, plan, model=model, seed=choices['seed'])}")
    if out := choices["out"]:
        from equitymodel.studies.lodge_plan import lodge_plan

        options, placebo = options_declared(choices, out.parent), bool(choices["placebo_series"])
        lodged = lodge_plan(series, plan, out, seed=choices["seed"], model=model, placebo=placebo, options=options)
        run = f"equitymodel interruption --series {choices['series']} --plan {out} --out results"
        say(f"\nLodged in {out}. {lodged.when}\nRun it: {run}")


def _evaluate(plan: Interruption, model: SeriesModel, series: xr.Dataset, choices: Choices) -> None:
    from equitymodel.data.series.reading_sentences import reading_sentences
    from equitymodel.report.evaluation_results import write_evaluation
    from equitymodel.spec.lodged_plan import read_lodged_plan
    from equitymodel.studies.evaluate import evaluate
    from equitymodel.studies.explore_change_point import explore_change_point
    from equitymodel.studies.held_to_plan import refuse_other_series

    out, other, window = choices["out"], choices["placebo_series"], choices["explore_start"]
    lodged = read_lodged_plan(choices["plan"], published=choices["published"] or "") if choices["plan"] else None
    if lodged and not choices["force"]:
        refuse_other_series(series, plan, lodged)
    placebo = read_series_as_asked(other, choices) if other else None
    change_point = explore_change_point(series, plan, window=window, model=model) if window else None
    with progress() as tell:
        result = evaluate(series, plan, seed=choices["seed"], model=model, placebo=placebo, progress=tell,
                          force=choices["force"])  # fmt: skip
    text = run_file_text(choices, out, found=[str(plan), *series_found(series)], results=True)
    options = {"command": choices.command, **lines_kept(choices)}
    overwrite, beside = choices["overwrite"], {NAME: text}
    write_evaluation(result, out, options=options, change_point=change_point, overwrite=overwrite, beside=beside,
                     force=choices["force"], lodged=lodged)  # fmt: skip
    if result.fits.stamp:
        complain(result.fits.stamp)
    say(in_options("\n".join(reading_sentences(series))) + "\n")
    say(result)
    if change_point:
        say(f"\n{change_point}")
    held = json.loads((out / "verdict.json").read_text(encoding="utf-8"))["lodged_plan"]
    say("\n".join(held["said"]))
    say(f"Open {out / 'report.html'}")
