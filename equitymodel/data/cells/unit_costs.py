"""Unit costs by procedure, for shares of spending by year."""

from __future__ import annotations

import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.cells.years import has_years
from equitymodel.data.tables.checked_table import CheckedTable, open_table
from equitymodel.data.tables.files import Source
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.vocabulary import PROCEDURE, nearest

UNIT_COST = "unit_cost"
RULES = (
    Rule(
        "N06",
        "error",
        "a unit cost that is not a number above 0",
        "give what an admission costs, in one currency and at the prices of one year for all procedures",
    ),
    Rule("N07", "error", "a procedure without a unit cost", "add a row for it, named as in the admissions"),
    Rule(
        "N08",
        "error",
        "unit costs where nothing is by year: shares of spending are given by year, and these cells have one period",
        "leave --unit-costs out, or give admissions with a column period and several years",
    ),
)


@refuses_other_types
def read_unit_costs(source: Source) -> CheckedTable:
    """Read what an admission costs, by procedure; the same in every year, so that prices do not move shares.

    Parameters
    ----------
    source
        Columns ``procedure, unit_cost``; costs in any currency.

    Returns
    -------
    CheckedTable
        One row a procedure.

    Raises
    ------
    EquityDataError
        Rule N06, when a cost is not a number above 0; and the rules of keys, when a procedure is given twice.

    Examples
    --------
    >>> import pandas as pd
    >>> read_unit_costs(pd.DataFrame({"procedure": ["hip"], "unit_cost": ["9,000"]})).frame["unit_cost"].tolist()
    [9000.0]
    """
    table = open_table("unit_costs", source)
    table.read_numbers(UNIT_COST, "N06", lambda cost: cost > 0)
    return table.finish(UNIT_COST)


def cost_by_procedure(table: CheckedTable) -> dict[str, float]:
    """Give unit costs by procedure, as `make_results` and `shares_table` take them.

    Parameters
    ----------
    table
        From `read_unit_costs`.

    Returns
    -------
    dict
        Costs in the currency of the table.

    Examples
    --------
    >>> import pandas as pd
    >>> cost_by_procedure(read_unit_costs(pd.DataFrame({"procedure": ["hip"], "unit_cost": [9000]})))
    {'hip': 9000.0}
    """
    names, costs = table.frame[PROCEDURE], table.frame[UNIT_COST]
    return {str(name): float(cost) for name, cost in zip(names, costs, strict=True)}


def with_unit_costs(cells: xr.Dataset, table: CheckedTable) -> xr.Dataset:
    """Hold unit costs against cells, and let the cells know the file that they came from and what was found in it.

    Parameters
    ----------
    cells
        From `read_cells`, with several years.
    table
        From `read_unit_costs`.

    Returns
    -------
    xarray.Dataset
        The same numbers.

    Raises
    ------
    EquityDataError
        Rule N07, when a procedure has no cost; N08, when there is one period alone.

    Examples
    --------
    >>> import pandas as pd
    >>> from equitymodel.simulate import simulate_cells
    >>> cells, _ = simulate_cells(areas=4, procedures=1, seed=1)
    >>> years = cells.expand_dims(period=["2021", "2022"])
    >>> costs = read_unit_costs(pd.DataFrame({"procedure": ["procedure 01"], "unit_cost": [9000]}))
    >>> [source.table for source in CellFacts.of(with_unit_costs(years, costs)).sources]
    ['unit_costs']
    """
    log, known = DataLog(table.name), cost_by_procedure(table)
    lacking = [str(name) for name in cells[PROCEDURE].values if str(name) not in known]
    if lacking:
        log.add("N07", rows=[f"'{name}'. {nearest(name, known)}" for name in lacking])
    if not has_years(cells):
        log.add("N08")
    log.raise_errors()
    return CellFacts.of(cells).with_table(table).keep_with(cells)
