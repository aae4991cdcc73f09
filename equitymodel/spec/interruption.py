"""An intervention declared before the data are looked at: when, in what shape, and what would count as change."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Literal

import xarray as xr

from equitymodel.data.series.series_facts import calendar_of
from equitymodel.errors import SpecError
from equitymodel.spec.dates import Day, read_day
from equitymodel.spec.declared_types import refuse_other_types
from equitymodel.spec.exposure import (
    Exposed,
    exposed_cells,
    moved,
    tidy_exposed,
    tidy_starts,
)
from equitymodel.spec.interim import PLANNED_MONTHS, interim_threshold
from equitymodel.spec.interruption_design import labels_of, lay_out_design
from equitymodel.spec.months import Duration, months_in_words, read_months
from equitymodel.spec.second_change import why_no_end
from equitymodel.vocabulary import nearest

Shape = Literal["both", "step", "slope", "ramp", "delayed", "gradual", "pulse"]
Outcome = Literal["level", "gap"]
Surges = Literal["noise", "effect"]
SHAPES = {
    "both": "a change of level and of trend",
    "step": "a change of level alone, whole from the start",
    "slope": "a change of trend alone, that grows from nothing at the start",
    "ramp": "a change that grows in a straight line over ramp_months, then stays",
    "delayed": "a change of level, whole once lag months have passed",
    "gradual": "a change that comes nearer to its whole by 63 % of what is left in each ramp_months",
    "pulse": "a change of level that lasts ramp_months and is then over",
}
"""What each shape means."""
JUDGED_MONTHS = {"both": 12}
"""Months after wash-out and lag on which the verdict rests, by shape; of all others it is every month after."""
TAKES_TIME = ("ramp", "gradual", "pulse")
SURGES = {
    "noise": "months out of line after the start are noise, there with the intervention and without it",
    "effect": "months out of line after the start are part of the effect",
}
"""What each treatment of months out of line means."""
OUTCOMES = {"level": "whether admissions changed", "gap": "whether the gap between deprivation groups changed"}


@dataclass(frozen=True)
class Interruption:
    """An intervention, and the question about it, declared before a model is fitted.

    Attributes
    ----------
    date
        When it started: text such as ``2023-04`` or ``2023-04-17``, a `datetime.date` or a
        `pandas.Timestamp`; kept as text.
    shape
        ``both``, ``step``, ``slope``, ``ramp``, ``delayed``, ``gradual`` or ``pulse``: see `SHAPES`. With ``both`` the
        verdict rests on the first 12 months after the wash-out, as a change of trend carries the average of many
        months further than they can tell; with any other shape, on all months.
    lag
        Months from the start until it can have an effect; text such as ``6 weeks`` or ``6w`` counts in weeks.
    washout
        Months, or weeks, from the start that are left out of the fit and of the effect.
    ramp_months
        Months, or weeks, a ramp takes, a pulse lasts, or a gradual change needs for its first 63 %.
    outcome
        ``level`` or ``gap``: what the verdict is about.
    smallest_change
        The smallest change that would matter, as a share: 0.05 is 5 %.
    looks
        Number of planned interim looks at accumulating data, this one included.
    planned_months
        Months after the start of the last planned look; 24 if not given.
    exposed
        Who was exposed, by ``ics``, ``procedure`` or both: ``{"ics": ("QE1", "QOP")}``. All other cells
        are controls, in which the effect is zero. If not given, all are exposed.
    starts
        Another start for some ICSs, with dates as for `date`: ``{"QOP": "2023-07"}``; all others start at
        `date`. Until its start an ICS has not been exposed.
    anticipation_months
        Months before the start in which admissions may already have been held back or brought forward; 0 for none.
    surges
        ``noise`` or ``effect``: what months out of line after the start count as; see `SURGES`. As part of the effect
        they make intervals wider, since what would have been then has noise of its own.
    ends
        When it ended, as `date`, if it did: the effect is then counted until that day, and a second change, of
        level and of trend, is fitted from it on (see `after_end`). The verdict is about the first.
    declared
        When it was declared, in UTC: by this computer's clock, or as typed in (`declared_was_typed`). No part of
        what is compared or hashed.
    made
        When it was first made, in UTC by this computer's clock. No part of what is compared or hashed.

    Examples
    --------
    >>> plan = Interruption("2023-04", washout=2, outcome="gap")
    >>> print(plan)
    A change from 2023-04-01: a change of level and of trend. The first 2 months are left out.
    The question is whether the gap between deprivation groups changed, by 5 % or more.
    Judged on the first 12 months after.
    Looked at once: a tail probability above 0.975 counts.
    """

    date: Day
    shape: Shape = "both"
    lag: Duration = 0
    washout: Duration = 0
    ramp_months: Duration | None = None
    outcome: Outcome = "level"
    smallest_change: float = 0.05
    looks: int = 1
    planned_months: int | None = None
    exposed: Exposed | None = field(default=None, hash=False)
    starts: Mapping[str, Day] | None = field(default=None, hash=False)
    anticipation_months: float = 3
    surges: Surges = "noise"
    ends: Day | None = None
    declared: str = field(default="", compare=False)
    made: str = field(default_factory=lambda: dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), compare=False)

    def __post_init__(self) -> None:
        """Refuse a declaration that has no meaning, and keep dates as text."""
        object.__setattr__(self, "declared", self.declared or self.made)
        refuse_other_types(vars(self))
        for name in ("date", "ends"):
            day = getattr(self, name)
            if day is not None and (not isinstance(day, str) or "Q" in day):
                object.__setattr__(self, name, str(read_day(day)))
        for name in ("lag", "washout", "ramp_months", "anticipation_months"):
            if getattr(self, name) is not None or name != "ramp_months":
                object.__setattr__(self, name, read_months(getattr(self, name), name))
        for refuse in (_refuse_words, _refuse_times, _refuse_question, _refuse_end):
            if reason := refuse(self):
                raise SpecError(f"interruption: {reason}")
        tidy = None if self.exposed is None else tidy_exposed(self.exposed)
        days = {label: str(read_day(date)) for label, date in (self.starts or {}).items()}
        object.__setattr__(self, "exposed", tidy)
        object.__setattr__(self, "starts", tidy_starts(days, tidy, str(self.start)) if days else None)

    @property
    def declared_was_typed(self) -> bool:
        """Whether the time of the declaration was typed in, and is not that of the clock."""
        return self.declared != self.made

    @property
    def shape_words(self) -> str:
        """What shape the effect has, from when, and in whom."""
        times = [
            f"It ended on {self.ended_on}, from when on a second change is fitted." if self.ends else "",
            f"It can have an effect from {months_in_words(self.lag)} on." if self.lag else "",
            f"The first {months_in_words(self.washout)} are left out." if self.washout else "",
        ]
        who = [
            f"Exposed: {'; '.join(', '.join(labels) for labels in self.exposed.values())}. All others are controls."
            if self.exposed
            else "",
            f"Later or earlier: {', '.join(f'{label} from {day}' for label, day in self.starts.items())}."
            if self.starts
            else "",
        ]
        called = "change" if self.shape == "both" else self.shape
        return " ".join([f"A {called} from {self.start}: {SHAPES[self.shape]}.", *filter(None, times + who)])

    @property
    def judged_months(self) -> int | None:
        """Months after wash-out and lag on which the verdict rests; none where it is all of them."""
        return JUDGED_MONTHS.get(self.shape)

    @property
    def question(self) -> str:
        """What is asked, and how large a change matters."""
        return f"The question is {OUTCOMES[self.outcome]}, by {100 * self.smallest_change:g} % or more."

    def __str__(self) -> str:
        """State what was declared, in a few sentences."""
        often = "once" if self.looks == 1 else f"{self.looks} times"
        looked = f"Looked at {often}: a tail probability above {self.threshold:.4g} counts."
        judged = [f"Judged on the first {self.judged_months} months after."] if self.judged_months else []
        surges = [f"{SURGES[self.surges].capitalize()}."] if self.surges != "noise" else []
        return "\n".join([self.shape_words, self.question, *judged, *surges, looked])

    @property
    def start(self) -> dt.date:
        """The day on which it started; the first of the month where only a month was given."""
        return read_day(self.date)

    @property
    def first_start(self) -> dt.date:
        """The earliest day on which it started anywhere."""
        return min([self.start, *(read_day(date) for date in (self.starts or {}).values())])

    @property
    def ended_on(self) -> dt.date | None:
        """The day on which it ended; none if it did not."""
        return None if self.ends is None else read_day(self.ends)

    @property
    def after_end(self) -> Interruption:
        """The second change, as an interruption of its own: from the end on, against going on.

        Examples
        --------
        >>> plan = Interruption("2004-01", shape="step", ends="2012-01").after_end
        >>> plan.date, plan.ends
        ('2012-01', None)

        Raises
        ------
        SpecError
            When it did not end.
        """
        if self.ends is None:
            raise SpecError("this interruption did not end; say ends='2012-01', for example")
        return replace(self, date=self.ends, ends=None, starts=None, washout=0)

    @property
    def controlled(self) -> bool:
        """Whether some were not exposed, or not yet, while others were."""
        return self.exposed is not None or self.starts is not None

    def start_of(self, ics: str) -> dt.date:
        """Look up the day on which it started in an ICS, if that is exposed."""
        return read_day((self.starts or {}).get(ics, self.date))

    def exposed_cells(self, series: xr.Dataset) -> xr.DataArray:
        """Mark the exposed cells of a series; over ``ics``, ``procedure``, both, or a single value."""
        return exposed_cells(self.exposed, series)

    def starting(self, first: Day) -> Interruption:
        """Move the interruption so that its first start is on another day, later ones as much later; without an end.

        Examples
        --------
        >>> plan = Interruption("2023-04", starts={"QOP": "2023-07"}).starting(dt.date(2021, 1, 1))
        >>> str(plan.start), plan.starts
        ('2021-01-01', {'QOP': '2021-04-01'})
        """
        day, *others = (
            str(moved(start, start=self.first_start, to=read_day(first)))
            for start in (self.start, *(read_day(date) for date in (self.starts or {}).values()))
        )
        return replace(self, date=day, ends=None, starts=dict(zip(self.starts or {}, others, strict=True)) or None)

    def for_all(self) -> Interruption:
        """Drop controls and later starts, as if all had been exposed from the first start.

        Examples
        --------
        >>> plan = Interruption("2023-04", exposed={"ics": ("QE1",)}).for_all()
        >>> plan.exposed, plan.date
        (None, '2023-04-01')
        """
        return replace(self, date=str(self.first_start), exposed=None, starts=None)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the declaration: the same for the same declaration, whenever it was made.

        Who was exposed, other starts and an end are part of it where they are declared.
        """
        values = {key: float(value) if isinstance(value, int) else value for key, value in asdict(self).items()}
        for name in ("declared", "made", *(name for name in ("exposed", "starts", "ends") if values[name] is None)):
            del values[name]
        if self.ends is not None:
            values["ends"] = str(self.ended_on)
        return hashlib.sha256(json.dumps(values | {"date": str(self.start)}, sort_keys=True).encode()).hexdigest()

    @property
    def may_slope(self) -> bool:
        """Whether the trend may change: not for a step, which is all there is, nor for a pulse, which is over."""
        return self.shape not in ("step", "pulse")

    @property
    def may_step(self) -> bool:
        """Whether the level may change: not where a change of trend alone was declared."""
        return self.shape != "slope"

    @property
    def threshold(self) -> float:
        """The tail probability above which a result counts as change, with 5 % false positives over all looks."""
        return interim_threshold(self.looks, self.planned_months)

    def design(self, series: xr.Dataset) -> xr.Dataset:
        r"""Lay the intervention out as design columns over the periods of a series.

        .. math:: h_t = \frac{1}{w} \int_{u_t - l}^{u_t - l + w} s(x)\,dx, \qquad z_t = (u_t - l)_+ / 12

        with :math:`u_t` months from the start of the intervention to that of the period, :math:`w` the
        length of a period, :math:`l` the lag and :math:`s` the shape: the level of a period is the
        share of the change it has on average.

        Parameters
        ----------
        series
            From `read_series`.

        Returns
        -------
        xarray.Dataset
            Over ``period``: ``level`` (share of the change, 0 to 1), ``slope`` (years since it could
            have an effect), ``washout`` (true where the period is left out), ``after`` (true where
            there is an effect), ``counted`` (that, and not masked), ``judged`` (of these, those on which the
            verdict rests), ``earlier`` (before it, and not masked), ``anticipation`` (true in the months just
            before the start); and ``exposed``. Where it ended inside the series, also
            ``second_level, second_slope, ended``: see `cut_at_end`. Where not all are exposed, or not from the same
            start, over ``ics`` and ``procedure`` as well; controls have 0 and false. The attribute
            ``first_period`` is the period in which it starts first.

        Raises
        ------
        SpecError
            When it starts outside the series, or inside a period that is not left out, or nothing
            is left before or after it, or a label is unknown, or nobody is left as a control.

        Notes
        -----
        A start inside a period is allowed where the wash-out covers that period: it then counts from
        the start of the period. The same declaration over the same periods is laid out once; the arrays
        cannot be written to.

        Examples
        --------
        >>> import pandas as pd
        >>> months = xr.Dataset(coords={"period": pd.date_range("2023-01-01", periods=6, freq="MS")},
        ...                     attrs={"frequency": "monthly"})
        >>> Interruption("2023-03", shape="ramp", ramp_months=2).design(months)["level"].values
        array([0.  , 0.  , 0.25, 0.75, 1.  , 1.  ])
        """
        labels = labels_of(series) if self.controlled else ()
        return lay_out_design(self, calendar_of(series), labels).copy()


