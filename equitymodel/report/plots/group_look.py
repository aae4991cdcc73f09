"""How groups are drawn: deprivation along a line, groups without an order apart from one another."""

from __future__ import annotations

from dataclasses import dataclass

from equitymodel.data.tables.groups import Group
from equitymodel.vocabulary import DEPRIVATION, PROCEDURE


@dataclass(frozen=True)
class GroupLook:
    """How groups are drawn.

    Attributes
    ----------
    axis
        What the axis of the groups is called.
    line
        How a value expected of each group is drawn: joined by a line, or by a dash for each.
    rotation
        By how many degrees labels are turned.
    sorted_by
        The column by which rows of gaps are sorted.
    one_tipping_picture
        Whether the tipping points of all procedures fit into one picture.
    """

    axis: str
    line: str
    rotation: int
    sorted_by: str
    one_tipping_picture: bool


ALONG_A_LINE = GroupLook("deprivation group, 1 = most deprived", "--", 0, "estimate", True)


def look_of(group: Group) -> GroupLook:
    """Choose how groups are drawn.

    Examples
    --------
    >>> look_of(Group()).line, look_of(Group("ethnicity", "White British")).line
    ('--', '_')
    """
    return ALONG_A_LINE if group.ordered else GroupLook(group.words, "_", 60, PROCEDURE, False)


def look_of_column(column: str) -> GroupLook:
    """Choose how groups are drawn by the column of a published table that names them.

    Examples
    --------
    >>> look_of_column("deprivation").axis, look_of_column("ethnicity").rotation
    ('deprivation group, 1 = most deprived', 60)
    """
    return ALONG_A_LINE if column == DEPRIVATION else GroupLook(column, "_", 60, PROCEDURE, False)
