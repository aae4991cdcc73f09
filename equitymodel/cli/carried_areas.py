"""Tables put on other areas as --areas asks: by the succession of boards that ships, or a crosswalk of the user's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from equitymodel.cli.choices import Choices
from equitymodel.cli.known_names import TO_2026
from equitymodel.errors import OptionError

if TYPE_CHECKING:
    import xarray as xr

    from equitymodel.data.areas.crosswalk import Crosswalk
    from equitymodel.data.tables.footprints import AreaCheck
    from equitymodel.data.tables.sent_table import SentTable


def on_asked_areas(choices: Choices, sent: SentTable) -> SentTable:
    """Give a table on the areas that were asked for; as it is where it is only checked.

    Raises
    ------
    EquityDataError
        When an area is not in the crosswalk, or its counts cannot be carried over.
    """
    if (walk := _crosswalk(choices)) is None:
        return sent
    from equitymodel.data.areas.carry_table import carry_table
    from equitymodel.data.tables.sent_table import SentTable

    return SentTable(carry_table(sent, walk))


def area_check(choices: Choices) -> AreaCheck:
    """Say which codes of areas are expected: of a crosswalk, those of boards where it leads to them.

    Examples
    --------
    >>> area_check(Choices("check", {"areas": "to_icb2026"}))
    'icb2026'
    """
    asked = choices["areas"]
    if asked == TO_2026:
        return "icb2026"
    if (walk := _crosswalk(choices)) is None:
        check: AreaCheck = asked
        return check
    from equitymodel.data.tables.footprints import codes_of

    return "icb" if set(walk.table["to"]) <= codes_of("icb") else "any"


def carry_to(choices: Choices, cells: xr.Dataset) -> Crosswalk | None:
    """Give the crosswalk to the areas that results are to be of, if they are to be of others than were counted.

    Raises
    ------
    EquityDataError
        When an area is not in the crosswalk.
    OptionError
        When no fit to these cells can be carried over, or shares are not known by their index of deprivation.
    """
    if choices["carry_to"] is None:
        return None
    from equitymodel.data.cells.cell_facts import CellFacts
    from equitymodel.studies.carried_fit import check_carried

    walk = _read(choices["carry_to"], CellFacts.of(cells).deprivation_index, "--carry-to icb2026")
    check_carried(cells, walk)
    return walk


def refuse_carried(folder: Path | str, command: str) -> None:
    """Refuse results that were carried over to other areas, where a command works with the draws of those counted.

    Raises
    ------
    OptionError
        When they were.
    """
    record = Path(folder) / "provenance.json"
    if record.is_file() and "carried_over" in json.loads(record.read_text("utf-8")):
        raise OptionError(f"the results in {Path(folder).name} were carried over to other areas than were counted, and "
                          f"{command} works with those counted: make them again without --carry-to")  # fmt: skip


def _crosswalk(choices: Choices) -> Crosswalk | None:
    asked = choices["areas"]
    if not isinstance(asked, Path) and asked != TO_2026:
        return None
    return _read(asked, choices["deprivation_index"], f"--areas {TO_2026}")


def _read(asked: str | Path, index: str | None, flag: str) -> Crosswalk:
    """Read a crosswalk of the user's, or take the succession of boards that ships."""
    if isinstance(asked, Path):
        from equitymodel.data.areas.crosswalk import read_crosswalk

        return read_crosswalk(asked)
    from equitymodel.data.areas.board_succession import board_succession
    from equitymodel.data.tables.deprivation_index import NOT_NAMED

    if not index or index == NOT_NAMED:
        raise OptionError(f"{flag} goes by fifths of deprivation: name the index, as in --deprivation-index 'IMD 2019'")
    return board_succession(index)
