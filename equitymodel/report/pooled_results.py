"""From pooled estimates to a folder: the table, the picture, the words, and where it all comes from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.kept_as_text import TableSource
from equitymodel.inference.pooled_estimates import PooledEstimates
from equitymodel.report.plain_files import write_csv, write_json
from equitymodel.report.plots.pooled_plot import plot_pooled
from equitymodel.report.provenance import PROVENANCE, record_of
from equitymodel.report.results_folder import write_folder


@refuses_other_types
def write_pooled(
    pooled: PooledEstimates, out: Path | str, *, overwrite: bool = False, options: Mapping[str, Any] | None = None
) -> Path:
    """Write pooled estimates to a folder, all of it or none.

    Parameters
    ----------
    pooled
        From `pool_estimates`.
    out
        The folder, made if it is not there.
    overwrite
        Whether earlier results of this package are replaced.
    options
        What it was run with, for the record.

    Returns
    -------
    pathlib.Path
        The folder: ``pooled.csv`` (an area a row), ``pooled_overall.csv`` (mean, spread, another area), ``pooled.png``,
        ``pooled.txt``, ``provenance.json`` and ``manifest.json``.

    Raises
    ------
    OutputError
        When there are other files in it.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> import pandas as pd
    >>> from equitymodel.inference.pool_estimates import pool_estimates
    >>> rows = {"area": ["A", "B", "C"], "estimate": [1.2, 1.3, 1.6], "se": [0.09, 0.09, 0.15]}
    >>> folder = write_pooled(pool_estimates(pd.DataFrame(rows), seed=1), Path(mkdtemp()) / "pooled")
    >>> sorted(path.name for path in folder.glob("*.csv"))
    ['pooled.csv', 'pooled_overall.csv']
    """
    return write_folder(Path(out), partial(_write_files, pooled, options or {}), overwrite=overwrite)


def _write_files(pooled: PooledEstimates, options: Mapping[str, Any], folder: Path) -> None:
    write_csv(folder / "pooled.csv", pooled.table.reset_index())
    write_csv(folder / "pooled_overall.csv", pooled.overall.reset_index())
    plot_pooled(pooled).savefig(folder / "pooled.png")
    (folder / "pooled.txt").write_text(f"{pooled}\n", encoding="utf-8")
    published = pooled.published
    facts = CellFacts(findings=published.findings,
                      sources=(TableSource("estimates", published.source, published.sha256),))  # fmt: skip
    own = {"scale": published.scale, "spread_prior": {"family": "half_normal", "sd": pooled.spread_prior},
           "limits": pooled.warnings()}  # fmt: skip
    write_json(folder / PROVENANCE, record_of(facts, own, options=options, seed=pooled.seed))