def _refuse_words(plan: Interruption) -> str | None:
    read_day(plan.date)
    if plan.shape not in SHAPES:
        return f"unknown shape '{plan.shape}'. {nearest(plan.shape, SHAPES)}"
    if plan.outcome not in OUTCOMES:
        return f"unknown outcome '{plan.outcome}'. {nearest(plan.outcome, OUTCOMES)}"
    if plan.surges not in SURGES:
        return f"surges are noise or effect, not '{plan.surges}'. {nearest(plan.surges, SURGES)}"
    return None


def _refuse_times(plan: Interruption) -> str | None:
    if plan.shape == "delayed" and plan.lag == 0:
        return "a delayed change needs a lag, in months; with none it is a step"
    if plan.shape in TAKES_TIME and not plan.ramp_months:
        return f"a {plan.shape} needs ramp_months: {SHAPES[plan.shape]}"
    if plan.shape not in TAKES_TIME and plan.ramp_months is not None:
        return f"a {plan.shape} takes no ramp_months; shapes that do are {', '.join(TAKES_TIME)}"
    return None


def _refuse_end(plan: Interruption) -> str | None:
    starts = [plan.start, *(read_day(day) for day in (plan.starts or {}).values())]
    return None if plan.ended_on is None else why_no_end(plan.ended_on, starts, plan.shape)


def _refuse_question(plan: Interruption) -> str | None:
    if not 0 < plan.smallest_change < 1:
        return "smallest_change is a share between 0 and 1, for example 0.05 for 5 %"
    if plan.looks < 1 or int(plan.looks) != plan.looks:
        return "looks is how often the result is looked at: a whole number, 1 or more"
    months = PLANNED_MONTHS if plan.planned_months is None else plan.planned_months
    if months < plan.looks:
        return (
            f"{plan.looks} interim looks do not fit into {months} months; planned_months is when the last look is, "
            f"with a month at least for each look. Say planned_months={plan.looks} or more, or plan fewer looks"
        )
    return None
