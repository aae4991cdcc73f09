"""Pictures of what was published, as blocks of a document: of one area with its peers, or of all together."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.data.tables.hexagons import short_names
from equitymodel.estimands.share_records import ADMISSION_SHARES, SPENDING_SHARES, ReceivedAndNeeded
from equitymodel.report.content.named_numbers import CHANCE
from equitymodel.report.content.published import Published
from equitymodel.report.document.blocks import Picture
from equitymodel.report.document.interval_chart import IntervalChart, interval_chart
from equitymodel.report.peers import Peers, find_peers
from equitymodel.report.plots.adjustment_plots import adjustment_alt_text, adjustment_data, plot_adjustments
from equitymodel.report.plots.alt_words import first_upper
from equitymodel.report.plots.gap_plots import gap_alt_text, gap_data, plot_gap
from equitymodel.report.plots.gradient_plot import gradient_alt_text, gradient_data, plot_gradient
from equitymodel.report.plots.hexagon_map import has_places, hexagon_alt_text, hexagon_data, plot_hexagons
from equitymodel.report.plots.route_plot import (
    ROUTE_LOOKS,
    could_be_chance,
    most_changed,
    plot_routes,
    route_alt_text,
    route_data,
)
from equitymodel.report.plots.tipping_plot import plot_tipping, tipping_alt_text, tipping_data
from equitymodel.report.plots.year_plots import (
    how_many_narrowed,
    plot_gap_by_year,
    plot_ics_by_year,
    plot_shares_by_year,
    years_alt_text,
    years_data,
)
from equitymodel.report.tables.rows import column_of_groups
from equitymodel.report.wording.year_sentences import share_sentences
from equitymodel.vocabulary import ALL_ICS, ALL_PROCEDURES, ICS, PROCEDURE

INTERVALS = "with 95 % credible intervals"
RATIO = "rate ratio (below 1: fewer admissions)"


@dataclass(frozen=True)
class Pictures:
    """The pictures of one area, from `pictures_of`; each is drawn when it is asked for.

    Attributes
    ----------
    published
        What was published.
    code
        The code of an ICS, or all ICSs together.
    peers
        With whom it is compared. `Peers.words` lists them, and belongs into the text beside the first picture.
    cells
        The cells that were fitted, for crude ratios; without them the gradient is the modelled one alone.
    """

    published: Published
    code: str
    peers: Peers
    cells: xr.Dataset | None = None

    def gap_by_procedure(self) -> Picture:
        """Draw the gap of every procedure, with peers as ticks."""
        gaps = self.published.tables["gaps"]
        data = gap_data(gaps, ics=self._own, peers=self._compared)
        figure = plot_gap(gaps, ics=self._own, peers=self._compared)
        own = data[data[ICS] == self.code]
        chart = interval_chart(own, [*column_of_groups(gaps), PROCEDURE], RATIO)
        title = self._title(f"the gap by procedure, {INTERVALS}")
        return Picture("gap_by_procedure", title, gap_alt_text(data), figure, chart=chart)

    def gap_by_ics(self, procedure: str | None = None) -> Picture:
        """Draw the gap of every ICS in one procedure (and group), by default that with the widest gap here."""
        gaps, chosen, words = self._one_comparison(procedure)
        data = gap_data(gaps, chosen, ics=self._own, peers=self._compared)
        figure = plot_gap(gaps, chosen, ics=self._own, peers=self._compared)
        title = self._title(f"{words}, the gap of every ICS, {INTERVALS}")
        return Picture("gap_by_ics", title, gap_alt_text(data), figure, chart=self._of_every_ics(data))

    def every_gap_by_ics(self) -> tuple[Picture, ...]:
        """Draw the gap of every ICS in every procedure, groups without an order side by side."""
        gaps, made = self.published.tables["gaps"], []
        for number, name in enumerate(dict.fromkeys(gaps[PROCEDURE])):
            title = f"{first_upper(name)}: the gap of every ICS, {INTERVALS}"
            data, file = gap_data(gaps, name), f"gap_by_ics_{number + 1}"
            made.append(Picture(file, title, gap_alt_text(data), plot_gap(gaps, name), chart=self._of_every_ics(data)))
        return tuple(made)

    def map(self, procedure: str | None = None) -> Picture | None:
        """Draw the gap of one procedure (and group) on a map; nothing where no area is a board of England."""
        gaps, chosen, words = self._one_comparison(procedure)
        if not has_places(gaps):
            return None
        alt = hexagon_alt_text(hexagon_data(gaps, chosen, ics=self._own))
        title = self._title(f"{words}, the gap of every ICS on a map, in colour where the interval leaves out 1")
        return Picture("map", title, alt, plot_hexagons(gaps, chosen, ics=self._own))

    def gradient(self) -> Picture | None:
        """Draw admissions by group, crude beside modelled; nothing for all ICSs together, which they are ratios to."""
        if self._own is None:
            return None
        table = self.published.tables["expected"]
        data = gradient_data(table, self.code, cells=self.cells, peers=self._compared)
        title = self._title(f"admissions by group against all ICSs together, {INTERVALS}")
        figure = plot_gradient(table, self.code, cells=self.cells, peers=self._compared)
        return Picture("gradient", title, gradient_alt_text(data), figure)

    def routes(self, scope: str = "ics") -> Picture | None:
        """Draw what each route would change for each group; nothing for all ICSs together."""
        if self._own is None:
            return None
        targets = self.published.tables["targets"]
        title = self._title(f"more or fewer admissions {self.published.counted} on each route, {INTERVALS}")
        data = route_data(targets, self.code, scope=scope)
        figure = plot_routes(targets, self.code, scope=scope)
        return Picture(f"routes_{scope}_picture", title, route_alt_text(data), figure, chart=self._of_routes(data))

    def years(self) -> Picture | None:
        """Draw the gap by year; nothing for a fit to one year."""
        if "years" not in self.published.tables:
            return None
        years = self.published.tables["years"]
        alt = years_alt_text(years_data(years, ics=self.code, peers=self._compared))
        figure = plot_gap_by_year(years, ics=self.code, peers=self._compared)
        own = years_data(years, ics=self.code)
        own = own[own[PROCEDURE] == ALL_PROCEDURES]
        chart = interval_chart(own, [*column_of_groups(self.published.tables["gaps"]), "period"], RATIO)
        return Picture("gap_by_year", self._title(f"the gap by year, {INTERVALS}"), alt, figure, chart=chart)

    def ics_by_year(self) -> Picture | None:
        """Draw the gap of every ICS by year; nothing for one year, or one ICS alone."""
        if "years" not in self.published.tables or self.published.alone:
            return None
        years = self.published.tables["years"]
        return Picture("ics_by_year", f"The gap of every ICS by year, {INTERVALS}", how_many_narrowed(years),
                       plot_ics_by_year(years))  # fmt: skip

    def shares(self) -> tuple[Picture, ...]:
        """Draw what each group received against its share of need by year: of admissions, and of spending if known."""
        if "shares" not in self.published.tables:
            return ()
        shares, made = self.published.tables["shares"], []
        said = share_sentences(self.published.facts, shares, ics=self.published.code_of(ALL_ICS))["text"].iloc[0]
        shares = shares.assign(**{ICS: ALL_ICS}) if self.published.alone else shares
        for name, measures in (("admissions", ADMISSION_SHARES), ("spending", SPENDING_SHARES)):
            spending = measures == SPENDING_SHARES
            if (shares["measure"] == measures.received).any():
                costs = "; spending is admissions weighted by unit costs, the same in every year" if spending else ""
                title = f"The share of {name} that each group received, and its share of need, {INTERVALS}{costs}"
                figure, chart = plot_shares_by_year(shares, spending=spending), self._of_shares(shares, name, measures)
                made.append(Picture(f"shares_of_{name}", title, said, figure, chart=chart))
        return tuple(made)

    def adjustments(self) -> Picture:
        """Draw how far the gap depends on what is adjusted for."""
        gaps = self.published.tables["gaps"]
        alt = adjustment_alt_text(adjustment_data(gaps, ics=self.code))
        title = self._title(f"the gap by what is adjusted for, {INTERVALS}")
        return Picture("gap_by_adjustment", title, alt, plot_adjustments(gaps, ics=self.code))

    def tipping(self, procedure: str | None = None) -> Picture:
        """Draw how far need would have to be mistaken; of groups without order, where the gap is widest."""
        table, chosen = self.published.tables["sensitivity"], procedure
        if chosen is None and not self.published.facts.group.ordered:
            chosen = self._widest()[PROCEDURE]
        table = table if chosen is None else table[table[PROCEDURE] == chosen]
        alt = tipping_alt_text(tipping_data(table, ics=self.code, peers=self._compared))
        figure = plot_tipping(table, ics=self.code, peers=self._compared)
        return Picture("tipping", self._title("whether the gap persists if need was mistaken"), alt, figure)

    def _of_every_ics(self, data: pd.DataFrame) -> IntervalChart | None:
        """Give the gaps of every ICS as a chart, with that of all together or one's own picked out."""
        rows = data.assign(ics_name=short_names(data["ics_name"]))
        labels = [*column_of_groups(self.published.tables["gaps"]), "ics_name"]
        return interval_chart(rows, labels, RATIO, picked_out=rows[ICS] == self.code)

    def _of_routes(self, data: pd.DataFrame) -> IntervalChart | None:
        """Give what routes would change in the procedure that levelling up changes most, a mark a route and group.

        The axis names what noise alone would show as well, as the picture has it hollow.
        """
        most = most_changed(data)
        if most is None:
            return None
        rows = data[data[PROCEDURE] == most[PROCEDURE]]
        named = rows.assign(route=rows["route"].map({route: look[0] for route, look in ROUTE_LOOKS.items()}))
        labels = ["route", *self._group]
        chance = named[could_be_chance(rows)]
        unsure = "; ".join(f"{route} {', '.join(own[labels[1]].astype(str))}" for route, own in chance.groupby("route"))
        quantity = f"{most[PROCEDURE]}: more or fewer admissions {self.published.counted}"
        quantity += f" ({CHANCE}: {unsure})" if unsure else ""
        up = rows["route"] == "level_up"
        return interval_chart(named, labels, quantity, picked_out=up, ratio=False,
                              names=("level up", "other routes"))  # fmt: skip

    def _of_shares(self, shares: pd.DataFrame, name: str, measures: ReceivedAndNeeded) -> IntervalChart | None:
        """Give what each group received, in colour, and its share of need, in the last year and all together."""
        rows = shares[(shares[ICS] == ALL_ICS) & shares["measure"].isin([measures.received, measures.needed])]
        rows = rows[rows["year"] == rows["year"].max()]
        rows = rows[rows[PROCEDURE] == rows[PROCEDURE].iloc[0]].sort_values([*self._group, "measure"], kind="stable")
        got = rows["measure"] == measures.received
        known = {end: rows[end].fillna(rows["estimate"]) for end in ("lower", "upper")}
        named = rows.assign(what=np.where(got, "received", "needed"), **known)
        quantity = f"share of {name}, {rows['period'].iloc[0]}"
        names = "received", "share of need"
        return interval_chart(named, [*self._group, "what"], quantity, picked_out=got, ratio=False, names=names)

    @property
    def _group(self) -> list[str]:
        """The column of the groups, which tables by cell have."""
        return column_of_groups(self.published.tables["targets"])

    @property
    def _own(self) -> str | None:
        return None if self.code == ALL_ICS else self.code

    @property
    def _compared(self) -> Peers | None:
        return self.peers if self._own and self.peers.codes else None

    def _title(self, words: str) -> str:
        return f"{self.published.title_of(self.code)}: {words}"

    def _widest(self) -> dict[Hashable, Any]:
        """Find the widest gap of the area, whichever way round it is; the first row where none is given."""
        rows = self.published.rows("gaps", self.code)
        rows = rows[rows["headline"]]
        distance = np.abs(np.log(rows["estimate"])).fillna(0.0)
        return rows.to_dict("records")[int(np.argmax(distance))]

    def _one_comparison(self, procedure: str | None) -> tuple[pd.DataFrame, str, str]:
        """Give the gaps of one group, the procedure, and both in words: that with the widest gap by default."""
        gaps, widest = self.published.tables["gaps"], self._widest()
        chosen = widest[PROCEDURE] if procedure is None else procedure
        for column in column_of_groups(gaps):
            return gaps[gaps[column] == widest[column]], chosen, f"{chosen}, {widest[column]}"
        return gaps, chosen, chosen


def pictures_of(
    published: Published, code: str, *, peers: str | Sequence[str] = "region", cells: xr.Dataset | None = None
) -> Pictures:
    """Give the pictures of an area, and with whom it is compared.

    As for `Pictures`, with peers as `find_peers` takes them and refuses them; nothing is drawn yet.
    """
    areas = published.tables["gaps"].drop_duplicates(ICS)
    return Pictures(published, code, find_peers(peers, code, areas), cells)
