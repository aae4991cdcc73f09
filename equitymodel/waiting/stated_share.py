"""What published data cannot say of a list, stated by the user with its source: a prior, or a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit, logit

from equitymodel.errors import OptionError

SDS_IN_INTERVAL = 2 * 1.959964


@dataclass(frozen=True)
class StatedShare:
    """A share that was stated: of those who wait who leave untreated in a week, or of slots that are lost.

    Attributes
    ----------
    estimate
        The share, above 0 and below 1.
    source
        Where it comes from, or that it is an assumption.
    lower, upper
        Its 95 % interval; without one it is a scenario, taken as it stands.
    by_group
        By label, the odds over those stated; 1 where nothing is said.

    Examples
    --------
    >>> StatedShare(0.008, "an assumption", 0.004, 0.016).kind, StatedShare(0.05, "local audit").kind
    ('prior', 'scenario')
    """

    estimate: float
    source: str
    lower: float | None = None
    upper: float | None = None
    by_group: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what has no meaning."""
        ends = [self.estimate if end is None else end for end in (self.lower, self.upper)]
        if not 0 < ends[0] <= self.estimate <= ends[1] < 1 or (self.lower is None) != (self.upper is None):
            raise OptionError(f"a stated share lies above 0 and below 1, within its interval if it has one, not "
                              f"{self.estimate!r} ({self.lower!r} to {self.upper!r}); 0.008 is 0.8 %")  # fmt: skip
        if not self.source.strip():
            raise OptionError("a stated share needs its source; write 'an assumption' where it has none")
        for label, odds in self.by_group.items():
            if not (np.isfinite(odds) and odds > 0):
                raise OptionError(f"the odds of group {label} are a number above 0, not {odds!r}")

    @property
    def kind(self) -> str:
        """Whether it is a prior, with an interval, or a scenario."""
        return "scenario" if self.lower is None else "prior"

    @property
    def words(self) -> str:
        """The share as it is printed, with what it is and its source."""
        interval = "" if self.lower is None else f" (95 % interval {self.lower:.2%} to {self.upper:.2%})"
        groups = "; ".join(f"odds times {odds:g} in group {label}" for label, odds in self.by_group.items())
        return f"{self.estimate:.2%}{interval}{'; ' if groups else ''}{groups}. Stated as a {self.kind}: {self.source}"

    def draws(self, groups: list[str], count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw it for each group, normal on the scale of log odds, with one error for all groups.

        Parameters
        ----------
        groups
            Labels.
        count, rng
            How many draws, and of which random numbers.

        Returns
        -------
        numpy.ndarray
            Draws by groups.

        Raises
        ------
        OptionError
            When odds are stated of a group that is not there.
        """
        if unknown := [label for label in self.by_group if label not in groups]:
            raise OptionError(f"odds are stated of group {unknown[0]}, and the list has {', '.join(groups)}")
        middle = logit(self.estimate) + np.log([self.by_group.get(label, 1.0) for label in groups])
        spread = 0.0 if self.lower is None else (logit(self.upper) - logit(self.lower)) / SDS_IN_INTERVAL
        drawn: np.ndarray = expit(middle + spread * rng.standard_normal((count, 1)))
        return drawn
