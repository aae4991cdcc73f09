"""Worlds of series that are not the model's: recovery, levelling growth, anticipation and others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from equitymodel.simulate.course import (
    Course,
    dips,
    filling_up,
    growth_until,
    held_back,
    lasting_loss,
    levelling_growth,
    nothing,
    overshoot,
    recovery,
    shift,
    stalled_recovery,
    straight_recovery,
    surge,
    trend,
)
from equitymodel.simulate.series_world import MonthlyNoise
from equitymodel.spec.interruption import Shape

Form = Literal["step", "slope", "ramp"]
RAMP_MONTHS = 6
REENTRY = 36
"""Months of layout E before April 2021, the first after the masked break."""


@dataclass(frozen=True)
class Layout:
    """When a series begins and ends, when the intervention starts, and whether the pandemic lies inside.

    Attributes
    ----------
    first
        The first month.
    periods, before
        Months in all, and before the start.
    reentry
        Months before the first after the masked break; 0 where nothing is masked.
    """

    first: str
    periods: int
    before: int
    reentry: int = 0

    @classmethod
    def through_pandemic(cls, since_reentry: int = 24) -> Layout:
        """Lay out April 2018 to March 2025, March 2020 to March 2021 masked; a start so many months after."""
        return cls("2018-04", 84, REENTRY + since_reentry, REENTRY)

    @classmethod
    def before_pandemic(cls, before: int, after: int) -> Layout:
        """Lay out so many months before the start and after, the last of them December 2019."""
        first = np.datetime64("2020-01") - np.timedelta64(before + after, "M")
        return cls(str(first), before + after, before)


THROUGH_PANDEMIC, WITHOUT_BREAK = Layout.through_pandemic(), Layout.before_pandemic(48, 24)


@dataclass(frozen=True)
class TrueEffect:
    """What the intervention does: a share, and its form over months.

    Attributes
    ----------
    size
        As a share; of a gap by how much its ratio falls (end to end, divided by one plus this). A slope has it
        on average over the months after the start, as a log ratio.
    form
        ``step``, ``slope`` or ``ramp`` (over six months).
    """

    size: float = 0.0
    form: Form = "step"


@dataclass(frozen=True)
class SeriesWorld:
    """A world of series.

    Attributes
    ----------
    words
        What it is.
    course
        What happens to all, intervention or not. Where the question is about the gap, one and a half times as much at
        the most deprived end, half as much at the least.
    effect, declared
        What the intervention does, and the shape that is declared.
    layout
        When all this is.
    expected
        Admissions a month of an area, all groups together.
    yearly_growth
        Log rate a year, for all.
    noise
        What lasts from month to month; areas and groups share a part.
    second_correlation
        Coefficient of the month before the last, where noise remembers two.
    walks
        Whether noise is a random walk, of steps with a standard deviation of 2 %.
    bank_holidays
        Whether activity rests on them, as the package's working days have it.
    controls
        Number of areas that were not exposed, beside one that was.
    exposed_alone, one_control
        What happens to the exposed alone (not for the intervention), and to one control alone.
    """

    words: str
    course: Course = nothing
    effect: TrueEffect = TrueEffect()
    declared: Shape = "both"
    layout: Layout = THROUGH_PANDEMIC
    expected: float = 1000.0
    yearly_growth: float = 0.02
    noise: MonthlyNoise = MonthlyNoise(0.05, autocorrelation=0.3, shared=0.5)
    second_correlation: float = 0.0
    walks: bool = False
    bank_holidays: bool = True
    controls: int = 0
    exposed_alone: Course = nothing
    one_control: Course = nothing

    @property
    def recovers(self) -> bool:
        """Whether a break with data on both sides lies in it."""
        return self.layout.reentry > 0


DEEP, SHALLOW = 0.25, 0.10


def right_world(
    effect: TrueEffect = TrueEffect(),
    declared: Shape = "both",
    layout: Layout = WITHOUT_BREAK,
    expected: float = 1000.0,
) -> SeriesWorld:
    """Make a world that is the model's, with an effect.

    Examples
    --------
    >>> right_world(TrueEffect(0.1, "slope"), "slope").words
    'nothing else; a slope of +10 %'
    """
    return SeriesWorld(f"nothing else{_effect_in_words(effect)}", effect=effect, declared=declared, layout=layout,
                       expected=expected)  # fmt: skip


def _effect_in_words(effect: TrueEffect) -> str:
    return f"; a {effect.form} of {100 * effect.size:+.0f} %" if effect.size else ""


def _recoveries() -> dict[str, SeriesWorld]:
    worlds = {
        f"recovery_{100 * fall:.0f}_{months}": SeriesWorld(
            f"recovery from -{100 * fall:.0f} %, e-folding time {months} months", recovery(fall, months)
        )
        for fall in (DEEP, SHALLOW)
        for months in (6, 10, 18)
    }
    worlds |= {
        f"straight_{100 * fall:.0f}": SeriesWorld(
            f"straight recovery from -{100 * fall:.0f} % over 30 months", straight_recovery(fall, 30)
        )
        for fall in (DEEP, SHALLOW)
    }
    return worlds | {
        "lasting_loss": SeriesWorld("a loss of 10 % that stays", lasting_loss(SHALLOW)),
        "stalled": SeriesWorld("recovery from -25 % that stalls for 18 months", stalled_recovery(DEEP, 6, 18)),
        "overshoot": SeriesWorld("recovery from -25 % that overshoots by 5 %", overshoot(DEEP, 6, 0.05)),
    }


def _starts(worlds: dict[str, SeriesWorld]) -> dict[str, SeriesWorld]:
    """Start the intervention at other times after re-entry."""
    return {
        f"{name}_start_{since}": replace(
            worlds[name],
            words=f"{worlds[name].words}; start {since} months after re-entry",
            layout=Layout.through_pandemic(since),
        )
        for name in ("recovery_25_10", "recovery_10_18", "straight_25")
        for since in (6, 12, 36)
    }


def _trends() -> dict[str, SeriesWorld]:
    parts = {
        "levelling": ("growth of 8 % a year that levels off evenly up to the start", levelling_growth(0.08)),
        "levelling_12": ("growth of 6 % a year that ends 12 months before the start", growth_until(0.06, 12)),
        "trend_ends": ("growth of 6 % a year that ends at the start", growth_until(0.06, 0)),
    }
    masked = {name: SeriesWorld(words, course, yearly_growth=0.0) for name, (words, course) in parts.items()}
    return masked | {
        f"{name}_no_break": replace(world, words=f"{world.words}; no break", layout=WITHOUT_BREAK)
        for name, world in masked.items()
    }


def _others() -> dict[str, SeriesWorld]:
    held = held_back(0.12, 3)
    plain = SeriesWorld("nothing at all")
    wrong_days = replace(plain, words="activity on bank holidays as on other weekdays", bank_holidays=False)
    return {
        "nothing": plain,
        "nothing_no_break": replace(plain, words="nothing at all; no break", layout=WITHOUT_BREAK),
        "nothing_few": replace(plain, words="nothing at all; 100 a month", expected=100.0),
        "anticipation": SeriesWorld("held back by 12 % for three months before the start", held),
        "anticipation_no_break": SeriesWorld("held back by 12 % for three months before; no break", held,
                                             layout=WITHOUT_BREAK),
        "shift_before": SeriesWorld("-8 % from nine months before the start", shift(-0.08, 9)),
        "filling_up": SeriesWorld("the last three months lack 5, 10 and 15 %", filling_up(0.05, 0.10, 0.15)),
        "season": SeriesWorld("sharp dips: December -12 %, August -8 %", dips((8, 0.12), (4, 0.08))),
        "surge_half": SeriesWorld("one month after the start at 1.5 times", surge(1.5, 5)),
        "surge_five": SeriesWorld("one month after the start at 5 times", surge(5.0, 5)),
        "random_walk": replace(plain, words="noise that walks at random", walks=True),
        "two_months": replace(
            plain, words="noise that remembers two months (0.3, 0.4)", second_correlation=0.4
        ),
        "wrong_days": wrong_days,
        "wrong_days_recovery": replace(wrong_days, words=f"{wrong_days.words}; recovery from -25 %, 10 months",
                                       course=recovery(DEEP, 10)),
        "co_intervention": SeriesWorld(
            "one of three controls gains 15 % at the start", controls=3, one_control=shift(0.15)
        ),
        "unlike_trends": SeriesWorld(
            "the exposed grow by 0.067 a year more than three controls", controls=3, exposed_alone=trend(0.067)
        ),
        "controls": SeriesWorld("nothing at all; three controls", controls=3),
    }  # fmt: skip


def _with_effects(worlds: dict[str, SeriesWorld]) -> dict[str, SeriesWorld]:
    """Add true effects: in what recovers, in what was held back, and in what is the model's."""
    step, slope, ramp = TrueEffect(0.20), TrueEffect(0.15, "slope"), TrueEffect(0.20, "ramp")
    asked: list[tuple[str, TrueEffect, Shape]] = [
        *((name, step, "both") for name in worlds if worlds[name].layout == THROUGH_PANDEMIC
          and name.startswith(("recovery", "straight", "lasting", "stalled", "overshoot"))),
        *((name, TrueEffect(size), "both") for name in ("nothing", "nothing_no_break") for size in (0.05, 0.10, 0.20)),
        ("recovery_25_10", TrueEffect(0.10), "both"),
        ("recovery_25_10", step, "step"),
        ("recovery_25_10", slope, "slope"),
        ("recovery_25_10", ramp, "both"),
        ("nothing", slope, "slope"),
        ("nothing_no_break", slope, "slope"),
        ("nothing_no_break", ramp, "both"),
        ("anticipation", TrueEffect(0.10), "both"),
        ("nothing_few", step, "both"),
    ]  # fmt: skip
    return {_name(*one): _with_effect(worlds[one[0]], *one[1:]) for one in asked}


def _name(world: str, effect: TrueEffect, declared: Shape) -> str:
    return f"{world}_{effect.form}_{100 * effect.size:.0f}" + ("" if declared == "both" else f"_as_{declared}")


def _with_effect(world: SeriesWorld, effect: TrueEffect, declared: Shape) -> SeriesWorld:
    said = "" if declared == "both" else f", declared a {declared}"
    return replace(world, words=f"{world.words}{_effect_in_words(effect)}{said}", effect=effect, declared=declared)


def _all_worlds() -> dict[str, SeriesWorld]:
    recoveries = _recoveries()
    null = recoveries | _starts(recoveries) | _trends() | _others()
    declared = {
        f"{name}_as_step": replace(null[name], words=f"{null[name].words}, declared a step", declared="step")
        for name in ("recovery_25_10", "recovery_10_18", "straight_25", "nothing", "trend_ends")
    }
    return null | declared | _with_effects(null)


SERIES_WORLDS: dict[str, SeriesWorld] = _all_worlds()
"""Worlds by name: those in which nothing was done, and those with a true effect."""
