"""The command `stages`: where along a pathway groups part ways, and what each stage accounts for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equitymodel.cli.as_asked import read_stages_as_asked
from equitymodel.cli.choices import Choices
from equitymodel.cli.run_file import lines_kept
from equitymodel.cli.screen import complain, progress, say, show_found, stages_found
from equitymodel.errors import OptionError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


def stages(choices: Choices) -> None:
    """Say at which stages of a pathway groups part ways, with intervals, and how many admissions each accounts for.

    FILE is a table of counts by stage: ics, deprivation, procedure, stage, count. With --demo, made-up counts.
    """
    from equitymodel.inference.laplace.settings import Laplace
    from equitymodel.inference.passages.fit_stages import fit_stages
    from equitymodel.report.content.stages_document import answers
    from equitymodel.report.stages_results import write_stages
    from equitymodel.report.wording.stage_words import caveats

    table, inputs = _read(choices)
    show_found(stages_found(table))
    settings = Laplace(draws=choices["draws"]) if choices["draws"] else None
    with progress() as tell:
        profile = fit_stages(table, seed=choices["seed"], model=choices["model"], laplace=settings, progress=tell)
    profile = profile.require_sound(force=choices["force"])
    options = {"command": choices.command, **lines_kept(choices)}
    published = write_stages(profile, choices["out"], options=options, overwrite=choices["overwrite"], inputs=inputs)
    if published.stamp:
        complain(published.stamp)
    say("\n".join(answers(published)))
    say(caveats(published.provenance)[0])
    say(f"Open {choices['out'] / 'report.html'}")


def _read(choices: Choices) -> tuple[xr.Dataset, dict[str, pd.DataFrame]]:
    """Read the table, or the embedded example, which is kept beside the results."""
    if choices["demo"] == (choices["stages"] is not None):
        raise OptionError("stages needs one table: equitymodel stages FILE --out results, or --demo for made-up counts")
    if not choices["demo"]:
        return read_stages_as_asked(choices), {}
    from equitymodel.simulate.simulated_stages import demo_stages, example_stages

    return demo_stages(), {"stages": example_stages()}
