"""From saved results to what leaves the building: one document an area, in the formats that files name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.inference.progress import Progress, silent
from equitymodel.report.content.any_document import EVERY, areas_asked, document_of
from equitymodel.report.content.any_published import AnyPublished, open_results
from equitymodel.report.disclosure.earlier_release import read_released
from equitymodel.report.document.formats import is_explorer, write_document, writer_of
from equitymodel.report.document.released import release_documents
from equitymodel.report.explorer.explorer_document import explorer_document
from equitymodel.report.plain_names import plain_name
from equitymodel.vocabulary import ALL_ICS


@refuses_other_types
def write_report(
    results: Path | str | AnyPublished,
    files: Path | str | Iterable[Path | str],
    *,
    area: str = ALL_ICS,
    peers: str | Sequence[str] = "region",
    base: Path | str | None = None,
    disclosure: Path | str = "hes",
    before: Path | str | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write what was found as documents, from saved results and without a fit.

    Parameters
    ----------
    results
        The folder that a run or an evaluation wrote, or what `open_published` opened.
    files
        One or several; the ending of each names its format: ``.html``, ``.docx``, ``.xlsx`` or ``.pptx``. A name
        that ends in ``explorer.html`` is a page in which the reader chooses: one file, of every ICS.
    area
        An ICS by code or name, all ICSs together by default; or ``all``, one document an ICS, whose files are named
        after the ICS: ``board.docx`` becomes ``board_devon.docx``. Of an evaluation there is one document. An explorer
        is of every ICS, and opens with this one.
    peers
        With whom an ICS is compared in pictures: ``region``, ``england``, ``nearest`` (by age, deprivation and size),
        or names or codes of your own.
    base
        Of Word documents: the user's own, whose styles are kept.
    disclosure
        Rules by which observed counts are hidden and rounded, in all that is written together: ``hes``,
        ``opensafely``, ``acro``, ``none``, or a TOML file of rules. Where there are such counts, an audit that must
        not leave is written beside the first file.
    before
        The release before: the folder of its reports, or its ``disclosure_released.csv``. Counts that the two
        together would give away are hidden.
    progress
        Called with what is being done and the share of it that is done.

    Returns
    -------
    list of pathlib.Path
        What was written.

    Raises
    ------
    OptionError
        When there are no such results, no such ICS, no such rules, no such release before, or no writer for a file.
    OutputError
        When a hidden count could be worked out all the same; no report is then written.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> folder = em.write_results(em.make_results(fit), Path(mkdtemp()) / "results")
    >>> [file.name for file in write_report(folder, folder / "board.docx", area="area 02")]
    ['board.docx']
    """
    paths = [Path(files)] if isinstance(files, (str, Path)) else [Path(file) for file in files]
    if not paths:
        raise OptionError("name at least one file for the report, such as report.html or board.docx")
    for path in paths:
        writer_of(path)
        path.parent.mkdir(parents=True, exist_ok=True)
    published = open_results(results) if isinstance(results, (str, Path)) else results
    say, asked = progress or silent, _asked(published, paths, area)
    made = []
    for done, one in enumerate(asked):
        say(f"gathering {one.name or one.code}", done / len(asked) / 2)
        made.append(
            explorer_document(published, one.code) if one.explored else document_of(published, one.code, peers=peers)
        )
    earlier = read_released(before) if before is not None else None
    released, written = release_documents(made, disclosure, before=earlier), []
    released.write_audit(paths[0].parent)
    for done, (one, document) in enumerate(zip(asked, released.documents, strict=True)):
        say(f"writing {document.subtitle}", (1 + done / len(asked)) / 2)
        for path in one.paths:
            own = base if path.suffix.lower() == ".docx" else None
            written.append(write_document(document, _named(path, one.name), base=own))
    return written


@dataclass(frozen=True)
class _Asked:
    """A document that is asked for: of which area, as what its files are named, and which; an explorer or a report."""

    name: str
    code: str
    paths: tuple[Path, ...]
    explored: bool = False


def _asked(published: AnyPublished, paths: Sequence[Path], area: str) -> list[_Asked]:
    """List the documents that are asked for: one an area, and one explorer of them all."""
    explorers, reports = (tuple(path for path in paths if is_explorer(path) is so) for so in (True, False))
    made = [_Asked(name, code, reports) for name, code in areas_asked(published, area).items()] if reports else []
    first = ALL_ICS if area == EVERY else area
    return [*made, *([_Asked("", first, explorers, explored=True)] if explorers else [])]


def _named(path: Path, name: str) -> Path:
    """Name a file after an area, where there is one for each."""
    words = filter(None, plain_name(name.lower()).split("_"))
    return path.with_stem(f"{path.stem}_{'_'.join(words)}") if name else path
