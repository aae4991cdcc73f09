"""Cells fitted as the options ask, and their results written: what `run` and `demo` have in common."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equitymodel.cli.carried_areas import carry_to
from equitymodel.cli.choices import Choices
from equitymodel.cli.run_file import NAME, lines_kept, run_file_text
from equitymodel.cli.screen import show_diagnosis, show_gaps

if TYPE_CHECKING:
    import xarray as xr

    from equitymodel.inference.grouped.need_error import NeedError
    from equitymodel.inference.progress import Progress
    from equitymodel.report.results import Results


def load_asked_model(choices: Choices) -> None:
    """Load the model that was named, if one was, so that what is wrong in it is said before tables are read.

    Raises
    ------
    SpecError
        When a word in it has no meaning.
    """
    if choices["model"] is not None:
        from equitymodel.spec.library import load_model

        load_model(choices["model"])


def model_for(cells: xr.Dataset, choices: Choices) -> str | Path:
    """Give the model that was named, or the one that goes with the groups of the cells."""
    from equitymodel.data.cells.cell_facts import CellFacts
    from equitymodel.spec.library import CROSSED_MODEL, DEFAULT_MODEL, GROUP_MODEL

    named: str | Path | None = choices["model"]
    group = CellFacts.of(cells).group
    usual = {"ends": DEFAULT_MODEL, "to_reference": CROSSED_MODEL if group.crossed else GROUP_MODEL}
    return named or usual[group.comparison.variant]


def need_error_of(choices: Choices) -> NeedError | None:
    """Give the error of need that was chosen, if one was."""
    if choices["need_error"] is None:
        return None
    from equitymodel.inference.grouped.need_error import NeedError

    return NeedError(
        choices["need_error"], under_recording_sd=choices["under_recording_sd"], feedback=choices["need_feedback"]
    )


def make_results_as_asked(
    cells: xr.Dataset,
    model: str | Path,
    choices: Choices,
    progress: Progress,
    *,
    error: NeedError | None = None,
    unit_costs: Mapping[str, float] | None = None,
) -> Results:
    """Fit a model to cells with the engine that was chosen, and work out everything that is published.

    With unit costs by procedure, shares of spending too.

    Raises
    ------
    DiagnosisError
        When the fit failed its diagnosis, and it is not to be published all the same.
    """
    progress("loading the engine", 0.0)
    from equitymodel.data.cells.area_covariates import names_of_covariates
    from equitymodel.inference.fit_model import fit_model
    from equitymodel.inference.grouped.lasting_ends import fit_lasting_ends
    from equitymodel.inference.jobs.memory import estimate_results_size, kept_draws
    from equitymodel.report.destination import check_space
    from equitymodel.report.results import make_results
    from equitymodel.spec.covariate_effects import add_covariates
    from equitymodel.spec.library import load_model

    settings = _engine_settings(choices)
    check_space(choices["out"], estimate_results_size(cells, kept_draws(*settings.values())))
    spec = add_covariates(load_model(model), names_of_covariates(cells))
    accepted = choices["accept_prior"] if choices.command == "run" else None
    walk = carry_to(choices, cells) if choices.command == "run" else None
    fit = fit_model(spec, cells, engine=choices["engine"], seed=choices["seed"], need_error=error,
                    accept_prior=accepted, progress=progress, **settings)  # fmt: skip
    options = {"command": choices.command, **lines_kept(choices)}
    force = choices.command == "run" and choices["force"]
    ends = (
        fit_lasting_ends(fit.spec, cells, seed=choices["seed"], progress=progress) if force or fit.publishable else None
    )
    if walk is not None:
        from equitymodel.studies.carried_fit import carry_fit

        fit = carry_fit(fit, walk)
    return make_results(fit, options=options, force=force, progress=progress, unit_costs=unit_costs,
                        lasting_ends=ends)  # fmt: skip


def _engine_settings(choices: Choices) -> dict[str, Any]:
    kept = {} if choices["draws"] is None else {"draws": choices["draws"]}
    if choices["engine"] == "nuts":
        from equitymodel.inference.grouped.nuts import Sampling

        return {"sampling": Sampling(**kept)}
    from equitymodel.inference.laplace.settings import Laplace

    return {"laplace": Laplace(**kept)}


def write_and_show(results: Results, choices: Choices, found: list[str]) -> None:
    """Write results with the run file that makes them again, and print the gap and the diagnosis."""
    from equitymodel.report.results import write_results

    out = choices["out"]
    text = run_file_text(choices, out, found=found, results=True)
    write_results(results, out, overwrite=choices["overwrite"], beside={NAME: text})
    show_gaps(results)
    show_diagnosis(results, out / "report.html")
