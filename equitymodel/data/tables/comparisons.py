"""How groups are compared: deprivation from end to end, all others with a reference group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from equitymodel.vocabulary import DEPRIVATION, GROUP, GROUP_SIGN_CONVENTION, SIGN_CONVENTION

LEAST_DEPRIVED = "least_deprived"
Variant = Literal["ends", "to_reference"]
OwnReference = Literal["least_deprived_ics", "reference_group_ics"]


@dataclass(frozen=True)
class Comparison:
    """How groups are compared, for tables, checks and sentences to ask rather than to find out.

    Attributes
    ----------
    variant
        Which definition of the gap: the ends of deprivation, or every group to the reference group.
    reference, own_reference
        What is compared with, as tables have it: ``least_deprived``, or the label of the reference group; and
        the name of the rate of that group in the same ICS.
    called, last, aim
        What one group is called, what the one that others are compared with is, and the same where others
        are brought up to it.
    words, within_sentence
        Who is compared with whom; in a sentence with articles.
    row_labels, sign_convention
        Dimensions that name a row of the gap, beside ICS and procedure: none, or that of the groups. What a
        positive number means.
    """

    variant: Variant
    reference: str
    own_reference: OwnReference
    called: str
    row_labels: tuple[str, ...]
    words: str
    within_sentence: str
    last: str
    aim: str
    sign_convention: str


ALONG_DEPRIVATION = Comparison(
    variant="ends",
    reference=LEAST_DEPRIVED,
    own_reference="least_deprived_ics",
    called=f"{DEPRIVATION} group",
    words="most against least deprived",
    within_sentence="the most against the least deprived",
    last="the least deprived",
    aim="the least deprived",
    row_labels=(),
    sign_convention=SIGN_CONVENTION,
)
"""The most with the least deprived group."""


def with_reference(called: str, reference: str) -> Comparison:
    """Compare every group with one of them.

    Examples
    --------
    >>> with_reference("ethnicity", "White British").words
    'a group against White British'
    """
    against = f"a group against {reference}"
    return Comparison(
        variant="to_reference",
        reference=reference,
        own_reference="reference_group_ics",
        called=called,
        words=against,
        within_sentence=against,
        last=reference,
        aim=f"the reference group ({reference})",
        row_labels=(GROUP,),
        sign_convention=GROUP_SIGN_CONVENTION,
    )
