"""Forty records by hand, with what becomes of each, and the tables that they make, worked out by hand."""

import datetime as dt
from io import StringIO

import pandas as pd

from equitymodel.data.records.record_selection import RecordSelection

# verdict: the rule under which a record is left out, or the year in which it counts
TEXT = """procode,spell,epiorder,admimeth,admidate,startage,sex,opertn_01,lsoa21,classpat,verdict
RAA,1,1,11,2022-04-01,65,2,W371,E01000001,1,2022/23
RAA,2,1,12,2023-03-31,69,2,W37.1,E01000001,1,2022/23
RAA,3,1,13,2023-04-01,70,2,w381,E01000001,1,2023/24
RAA,4,1,11,2024-03-31,64,1,W391,E01000001,1,2023/24
RAA,5,1,11,2022-03-31,65,2,W371,E01000001,1,R17
RAA,6,1,11,2024-04-01,65,2,W371,E01000001,1,R17
RAA,7,1,11,2025-01-01,65,2,W371,E01000001,1,R16
RAA,8,1,21,2022-06-01,65,2,W371,E01000001,1,R11
RAA,9,1,2A,2022-06-01,65,2,W371,E01000001,1,R11
RAA,10,1,,2022-06-01,65,2,W371,E01000001,1,R11
RAA,1,2,11,2022-04-01,65,2,W371,E01000001,1,R12
RAA,11,98,11,2022-06-01,65,2,W371,E01000001,1,R12
RAA,12,,11,2022-06-01,65,2,W371,E01000001,1,R12
RAA,1,1,11,2022-04-01,65,2,W371,E01000001,1,R22
RBB,1,1,11,2022-04-01,65,2,W371,E01000001,1,2022/23
RBB,13,1,11,2022-08-09,84,1,C712,E01000002,2,2022/23
RBB,14,1,11,2022-08-09,85,1,C751,E01000002,2,2022/23
RBB,15,1,11,2022-08-09,120,1,C741,E01000002,2,2022/23
RBB,16,1,11,2022-08-09,121,1,C741,E01000002,2,R19
RBB,17,1,11,2022-08-09,,1,C741,E01000002,2,R19
RBB,18,1,11,2022-08-09,-1,1,C741,E01000002,2,R19
RBB,19,1,11,2022-09-01,7001,1,T201,E01033769,2,2022/23
RBB,20,1,11,2022-09-01,7007,1,T201,E01033769,2,2022/23
RBB,21,1,11,2022-09-01,0,1,T201,E01033769,2,2022/23
RBB,22,1,11,2022-09-01,4,1,T201,E01033769,2,2022/23
RBB,23,1,11,2022-09-01,5,1,T201,E01033769,2,2022/23
RBB,24,1,11,2022-09-01,40,9,T201,E01033769,2,R20
RBB,25,1,11,2022-09-01,40,0,T201,E01033769,2,R20
RBB,26,1,11,2022-09-01,40,,T201,E01033769,2,R20
RBB,27,1,11,2022-09-01,40,1,T201,W01000001,2,R18
RBB,28,1,11,2022-09-01,40,1,T201,,2,R18
RBB,29,1,11,2022-09-01,40,1,X999,E01033769,2,R14
RBB,30,1,11,2022-09-01,40,1,-,E01033769,2,R14
RBB,31,1,11,2022-09-01,40,1,,E01033769,2,R14
RBB,32,1,11,1801-01-01,40,1,T201,E01033769,2,R15
RBB,33,1,11,01/09/2022,40,1,T201,E01033769,2,R15
RBB,,1,11,2022-09-01,40,1,T201,E01033769,2,R21
RBB,34,1,11,2023-11-05,33,F,Q071,E01000003,1,2023/24
RBB,34,1,11,2023-11-07,33,F,Q081,E01000003,1,R22
RCC,35,1,12,2023-11-30,33,2,J183,E01000003,2,2023/24
"""
COUNTED = [
    ("2022/23", "E54000029", 1, "hip replacement", "65-69", "F", 3),
    ("2023/24", "E54000029", 1, "hip replacement", "70-74", "F", 1),
    ("2023/24", "E54000029", 1, "hip replacement", "60-64", "M", 1),
    ("2022/23", "E54000029", 2, "cataract surgery", "80-84", "M", 1),
    ("2022/23", "E54000029", 2, "cataract surgery", "85+", "M", 2),
    ("2022/23", "E54000030", 1, "hernia repair", "00-04", "M", 4),
    ("2022/23", "E54000030", 1, "hernia repair", "05-09", "M", 1),
    ("2023/24", "E54000030", 2, "hysterectomy", "30-34", "F", 1),
    ("2023/24", "E54000030", 2, "gallbladder removal", "30-34", "F", 1),
]
"""What the forty make: all other cells are 0."""
MONTHLY = [
    ("2022-04", "E54000029", 1, "hip replacement", 2),
    ("2023-03", "E54000029", 1, "hip replacement", 1),
    ("2023-04", "E54000029", 1, "hip replacement", 1),
    ("2024-03", "E54000029", 1, "hip replacement", 1),
    ("2022-08", "E54000029", 2, "cataract surgery", 3),
    ("2022-09", "E54000030", 1, "hernia repair", 5),
    ("2023-11", "E54000030", 2, "hysterectomy", 1),
    ("2023-11", "E54000030", 2, "gallbladder removal", 1),
]
LEFT_OUT = {"R11": 3, "R12": 3, "R13": 0, "R14": 3, "R15": 2, "R16": 1, "R17": 2, "R18": 2, "R19": 3, "R20": 3,
            "R21": 1, "R22": 2}  # fmt: skip
TWO_YEARS = RecordSelection(first="2022-04", last="2024-03", today=dt.date(2024, 6, 30))


def forty() -> pd.DataFrame:
    """Give the records as text, without what becomes of them."""
    return pd.read_csv(StringIO(TEXT), dtype=str, keep_default_na=False).drop(columns="verdict")


def verdicts() -> list[str]:
    """Give what becomes of each record."""
    return pd.read_csv(StringIO(TEXT), dtype=str)["verdict"].tolist()


def small_areas() -> pd.DataFrame:
    """Give four small areas of two boards."""
    return pd.DataFrame({
        "lsoa21": ["E01000001", "E01000002", "E01033769", "E01000003"],
        "ics": ["E54000029", "E54000029", "E54000030", "E54000030"],
        "deprivation": [1, 2, 1, 2],
    })  # fmt: skip
