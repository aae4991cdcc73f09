"""Effects as values: what varies, over what, with which shape and prior."""

from __future__ import annotations

from dataclasses import dataclass

from equitymodel.errors import SpecError
from equitymodel.spec.kinds.effect_kind import EffectKind
from equitymodel.spec.kinds.registry import KINDS
from equitymodel.spec.over_years import CONSTANT, OVER_YEARS, OverYears, refuse_over_years
from equitymodel.spec.prior import SPREADS, Prior
from equitymodel.spec.share import ShareThatLasts
from equitymodel.vocabulary import DEPRIVATION, GROUP, ICS, PERIOD, PROCEDURE, nearest

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
    over_years
        How it changes from year to year: ``constant``, ``walk``, ``trend`` or ``fading``.
    correlation
        For ``fading``: of the values of one year with those of the next.
    share_that_lasts
        The prior of the share of its variance that lasts; the rest is new every year. None if all of it lasts.
    part_of_extra_variation
        Whether it is the lasting part of the variation of a cell beyond Poisson noise, whose total `spread` then is.
    covariate
        For the kind ``covariate``: the name of the covariate in its table.
    neutralise
        For a covariate: whether expected admissions are those at its mean, so that what follows it stays in ratios
        and gaps (supply); if not, it counts as need does, and ratios are what is left beside it.
    share_of_neighbours
        For an effect over areas: the prior of the share of its variance that neighbours have in common (the mixing
        parameter of BYM2). None if areas are exchangeable.
    share_of_procedures
        For an effect over ICSs and procedures: the prior of the share of its variance that the procedures of an ICS
        have in common, which is the correlation of any two of them. None if procedures are independent.
    heavy_tails
        Whether values follow a Student t distribution with two degrees of freedom, so that one value unlike the
        rest is not drawn to them.

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
    over_years: str = CONSTANT
    correlation: float | None = None
    share_that_lasts: ShareThatLasts | None = None
    part_of_extra_variation: bool = False
    heavy_tails: bool = False
    covariate: str | None = None
    neutralise: bool = True
    share_of_neighbours: ShareThatLasts | None = None
    share_of_procedures: ShareThatLasts | None = None

    def __post_init__(self) -> None:
        """Refuse effects that have no meaning."""
        for refuse in (
            _refuse_words,
            _refuse_beliefs,
            _refuse_groupings,
            _refuse_years,
            _refuse_tails,
            _refuse_covariate,
            _refuse_neighbours,
            _refuse_procedures,
        ):
            if reason := refuse(self):
                raise SpecError(f"effect '{self.name}': {reason}")

    @property
    def pooled(self) -> bool:
        """Whether the values are partially pooled: their standard deviation is learned."""
        return self.spread is not None

    @property
    def form(self) -> EffectKind:
        """Its kind, from the registry: its functional form over the groups."""
        return KINDS[self.kind].of(self.covariate)

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
        """The name of its standard deviation among the draws: that of the whole, where only a share lasts."""
        return f"{self.name}_sd"

    @property
    def share_variable(self) -> str:
        """The name of the share of its variance that lasts among the draws."""
        return f"{self.name}_share"

    @property
    def share(self) -> ShareThatLasts | None:
        """The share that divides its variance in two: what lasts, or what neighbours or procedures have in common."""
        return self.share_that_lasts or self.share_of_neighbours or self.share_of_procedures

    @property
    def change(self) -> OverYears:
        """How it changes from year to year."""
        return OVER_YEARS[self.over_years]

    @property
    def key(self) -> tuple[str, str]:
        """What it is about: its kind and covariate, and whether it is what lasts or a change between years."""
        return " of ".join(
            filter(None, (self.kind, self.covariate))
        ), self.over_years if self.change.between_years else "lasts"


def _refuse_words(effect: Effect) -> str | None:
    if not effect.name.isidentifier() or effect.name in {ICS, DEPRIVATION, GROUP, PROCEDURE, PERIOD}:
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
    if effect.spread is not None and effect.spread.family not in SPREADS:
        return f"a spread is a standard deviation; use a prior of the families {', '.join(SPREADS)}"
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


def _refuse_years(effect: Effect) -> str | None:
    if reason := refuse_over_years(effect.over_years, effect.correlation):
        return reason
    if effect.part_of_extra_variation and (effect.share_that_lasts is None or set(effect.over) != set(GROUPINGS)):
        return f"what lasts of extra_variation has a share_that_lasts, and varies over {list(GROUPINGS)}"
    if effect.share_that_lasts is None:
        return None
    if not effect.pooled:
        return "a share that lasts is that of a variance, so the effect needs a spread"
    if effect.over_years not in {CONSTANT, "fading"} or (effect.spread_over and not effect.part_of_extra_variation):
        return "a share that lasts goes with over_years = constant or fading, and with one standard deviation"
    return None


def _refuse_tails(effect: Effect) -> str | None:
    if not effect.heavy_tails:
        return None
    if not effect.pooled or effect.sum_to_zero or effect.shaped or effect.share_that_lasts or effect.spread_over:
        return "heavy tails are for pooled effects of one value, with one standard deviation and no sum or share"
    if not effect.change.constant or set(effect.over) != set(GROUPINGS):
        return f"heavy tails are for constant effects that vary over {list(GROUPINGS)}"
    return None


def _refuse_covariate(effect: Effect) -> str | None:
    if (effect.form.named is not None) != (effect.covariate is not None):
        return "a covariate goes with the kind covariate, and that kind names one: covariate = 'theatre sessions'"
    if effect.covariate is None:
        return None if effect.neutralise else "neutralise is for effects of the kind covariate"
    if ICS in effect.over:
        return "a coefficient for each ICS is a level of it under another name; let it vary over procedures or nothing"
    if not effect.change.constant or effect.share_that_lasts is not None:
        return "the coefficient of a covariate is the same in every year"
    return None


def _refuse_neighbours(effect: Effect) -> str | None:
    if effect.share_of_neighbours is None:
        return None
    if not effect.pooled or effect.over != (ICS,) or effect.shaped or effect.sum_to_zero:
        return f"a share of neighbours is for a pooled effect of one value that varies over ['{ICS}'], without a sum"
    if effect.share_that_lasts is not None or effect.heavy_tails or not effect.change.constant:
        return "a share of neighbours goes with normal effects that are the same in every year"
    return None


def _refuse_procedures(effect: Effect) -> str | None:
    if effect.share_of_procedures is None:
        return None
    if not effect.pooled or set(effect.over) != set(GROUPINGS) or effect.shaped or effect.form.by_cell:
        return f"a share of procedures is for a pooled effect of the kind level or gradient, over {list(GROUPINGS)}"
    if effect.spread_over or effect.sum_to_zero == PROCEDURE:
        return "a share of procedures goes with one standard deviation, and with a sum of zero over ICSs or none"
    if effect.share_that_lasts or effect.share_of_neighbours or effect.heavy_tails or not effect.change.constant:
        return "a share of procedures goes with normal effects that are the same in every year and have no other share"
    return None
