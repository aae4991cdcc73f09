"""Files become tables of text: nothing is guessed, nothing is lost, rows keep their names."""

import hashlib

import pandas as pd
import pytest

from equitymodel.data.tables.files import load_text_table
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError
from tests.data.changes import count, encoded, read

pytestmark = pytest.mark.unit

TEXT = "ics,code,admissions\nE54000055,007,12\nE54000057,NA,1e3\n"


@pytest.fixture
def load(tmp_path):
    """Write bytes to a file and load them; give the table and the rules that were logged."""

    def run(content, name="table.csv"):
        log = DataLog("admissions")
        (tmp_path / name).write_bytes(content)
        frame, _ = load_text_table(tmp_path / name, log)
        return frame, [finding.rule for finding in log.findings]

    return run


def test_text_stays_as_it_is_written(load):
    frame, rules = load(TEXT.encode())
    assert frame.to_numpy().tolist() == [["E54000055", "007", "12"], ["E54000057", "NA", "1e3"]]
    assert rules == []


@pytest.mark.parametrize(
    ("encoding", "rules"),
    [("utf-8", []), ("utf-8-sig", ["F01"]), ("cp1252", ["F02"]), ("utf-16", ["F07"])],
    ids=["UTF-8", "BOM", "cp1252", "UTF-16"],
)
def test_the_encodings_of_a_spreadsheet_give_the_same_table(encoding, rules, load):
    text = "ics_name,admissions\nM\u00e9dway \u2013 board,1\n"
    frame, logged = load(text.encode(encoding))
    assert frame["ics_name"].tolist() == ["M\u00e9dway \u2013 board"]
    assert frame.columns.tolist() == ["ics_name", "admissions"]
    assert logged == rules


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_wide_encodings_without_their_mark_are_refused_and_not_misread(encoding, load):
    with pytest.raises(EquityDataError, match="it is binary, or UTF-16 or UTF-32"):
        load(TEXT.encode(encoding))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"a,b\n1,2,3\n4,5,6\n", b"a,b\n1,2\n3,4,5\n", b"\x81\x8d,b\n1,2\n"])
def test_what_is_not_a_table_is_refused(content, load):
    with pytest.raises(EquityDataError, match="F03"):
        load(content)


def test_a_broken_parquet_file_is_refused(load):
    with pytest.raises(EquityDataError, match="F03"):
        load(b"not parquet", name="table.parquet")


def test_a_file_or_folder_that_cannot_be_opened_is_refused(tmp_path):
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(EquityDataError, match=f"F2[45].*{path.name}"):
            load_text_table(path, DataLog("admissions"))


def test_two_columns_of_one_name_are_refused(load):
    with pytest.raises(EquityDataError, match="more than one column is called 'sex'"):
        load(b"sex,Sex\nF,F\n")


def test_column_names_lose_capitals_and_spaces(load):
    frame, rules = load(b" ICS ,Age Band\nE54000055,65-74\n")
    assert frame.columns.tolist() == ["ics", "age_band"]
    assert rules == ["F06"]


@pytest.mark.parametrize("space", [" ", "\t", "\u00a0", "\u2007", "\u202f", "\u2009"])
def test_stray_spaces_go_and_spaces_inside_become_plain(space, load):
    frame, rules = load(f"procedure\n{space}hip{space}replacement{space}\n".encode())
    assert frame["procedure"].tolist() == ["hip replacement" if space != "\t" else "hip\treplacement"]
    assert rules == ["F05"]


def test_rows_are_named_as_a_spreadsheet_numbers_them(load):
    frame, _ = load(TEXT.encode())
    assert frame.index.tolist() == ["row 2", "row 3"]


def test_blank_lines_are_passed_over_but_counted(load):
    frame, rules = load(b"ics,admissions\nE54000055,1\n\n,\nE54000057,2\n\n")
    assert frame.index.tolist() == ["row 2", "row 5"]
    assert rules == []


def test_rows_of_a_data_frame_are_named_by_index():
    frame, _ = load_text_table(pd.DataFrame({"n": [1, 2]}, index=["a", "b"]), DataLog())
    assert frame.index.tolist() == ["index a", "index b"]


def test_rows_of_a_data_frame_whose_index_repeats_are_named_by_position():
    frame, _ = load_text_table(pd.DataFrame({"n": [1, 2]}, index=[0, 0]), DataLog())
    assert frame.index.tolist() == ["position 0", "position 1"]


def test_a_data_frame_is_left_as_it_was():
    source = pd.DataFrame({"ICS": [" E54000055"], "admissions": [3]})
    before = source.copy()
    load_text_table(source, DataLog())
    pd.testing.assert_frame_equal(source, before)


def test_missing_text_becomes_empty_and_numbers_stay_numbers():
    source = pd.DataFrame({"sex": ["F", None], "admissions": [3, None]})
    frame, _ = load_text_table(source, DataLog())
    assert frame["sex"].tolist() == ["F", ""]
    assert frame["admissions"].isna().tolist() == [False, True]


@pytest.mark.parametrize("suffix", [".parquet", ".pq", ".PARQUET"])
def test_parquet_holds_the_same_table(suffix, tmp_path):
    source = pd.DataFrame({"ics": ["E54000055"], "admissions": [3]})
    source.to_parquet(tmp_path / f"table{suffix}")
    frame, _ = load_text_table(tmp_path / f"table{suffix}", DataLog())
    pd.testing.assert_frame_equal(frame.reset_index(drop=True), source)


def test_the_hash_is_of_the_bytes_in_the_file(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    _, sha256 = load_text_table(path, DataLog())
    assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_path_may_be_text(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TEXT)
    by_text, by_path = (load_text_table(source, DataLog())[0] for source in (str(path), path))
    pd.testing.assert_frame_equal(by_text, by_path)


@pytest.mark.parametrize(
    "encode",
    [lambda text: text.encode("utf-8-sig"), lambda text: text.replace("\n", "\r\n").encode(),
     lambda text: text.replace(",hip,", ", hip\u00a0,").encode("cp1252"),
     lambda text: text.replace("\n", "\n\n").encode()],
    ids=["byte-order mark", "Windows line ends", "no-break space in cp1252", "blank lines"],
)  # fmt: skip
def test_the_way_a_file_was_saved_changes_no_value(encode, clean, tables, save):
    saved = read(save(**encoded(encode)(tables)))
    assert saved.drop_attrs().identical(clean.drop_attrs())


@pytest.mark.parametrize("text", ["1,204", "1 204", "1\u00a0204", " 1204 ", "1204.0", "1,204.00"])
def test_one_count_in_many_spellings(text, tables, save):
    spelt = read(save(**count(text)(tables)))["admissions"]
    plain = read(save(**count("1204")(tables)))["admissions"]
    assert spelt.identical(plain)


def test_a_blank_line_does_not_shift_the_rows_that_are_named(tables, save):
    text = count("-7")(tables)["admissions"].to_csv(index=False).replace("\n", "\n\n", 1)
    with pytest.raises(EquityDataError, match="row 3: '-7'"):
        read(save(**{**tables, "admissions": text.encode()}))
