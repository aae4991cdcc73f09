"""Effects as values: what varies, over what, with which shape and prior."""

from __future__ import annotations

from dataclasses import dataclass

from equitymodel.errors import SpecError
from equitymodel.spec.kinds.effect_kind import EffectKind
from equitymodel.spec.kinds.registry import KINDS
from equitymodel.spec.prior import Prior
from equitymodel.vocabulary import DEPRIVATION, GROUP, ICS, PROCEDURE, nearest

GROUPINGS = (ICS, PROCEDURE)
"""What effects may vary over, in the order in which cells have them."""


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
        The name of one of the kinds in `equitymodel.spec.kinds`, such as ``level`` or ``gradient``.
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
        for refuse in (_refuse_words, _refuse_beliefs, _refuse_groupings):
            if reason := refuse(self):
                raise SpecError(f"effect '{self.name}': {reason}")

    @property
    def pooled(self) -> bool:
        """Whether the values are partially pooled: their standard deviation is learned."""
        return self.spread is not None

    @property
    def form(self) -> EffectKind:
        """Its kind, from the registry: its functional form over the groups."""
        return KINDS[self.kind]

    @property
    def shaped(self) -> bool:
        """Whether its values are weights of several shapes over the groups."""
        return self.form.shaped

    @property
    def dims(self) -> tuple[str, ...]:
        """What it varies over, in the order in which cells have it."""
        return tuple(dim for dim in GROUPINGS if dim in self.over)

    @property
    def belief(self) -> Prior:
        """The prior of its values or, if it is pooled, of their standard deviation."""
        belief = self.spread or self.prior
        assert belief is not None  # construction guarantees one of the two
        return belief

    @property
    def variable(self) -> str:
        """The name of its values among the draws."""
        return f"{self.name}_effect"

    @property
    def spread_variable(self) -> str:
        """The name of its standard deviation among the draws."""
        return f"{self.name}_sd"


def _refuse_words(effect: Effect) -> str | None:
    if not effect.name.isidentifier() or effect.name in {ICS, DEPRIVATION, GROUP, PROCEDURE}:
        return "a name is one word, and not that of a dimension"
    if effect.kind not in KINDS:
        in_files = [name for name, kind in KINDS.items() if not kind.added_by]
        return f"unknown kind '{effect.kind}'. {nearest(effect.kind, in_files)}"
    for word in (*effect.over, *effect.spread_over):
        if word not in GROUPINGS:
            return f"cannot vary over '{word}'. {nearest(word, GROUPINGS)}"
    return None


def _refuse_beliefs(effect: Effect) -> str | None:
    if (effect.prior is None) == (effect.spread is None):
        return "give either a prior (not pooled) or a spread (pooled), not both"
    if effect.prior is not None and effect.prior.family != "normal":
        return "its values may be above or below 0; use a normal prior"
    if effect.spread is not None and effect.spread.family != "half_normal":
        return "a spread is a standard deviation; use a half_normal prior"
    if effect.spread is not None and not effect.over:
        return "a pooled effect needs something to vary over"
    return None


def _refuse_groupings(effect: Effect) -> str | None:
    if len(set(effect.over)) < len(effect.over):
        return "over names the same grouping twice"
    if effect.sum_to_zero is not None and effect.sum_to_zero not in effect.over:
        return f"sum_to_zero must be one of {list(effect.over)}"
    if effect.shaped:
        return effect.form.refuse(sums_to_zero=effect.sum_to_zero is not None, spreads=bool(effect.spread_over))
    rest = set(effect.over) - {effect.sum_to_zero}
    if effect.spread_over and (not effect.pooled or effect.sum_to_zero is None or set(effect.spread_over) != rest):
        return "spread_over is the rest of over, beside sum_to_zero, in a pooled effect"
    return None
