"""One table or one series, respelt and damaged from a seed, read, and judged."""

import csv
import io
import time
import warnings
from functools import cache

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.errors import EquityDataError, EquityModelError
from tests.fuzz.good_tables import cells_of, good_series, good_tables, series_of
from tests.fuzz.judge import Change, judge_cells, judge_refusal, judge_series
from tests.fuzz.mutations import DAMAGED, RESPELT

SECONDS = 20
RULE = r"\b[FKCPGBDUSNVT]\d\d\b"
NUMBERS = ("admissions", "admissions_low", "admissions_high", "population", "exposure", "expected_admissions")


def numbers_of(result):
    return result[[name for name in NUMBERS if name in result]].drop_attrs()


def read(call, *args, **options):
    """Read within the time there is; give the result, or our error, which must name its rule and a way out."""
    began = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            result = call(*args, **options)
    except EquityModelError as error:
        result = error
    assert time.process_time() - began < SECONDS
    if isinstance(result, EquityModelError):
        data = isinstance(result, EquityDataError)
        assert "Way out: " in str(result) if data else len(str(result)) > 10
    return result


@cache
def right_cells():
    return cells_of(good_tables())


@cache
def right_series():
    return series_of(good_series())


def pick(rng, ways):
    return ways[int(rng.integers(len(ways)))]


def changed(rng, good, folder):
    """Respell a table, or damage it, or both; give it as it is sent, as it stands written, and what was damaged."""
    respelt = rng.random() < 0.3
    whole = pick(rng, RESPELT)(rng, good) if respelt or rng.random() < 0.3 else good
    table = whole if respelt else pick(rng, DAMAGED)(rng, whole)
    sent, written, name_row = as_sent(rng, table, folder)
    return sent, written, name_row, None if respelt else Change.between(whole, table, name_row)


def as_sent(rng, table, folder):
    """Send some tables as a file; give also what stands in it, and how its rows are named."""
    labels = list(table.index) if table.index.is_unique else list(range(len(table)))
    in_python = table, table, lambda place: str(labels[place])
    if rng.random() < 0.65 or table.columns.nlevels > 1:
        return in_python
    text = table.to_csv(index=False)
    if any(0xD800 <= ord(letter) < 0xE000 for letter in text) or '"' in text:
        return in_python
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    header, *rows = csv.reader(io.StringIO(text))
    return path, pd.DataFrame(rows, columns=header, dtype=object), lambda place: str(place + 2)


def refused(found, change, right):
    """Say whether it was refused, and hold the refusal against what was changed; what was not is read as it should be."""
    if isinstance(found, Exception):
        assert change is not None, f"what is good was refused: {found}"
        judge_refusal(found, change)
        return True
    if change is None:
        xr.testing.assert_allclose(numbers_of(found), numbers_of(right()))
    return False


def one_table(seed, folder):
    """Change one of two tables, and hold what is read against what stands in them."""
    rng, good = np.random.default_rng(seed), good_tables()
    name = str(rng.choice(["admissions", "population"]))
    sent, written, name_row, change = changed(rng, good[name], folder)
    found = read(cells_of, {**good, name: sent})
    if refused(found, change, right_cells):
        return
    judge_cells(found, {**good, name: written}, {each: name_row if each == name else str for each in good})


def one_series(seed, folder):
    """Change a series, and hold what is read against what stands in it."""
    rng, good = np.random.default_rng(seed), good_series()
    sent, written, name_row, change = changed(rng, good, folder)
    found = read(series_of, sent)
    if refused(found, change, right_series):
        return
    judge_series(found, written, name_row)
