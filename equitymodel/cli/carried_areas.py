"""Tables put on other areas as --areas asks: by the succession of boards that ships, or a crosswalk of the user's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from equitymodel.cli.choices import Choices
from equitymodel.cli.known_names import TO_2026
from equitymodel.errors import OptionError

if TYPE_CHECKING:
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


def _crosswalk(choices: Choices) -> Crosswalk | None:
    asked = choices["areas"]
    if isinstance(asked, Path):
        from equitymodel.data.areas.crosswalk import read_crosswalk

        return read_crosswalk(asked)
    if asked != TO_2026:
        return None
    from equitymodel.data.areas.board_succession import board_succession

    if not choices["deprivation_index"]:
        raise OptionError("--areas to_icb2026 goes by fifths of deprivation: name the index, as in --deprivation-index "
                          "'IMD 2019'")  # fmt: skip
    return board_succession(choices["deprivation_index"])
