"""Tables as people send them, made of small tables that keep the contract: for tests of files, layouts and areas."""

import io
import zipfile

from openpyxl import Workbook

from tests.data.changes import chain, put, recode, recode_both

NHS_CODES = {"E54000025": "QM7", "E54000055": "QHL", "E54000057": "QOP", "E54000063": "QXU"}
"""The NHS codes of the areas of the tables."""
SAME_AT_BOTH = chain(recode_both("ics", {"E54000025": "E54000058", "E54000063": "E54000059"}))
"""Areas that are the same among the 42 boards and the 36."""
ONE_TELLS_NOTHING = chain(
    SAME_AT_BOTH,
    recode("admissions", "ics", {"E54000058": "QRL", "E54000059": "QPM", "E54000055": "QHL", "E54000057": "QOP"}),
)
COUNTED_TWICE = (
    b"Indicator Name,Area Code,Category Type,Category,Count,Denominator\n"
    b"Planned,E54000055,Deprivation quintiles (IMD2019),Most deprived quintile,9,90\n"
    b"Planned,E54000055,Deprivation quintiles (IMD2019),Most deprived quintile,4,90\n"
)


def written(tables, name="admissions"):
    content = tables[name]
    return content if isinstance(content, str) else content.to_csv(index=False)


def titled(lines, header=None):
    """Put lines above the header, and perhaps another header."""

    def change(tables):
        first, _, rest = written(tables).partition("\n")
        return {**tables, "admissions": f"{lines}{header or first}\n{rest}".encode()}

    return change


def noted(lines):
    """Put lines below the last row."""
    return lambda tables: {**tables, "admissions": (written(tables) + lines).encode()}


def separated(name, mark=";"):
    """Put another mark between columns."""
    return lambda tables: {**tables, name: tables[name].to_csv(index=False, sep=mark).encode()}


def sent(name, *changes, **how):
    """Say how a table is laid out."""

    def change(tables):
        tables = chain(*changes)(tables)
        return {**tables, name: (tables[name], how)}

    return change


def wide(name):
    """Give a table a column a group."""

    def change(tables):
        keys = [column for column in tables[name] if column not in ("deprivation", name)]
        rows = tables[name].pivot(index=keys, columns="deprivation", values=name)
        return {**tables, name: rows.add_prefix("quintile_").reset_index()}

    return change


def workbook(*, sheets=1, formula=None, merged=None, hidden=None, above=()):
    """Write the admissions into a workbook, with what makes it hard to read."""

    def change(tables):
        return {**tables, "admissions": in_workbook(tables["admissions"], sheets, formula, merged, hidden, above)}

    return change


def with_part(part, size=None):
    """Write the admissions into a workbook that has one more part, which may say that it unpacks to another size."""

    def change(tables):
        made = io.BytesIO(in_workbook(tables["admissions"]))
        with zipfile.ZipFile(made, "a") as parts:
            parts.writestr(part, "x")
            parts.filelist[-1].file_size = size or 1
        return {**tables, "admissions": made.getvalue()}

    return change


def in_workbook(frame, sheets=1, formula=None, merged=None, hidden=None, above=()):
    book = Workbook()
    for number in range(sheets):
        sheet = book.active if number == 0 else book.create_sheet(f"Sheet{number + 1}")
        sheet.title = f"Sheet{number + 1}"
        for row in (*above, tuple(frame.columns), *frame.itertuples(index=False)):
            sheet.append([int(value) if str(value).isdigit() else value for value in row])
    sheet = book.active
    if formula:
        sheet[formula] = "=1+1"
    if merged:
        sheet.merge_cells(merged)
    if hidden:
        sheet.row_dimensions[hidden].hidden = True
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


DECIMAL = sent("population", put("population", "population", "10920,5"), decimal="comma")
EITHER = chain(put("population", "population", "10,920"), separated("population"))
