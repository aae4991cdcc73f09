"""A tidy table as a cube of texts, which a script looks up by labels: each label is written once, each text once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from equitymodel.errors import OptionError
from equitymodel.report.document.blocks import DataTable


@dataclass(frozen=True)
class Cube:
    """A tidy table laid out over its labels.

    Attributes
    ----------
    dims
        The labels of each dimension, in the order in which they are met.
    values
        What is printed in each cell, column by column: in the order of the labels, the last dimension fastest, with
        line ends between; nothing where the table has no row.
    often
        Texts that stand in several cells: a cell has their number, after a tab.
    """

    dims: dict[str, list[str]]
    values: dict[str, str]
    often: tuple[str, ...] = ()

    @property
    def written(self) -> dict[str, object]:
        """As it goes into a page."""
        return {"dims": self.dims, "values": self.values, "often": self.often}


BETWEEN, AGAIN = "\n", "\t"
"""What stands between texts, and before the number of one of `Cube.often`; no text that is printed holds either."""
OFTEN = 3


def cube_of(table: DataTable, labels: Sequence[str]) -> Cube:
    r"""Lay a table out over those of its columns that are labels.

    Parameters
    ----------
    table
        As it is released: nothing but what its columns print is taken.
    labels
        Headings that tell rows apart; those that the table does not have are left out.

    Raises
    ------
    OptionError
        When two rows have the same labels.

    Examples
    --------
    >>> from equitymodel.report.document.columns import Column
    >>> rows = pd.DataFrame({"ics": ["a", "b"], "of": ["hip", "knee"], "text": ["fewer", "more"]})
    >>> table = DataTable("said", "Said", tuple(Column(name, (name,)) for name in rows), rows)
    >>> cube_of(table, ["ics", "of"]).values
    {'text': 'fewer\n\n\nmore'}
    """
    printed = pd.DataFrame(table.texts, columns=[column.heading for column in table.columns])
    own = [name for name in labels if name in printed]
    if printed.duplicated(own).any():
        raise OptionError(f"table '{table.name}' has two rows of one {', '.join(own)}; tell them apart by a column")
    dims = {name: list(dict.fromkeys(printed[name])) for name in own}
    every = pd.MultiIndex.from_product([*dims.values()], names=own).to_frame(index=False)
    whole = every.merge(printed, on=own, how="left").fillna("").drop(columns=own)
    texts = {str(name): [" ".join(text.split()) for text in whole[name]] for name in whole}
    counts = Counter(text for column in texts.values() for text in column)
    often = tuple(text for text, count in counts.most_common() if count >= OFTEN and len(text) > OFTEN)
    short = {text: f"{AGAIN}{place}" for place, text in enumerate(often)}
    values = {name: BETWEEN.join(short.get(text, text) for text in column) for name, column in texts.items()}
    return Cube(dims, values, often)
