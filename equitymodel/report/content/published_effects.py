"""What was published of the effects of strategies, as a document needs it: of a result at hand, or from its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from equitymodel.data.tables.areas import find_area
from equitymodel.decision.effect_rows import AS_NOW
from equitymodel.decision.strategy_effects import StrategyEffects
from equitymodel.decision.strategy_record import MARKED, MARKS, Register
from equitymodel.report.content.opened_folder import opened_folder
from equitymodel.vocabulary import ALL_GROUPS, ALL_ICS, ALL_PROCEDURES, DEPRIVATION, ICS, PROCEDURE

EFFECTS, INPUTS, LEFT_OUT, REGISTER, EVIDENCE = (
    "strategy_effects", "strategy_inputs", "left_out", "strategy_register", "strategy_evidence",
)  # fmt: skip
TABLES = (EFFECTS, INPUTS, LEFT_OUT, REGISTER, EVIDENCE)
MADE_UP = "The numbers stated of strategies are made up, to show how it works: nothing follows from them"


@dataclass(frozen=True)
class PublishedEffects:
    """What was published of the effects of strategies, and of the register behind them.

    Attributes
    ----------
    tables, provenance
        Tables by the names of their files: effects, what was stated, what is left out, the register and its evidence;
        where they come from, with the law.
    stamp
        A warning that goes with everything, empty if there is none.
    """

    tables: Mapping[str, pd.DataFrame]
    provenance: Mapping[str, Any] = field(default_factory=dict)
    stamp: str = ""

    @property
    def law(self) -> list[str]:
        """What the law says, each with its date and that it is no advice."""
        return list(self.provenance.get("law", []))

    @property
    def groups(self) -> list[str]:
        """Labels of the groups, the most deprived first."""
        now = self.rows("admissions", procedure=None, deprivation=None)
        return [label for label in dict.fromkeys(now[DEPRIVATION].astype(str)) if label != ALL_GROUPS]

    @property
    def sets(self) -> dict[str, int]:
        """Strategies and sets of them that have an effect, with how many strategies each is."""
        found = self.tables[EFFECTS]
        own = found[found["strategy"] != AS_NOW].drop_duplicates("strategy")
        return {
            str(name): len(str(numbers).split(", "))
            for name, numbers in zip(own["strategy"], own["numbers"], strict=True)
        }

    @property
    def areas(self) -> dict[str, str]:
        """Every ICS by its code, with its name."""
        codes = [code for code in dict.fromkeys(self.tables[EFFECTS][ICS]) if code != ALL_ICS]
        names = self.provenance.get("ics_names", {})
        return {code: str(names.get(code, code)) for code in codes}

    def code_of(self, area: str) -> str:
        """Find an ICS by its code or name, or all together.

        Raises
        ------
        OptionError
            When there is no such ICS.
        """
        named = {**self.areas, ALL_ICS: ALL_ICS}
        return find_area(area, pd.DataFrame({ICS: list(named), "ics_name": list(named.values())}))

    def rows(
        self,
        quantity: str,
        code: str = ALL_ICS,
        *,
        procedure: str | None = ALL_PROCEDURES,
        deprivation: str | None = ALL_GROUPS,
    ) -> pd.DataFrame:
        """Give the rows of a quantity in an area; of every procedure or group where none is named."""
        found = self.tables[EFFECTS]
        found = found[(found["quantity"] == quantity) & (found[ICS] == code)]
        for column, label in ((PROCEDURE, procedure), (DEPRIVATION, deprivation)):
            found = found if label is None else found[found[column] == label]
        return found


def published_effects(effects: StrategyEffects, provenance: Mapping[str, Any]) -> PublishedEffects:
    """Gather what is published of effects at hand.

    Parameters
    ----------
    effects, provenance
        From `strategy_effects`, and the record of where it comes from.

    Returns
    -------
    PublishedEffects
        With the register and its evidence; made-up numbers are stamped on every table.
    """
    stamp = str(provenance.get("stamp") or (MADE_UP if effects.options.made_up else ""))
    tables = {EFFECTS: effects.table, INPUTS: effects.inputs, LEFT_OUT: effects.left_out.astype({"number": str}),
              REGISTER: _register(effects.register), EVIDENCE: _evidence(effects.register)}  # fmt: skip
    marked = {name: table.assign(stamp=stamp) if stamp and name in (EFFECTS, INPUTS) else table
              for name, table in tables.items()}  # fmt: skip
    law = [str(entry) for entry in effects.register.legal]
    return PublishedEffects(marked, {**provenance, "law": law}, stamp)


def open_effects(folder: Path | str) -> PublishedEffects:
    """Open what ``equitymodel strategies effects`` wrote into its folder.

    Parameters
    ----------
    folder
        With ``strategy_effects.csv`` and what stands beside it.

    Returns
    -------
    PublishedEffects
        Every table, the law and the stamp, as they were written.

    Raises
    ------
    OptionError
        When a file is not there, or was changed since it was written; it is named.

    Examples
    --------
    >>> open_effects("absent")
    Traceback (most recent call last):
    ...
    equitymodel.errors.OptionError: absent holds no effects of strategies: provenance.json, strategy_effects.csv is not
    there. Give the folder that equitymodel strategies effects wrote
    """
    what, writer = "effects of strategies", "equitymodel strategies effects"
    tables, kept = opened_folder(folder, TABLES, needed=(EFFECTS,), what=what, writer=writer)
    return PublishedEffects(tables, kept, kept.get("stamp") or "")


def _register(register: Register) -> pd.DataFrame:
    """Lay the register out, with what is published, inferred, local and unknown of each record."""
    marks = [{mark: ", ".join(MARKED[part] for part in one.parts(mark)) for mark in MARKS} for one in register]
    frame = register.frame().rename(columns={"local": "amended_locally", "evidence": "pieces_of_evidence"})
    return pd.concat([frame, pd.DataFrame(marks)], axis=1)


def _evidence(register: Register) -> pd.DataFrame:
    rows = [{"strategy": one.name, "number": one.number, "claim": piece.claim, "effect": piece.effect_words,
             "design": piece.design, "population": piece.population, "source": piece.source, "url": piece.url,
             "directness": piece.directness, "by_deprivation": piece.by_deprivation, "read": piece.read,
             "local": "yes" if piece.local else "no"}
            for one in register for piece in one.evidence]  # fmt: skip
    return pd.DataFrame(rows)
