"""Names above small panels: long ones on several lines."""

from __future__ import annotations

import textwrap

LETTERS = 24
"""On a line above a panel that is a quarter of a page wide."""


def panel_name(name: str, letters: int = LETTERS, lines: int = 2) -> str:
    r"""Break a name into lines, and cut what would be one too many.

    Examples
    --------
    >>> panel_name("coronary artery bypass graft, without a valve")
    'coronary artery bypass\ngraft, without a valve'
    """
    return "\n".join(textwrap.wrap(name, letters, break_long_words=False, max_lines=lines, placeholder="…"))


def cut_name(name: str, letters: int) -> str:
    """Cut a name that is longer than so many letters, whatever its words.

    Examples
    --------
    >>> cut_name("Urgency grows faster", 10), cut_name("Reminders", 10)
    ('Urgency...', 'Reminders')
    """
    return name if len(name) <= letters else f"{name[: letters - 3]}..."
