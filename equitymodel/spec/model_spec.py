"""A model specification: the question, the outcome, the effects, and how it introduces itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from equitymodel.errors import SpecError
from equitymodel.spec.effect import Effect
from equitymodel.spec.fingerprint import Fingerprinted
from equitymodel.spec.prior import SPREADS, Prior
from equitymodel.spec.share import ShareThatLasts
from equitymodel.vocabulary import ICS, PERIOD, PROCEDURE, group_dim, nearest

BINOMIAL = "binomial"
LIKELIHOODS = {
    "negative_binomial": "counts whose variance is mean + mean^2 x extra_variation^2",
    "poisson": "counts whose variance is their mean",
    BINOMIAL: "those who pass, out of the count at the stage before",
}
FORMAT = 1
EXTRA_VARIATION = "extra_variation"
CHANGED = ", changed"
"""What the name of a model ends with that is not as it ships."""


@dataclass(frozen=True)
class ModelSpec(Fingerprinted):
    """What is assumed, as a value that prints itself.

    Attributes
    ----------
    name, question
        What the model is called and which question it answers.
    likelihood
        ``negative_binomial`` or ``poisson``; of passages from stage to stage ``binomial``.
    effects
        The terms of the linear predictor.
    overdispersion
        Prior of the coefficient of variation beyond Poisson noise; ``extra_variation`` in the file and among draws.
    overdispersion_over
        What that coefficient varies over: ``procedure`` (one each, as is usual) or nothing (one for all).
    text
        The file it was read from, kept for the record.

    Examples
    --------
    >>> from equitymodel.spec.library import load_model
    >>> load_model("gap_by_procedure").likelihood
    'negative_binomial'
    """

    name: str
    question: str
    likelihood: str
    effects: tuple[Effect, ...]
    overdispersion: Prior | None = None
    overdispersion_over: tuple[str, ...] = (PROCEDURE,)
    text: str = ""

    def __post_init__(self) -> None:
        """Refuse specifications that have no meaning."""
        if self.likelihood not in LIKELIHOODS:
            raise SpecError(f"unknown likelihood '{self.likelihood}'. {nearest(self.likelihood, LIKELIHOODS)}")
        if (self.likelihood == "negative_binomial") != (self.overdispersion is not None):
            raise SpecError("extra_variation goes with the negative_binomial likelihood, and only with it")
        if self.overdispersion is not None and self.overdispersion.family not in SPREADS:
            raise SpecError(
                f"extra_variation is a coefficient of variation; use a prior of the families {', '.join(SPREADS)}"
            )
        if self.overdispersion_over not in {(), (PROCEDURE,)}:
            raise SpecError(f"extra_variation_over is [] or ['{PROCEDURE}'], not {list(self.overdispersion_over)}")
        for effect in self.effects:
            if effect.part_of_extra_variation and set(effect.spread_over) != set(self.overdispersion_over):
                raise SpecError(f"effect '{effect.name}': what lasts of extra_variation varies over what that does")
        names = [effect.name for effect in self.effects]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise SpecError(f"effect '{twice[0]}' is given twice")
        if not self.effects:
            raise SpecError("a model needs at least one effect")
        self._refuse_both_ways()
        self._refuse_twice_in_common()

    def _refuse_both_ways(self) -> None:
        """Refuse a covariate that one effect holds and another counts as need: tables can say only one of them."""
        ways = {(effect.covariate, effect.neutralise) for effect in self.effects if effect.covariate is not None}
        if both := sorted(str(name) for name, held in ways if held and (name, False) in ways):
            raise SpecError(
                f"covariate '{both[0]}' is held at its mean in one effect and counts as need in another; give "
                "neutralise the same value in every effect of it"
            )

    def _refuse_twice_in_common(self) -> None:
        """Refuse a share of procedures beside an effect of ICSs that says the same: data cannot tell them apart."""
        common = {effect.key: effect.name for effect in self.effects if effect.over == (ICS,)}
        for effect in self.effects:
            if effect.share_of_procedures is not None and effect.key in common:
                raise SpecError(
                    f"what procedures have in common is in '{common[effect.key]}' and in the share of procedures of "
                    f"'{effect.name}'; leave one of them out"
                )

    def effect(self, name: str) -> Effect:
        """Find an effect by its name.

        Raises
        ------
        SpecError
            When there is none; names the nearest.
        """
        found = {effect.name: effect for effect in self.effects}
        if name not in found:
            raise SpecError(f"no effect '{name}'. {nearest(name, found)}")
        return found[name]

    def replace_prior(self, name: str, *, family: str | None = None, **numbers: float) -> ModelSpec:
        """Make a copy with another prior for one effect (of its standard deviation, if it is pooled).

        Parameters
        ----------
        name
            The effect, or ``extra_variation``.
        family
            Its family, from `Prior`; the one it has if not given.
        **numbers
            The new numbers, log scale; of the same family those that are not given stay as they are.

        Returns
        -------
        ModelSpec
            A new specification, whose name says that it is changed; the old one is unchanged.

        Raises
        ------
        SpecError
            When there is no such effect; when the prior has no meaning.

        Examples
        --------
        >>> from equitymodel.spec.library import load_model
        >>> spec = load_model("need_adjusted").replace_prior("ics_gradient", family="exponential", mean=0.1)
        >>> print(spec.name, "|", spec.effect("ics_gradient").spread)
        need_adjusted, changed | Exponential(mean 0.1)
        """
        if name == EXTRA_VARIATION and self.overdispersion is not None:
            wider = self.overdispersion.changed(name, family, numbers)
            effects = (
                replace(effect, spread=wider) if effect.part_of_extra_variation else effect for effect in self.effects
            )
            return self.changed(overdispersion=wider, effects=tuple(effects))
        old = self.effect(name)
        if old.part_of_extra_variation:
            raise SpecError(f"the spread of '{name}' is that of extra_variation; give extra_variation another prior")
        new = old.belief.changed(name, family, numbers)
        changed = replace(old, spread=new) if old.pooled else replace(old, prior=new)
        return self.changed(effects=tuple(changed if effect is old else effect for effect in self.effects))

    def add_effect(self, effect: Effect) -> ModelSpec:
        """Make a copy with one more effect.

        Parameters
        ----------
        effect
            The effect, with its prior.

        Returns
        -------
        ModelSpec
            A new specification, whose name says that it is changed.

        Raises
        ------
        SpecError
            When the model has an effect of that name.

        Examples
        --------
        >>> from equitymodel.spec.library import load_model
        >>> own = Effect("ics_gradient", ("ics",), "gradient", "gradient of an ICS beside that of all",
        ...              spread=Prior("pc", upper=0.3, chance=0.05), sum_to_zero="ics")
        >>> load_model("gap_by_procedure").add_effect(own).formula()[-30:]
        '+ ics_gradient[ics] x position'
        """
        return self.changed(effects=(*self.effects, effect))

    def drop_effect(self, name: str) -> ModelSpec:
        """Make a copy without one effect.

        Raises
        ------
        SpecError
            When there is no such effect; names the nearest.

        Examples
        --------
        >>> from equitymodel.spec.library import load_model
        >>> load_model().drop_effect("ics_deviation").name
        'need_adjusted, changed'
        """
        lost = self.effect(name)
        return self.changed(effects=tuple(effect for effect in self.effects if effect is not lost))

    def changed(self, **changes: Any) -> ModelSpec:
        """Make a copy with other assumptions, and a name that says so; itself where they are the same."""
        new = replace(self, **changes)
        if new == self:
            return self
        return replace(new, name=self.name.removesuffix(CHANGED) + CHANGED)

    def with_share(self, share: ShareThatLasts) -> ModelSpec:
        """Make a copy with another prior for every share that lasts, but that of gradients.

        Examples
        --------
        >>> from equitymodel.spec.library import load_model
        >>> load_model().with_share(ShareThatLasts(1.0, 1.0)).shares_in_words()
        'Beta(5, 1) for effects of the kind gradient, Beta(1, 1) for effects of the kinds deviation and contrast'
        """
        changed = (
            effect if effect.share_that_lasts is None or not effect.shaped else replace(effect, share_that_lasts=share)
            for effect in self.effects
        )
        return self.changed(effects=tuple(changed))

    def shares_in_words(self) -> str:
        """Say what is assumed of the share of variances that lasts; empty where the model has no such share.

        Examples
        --------
        >>> from equitymodel.spec.library import load_model
        >>> load_model().shares_in_words()
        'Beta(5, 1) for effects of the kind gradient, Beta(2, 1) for effects of the kinds deviation and contrast'
        """
        kinds: dict[str, list[str]] = {}
        for effect in self.effects:
            if effect.share_that_lasts and effect.kind not in kinds.setdefault(str(effect.share_that_lasts), []):
                kinds[str(effect.share_that_lasts)].append(effect.kind)
        said = (
            f"{share} for effects of the kind{'s' * (len(own) > 1)} {' and '.join(own)}" for share, own in kinds.items()
        )
        return next(iter(kinds)) if len(kinds) == 1 else ", ".join(said)

    def for_sizes(self, sizes: Mapping[str, int]) -> ModelSpec:
        """Keep only the effects that mean something at these sizes.

        With a single procedure, how procedures differ has no meaning, and what varies over
        ICS and procedure varies over ICS alone; likewise with a single ICS or two groups. With a single year,
        nothing changes between years.

        Parameters
        ----------
        sizes
            How many ICSs, procedures and groups there are, and years if there are several.

        Returns
        -------
        ModelSpec
            The same model without the effects that would repeat another or are always zero.

        Examples
        --------
        >>> from equitymodel.spec.library import load_model
        >>> spec = load_model("need_adjusted").for_sizes({"ics": 31, "procedure": 1, "deprivation": 5})
        >>> [effect.name for effect in spec.effects][-2:]
        ['procedure_departure', 'ics_by_procedure_deviation']
        """
        kept: list[Effect] = []
        taken: set[tuple[tuple[str, str], tuple[str, ...]]] = set()
        one_year = sizes.get(PERIOD, 1) == 1
        for effect in self.effects:
            varies = tuple(dim for dim in effect.over if sizes[dim] > 1)
            always_zero = effect.sum_to_zero is not None and sizes[effect.sum_to_zero] == 1
            no_shape = effect.form.count(sizes[group_dim(sizes)]) < 1 or (one_year and effect.change.between_years)
            if always_zero or no_shape or (effect.key, varies) in taken or self._repeats_extra(effect, varies, sizes):
                continue
            taken.add((effect.key, varies))
            kept.append(effect if len(varies) == len(effect.over) else replace(effect, share_of_procedures=None))
        return replace(self, effects=tuple(kept))

    def _repeats_extra(self, effect: Effect, varies: tuple[str, ...], sizes: Mapping[str, int]) -> bool:
        """Whether what lasts of extra variation is the same with these sizes, and has its noise of a year besides.

        Differences that several cells of both groupings share are not in it.
        """
        others = (other for other in self.effects if other.part_of_extra_variation and other is not effect)
        return (
            effect.shaped
            and not effect.form.crossed
            and any(
                other.key[1] == effect.key[1] and tuple(dim for dim in other.over if sizes[dim] > 1) == varies
                for other in others
            )
        )

    def formula(self) -> str:
        """Write the model as one line."""
        terms = [f"{effect.name}[{', '.join(effect.over)}]{effect.form.symbol}{effect.change.symbol}".replace("[]", "")
                 for effect in self.effects]  # fmt: skip
        if self.likelihood == BINOMIAL:
            return "logit(passage) = logit(passage of all ICSs) + " + " + ".join(terms)
        return "log(fitted) = log(expected_admissions) + " + " + ".join(terms)

    @property
    def counts_words(self) -> str:
        """How counts vary around what is fitted, as a line."""
        return (
            "count ~ binomial(count before, passage)"
            if self.likelihood == BINOMIAL
            else (f"admissions ~ {self.likelihood}(fitted)")
        )

    def __str__(self) -> str:
        """Introduce the model: question, formula, each prior with its meaning and what it implies."""
        lines = [f"{self.name}: {self.question}", "", self.counts_words, self.formula(), ""]
        for effect in self.effects:
            lines += _describe(effect)
        if self.overdispersion is not None:
            top = self.overdispersion.quantile(0.975)
            each = "[procedure]" if self.overdispersion_over else ""
            lines.append(f"extra_variation{each} ~ {self.overdispersion}: variation beyond Poisson noise; "
                         f"95 % below a coefficient of variation of {top:.2f}")  # fmt: skip
        return "\n".join(lines)


def refuse_passages(spec: ModelSpec) -> None:
    """Refuse a model of passages where one of admissions is needed.

    Raises
    ------
    SpecError
        When it is one of passages.
    """
    if spec.likelihood == BINOMIAL:
        raise SpecError(
            f"{spec.name} is a model of passages from stage to stage, not of admissions; it is fitted to stages of a "
            "pathway, by fit_stages (equitymodel stages)"
        )


def _describe(effect: Effect) -> list[str]:
    prior = effect.belief
    low, high = prior.implied_ratio()
    compared = effect.form.compared
    if effect.pooled:
        each = f", one for each {' and '.join(effect.spread_over)}" if effect.spread_over else ""
        family = "StudentT(2, 0, sd)" if effect.heavy_tails else "Normal(0, sd)"
        label = f"{effect.name} ~ {family}, sd ~ {prior}{each}"
        implied = (
            f"two sd from the average: {compared} x{low:.2f} at the median sd, x{high:.2f} at its 97.5th percentile"
        )
    else:
        label = f"{effect.name} ~ {prior}"
        implied = f"95 % range of the {compared}: {low:.2f} to {high:.2f}"
    zero = f"; sums to zero over {effect.sum_to_zero}" if effect.sum_to_zero else ""
    lines = [label, f"    {effect.meaning}{zero}", f"    {effect.form.statement}", f"    {implied}"]
    return [*lines, *(f"    {line}" for line in _describe_years(effect)), ""]


def _describe_years(effect: Effect) -> list[str]:
    """Say how an effect changes over years, how much of it lasts, and how heavy its tails are; what is not usual."""
    lines = []
    if not effect.change.constant:
        fades = f" (correlation {effect.correlation:g} from one year to the next)" if effect.correlation else ""
        lines.append(f"over years: {effect.change.statement}{fades}")
    if effect.share_that_lasts is not None:
        share = effect.share_that_lasts
        of = "extra_variation^2, which then is the total," if effect.part_of_extra_variation else "sd^2"
        lines.append(f"share of {of} that lasts ~ {share}: 95 % between {share.quantile(0.025):.2f} and "
                     f"{share.quantile(0.975):.2f}; the rest is new every year")  # fmt: skip
    if effect.share_of_neighbours is not None:
        share = effect.share_of_neighbours
        low, high = share.quantile(0.025), share.quantile(0.975)
        lines.append(f"share of sd^2 that neighbours have in common (BYM2) ~ {share}: 95 % between {low:.2f} and "
                     f"{high:.2f}; the rest is of each area alone")  # fmt: skip
    if effect.share_of_procedures is not None:
        share = effect.share_of_procedures
        low, high = share.quantile(0.025), share.quantile(0.975)
        lines.append(f"share of sd^2 that the procedures of an ICS have in common, the correlation of two of them ~ "
                     f"{share}: 95 % between {low:.2f} and {high:.2f}; the rest is of each alone")  # fmt: skip
    if effect.covariate is not None:
        what = "held at its mean in expected admissions: no need" if effect.neutralise else "counted as need is"
        lines.append(f"covariate '{effect.covariate}', {what}")
    if effect.heavy_tails:
        lines.append("heavy tails: one value unlike the rest is not drawn to them; sd is the scale")
    return lines
