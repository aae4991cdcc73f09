"""Ways to change a small table of two years of two ICSs and five groups, and how it is read."""

import pandas as pd

from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.series.read_series import read_series
from equitymodel.data.tables.deprivation import Deprivation

IMD = Deprivation("IMD 2019")
MONTHS = [f"{year}-{month:02d}" for year in (2016, 2017) for month in range(1, 13)]
AREAS = ("E54000055", "E54000063")


def england(table):
    """Add the table up to one series."""
    numbers = table.assign(admissions=table["admissions"].astype(int), population=table["population"].astype(float))
    return numbers.groupby("period")[["admissions", "population"]].sum().reset_index()


def periods(rename):
    return lambda table: table.assign(period=table["period"].map(rename))


def starting(first, frequency="MS", form="%Y-%m-%d"):
    """Rename the 24 periods to others, in order."""
    dates = pd.date_range(first, periods=len(MONTHS), freq=frequency)
    return periods(dict(zip(MONTHS, dates.strftime(form), strict=True)))


def renamed(new, old=MONTHS[3]):
    return periods(lambda period: new if period == old else period)


def only(where):
    return lambda table: table.query(where)


def put(column, value, row=0):
    def change(table):
        changed = table.copy()
        changed.loc[changed.index[row], column] = value
        return changed

    return change


def scaled(column, factor, where):
    def change(table):
        rows = table.eval(where)
        numbers = (table.loc[rows, column].astype(float) * factor).round().astype(int).astype(str)
        return table.assign(**{column: table[column].where(~rows, numbers.reindex(table.index))})

    return change


def quarters(name):
    """Name 24 calendar quarters from 2010 on."""
    return periods({month: name(2010 + number // 4, number % 4 + 1) for number, month in enumerate(MONTHS)})


def financial(year, number):
    start = year - (number == 1)
    return f"{start}/{(start + 1) % 100:02d} Q{(number + 2) % 4 + 1}"


LATER = starting("2018-06-01", form="%Y-%m")
NEXT_YEAR = f"{pd.Timestamp.today().year + 1}-06"
SHUT = pd.DataFrame({"start": ["2016-05-10"], "end": ["2016-06-02"], "states": ["theatre shut"]})
BACKWARDS = SHUT.assign(end="2016-05-01")
FIRST = "period == '2016-01'"


def read(table, **options):
    return read_series(table, **{"groups": IMD, **options})


def rules_of(series):
    return set(data_log(series)["rule"])
