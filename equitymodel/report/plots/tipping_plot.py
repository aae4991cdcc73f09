"""How far need would have to be mistaken to explain a gap away."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitymodel.data.tables.areas import find_area
from equitymodel.data.tables.hexagons import short_names
from equitymodel.estimands.sensitivity_records import PERSISTS
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.peers import chosen_peers
from equitymodel.report.plots.adjustment_plots import named_with_group
from equitymodel.report.plots.alt_words import listed
from equitymodel.report.plots.canvas import SOFT, TEXT, head, name_panel, small_panels
from equitymodel.report.plots.gap_plots import Compared
from equitymodel.report.plots.marks import LOOKS, MARK, OWN, TOGETHER, key_words, with_marks
from equitymodel.report.plots.panel_names import panel_name
from equitymodel.report.tables.rows import column_of_groups
from equitymodel.report.tables.sensitivity_table import sensitivity_table
from equitymodel.vocabulary import ALL_ICS, ICS, PROCEDURE

EVEN, NEEDS = 0.5, (1.0, 0.8, 0.6)


def tipping_data(fit: CellFit | pd.DataFrame, *, ics: str = ALL_ICS, peers: Compared = None) -> pd.DataFrame:
    """Give the probability that the gap persists as unmeasured need grows.

    Parameters
    ----------
    fit
        A fit; or, where it is at hand, its `sensitivity_table`.
    ics
        As for `adjustment_data`.
    peers
        With whom the ICS is compared, as `find_peers` takes it; nobody by default.

    Returns
    -------
    pandas.DataFrame
        ``ics, ics_name, procedure, assumption, estimate, mark``: the probability of fewer admissions where true over
        measured need of one group is ``assumption`` times that of the other; where groups have no order, the
        procedure is named with the group.

    Raises
    ------
    OptionError
        When the table has no such ICS, or no such peers.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> tipping_data(fit)["assumption"].max().item()
    1.0
    """
    table = fit if isinstance(fit, pd.DataFrame) else sensitivity_table(fit)
    own = find_area(ics, table.drop_duplicates(ICS))
    found = chosen_peers(peers, own, table)
    rows = table[(table["question"] == PERSISTS) & table[ICS].isin([own, *(found.codes if found else ())])]
    rows = with_marks(named_with_group(rows), None if own == ALL_ICS else own, found)
    return rows[[ICS, "ics_name", PROCEDURE, "assumption", "estimate", MARK]]


def plot_tipping(fit: CellFit | pd.DataFrame, *, ics: str = ALL_ICS, peers: Compared = None) -> Figure:
    """Draw the probability that the gap persists as unmeasured need grows, a panel a procedure.

    Parameters
    ----------
    fit, ics, peers
        As for `tipping_data`, whose errors are raised too.

    Returns
    -------
    matplotlib.figure.Figure
        One panel a procedure (and group, where they have no order); need as measured on the left.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> plot_tipping(fit).get_supylabel()
    'probability of fewer admissions'
    """
    table = fit if isinstance(fit, pd.DataFrame) else sensitivity_table(fit)
    data = tipping_data(table, ics=ics, peers=peers)
    found = chosen_peers(peers, ics, table)
    leading = data[data[MARK].isin([OWN, TOGETHER])]
    name = short_names(leading["ics_name"])[0]
    words, names = key_words(name, found.title if found else ""), list(dict.fromkeys(data[PROCEDURE]))
    figure, panels = small_panels(len(names))
    for axes, procedure in zip(panels, names, strict=True):
        for (_, mark), part in data[data[PROCEDURE] == procedure].groupby([ICS, MARK], sort=False):
            _draw_curve(axes, part, str(mark), words[str(mark)])
        axes.axhline(EVEN, color=SOFT, lw=0.8, ls="--")
        name_panel(axes, panel_name(procedure))
    panels[0].set(ylim=(-0.04, 1.04), yticks=(0, 0.25, 0.5, 0.75, 1), xticks=NEEDS)
    panels[0].set_xlim(data["assumption"].max() + 0.02, data["assumption"].min() - 0.02)
    compared = (
        "a group relative to the reference group" if column_of_groups(table) else "most relative to least deprived"
    )
    figure.supxlabel(f"true over measured need, {compared} (1 = as measured)", fontsize=TEXT)
    figure.supylabel("probability of fewer admissions", fontsize=TEXT)
    head(figure, panels[0], f"{name}: does the gap persist if need was mistaken?")
    return figure


def _draw_curve(axes: Axes, part: pd.DataFrame, mark: str, label: str) -> None:
    """Draw one curve: with marks and thick where it is the one that the picture is of."""
    look = LOOKS[mark]
    shape, colour, width = (f"{look.shape}-", look.colour, 1.6) if mark in (OWN, TOGETHER) else ("-", SOFT, 0.7)
    axes.plot(part["assumption"], part["estimate"], shape, ms=3, color=colour, lw=width, zorder=look.above, label=label)


def tipping_alt_text(data: pd.DataFrame) -> str:
    """Say what `plot_tipping` shows: in which procedures fewer admissions stay more likely than not.

    Parameters
    ----------
    data
        From `tipping_data`.

    Examples
    --------
    >>> rows = [["hip", 1.0, 0.99], ["hip", 0.5, 0.1], ["knee", 1.0, 0.99], ["knee", 0.5, 0.8], ["PCI", 1.0, 0.2]]
    >>> tipping_alt_text(pd.DataFrame(rows, columns=["procedure", "assumption", "estimate"]).assign(mark="own"))[:103]
    'Fewer admissions are more likely than not with need as measured in hip and knee; with need of 0.5 times'
    """  # fmt: skip
    data = data[data[MARK].isin([OWN, TOGETHER])]
    least = data["assumption"].min()
    first, last = (
        data.loc[(data["assumption"] == at) & (data["estimate"] > EVEN), PROCEDURE].tolist() for at in (1.0, least)
    )
    return (
        f"Fewer admissions are more likely than not with need as measured in {listed(first)}; with need of {least:g} "
        f"times what was measured in {listed(last)}."
    )
