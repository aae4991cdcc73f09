"""Priors that are used although they alone allow absurd admissions: on purpose, with a reason that stays."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from equitymodel.errors import OptionError

LEAST_LETTERS = 3
"""A reason has at least so many letters."""
SAY = (
    "say why these priors are right although they allow absurd admissions, such as 'as in Smith 2020', or leave it out "
    "and make the priors narrower"
)


@dataclass(frozen=True)
class AcceptedPrior:
    """Why priors are used that the check before the data would have refused.

    Attributes
    ----------
    reason
        In the words of whoever fitted.
    needed
        Whether the check would have stopped the fit; where not, the reason is kept and nothing is stamped.
    found
        What the check found, with its limits.

    Examples
    --------
    >>> AcceptedPrior("a prior of Smith 2020", needed=True, found="").stamp
    'PRIORS ALLOW ABSURD ADMISSIONS and were accepted on purpose: a prior of Smith 2020.'
    """

    reason: str
    needed: bool
    found: str

    @property
    def stamp(self) -> str:
        """The warning that goes with everything published; empty where the check passed all the same."""
        if not self.needed:
            return ""
        return f"PRIORS ALLOW ABSURD ADMISSIONS and were accepted on purpose: {self.reason.rstrip('.')}."

    def to_text(self) -> str:
        """Write it as one line of JSON, as a saved fit keeps it."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_text(text: str) -> AcceptedPrior | None:
        """Read what `to_text` wrote; none from an empty text.

        Examples
        --------
        >>> AcceptedPrior.from_text(AcceptedPrior("known", needed=False, found="").to_text()).reason
        'known'
        """
        return AcceptedPrior(**json.loads(text)) if text else None


def says_something(reason: str) -> bool:
    """Whether a reason has words in it.

    Examples
    --------
    >>> says_something(" - "), says_something("as in Smith 2020")
    (False, True)
    """
    return sum(letter.isalpha() for letter in reason) >= LEAST_LETTERS


def stated_reason(reason: str) -> str:
    """Give a reason on one line.

    Raises
    ------
    OptionError
        When it says nothing.

    Examples
    --------
    >>> stated_reason(" as in Smith 2020 ")
    'as in Smith 2020'
    """
    if not says_something(reason):
        raise OptionError(f"accept_prior takes a reason in words, not '{reason}'; {SAY}")
    return " ".join(reason.split())
