"""The door for tables of waiting lists: of groups, and never of persons."""

from __future__ import annotations

import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.files import Source, load_text_table
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.footprints import AreaCheck
from equitymodel.data.tables.keys import Groups
from equitymodel.data.tables.sent_table import SentTable
from equitymodel.data.tables.suppression import SmallNumberRule, SmallNumbers
from equitymodel.data.waiting.list_values import FLOWS
from equitymodel.data.waiting.read_list import read_list
from equitymodel.decision.person_identifiers import refuse_persons

REASON = (
    "rules of a list are compared for groups, never for persons: no order of persons follows from what a rule does on "
    "average"
)


@refuses_other_types
def read_waiting(
    source: Source, *, groups: Groups = Deprivation(), areas: AreaCheck = "icb", ignore_columns: tuple[str, ...] = (),
    small_numbers: SmallNumbers | SmallNumberRule | str = SmallNumbers(),
) -> xr.Dataset:  # fmt: skip
    """Read people by weeks waited, hold them against the contract, and lay them out.

    Parameters
    ----------
    source
        A CSV, Excel or Parquet file, or a DataFrame: ``ics, deprivation, procedure`` (or ``specialty``),
        ``weeks_waited`` (7, 0-17 or 52+), ``waiting`` (people), ``added`` and ``treated`` (people a week), and
        optionally ``removed`` (people a week who leave untreated), ``priority`` (1 the most urgent) and ``ics_name``.
    groups, small_numbers, areas, ignore_columns
        As for `read_admissions`.

    Returns
    -------
    xarray.Dataset
        Over ``ics, deprivation, procedure, priority`` and ``band``: ``waiting_low`` and ``waiting_high`` (people;
        unlike where a count is hidden) and ``treated`` (a week); without bands ``added`` and ``removed`` (a week); and
        ``band_share``, how people of a band lie over ``weeks_waited``.

    Raises
    ------
    EquityDataError
        When any rule of the contract is broken.
    OptionError
        When the table is one of persons, or counts are not known at all.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"ics": "E54000055", "deprivation": [1, 1, 5, 5], "specialty": "orthopaedics",
    ...                      "weeks_waited": ["0-17", "18+"] * 2, "waiting": [90, 40, 80, 20], "added": [6, "", 5, ""],
    ...                      "treated": [3, 2, 3, 1]})
    >>> read_waiting(rows)["waiting_low"].sel(band="18+").values.ravel()
    array([40., 20.])
    """
    sent = SentTable.of(source)
    written = load_text_table(sent, DataLog())[0]
    numbers = {"waiting", *FLOWS}
    labels = [str(name) for name in written.columns if str(name).strip().lower() not in numbers]
    refuse_persons(written, labels=labels, name=sent.name, reason=REASON)
    return read_list(source, groups=groups, small_numbers=small_numbers, areas=areas, ignore_columns=ignore_columns)
