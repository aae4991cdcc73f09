"""How an item of a reporting checklist stands: answered by the program, asked of you, or not applicable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

AUTO, NEEDS_USER, NOT_APPLICABLE = "AUTO", "NEEDS USER", "NOT APPLICABLE"


class Filled(NamedTuple):
    """What is said on one item: its status, and the answer, the question to you, or the reason."""

    status: str
    answer: str


type Fill[Result] = Callable[[Result], Filled]
"""What fills an item in from a result."""


def asks(question: str) -> Callable[[Any], Filled]:
    """Leave an item to the user, whatever the result.

    Examples
    --------
    >>> asks("Who paid?")(None)
    Filled(status='NEEDS USER', answer='Who paid?')
    """
    return lambda _: Filled(NEEDS_USER, question)


def says(answer: str) -> Callable[[Any], Filled]:
    """Answer an item alike for every result.

    Examples
    --------
    >>> says("by hash")(None).status
    'AUTO'
    """
    return lambda _: Filled(AUTO, answer)


def fill_in[Result](items: Mapping[str, Mapping[str, Fill[Result]]], result: Result) -> Iterator[dict[str, str]]:
    """Give a row an item: its section, its name, its status and what is said.

    Examples
    --------
    >>> next(fill_in({"Data": {"Funding": asks("Who paid?")}}, None))
    {'section': 'Data', 'item': 'Funding', 'status': 'NEEDS USER', 'answer': 'Who paid?'}
    """
    for section, within in items.items():
        for item, fill in within.items():
            yield {"section": section, "item": item, **fill(result)._asdict()}


def checklist_summary(table: pd.DataFrame) -> str:
    """Say how much of a checklist is filled in; complete only when nothing needs you.

    Examples
    --------
    >>> checklist_summary(pd.DataFrame({"status": ["AUTO", "NEEDS USER"]}))
    'Not complete: 1 of 2 items need you.'
    """
    asked = int((table["status"] == NEEDS_USER).sum())
    return f"Not complete: {asked} of {len(table)} items need you." if asked else "Complete."
