"""Small tables that keep the contract, written as text, for tests of the data layer to break."""

from pathlib import Path

import pytest
from hypothesis import settings

from equitymodel.data.tables.sent_table import SentTable
from equitymodel.data.tables.workbooks import IS_ZIP
from tests.data.changes import read
from tests.data.small_tables import small_tables

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")


@pytest.fixture(scope="session")
def tables():
    """Admissions and population of four real ICSs, as text; rates rise a tenth from group to group."""
    return small_tables()


@pytest.fixture(scope="session")
def clean(tables):
    """The cells of the tables as they are."""
    return read(tables)


@pytest.fixture
def save(tmp_path):
    """Write tables (or raw bytes, or either with how it is laid out; or leave a path be) and return where they are, by name."""

    def write(**inputs):
        return {name: _write(tmp_path / f"{name}.csv", content) for name, content in inputs.items()}

    return write


def _write(path, content):
    if isinstance(content, Path):
        return content
    if isinstance(content, tuple):
        content, how = content
        return SentTable(_write(path, content), **how)
    if isinstance(content, bytes) and content.startswith(IS_ZIP):
        path = path.with_suffix(".xlsx")
    path.write_bytes(content if isinstance(content, bytes) else content.to_csv(index=False).encode())
    return path
