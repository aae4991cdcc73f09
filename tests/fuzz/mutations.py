"""Changes to good tables whose meaning is known: respelt, they say the same; damaged, they must be refused or named."""

import datetime as dt
import decimal
import io

import numpy as np
import pandas as pd

ODD = ["", " ", "-1", "12.5", "about 30", "inf", "-inf", "nan", "NaN", "1e308", "1e400", str(2**70), "0x1F", "1_000",
       "1,2,3", "12,5", "..", "[x]", "*", "<5", "#REF!", "TRUE", "\u0663", "\u221212", "2016-13", "31/02/2016", "99",
       "Q9", "E99999999", "E54000055 ", "total", "All", "unknown", "65-60", "-5-10", "150+", "\u200b", "a\nb", '"', "';--",
       "=1+1", "\ud83d\ude00", "x" * 2000, "0-64", "F", "hip", "1", "5", "0"]  # fmt: skip
"""What stands in single cells of tables that people send, and what nobody sends."""
OBJECTS = [None, True, 3, 2.5, -1, float("nan"), float("inf"), 2**70, 1e308, 1 + 2j, b"12", [1], {"a": 1}, (), object(),
           pd.NA, pd.NaT, pd.Timestamp("2016-01-01"), pd.Period("2016-01"), dt.date(2016, 1, 1), decimal.Decimal("12"),
           np.int8(3), np.float32(2.5), np.bool_(True), np.datetime64("2016-01-01"), frozenset([1])]  # fmt: skip
"""Values of types that tables are not made of, or seldom."""


# Respelt: the same meaning


def shuffled(rng, frame):
    return frame.sample(frac=1, random_state=int(rng.integers(1 << 30)))


def columns_turned(rng, frame):
    return frame[list(rng.permutation(frame.columns))]


def loud_header(rng, frame):
    return frame.rename(columns={name: f" {name.upper()} " for name in frame.columns})


def as_categories(rng, frame):
    return frame.astype("category")


def as_objects(rng, frame):
    return frame.astype(object)


def spaced(rng, frame):
    name = rng.choice(frame.columns)
    return frame.assign(**{name: [f"\u00a0{value} " for value in frame[name]]})


def numbers_typed(rng, frame):
    kind = rng.choice(["int64", "Int64", "float64", "Float64", "int64[pyarrow]", "object"])
    return frame.assign(admissions=frame["admissions"].astype("int64").astype(kind)) if "admissions" in frame else frame


def separated(rng, frame):
    name = frame.columns[-1]
    return frame.assign(**{name: [f"{int(value):,}" for value in frame[name]]})


def groups_named(rng, frame):
    form = rng.choice(["Q{}", "Quintile {}", "{}.0", "q{}"])
    return frame.assign(deprivation=[form.format(value) for value in frame["deprivation"]])


def ages_and_sexes_named(rng, frame):
    if "sex" not in frame:
        return frame
    words = {"F": "Female", "M": "male", "0-64": "0 to 64", "65+": "65 and over"}
    return frame.replace({"sex": words, "age_band": words})


def through_csv(rng, frame):
    text = frame.to_csv(index=False)
    return pd.read_csv(io.StringIO(text))


def indexed(rng, frame):
    return frame.set_axis(rng.integers(0, 5, len(frame)))


RESPELT = (shuffled, columns_turned, loud_header, as_categories, as_objects, spaced, numbers_typed, separated, groups_named,
           ages_and_sexes_named, through_csv, indexed)  # fmt: skip


# Damaged: one place of a table is not what it was


def odd_cell(rng, frame):
    """Put an odd value in one cell, as text or of another type."""
    row, column = int(rng.integers(len(frame))), int(rng.integers(frame.shape[1]))
    changed, pool = frame.astype(object), ODD if rng.random() < 0.6 else OBJECTS
    changed.iat[row, column] = pool[int(rng.integers(len(pool)))]
    return changed


def odd_column(rng, frame):
    value = OBJECTS[int(rng.integers(len(OBJECTS)))]
    return frame.assign(**{rng.choice(frame.columns): pd.Series([value] * len(frame), dtype=object, index=frame.index)})


def row_twice(rng, frame):
    return pd.concat([frame, frame.iloc[[int(rng.integers(len(frame)))]]])


def row_gone(rng, frame):
    return frame.drop(index=frame.index[int(rng.integers(len(frame)))])


def rows_gone(rng, frame):
    return frame.sample(frac=rng.choice([0.0, 0.02, 0.5]), random_state=int(rng.integers(1 << 30)))


def column_gone(rng, frame):
    return frame.drop(columns=rng.choice(frame.columns))


def column_twice(rng, frame):
    return pd.concat([frame, frame[[rng.choice(frame.columns)]]], axis=1)


def columns_in_levels(rng, frame):
    return frame.set_axis(pd.MultiIndex.from_product([["table"], frame.columns]), axis=1)


def columns_numbered(rng, frame):
    return frame.set_axis(range(frame.shape[1]), axis=1)


def keys_in_index(rng, frame):
    return frame.set_index(list(frame.columns[:2]))


def columns_swapped(rng, frame):
    one, other = rng.choice(frame.columns, 2, replace=False)
    return frame.rename(columns={one: other, other: one})


def another_column(rng, frame):
    return frame.assign(**{str(rng.choice(["trust", "rate", "need_ratio", "", "admissions_low", "group"])): "1"})


DAMAGED = (odd_cell, odd_cell, odd_cell, odd_cell, odd_column, row_twice, row_gone, rows_gone, column_gone, column_twice,
           columns_in_levels, columns_numbered, keys_in_index, columns_swapped, another_column)  # fmt: skip
