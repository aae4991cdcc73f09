"""How results came about from those before: counts as reported, revisions, causes and what moved."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OptionError
from equitymodel.monitoring.causes import causes_between, causes_table
from equitymodel.monitoring.changes_since import changes_since
from equitymodel.monitoring.nowcast import Nowcast, nowcast
from equitymodel.monitoring.revisions import revision_triangle, revisions
from equitymodel.monitoring.vintages import Vintage, Vintages, vintage_rows
from equitymodel.report.content.refresh_document import Refreshed, refresh_document
from equitymodel.report.document.formats import write_document
from equitymodel.report.document.released import release_documents
from equitymodel.report.earlier_results import REFRESH, EarlierResults, open_earlier
from equitymodel.report.look_record import LookRecord, look_record
from equitymodel.report.plain_files import write_csv, write_json
from equitymodel.report.provenance import PROVENANCE
from equitymodel.report.published_files import read_tables, write_parquet
from equitymodel.report.results_folder import write_folder
from equitymodel.report.vintage_files import FOLDER, write_vintages
from equitymodel.studies.saved_evaluation import load_evaluation


@refuses_other_types
def write_refresh(
    before: Path | str,
    after: Path | str,
    *,
    vintage: str | None = None,
    reported: xr.Dataset | None = None,
    seed: int = 1,
) -> Refreshed:
    """Write beside refreshed results how they came about from those before, all of it or none.

    Parameters
    ----------
    before, after
        Folders of results: of the last report, and of the same run or evaluation with the new table.
    vintage
        The day on which the new table was published or received, ``YYYY-MM-DD``; today if not given.
    reported
        The new table with every month in it, where the results leave the latest out; theirs if not given.
    seed
        Of the nowcast.

    Returns
    -------
    Refreshed
        What was written into the folder ``refresh`` of `after`: ``causes.csv, changes.csv, revisions.csv``, of months
        ``triangle.csv`` and, where enough of them were kept, ``nowcast.csv``; of an evaluation ``looks.csv,
        waiting.csv, delay.csv``; ``report.html, provenance.json, manifest.json``, and in ``vintages`` every
        table as it was reported, a file each.

    Raises
    ------
    OptionError
        When either folder holds no such results, they are not of one kind, the new table is shorter than the one
        before, or is of an earlier day.
    OutputError
        When it cannot be written.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> folders = [Path(mkdtemp()) / "results" for _ in range(2)]
    >>> for folder, table in zip(folders, (cells, cells.assign(admissions=cells["admissions"] + 1))):
    ...     fit = em.fit_model(em.load_model("gap_by_procedure"), table, engine="laplace", seed=1)
    ...     _ = em.write_results(em.make_results(fit), folder)
    >>> [cause.why for cause in write_refresh(*folders).causes]
    ['revision']
    """
    earlier, later = open_earlier(before), open_earlier(after)
    _refuse_unlike(earlier, later)
    earlier.require_follows(later.data)
    refreshed = _refreshed(earlier, later, vintage or dt.datetime.now(dt.UTC).date().isoformat(), reported, seed)
    write_folder(Path(after) / REFRESH, partial(_write_files, refreshed), overwrite=True)
    return refreshed


def _refuse_unlike(earlier: EarlierResults, later: EarlierResults) -> None:
    """Refuse to compare results of two kinds, or of two questions."""
    if earlier.kind is not later.kind:
        raise OptionError(f"{earlier.folder} is of {earlier.kind.command} and {later.folder} of {later.kind.command}; "
                          "compare results of one kind")  # fmt: skip
    asked = [{name: results.provenance.get(name) for name in ("seed", "declared", "engine")}
             for results in (earlier, later)]  # fmt: skip
    unlike = [name for name in asked[0] if _asked(asked[0][name]) != _asked(asked[1][name])]
    if unlike:
        raise OptionError(
            f"{later.folder} asks another question than {earlier.folder}: {', '.join(unlike)} differ, so that what "
            "moved is no refresh. Make it with the same options: equitymodel refresh does"
        )


def _asked(value: object) -> object:
    """Give what was asked, without when it was written down."""
    times = ("declared", "made")
    return {name: own for name, own in value.items() if name not in times} if isinstance(value, dict) else value


def _refreshed(
    earlier: EarlierResults, later: EarlierResults, day: str, reported: xr.Dataset | None, seed: int
) -> Refreshed:
    data = later.data if reported is None else reported
    vintages = earlier.vintages.with_new(Vintage(day, vintage_rows(data)))
    versions = (earlier.provenance["versions"], later.provenance["versions"])
    causes = tuple(causes_between(earlier.data, later.data, versions))
    moved = changes_since(earlier.tables, later.tables, causes)
    revised = revisions(earlier.vintages.last.rows, vintages.last.rows)
    tables = {"causes": causes_table(list(causes)), "changes": moved, "revisions": revised}
    found, why_not = None, "periods are not months"
    looks = None
    if later.kind.command == "interruption":
        tables["triangle"] = revision_triangle(vintages)
        found, why_not = _nowcast(vintages, seed)
        looks = _looks(earlier, later, day)
        tables |= looks.tables | ({} if found is None else {"nowcast": found.table})
    said = {"stamp": later.stamp} if later.stamp else {}
    tables = {name: table.assign(**said) for name, table in tables.items()}
    return Refreshed(earlier, later, day, vintages, causes, tables, found, why_not, looks)


def _looks(earlier: EarlierResults, later: EarlierResults, day: str) -> LookRecord:
    """Go on with the looks of earlier reports; the first is that of the results that are refreshed first."""
    kept = read_tables(earlier.folder / REFRESH, ["looks"]).get("looks")
    if kept is None:
        first = load_evaluation(earlier.folder)
        kept = look_record(first, earlier.vintages.last.day, verdict=earlier.verdict).looks
    return look_record(load_evaluation(later.folder), day, earlier=kept, verdict=later.verdict)


def _nowcast(vintages: Vintages, seed: int) -> tuple[Nowcast | None, str]:
    """Nowcast months that are not complete, or say why that cannot be done yet."""
    triangle = revision_triangle(vintages)
    try:
        return nowcast(triangle[triangle["count"].notna()], seed=seed), ""
    except OptionError as error:
        return None, str(error)


def _write_files(refreshed: Refreshed, folder: Path) -> None:
    for name, table in refreshed.tables.items():
        write_parquet(folder / f"{name}.parquet", table)
        write_csv(folder / f"{name}.csv", table)
    write_vintages(folder / FOLDER, refreshed.vintages)
    write_json(folder / PROVENANCE, refreshed.record())
    (document,) = release_documents([refresh_document(refreshed)], "none").documents
    write_document(document, folder / "report.html")
