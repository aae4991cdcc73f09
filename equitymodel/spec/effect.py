"""Effects as values: what varies, over what, how, and how much it is believed to."""

from __future__ import annotations

from dataclasses import dataclass

from equitymodel.errors import SpecError
from equitymodel.spec.prior import Prior
from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE, nearest

KINDS = {
    "level": "a shift of the log ratio, the same for every deprivation group",
    "gradient": "a slope of the log ratio over deprivation, from -1/2 (most deprived) to +1/2 (least)",
    "departure": "a smooth shape over deprivation groups that a straight gradient cannot follow",
}
GROUPINGS = (ICS, PROCEDURE)


@dataclass(frozen=True)
class Effect:
    """One term of the linear predictor.

    Attributes
    ----------
    name
        Its name in the file; draws are called ``<name>_effect``.
    over
        What it varies over: none, ``ics``, ``procedure`` or both.
    kind
        ``level``, ``gradient`` or ``departure``.
    meaning
        What it stands for, in words.
    prior
        For an effect that is not pooled: the prior of each value.
    spread
        For a pooled effect: the prior of the standard deviation, called ``<name>_sd``.
    spread_over
        What the standard deviation itself varies over.
    sum_to_zero
        The grouping over which the values sum to zero, so that they are differences.

    Examples
    --------
    >>> Effect("gradient", (), "gradient", "national gradient", prior=Prior("normal", sd=0.5)).pooled
    False
    """

    name: str
    over: tuple[str, ...]
    kind: str
    meaning: str
    prior: Prior | None = None
    spread: Prior | None = None
    spread_over: tuple[str, ...] = ()
    sum_to_zero: str | None = None

    def __post_init__(self) -> None:
        """Refuse effects that have no meaning."""
        where = f"effect '{self.name}'"
        if not self.name.isidentifier() or self.name in {ICS, DEPRIVATION, PROCEDURE}:
            raise SpecError(f"{where}: a name is one word, and not that of a dimension")
        if self.kind not in KINDS:
            raise SpecError(f"{where}: unknown kind '{self.kind}'. {nearest(self.kind, KINDS)}")
        for word in (*self.over, *self.spread_over):
            if word not in GROUPINGS:
                raise SpecError(f"{where}: cannot vary over '{word}'. {nearest(word, GROUPINGS)}")
        if (self.prior is None) == (self.spread is None):
            raise SpecError(f"{where}: give either a prior (not pooled) or a spread (pooled), not both")
        if self.spread is not None and self.spread.family != "half_normal":
            raise SpecError(f"{where}: a spread is a standard deviation; use a half_normal prior")
        if self.spread is not None and not self.over:
            raise SpecError(f"{where}: a pooled effect needs something to vary over")
        if self.sum_to_zero is not None and self.sum_to_zero not in self.over:
            raise SpecError(f"{where}: sum_to_zero must be one of {list(self.over)}")
        if set(self.spread_over) - set(self.over) or self.sum_to_zero in self.spread_over:
            raise SpecError(f"{where}: spread_over must be part of over, without sum_to_zero")

    @property
    def pooled(self) -> bool:
        """Whether the values learn from one another."""
        return self.spread is not None

    @property
    def variable(self) -> str:
        """The name of its values among the draws."""
        return f"{self.name}_effect"

    @property
    def spread_variable(self) -> str:
        """The name of its standard deviation among the draws."""
        return f"{self.name}_sd"
