"""What a table says on its face: each row's cell and number, read by a few lines that share nothing with the package.

A row whose cell or number cannot be read by these lines says nothing here: what is read of it must be in the log.
"""

import datetime as dt
import decimal
import numbers
import re

import numpy as np
import pandas as pd

NUMBER = re.compile(r"\+?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
GROUP = re.compile(r"(?:q|quintile )?(\d)(?:\.0)?", re.IGNORECASE)
ROUNDS = 300
AGES = {"0-64": "0-64", "00-64": "0-64", "0 to 64": "0-64", "65+": "65+", "65 and over": "65+"}
SEXES = {"f": "F", "female": "F", "2": "F", "m": "M", "male": "M", "1": "M"}
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
AREA = re.compile(r"E54\d{6}")


def text_of(value):
    """Give a value as it would be typed; nothing where nothing stands there."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, numbers.Real) and value != value):
        return ""
    return str(value).replace("\u00a0", " ").strip()


def number_of(value):
    """Give the number that stands there, as an amount that is not negative; missing where none does."""
    if isinstance(value, bool | np.bool_):
        return np.nan
    if isinstance(value, numbers.Real | decimal.Decimal):
        return float(value) if 0 <= value < float("inf") else np.nan
    text = text_of(value)
    return float(text.replace(",", "")) if NUMBER.fullmatch(text) else np.nan


def group_of(value):
    found = GROUP.fullmatch(text_of(value))
    return int(found[1]) if found else None


def month_of(value):
    if isinstance(value, pd.Period) and value.freqstr == "M":
        return value.to_timestamp()
    if isinstance(value, dt.date | np.datetime64) and value == value:
        date = pd.Timestamp(value)
        return date if date.day == 1 else None
    return pd.Timestamp(f"{text_of(value)}-01") if MONTH.fullmatch(text_of(value)) else None


def area_of(value):
    return text_of(value) if AREA.fullmatch(text_of(value)) else None


READ = {
    "ics": area_of,
    "deprivation": group_of,
    "procedure": lambda value: text_of(value) or None,
    "age_band": lambda value: AGES.get(text_of(value)),
    "sex": lambda value: SEXES.get(text_of(value).lower().removesuffix(".0")),
    "period": month_of,
}
"""What each column that names cells says; nothing where it says none that is known here."""


def plain(frame, value):
    """Give each row's cell and number; a frame of columns as in the contract, or none where it has not those columns."""
    names = [str(name).strip().lower() for name in frame.columns]
    if value not in names or len(set(names)) < len(names):
        return None
    frame = frame.set_axis(names, axis=1).astype(object)
    keys = {name: [read(each) for each in frame[name]] for name, read in READ.items() if name in frame}
    amounts = [number_of(each) for each in frame[value]]
    values = [each if value == "population" or each % 1 == 0 else np.nan for each in amounts]
    return pd.DataFrame({**keys, value: values}, dtype=object).astype({value: float})


def said(rows):
    """Mark the rows that say everything of themselves."""
    return rows.notna().all(axis=1).to_numpy(dtype=bool)


def sums(rows, value, over):
    """Add numbers up to cells."""
    return rows.groupby(list(over))[value].sum()


def expected(admissions, population):
    """Standardise indirectly by age and sex, at rates with the differences between cells held fixed, scaled to all."""
    cell, stratum = ["ics", "deprivation", "procedure"], ["procedure", "age_band", "sex"]
    rows = admissions.merge(population, on=["ics", "deprivation", "age_band", "sex"], how="right")
    ratio = 1.0
    for _ in range(ROUNDS):
        held = rows.assign(held=rows["population"] * ratio).groupby(stratum)[["admissions", "held"]].transform("sum")
        at_rate = rows.assign(expected=rows["population"] * held["admissions"] / held["held"])
        of_cell = at_rate.groupby(cell)[["admissions", "expected"]].transform("sum")
        ratio = of_cell["admissions"] / of_cell["expected"]
    total = at_rate.groupby("procedure")[["admissions", "expected"]].transform("sum")
    at_rate["expected"] *= total["admissions"] / total["expected"]
    return sums(at_rate, "expected", cell)
