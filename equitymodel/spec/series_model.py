"""A model of an interrupted series: its terms over time, its noise, and how it introduces itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from equitymodel.errors import SpecError
from equitymodel.spec.fingerprint import Fingerprinted
from equitymodel.spec.prior import Prior
from equitymodel.vocabulary import nearest

TERMS = {
    "start": ("normal", "log rate of each series, relative to its crude rate"),
    "trend": ("normal", "change a year, each series its own"),
    "bend": ("half_normal", "how far the growth of each series changes from one year to the next"),
    "common_bend": ("half_normal", "how far the growth of all series together changes from one year to the next"),
    "working_days": ("normal", "power of working days beyond 1: 0 where admissions are in proportion to them"),
    "reentry": ("normal", "change of level after a masked break, each series its own"),
    "recovery": ("normal", "what was left of the break at re-entry and goes, each series its own"),
    "common_reentry": ("normal", "change of level after a masked break, of all series together"),
    "common_recovery": ("normal", "what was left of the break at re-entry and goes, of all series together"),
    "bump": ("normal", "change in the months just before the start, each exposed series its own"),
    "season": ("normal", "waves of a year, alike within a procedure, apart for exposed cells and controls"),
    "covariate": ("normal", "change for each standard deviation of a covariate, the same for all series"),
    "level": ("normal", "change of level, on average over exposed cells"),
    "slope": ("normal", "change of the trend, each exposed series its own"),
    "kappa": ("normal", "change of the gap: of the least against the most deprived end"),
    "common_level": ("normal", "change of level of exposed and controls alike, at each start"),
    "common_slope": ("normal", "change of the trend of exposed and controls alike, at each start"),
    "common_kappa": ("normal", "change of the gap of exposed and controls alike, at each start"),
    "deprivation": ("half_normal", "how the change of a group departs from a line, with three groups or more"),
    "ics": ("half_normal", "how the change of an ICS departs from the average"),
    "ics_by_procedure": ("half_normal", "how the change of a procedure in an ICS departs from that of the ICS"),
}
"""What a model may have over time: the family of its prior (of a spread where values are pooled), and what it is."""
NOISES = {
    "own": "lasts, each series its own",
    "common": "lasts, the same for all series: weather, strikes, coding",
    "variation": "does not last: counts vary beyond Poisson noise (negative binomial)",
}
"""What kinds of noise a model may have."""
SHARED = ("common", "common_bend", "common_reentry", "common_recovery")
"""What a series has only beside others, whatever their interruption."""
NEEDED = ("start", "level", "own")
AUTOCORRELATED = ("own", "common")
"""Kinds that are autocorrelated, with an autocorrelation of their own."""


@dataclass(frozen=True)
class Term:
    """One term over time.

    Attributes
    ----------
    name
        Of `TERMS`.
    meaning
        What it stands for, in words.
    prior
        Of its values; for a term with a half-normal prior, of their standard deviation.
    included
        Whether the model has it; one it has not may be tried in a variant.
    """

    name: str
    meaning: str
    prior: Prior
    included: bool = True

    def __post_init__(self) -> None:
        """Refuse a term that has no meaning."""
        if self.name not in TERMS:
            raise SpecError(f"unknown term '{self.name}'. {nearest(self.name, TERMS)}")
        family = TERMS[self.name][0]
        if self.prior.family != family or self.prior.mean:
            centre = " around 0" if family == "normal" else ""
            raise SpecError(f"term '{self.name}': its prior is {family}{centre}, not {self.prior}")


@dataclass(frozen=True)
class Noise:
    """One kind of noise.

    Attributes
    ----------
    name
        Of `NOISES`.
    meaning, included
        As for `Term`.
    prior
        Half-normal, of its standard deviation on the log scale.
    correlation
        Bounds of the uniform prior of its autocorrelation from period to period.
    """

    name: str
    meaning: str
    prior: Prior
    correlation: tuple[float, float] | None = None
    included: bool = True

    def __post_init__(self) -> None:
        """Refuse noise that has no meaning."""
        if self.name not in NOISES:
            raise SpecError(f"unknown noise '{self.name}'. {nearest(self.name, NOISES)}")
        if self.prior.family != "half_normal":
            raise SpecError(f"noise '{self.name}': its prior is that of a standard deviation; use a half_normal prior")
        if (self.name in AUTOCORRELATED) != (self.correlation is not None):
            raise SpecError(
                f"noise '{self.name}': a correlation goes with {' and '.join(AUTOCORRELATED)}, and only with them"
            )
        if self.correlation and not -1 < self.correlation[0] < self.correlation[1] < 1:
            raise SpecError(f"noise '{self.name}': its correlation lies between two numbers in order, within -1 and 1")


@dataclass(frozen=True)
class SeriesModel(Fingerprinted):
    """What is assumed of an interrupted series, as a value that prints itself.

    Attributes
    ----------
    name, question
        What the model is called and which question it answers.
    harmonics
        How many harmonics (Fourier terms) the season of a year has.
    terms, noises
        Everything the model has, and what a variant of it may have. Terms that a series does not
        identify are left out when it is fitted.
    text
        The file it was read from, kept for the record.

    Examples
    --------
    >>> from equitymodel.spec.library import load_series_model
    >>> load_series_model("interruption").leaving_out("slope").has("slope")
    False
    """

    name: str
    question: str
    harmonics: int
    terms: tuple[Term, ...]
    noises: tuple[Noise, ...]
    text: str = ""

    def __post_init__(self) -> None:
        """Refuse models that have no meaning."""
        names = [part.name for part in self._parts]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise SpecError(f"'{twice[0]}' is given twice")
        if lacking := [name for name in NEEDED if not self.has(name)]:
            raise SpecError(f"a model of a series needs {', '.join(NEEDED)}; '{lacking[0]}' is not there")
        if isinstance(self.harmonics, bool) or not isinstance(self.harmonics, int) or self.harmonics < 0:
            raise SpecError(f"harmonics is a whole number, 0 or more, not {self.harmonics!r}")
        if self.harmonics and not self.has("season"):
            raise SpecError("harmonics above 0 need the term 'season', with its prior")

    @property
    def _parts(self) -> tuple[Term | Noise, ...]:
        return (*self.terms, *self.noises)

    def has(self, name: str) -> bool:
        """Whether the model includes a term or noise."""
        return any(part.included for part in self._parts if part.name == name)

    def knows(self, name: str) -> bool:
        """Whether the model includes a term or noise, or could."""
        return any(part.name == name for part in self._parts)

    def sd(self, name: str) -> float:
        """Look up the standard deviation of the prior of a term or noise; log scale.

        Raises
        ------
        SpecError
            When the model has none of that name.
        """
        return self._find(name).prior.scale

    def correlation(self, name: str) -> tuple[float, float]:
        """Bounds of the autocorrelation of a kind of autocorrelated noise."""
        found = next(noise.correlation for noise in self.noises if noise.name == name)
        assert found is not None  # construction guarantees it
        return found

    def including(self, *names: str) -> SeriesModel:
        """Make a copy that has these terms or kinds of noise, with the priors of the file.

        Raises
        ------
        SpecError
            When the file has no prior for one.
        """
        return self._with(names, included=True)

    def leaving_out(self, *names: str) -> SeriesModel:
        """Make a copy without these terms or kinds of noise."""
        return self._with(names, included=False)

    @property
    def alone(self) -> SeriesModel:
        """The model of one series, which shares nothing with another."""
        return self.leaving_out(*(part.name for part in self._parts if part.name in SHARED))

    def with_harmonics(self, harmonics: int) -> SeriesModel:
        """Make a copy with another number of harmonics."""
        return replace(self, harmonics=harmonics)

    def _with(self, names: tuple[str, ...], *, included: bool) -> SeriesModel:
        for name in names:
            self._find(name)
        terms = tuple(replace(term, included=included) if term.name in names else term for term in self.terms)
        noises = tuple(replace(noise, included=included) if noise.name in names else noise for noise in self.noises)
        return replace(self, terms=terms, noises=noises)

    def _find(self, name: str) -> Term | Noise:
        found = {part.name: part for part in self._parts}
        if name not in found:
            raise SpecError(f"model '{self.name}' has no term or noise '{name}'. {nearest(name, found)}")
        return found[name]

    def formula(self) -> str:
        """Write the model as one line."""
        parts = [term.name for term in self.terms if term.included and term.prior.family == "normal"]
        pooled = [term.name for term in self.terms if term.included and term.prior.family == "half_normal"]
        noise = [f"noise[{noise.name}]" for noise in self.noises if noise.included and noise.name != "variation"]
        return "log(fitted) = log(exposure) + log(working days) + " + " + ".join([*parts, *pooled, *noise])

    def __str__(self) -> str:
        """Introduce the model: question, formula, each prior with its meaning and what it implies."""
        counts = "negative_binomial" if self.has("variation") else "poisson"
        lines = [f"{self.name}: {self.question}", "", f"admissions ~ {counts}(fitted)", self.formula()]
        lines += [f"The season has {self.harmonics} waves a year.", ""]
        for part in self._parts:
            lines += _describe(part)
        return "\n".join(lines)


def _describe(part: Term | Noise) -> list[str]:
    prior = part.prior
    low, high = prior.implied_ratio()
    not_here = "" if part.included else " (not in this model; for a variant of it)"
    if isinstance(part, Noise):
        top = f"95 % below a standard deviation of {prior.quantile(0.975):.2f}"
        about = f"noise that {NOISES[part.name]}"
        between = f"; correlation ~ Uniform{part.correlation}" if part.correlation else ""
        return [f"noise[{part.name}]: sd ~ {prior}{between}{not_here}", f"    {part.meaning}", f"    {about}",
                f"    {top}", ""]  # fmt: skip
    if prior.family == "normal":
        label, implied = f"{part.name} ~ {prior}", f"95 % range of the ratio: {low:.2f} to {high:.2f}"
    else:
        label = f"{part.name} ~ Normal(0, sd), sd ~ {prior}"
        implied = f"two sd from the average: x{low:.2f} at the median sd, x{high:.2f} at its 97.5th percentile"
    return [label + not_here, f"    {part.meaning}", f"    {TERMS[part.name][1]}", f"    {implied}", ""]
