"""From effects of strategies to a folder: tables, a page, and where it all comes from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.decision.strategy_effects import StrategyEffects
from equitymodel.report.content.effects_document import effects_document
from equitymodel.report.content.published_effects import MADE_UP, PublishedEffects, published_effects
from equitymodel.report.document.formats import write_document
from equitymodel.report.document.released import release_documents
from equitymodel.report.plain_files import write_json
from equitymodel.report.provenance import PROVENANCE, record_of
from equitymodel.report.published_files import write_tables
from equitymodel.report.results_folder import write_folder

EMPTY = CellFacts()


@refuses_other_types
def write_effects(
    effects: StrategyEffects,
    out: Path | str,
    *,
    facts: CellFacts = EMPTY,
    ics_names: Mapping[str, str] | None = None,
    stamp: str = "",
    options: Mapping[str, Any] | None = None,
    overwrite: bool = False,
) -> Path:
    """Write the folder of effects of strategies, all of it or none.

    Parameters
    ----------
    effects, out
        What `strategy_effects` found, and the folder for it, which is made if it is not there.
    facts, ics_names, stamp
        What is known of the tables behind the pathway; names of ICSs by their codes; the warning that goes with a
        pathway whose fit failed its diagnosis.
    options, overwrite
        What it was run with, for the record; and whether earlier results are replaced.

    Returns
    -------
    pathlib.Path
        The folder: ``strategy_effects, strategy_inputs, left_out, strategy_register, strategy_evidence`` as CSV and
        Parquet, ``report.html``, ``provenance.json`` and ``manifest.json``.

    Raises
    ------
    OutputError
        When the folder holds something that is not such results, or results that may not be replaced.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from equitymodel.decision.strategy_effect import EffectOptions
    >>> from equitymodel.decision.strategy_effects import strategy_effects
    >>> from equitymodel.simulate.made_up_pathway import made_up_pathway
    >>> out = write_effects(strategy_effects(made_up_pathway(), EffectOptions(())), Path(mkdtemp()) / "results")
    >>> sorted(path.name for path in out.glob("strategy_*.csv"))
    ['strategy_effects.csv', 'strategy_evidence.csv', 'strategy_inputs.csv', 'strategy_register.csv']
    """
    own = {
        "period": effects.options.period or ", ".join(facts.periods[-1:]),
        "stamp": ". ".join(filter(None, (stamp, facts.synthetic, MADE_UP if effects.options.made_up else ""))),
        "ics_names": dict(ics_names or {}),
        "synthetic": facts.synthetic or None,
        "sign_convention": "rate ratios are of most against least deprived: below 1 = the most deprived have fewer",
    }
    record = record_of(facts, own, options=options or {}, seed=effects.options.seed)
    published = published_effects(effects, record)
    return write_folder(out, partial(_write_files, published), overwrite=overwrite)


def _write_files(published: PublishedEffects, folder: Path) -> None:
    write_tables(folder, published.tables)
    write_json(folder / PROVENANCE, published.provenance)
    (document,) = release_documents([effects_document(published)]).documents
    write_document(document, folder / "report.html")
