"""What is known of a strategy: what it is, what it rests on, what the law and the public say, and what nobody knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from equitymodel.decision.toml_entries import UNKNOWN
from equitymodel.errors import OptionError
from equitymodel.vocabulary import nearest

STAGES = {
    "A": "identification and referral",
    "B": "pre-admission assessment and management",
    "C": "decision to treat",
    "D": "waiting-list prioritisation",
    "E": "treatment accessibility",
}
"""Stages of a pathway at which strategies act, in order."""
MARKS = {
    "published": "stands in a published source",
    "inferred": "inferred by whoever wrote the record",
    "local": "known locally",
    "unknown": "not known",
}
"""Where what a record says comes from."""
MARKED = {
    "name": "its name",
    "stage": "the stage at which it acts",
    "mechanism": "how it would work",
    "acts_at": "on whom or what it acts",
    "passage": "the passage that it would change",
    "uses_protected_characteristic": "whether it uses a protected characteristic",
    "contested": "whether it is contested",
    "panel": "what a public panel supported",
    "reach": "whom it reaches",
    "months_to_effect": "months until it has an effect",
    "unit_cost": "what it costs",
    "capacity": "what capacity it takes",
    "health_gain": "what health it gains",
}
"""All that a record says, or says to be unknown."""
NOT_LEGAL_ADVICE = "This is not legal advice."
DIRECTNESS = {
    "direct": "this strategy, in planned hospital care",
    "partly": "this strategy in other care, or one much like it",
    "indirect": "another intervention that works in the same way",
}
READ = {
    "source": "read in the source",
    "excerpt": "read in an excerpt of the source",
    "second-hand": "reported by others",
    "not checked": "not yet checked against the source",
    "local": "local data",
}


@dataclass(frozen=True)
class PublishedEvidence:
    """What somebody found somewhere about a strategy.

    Attributes
    ----------
    claim
        What was found, in a sentence.
    measure
        What the effect is of, such as ``risk ratio of attending``.
    effect, interval
        Numbers; None where they are not known, or cannot be said by one number.
    design, population, source, url
        How, among whom, and where it was published.
    directness
        A word of `DIRECTNESS`.
    by_deprivation
        Whether it says what the effect is by deprivation: ``yes``, ``no`` or ``unknown``.
    read
        A word of `READ`: how it came here.
    local
        Whether it stands in a file of the user's.
    """

    claim: str
    measure: str
    effect: float | None
    interval: tuple[float, float] | None
    design: str
    population: str
    source: str
    directness: str
    by_deprivation: str
    read: str = "not checked"
    local: bool = False
    url: str = ""

    @property
    def effect_words(self) -> str:
        """The effect with its interval.

        Examples
        --------
        >>> PublishedEvidence("", "risk ratio", 1.14, (1.03, 1.26), "", "", "", "direct", "no", "excerpt").effect_words
        'risk ratio 1.14 (1.03 to 1.26)'
        """
        if self.effect is None:
            return f"{self.measure}: no one number" if self.measure != UNKNOWN else "effect unknown"
        ends = f" ({self.interval[0]:g} to {self.interval[1]:g})" if self.interval else ", interval unknown"
        return f"{self.measure} {self.effect:g}{ends}"

    def __str__(self) -> str:
        """Say the claim and all that it rests on."""
        return (
            f"{self.claim} {self.effect_words[0].upper()}{self.effect_words[1:]}. Design: {self.design}. Population: "
            f"{self.population}. Source: {self.source}{f' <{self.url}>' if self.url else ''}. Directness: "
            f"{DIRECTNESS[self.directness]}. Effect by deprivation reported: {self.by_deprivation}. "
            f"{READ[self.read].capitalize()}."
        )


@dataclass(frozen=True)
class LegalEntry:
    """What a law says that bears on strategies; never advice.

    Attributes
    ----------
    law, says
        Which, and what it says in our words.
    bears_on
        Numbers of strategies; none for all.
    checked, checked_against
        When it was last held against what.
    """

    law: str
    says: str
    bears_on: tuple[int, ...]
    checked: dt.date
    checked_against: str

    def __str__(self) -> str:
        """Say it with its date, and that it is no advice."""
        return (f"{self.law}: {self.says} Checked {self.checked:%-d %B %Y} against {self.checked_against}. "
                f"{NOT_LEGAL_ADVICE}")  # fmt: skip


@dataclass(frozen=True)
class Strategy:
    """A way by which access might be made more equal.

    Attributes
    ----------
    number, name, stage, mechanism, acts_at, passage
        What it is; the stage is a letter of `STAGES`.
    uses_protected_characteristic
        ``yes``, ``no``, ``may`` (as it is designed) or ``unknown``.
    contested
        ``yes``, ``no`` or ``unknown``.
    panel
        What a public panel supported.
    evidence
        What was found about it.
    marks
        Where each part of `MARKED` comes from: a word of `MARKS`.
    local
        Whether it stands in a file of the user's, or was amended there.
    """

    number: int
    name: str
    stage: str
    mechanism: str
    acts_at: tuple[str, ...]
    passage: str = UNKNOWN
    evidence: tuple[PublishedEvidence, ...] = ()
    uses_protected_characteristic: str = UNKNOWN
    contested: str = UNKNOWN
    panel: str = UNKNOWN
    marks: Mapping[str, str] = field(default_factory=dict)
    local: bool = False

    def said(self, part: str) -> str:
        """Say one part of `MARKED` in words.

        Examples
        --------
        >>> Strategy(19, "Escorts", "B", "company", ("targeted",), "to being seen").said("stage")
        'B, pre-admission assessment and management'
        """
        if part == "stage":
            return ", ".join(filter(None, (self.stage, STAGES.get(self.stage))))
        value = getattr(self, part, UNKNOWN)
        return ", ".join(value) if isinstance(value, tuple) else str(value)

    def parts(self, mark: str) -> dict[str, str]:
        """Give what comes from one kind of source, in the order of `MARKED`."""
        return {part: self.said(part) for part in MARKED if self.marks.get(part) == mark}


@dataclass(frozen=True)
class Register:
    """Strategies by number, and the law.

    Attributes
    ----------
    strategies
        In the order of their numbers.
    legal
        What the law says.
    sources
        Where what is published stands, by the part of a record.
    """

    strategies: tuple[Strategy, ...]
    legal: tuple[LegalEntry, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Strategy]:
        """Give each strategy."""
        return iter(self.strategies)

    def __len__(self) -> int:
        """Give how many there are."""
        return len(self.strategies)

    def find(self, asked: int | str) -> Strategy:
        """Find a strategy by its number, its name, or a part of a name that no other has.

        Raises
        ------
        OptionError
            When there is none; the nearest name is given.
        """
        text = str(asked).strip().casefold()
        whole = [one for one in self.strategies if text in (str(one.number), one.name.casefold())]
        part = [one for one in self.strategies if len(text) > 2 and text in one.name.casefold()]
        if found := whole or part[: 1 if len(part) == 1 else 0]:
            return found[0]
        if part:
            near = f"Did you mean {' or '.join(f"{one.number}, '{one.name}'" for one in part)}?"
        else:
            near = "" if text.isdecimal() else nearest(str(asked), [one.name for one in self.strategies])
        raise OptionError(
            f"no strategy is called '{asked}'; numbers are 1 to {self.strategies[-1].number}. {near}\n"
            "See: equitymodel strategies list"
        )

    def law_of(self, strategy: Strategy) -> tuple[LegalEntry, ...]:
        """Give what the law says that bears on a strategy."""
        return tuple(entry for entry in self.legal if not entry.bears_on or strategy.number in entry.bears_on)

    def frame(self) -> pd.DataFrame:
        """Lay the strategies out, one row each.

        Examples
        --------
        >>> one = Strategy(19, "Escorts", "B", "company", ("targeted",), "to being seen")
        >>> Register((one,)).frame()[["number", "name", "stage", "evidence"]].values.tolist()
        [[19, 'Escorts', 'B', 0]]
        """
        rows = [{"number": one.number, "name": one.name, "stage": one.stage, "mechanism": one.mechanism,
                 "acts_at": one.said("acts_at"), "passage": one.passage,
                 "uses_protected_characteristic": one.uses_protected_characteristic, "contested": one.contested,
                 "panel": one.panel, "evidence": len(one.evidence), "local": one.local}
                for one in self.strategies]  # fmt: skip
        return pd.DataFrame(rows)
