import pytest

from equitymodel.data.records.count_records import count_records
from tests.data.records.forty_records import TWO_YEARS, forty, small_areas


@pytest.fixture
def files(tmp_path):
    """Write records as files: CSV, or Parquet with numbers where they are."""

    def write(frame, *, parquet=False, name="records"):
        path = tmp_path / f"{name}.{'parquet' if parquet else 'csv'}"
        (frame.to_parquet if parquet else frame.to_csv)(path, index=False)
        return path

    return write


@pytest.fixture
def count(files):
    """Count records, the forty if none are given."""

    def ask(frame=None, *, parquet=False, areas=None, index="IMD 2025", **options):
        file = files(forty() if frame is None else frame, parquet=parquet)
        options = {"selection": TWO_YEARS, **options}
        return count_records([file], small_areas() if areas is None else areas, deprivation_index=index, **options)

    return ask
