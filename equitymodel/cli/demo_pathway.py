"""The embedded example of a pathway with strategies: its stages fitted and written, beside effects that are made up."""

from __future__ import annotations

from pathlib import Path

from equitymodel.cli.screen import progress, say
from equitymodel.errors import OptionError, OutputError

OPTIONS_FILE = "options.toml"
CHOICE_FILE = "choice.toml"
"""For `equitymodel decide` on the same example."""
TWO_FOLDERS = "--demo has stages and options of its own: give --demo --out FOLDER alone, or RESULTS without it"


def write_demo_pathway(out: Path, *, overwrite: bool) -> tuple[Path, Path]:
    """Say where the gap of the embedded example arises, and keep that with a short list of strategies.

    Parameters
    ----------
    out, overwrite
        The folder, and whether earlier results in it are replaced.

    Returns
    -------
    tuple of pathlib.Path
        The folder of stages, and the file of made-up effects.

    Raises
    ------
    OutputError
        When there are earlier results, which may not be replaced, or a file of options that was changed.
    """
    from equitymodel.decision.read_effects import made_up_choice, made_up_effects
    from equitymodel.inference.passages.fit_stages import fit_stages
    from equitymodel.report.content.stages_document import answers
    from equitymodel.report.destination import check_destination
    from equitymodel.report.stages_results import write_stages
    from equitymodel.simulate.simulated_stages import demo_stages, example_stages

    folder, options = out / "stages", out / OPTIONS_FILE
    texts = {options: made_up_effects(), out / CHOICE_FILE: made_up_choice()}
    for results in (folder, out / "effects"):
        check_destination(results, overwrite=overwrite)
    for file, text in texts.items():
        if file.exists() and file.read_text(encoding="utf-8") != text:
            raise OutputError(f"{file} was changed since it was written, and stays as it is; give another folder")
    with progress() as tell:
        profile = fit_stages(demo_stages(), seed=1, progress=tell)
    kept = {"command": "strategies effects", "demo": True}
    published = write_stages(profile, folder, options=kept, overwrite=overwrite, inputs={"stages": example_stages()})
    for file, text in texts.items():
        file.write_text(text, encoding="utf-8")
    say("\n".join(answers(published)))
    say(f"Where the gap arises: {folder / 'report.html'}. A short list of strategies, with made-up effects: {options}")
    return folder, options


def refuse_two_pathways(results: str | None, *, demo: bool) -> None:
    """Refuse a pathway of the user's together with that of the demo, or neither."""
    if demo and results is not None:
        raise OptionError(TWO_FOLDERS)
    if not demo and results is None:
        raise OptionError(
            "strategies effects needs the folder that equitymodel stages wrote: equitymodel strategies effects RESULTS "
            "OPTIONS --out FOLDER; or --demo --out FOLDER for made-up numbers"
        )
