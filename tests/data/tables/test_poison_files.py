"""Files made to harm, read in a process of its own: each is refused within 5 seconds and 500 MB."""

import json
import subprocess
import sys
import zipfile
from io import BytesIO

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytestmark = [
    pytest.mark.unit,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read as Linux tells it"),
]
MOST_SECONDS, MOST_MB = 5, 500
READ = """
import json, re, sys, time, warnings
from equitymodel import read_cells
from equitymodel.errors import EquityModelError
from equitymodel.inference.saved_fit import load_data, load_fit
warnings.simplefilter("ignore")
doors = {"xlsx": lambda file: read_cells(file, file), "parquet": lambda file: read_cells(file, file),
         "nc": load_fit, "data": lambda file: load_data(file.removesuffix(".data"), "cells")}
found = {}
for file in sys.argv[1:]:
    start, said = time.process_time(), "READ"
    try:
        doors[file.rpartition(".")[2]](file)
    except EquityModelError as error:
        said = str(error)
    found[file.rpartition("/")[2]] = said, time.process_time() - start
status = open("/proc/self/status").read()
print(json.dumps({"found": found, "MB": int(re.search("VmHWM: *([0-9]+)", status.replace(chr(9), " "))[1]) / 1000}))
"""


def workbook(**more):
    """Make a workbook with one sheet, and whatever else; a part that is a number is so many zeros."""
    whole = BytesIO()
    pd.DataFrame({"ics": ["a"], "admissions": [1]}).to_excel(whole, index=False)
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_DEFLATED) as file:
        for name, content in more.items():
            with file.open(name.replace("__", "/"), "w", force_zip64=True) as part:
                if isinstance(content, int):
                    for _ in range(content // 10_000_000):
                        part.write(bytes(10_000_000))
                else:
                    part.write(content)
    return whole.getvalue()


def objects(path):
    """Write a file of the format of saved fits that holds objects, references and records."""
    with h5py.File(path, "w") as file:
        file.attrs["kind"] = "cells"
        cells = file.create_group("cells")
        cells.create_dataset("objects", (3,), dtype=h5py.vlen_dtype(np.dtype("uint8")))
        cells.create_dataset("references", (1,), dtype=h5py.ref_dtype)
        cells.create_dataset("records", data=np.zeros(3, dtype=[("a", "i4"), ("b", "f8")]))


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """What was said of each file, the seconds of processor it took, and the most memory that any took."""
    folder = tmp_path_factory.mktemp("poison")
    (folder / "bomb.xlsx").write_bytes(workbook(xl__media__image1=1_000_000_000))
    (folder / "linked.xlsx").write_bytes(workbook(xl__externalLinks__externalLink1=b"<externalLink/>"))
    pd.DataFrame({"a": pd.array([[1], [2]], dtype=object), "b": [{"c": 1}, {"c": 2}]}).to_parquet(
        folder / "nested.parquet"
    )
    pd.DataFrame({"a": [1.5], "b": ["x"]}).to_parquet(folder / "other.parquet")
    (folder / "cut.parquet").write_bytes((folder / "other.parquet").read_bytes()[:-9])
    zeros = pa.table({"a": np.zeros(10_000_000, dtype="int8")})
    with pq.ParquetWriter(folder / "bomb.parquet", zeros.schema, compression="zstd") as writer:
        for _ in range(41):
            writer.write_table(zeros)
    objects(folder / "posterior.nc")
    files = [str(file) for file in sorted(folder.iterdir())] + [str(folder / "posterior.nc.data")]
    done = subprocess.run([sys.executable, "-c", READ, *files], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


REFUSED = {
    "bomb.xlsx": "F26",
    "linked.xlsx": "F27",
    "bomb.parquet": "F26",
    "nested.parquet": "F23",
    "other.parquet": "K02",
    "cut.parquet": "F03",
    "posterior.nc": "neither numbers, times nor text: objects, records, references",
    "posterior.nc.data": "neither numbers, times nor text",
}


@pytest.mark.parametrize(("name", "said"), REFUSED.items())
def test_each_is_refused_in_time_with_a_way_out(name, said, tried):
    message, seconds = tried["found"][name]
    assert said in message
    assert seconds < MOST_SECONDS


def test_all_together_take_little_memory(tried):
    assert set(tried["found"]) == set(REFUSED)
    assert 50 < tried["MB"] < MOST_MB
