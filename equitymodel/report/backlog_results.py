"""From a backlog to a folder: tables, a picture, the words, and where it all comes from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from equitymodel.data.series.series_facts import SeriesFacts
from equitymodel.report.plain_files import write_json
from equitymodel.report.plots.backlog_plot import plot_backlog
from equitymodel.report.provenance import PROVENANCE, record_of
from equitymodel.report.published_files import write_tables
from equitymodel.report.results_folder import write_folder
from equitymodel.studies.missed_admissions import Backlog


def write_backlog(
    found: Backlog, out: Path | str, *, options: Mapping[str, Any] | None = None, overwrite: bool = False
) -> Path:
    """Write a folder of a backlog, all of it or none.

    Parameters
    ----------
    found
        From `backlog`: its tables, picture and words.
    out, options, overwrite
        As for `write_evaluation`; the options are for the record.

    Returns
    -------
    pathlib.Path
        The folder: ``backlog.csv, backlog_by_month.csv``, the same whole as Parquet, ``notes.csv`` with what is the
        same on all rows, ``backlog.png, backlog.txt``, ``provenance.json`` and ``manifest.json``.

    Raises
    ------
    OutputError
        When the folder holds something else.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> from equitymodel.studies.backlog import backlog
    >>> series, _ = simulate_series(Sizes(groups=2, periods=48, before=36), seed=1)
    >>> with TemporaryDirectory() as folder:
    ...     out = write_backlog(backlog(series, "2018-01", seed=1), Path(folder) / "results")
    ...     names = sorted(file.name for file in out.glob("*.csv"))
    >>> names
    ['backlog.csv', 'backlog_by_month.csv', 'notes.csv']
    """
    return write_folder(out, partial(_write_files, found, options or {}), overwrite=overwrite)


def _write_files(found: Backlog, options: Mapping[str, Any], folder: Path) -> None:
    write_tables(folder, {"backlog": found.table, "backlog_by_month": found.by_month})
    plot_backlog(found).savefig(folder / "backlog.png")
    (folder / "backlog.txt").write_text(f"{found}\n", encoding="utf-8")
    own = {"since": found.since, "by": found.by, "diagnosis": found.fit.diagnosis.to_dict(),
           "model": {"name": found.fit.model.name, "sha256": found.fit.model.sha256}}  # fmt: skip
    record = record_of(SeriesFacts.of(found.fit.series), own, options=options, seed=found.fit.seed)
    write_json(folder / PROVENANCE, record)
