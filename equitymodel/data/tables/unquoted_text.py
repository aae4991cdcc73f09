"""Text without quotation marks read quickly: each column as its labels, and which of them each row has."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
from pyarrow import csv

QUOTE = '"'


def read_unquoted(body: str, mark: str) -> pd.DataFrame | None:
    r"""Read text whose rows all have as many values as the header has names, and no quotation marks.

    Such text can be split at its marks, and is read in the same way by every reader.

    Parameters
    ----------
    body
        Header and rows, as text that was decoded.
    mark
        What stands between columns: a comma, a semicolon or a tab.

    Returns
    -------
    pandas.DataFrame or None
        Columns of categories, as text; none where the text is not so plain.

    Examples
    --------
    >>> read_unquoted("ics,admissions\nQHL,9\nQHL,12\n", ",").to_dict("list")
    {'ics': ['QHL', 'QHL'], 'admissions': ['9', '12']}
    >>> read_unquoted("ics,admissions\nQHL\n", ",") is None
    True
    """
    names = body[: max(body.find("\n"), 0)].rstrip("\r").split(mark)
    if QUOTE in body or len(names) < 2 or not all(names):
        return None
    labels = pa.dictionary(pa.int32(), pa.string())
    try:
        table = csv.read_csv(
            pa.py_buffer(body.encode()),
            parse_options=csv.ParseOptions(delimiter=mark, quote_char=False, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, labels), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    if table.column_names != names or not table.num_rows:
        return None
    return pd.DataFrame({name: _categories(table[name]) for name in names})


def _categories(column: pa.ChunkedArray) -> pd.Categorical:
    """Give a column of labels as categories in text."""
    whole = column.unify_dictionaries().combine_chunks()
    labels = pd.Index(whole.dictionary.to_pandas(), dtype="str")
    return pd.Categorical.from_codes(whole.indices.to_numpy(), categories=labels)
