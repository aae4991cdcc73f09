"""Every rule of the data contract is met by a table that breaks it, and says the way out; its twin is kept."""

import re
import tempfile
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

from equitymodel import data
from equitymodel.data.cells.bands import Ages
from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.findings import NAMED_ROWS
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.rules import CHECKS, contract
from equitymodel.data.tables.suppression import SmallNumbers
from equitymodel.errors import EquityDataError
from tests.data.as_sent import (
    COUNTED_TWICE,
    DECIMAL,
    EITHER,
    NHS_CODES,
    ONE_TELLS_NOTHING,
    noted,
    sent,
    titled,
    wide,
    with_part,
    workbook,
)
from tests.data.changes import (
    ABSENT,
    ASKED,
    BOUNDED,
    BY_BOTH,
    BY_ETHNICITY,
    COSTS,
    ENDS,
    FEW_HIPS,
    FROM_ZERO,
    IMD,
    MONTHS,
    NO_SURREY_HIPS,
    RARE_HIPS,
    RESIDENTS,
    REVERSED,
    SUPPRESSED,
    SURREY_HIPS,
    WITHOUT_AGE,
    YEARS,
    YOUNG,
    again,
    as_is,
    bordering,
    by_both,
    by_ethnicity,
    chain,
    count,
    encoded,
    error_of_need,
    fill,
    for_periods,
    for_two_years,
    given,
    in_deciles,
    measured_in_areas,
    named_in_cp1252,
    needed,
    only,
    only_both,
    over_months,
    put,
    rated,
    read,
    recode,
    recode_both,
    rewritten,
    rounded,
    rules_of,
    summed,
    ten_or_more,
    times,
    unlike_ages,
    without,
)

pytestmark = pytest.mark.unit


def as_parquet(content):
    """Write the admissions with their types kept."""

    def change(tables):
        path = Path(tempfile.mkdtemp()) / "admissions.parquet"
        pd.DataFrame(content).to_parquet(path)
        return {**tables, "admissions": path}

    return change


BOOLEANS = {"ics": ["E54000025"], "deprivation": [1], "procedure": ["hip"], "admissions": [True]}
UNKNOWN = recode("admissions", "procedure", {"hip": "another"})
"""A procedure whose usual rate is not known, so that a few admissions are plausible."""
ERRORS = {rule for rule, clause in contract().items() if clause.severity == "error"}


CASES = [
    ("F01", encoded(lambda text: text.encode("utf-8-sig")), {}),
    ("F02", named_in_cp1252, {}),
    ("F07", encoded(lambda text: text.encode("utf-16")), {}),
    ("F03", encoded(lambda text: text.encode("utf-16-le")), {}),
    ("F03", given("admissions", b""), {}),
    ("F03", given("admissions", b"PK\x03\x04\x00\x00 a workbook"), {}),
    ("F03", encoded(lambda text: text.replace("\n", ",\n").replace(",\n", "\n", 1).encode()), {}),
    ("F03", encoded(lambda text: (text + "one,value,too,many,in,this,row\n").encode()), {}),
    ("F08", titled("Planned admissions\n2022-23\n\n"), {}),
    ("F09", noted("\nSource: made up\n"), {}),
    ("F09", noted("Notes: counts are whole, and exact\n"), {}),
    ("F10", titled("Planned admissions\n\n", header="a,b,c,d,e,f"), {}),
    ("F10", sent("admissions", header_row=4000), {}),
    ("F10", sent("admissions", encoded(lambda text: text.replace("\n", "\n\n").encode()), header_row=2), {}),
    ("F11", encoded(lambda text: text.replace(",", ";").encode()), {}),
    ("F11", encoded(lambda text: text.replace(",", "\t").encode()), {}),
    ("F12", rewritten("ics", "icb_code"), {}),
    ("F12", rewritten("deprivation", "imd_2019_quintile"), {}),
    ("F13", DECIMAL, {}),
    ("F14", EITHER, {}),
    ("F15", workbook(), {}),
    ("F16", workbook(sheets=2), {}),
    ("F16", sent("admissions", workbook(), sheet="Sheet9"), {}),
    ("F17", workbook(formula="D3"), {}),
    ("F17", workbook(merged="A3:A4"), {}),
    ("F18", workbook(hidden=3), {}),
    ("F26", with_part("xl/worksheets/sheet9.xml", size=500_000_000), {}),
    ("F27", with_part("xl/externalLinks/externalLink1.xml"), {}),
    ("F19", sent("population", wide("population"), wide=True), {}),
    ("F20", wide("population"), {}),
    ("F21", given("admissions", COUNTED_TWICE), {}),
    ("F22", rewritten("sex", "Age Band"), {}),
    ("F22", rewritten("sex", "age_band"), {}),
    ("F23", as_parquet(BOOLEANS), {}),
    ("F23", as_parquet({**BOOLEANS, "admissions": [[1, 2]]}), {}),
    ("F24", given("admissions", Path("nowhere.csv")), {}),
    ("F25", given("admissions", Path(__file__).parent), {}),
    ("F04", count("1,204"), {}),
    ("F04", count("1 204"), {}),
    ("F04", put("population", "population", "10,920.5"), {}),
    ("F05", put("admissions", "procedure", " hip\u00a0"), {}),
    ("F06", rewritten("age_band", " Age Band "), {}),
    ("K17", only("admissions", "admissions == 'none'"), {}),
    ("K01", without("admissions", "admissions"), {}),
    ("K01", without("population", "deprivation"), {}),
    ("K02", fill("admissions", "trust", "RRK"), {}),
    ("K03", again("admissions"), {}),
    ("K03", again("population", population="7"), {}),
    ("K04", again("admissions", deprivation="All"), {}),
    ("K04", again("admissions", sex="Persons"), {}),
    ("K04", again("population", ics="E92000001"), {}),
    ("K05", only("admissions", "index != 3"), {}),
    ("K05", chain(YEARS, only("admissions", "period == '2022' or index != 3")), {}),
    ("K11", chain(YEARS, recode("population", "period", {"2023": "2024"})), {}),
    ("K11", chain(YEARS, recode("population", "period", {"2023": "2024"})), {"periods": "add_up"}),
    ("K11", chain(for_periods(MONTHS, "admissions"), for_periods(MONTHS[1:], "population")), {}),
    ("K11", chain(YEARS, needed("1"), for_periods(["2022"], "need")), {}),
    ("K12", chain(over_months, for_periods(["2022"], "population")), {}),
    ("K13", for_periods(MONTHS[:9], "admissions", "population"), {}),
    ("K13", for_periods([month for month in MONTHS if month != "2022-05"], "admissions"), {"periods": "quarters"}),
    ("K14", for_periods(["before", "after"], "admissions", "population"), {}),
    ("K14", for_periods(["2022", "2022/23"], "admissions", "population"), {}),
    ("K14", for_periods(["2022", "2022 Q1"], "admissions", "population"), {}),
    ("K03", for_periods(["2022-23", "2022/23"], "admissions", "population"), {}),
    (
        "K15",
        chain(
            for_periods(["2021", "2022"], "admissions"),
            for_periods(["2021", "January 2022 to December 2022"], "population"),
        ),
        {},
    ),
    ("K15", chain(for_periods(["2022-23"], "admissions"), for_periods(["2022/23"], "population")), {}),
    ("K16", for_periods(["2004-05"], "admissions", "population"), {}),
    *[("D08", again("admissions", deprivation=label), {}) for label in ("", "0", "Unknown", "NULL")],
    ("D09", in_deciles, {"groups": Deprivation(IMD, quintiles=True)}),
    ("D11", chain(in_deciles, only("admissions", "index != 3")), {"groups": Deprivation(IMD, quintiles=True)}),
    ("D12", recode_both("deprivation", REVERSED), {"groups": Deprivation(IMD, direction="stated")}),
    ("K06", put("admissions", "age_band", "Not known"), {}),
    ("K06", put("admissions", "sex", "9"), {}),
    ("K06", chain(NO_SURREY_HIPS, given("not_offered", {"ics": [""], "procedure": ["hip"]})), {}),
    ("K07", only("admissions", "index != 3"), {"small_numbers": SmallNumbers(absent="zero")}),
    (
        "K07",
        chain(YEARS, only("admissions", "period == '2022' or index != 3")),
        {"small_numbers": SmallNumbers(absent="zero")},
    ),
    ("K08", only("admissions", "index != 3"), {"small_numbers": SmallNumbers(absent="missing")}),
    (
        "K09",
        chain(ten_or_more, only("admissions", "index != 3")),
        {"small_numbers": SmallNumbers("lt5", absent="suppressed")},
    ),
    (
        "K09",
        chain(ten_or_more, YEARS, only("admissions", "period == '2022' or index != 3")),
        {"small_numbers": SmallNumbers("lt5", absent="suppressed")},
    ),
    ("K10", only("admissions", "index != 3"), {"small_numbers": SmallNumbers(absent="suppressed")}),
    ("K10", only("admissions", "index != 3"), {"small_numbers": SmallNumbers("exclude", absent="suppressed")}),
    ("K10", as_is, {"small_numbers": SmallNumbers(absent="suppressed")}),
    ("C01", count("-1"), {}),
    ("C01", count("\u22121"), {}),
    ("C02", count("12.5"), {}),
    ("C03", count(""), {}),
    ("C04", count("about 30"), {}),
    ("C04", count("inf"), {}),
    ("C40", count("1e15"), {}),
    ("C40", put("population", "population", "1e308"), {}),
    *[("C05", count(marker), {}) for marker in SUPPRESSED],
    *[("C18", chain(ten_or_more, count(marker)), {"small_numbers": "exact"}) for marker in BOUNDED],
    *[
        ("C19", chain(ten_or_more, count(marker)), {"small_numbers": rule})
        for marker in ABSENT
        for rule in ("exact", "lt5")
    ],
    *[("C20", count(marker), {"small_numbers": rule}) for marker in ASKED for rule in ("error", "exclude")],
    ("C14", chain(ten_or_more, count("<99")), {}),
    ("C32", chain(YEARS, ten_or_more), {"small_numbers": "2022=lt5"}),
    ("C32", chain(YEARS, ten_or_more), {"small_numbers": "2022=lt5,2024=hes,others=exact"}),
    ("C32", ten_or_more, {"small_numbers": "2022=lt5"}),
    ("C21", chain(ten_or_more, count("[z]")), {}),
    ("C22", fill("admissions", "admissions", "[z]", "ics == 'E54000063' and procedure == 'hip'"), {}),
    ("C22", fill("admissions", "admissions", ".", "sex == 'M' and procedure == 'hip'"), {}),
    *[("C23", count(text), {}) for text in ("1204r", "1204 [p]", "35*", "35 [note 1]", "35\u00b9")],
    ("C24", count("35c"), {}),
    ("C24", chain(rounded, count("35*")), {"small_numbers": "hes"}),
    ("C24", count("35 [low]"), {}),
    ("C25", count("[low]"), {}),
    ("C25", chain(ten_or_more, count("0~")), {"small_numbers": "lt5"}),
    ("C26", chain(ten_or_more, rounded), {}),
    ("C27", chain(ten_or_more, rounded), {"small_numbers": "exclude"}),
    ("C29", chain(ten_or_more, put("admissions", "admissions", "*", 8)), {"small_numbers": "lt5"}),
    ("C28", chain(ten_or_more, put("admissions", "admissions", "*", 60)), {"small_numbers": "lt5"}),
    (
        "C30",
        chain(ten_or_more, fill("admissions", "admissions", "[x]", "ics == 'E54000063' and procedure == 'hip'")),
        {},
    ),
    ("C31", fill("admissions", "admissions", "nil", "sex == 'M' and procedure == 'hip'"), {}),
    ("C06", count("*"), {"small_numbers": "exclude"}),
    ("C12", chain(ten_or_more, count("*")), {"small_numbers": "lt5"}),
    ("C12", chain(ten_or_more, count("<6")), {"small_numbers": "lt6"}),
    ("C13", chain(ten_or_more, count("<6")), {"small_numbers": "lt5"}),
    ("C13", chain(rounded, count("1-4")), {"small_numbers": "hes"}),
    ("C13", chain(ten_or_more, count("0-4")), {"small_numbers": "lt5"}),
    ("C15", fill("admissions", "admissions", "20"), {"small_numbers": "hes"}),
    ("C14", chain(ten_or_more, count("4")), {"small_numbers": "lt5"}),
    ("C14", chain(rounded, count("12")), {"small_numbers": "hes"}),
    ("C07", chain(FEW_HIPS, UNKNOWN), {}),
    ("C11", fill("admissions", "admissions", "0", "procedure == 'hip'"), {}),
    ("C16", chain(YEARS, fill("admissions", "admissions", "0", "procedure == 'hip' and period == '2023'")), {}),
    (
        "C17",
        chain(
            YEARS,
            fill("admissions", "admissions", "0", "ics == 'E54000063' and procedure == 'hip' and period == '2023'"),
        ),
        {},
    ),
    ("P07", for_periods(MONTHS, "admissions", "population"), {}),
    ("P09", for_periods(("before", "after"), "admissions", "population"), {"periods": "add_up", **RESIDENTS}),
    ("P10", times("population", 0.001, "ics == 'E54000063'"), {}),
    ("P11", count("999999"), {}),
    ("P12", times("population", 0.001), {}),
    ("P13", times("population", 0.04), {}),
    ("P13", times("population", 12), {}),
    ("P14", chain(rated, summed("population", "sex")), {}),
    ("P08", as_is, RESIDENTS),
    ("S13", chain(WITHOUT_AGE, summed("population", "age_band", "sex"), needed("1")), {}),
    ("S13", chain(summed("admissions", "age_band"), summed("population", "age_band"), needed("1")), {}),
    ("C08", NO_SURREY_HIPS, {}),
    ("C09", chain(RARE_HIPS, UNKNOWN), {}),
    ("C10", given("not_offered", SURREY_HIPS), {}),
    ("P01", put("population", "population", "0"), {}),
    ("P02", times("population", 0.001, "ics == 'E54000063' and deprivation == '1'"), {}),
    ("P03", put("population", "population", "-1"), {}),
    ("P03", put("population", "population", ""), {}),
    ("P03", chain(YEARS, only("population", "period == '2022' or index != 3")), {}),
    ("P04", summed("admissions", "sex"), {}),
    ("P04", for_two_years("population"), {}),
    ("P05", summed("population", "sex"), {}),
    ("P05", only("population", "age_band != '75+'"), {}),
    ("P05", only("population", "sex != 'F'"), {}),
    ("P06", for_two_years("admissions"), {}),
    ("G01", put("admissions", "ics", "QHL"), {}),
    ("G02", recode_both("ics", {"E54000063": "E54000052"}), {}),
    ("G02", recode_both("ics", {"E54000063": "E54000069"}), {}),
    ("G02", as_is, {"areas": "icb2026"}),
    ("G04", recode("population", "ics", {"E54000063": "E54000069", "E54000025": "E54000065"}), {}),
    ("G05", ONE_TELLS_NOTHING, {}),
    ("G06", recode("admissions", "ics", NHS_CODES), {}),
    ("G07", as_is, {"areas": "any"}),
    ("D10", fill("admissions", "deprivation_index", "IMD 2025"), {}),
    (
        "D10",
        chain(fill("population", "deprivation_index", IMD), put("population", "deprivation_index", "IMD 2025")),
        {},
    ),
    ("G03", only("population", "ics != 'E54000063'"), {}),
    ("G03", given("not_offered", {"ics": ["E54000064"], "procedure": ["hip"]}), {}),
    ("D01", recode_both("deprivation", REVERSED), {}),
    ("D01", recode_both("deprivation", ENDS), {"groups": Deprivation(IMD, 5)}),
    ("D01", as_is, {"groups": Deprivation(IMD, 5)}),
    ("D01", as_is, {"groups": Deprivation(IMD, 10)}),
    ("D02", recode_both("deprivation", FROM_ZERO), {}),
    ("D03", recode_both("deprivation", {"1": "Q1", "2": "D2"}), {}),
    ("D03", only_both("deprivation != '3'"), {}),
    ("D03", only("admissions", "deprivation != '5'"), {}),
    ("D13", only_both("deprivation == '1'"), {}),
    ("D04", as_is, {"groups": Deprivation()}),
    ("D05", recode_both("deprivation", REVERSED), {"groups": Deprivation(IMD, 5)}),
    ("D06", only_both("ics != 'E54000063' or deprivation in ('4', '5')"), {}),
    ("D07", put("admissions", "deprivation", "poorest"), {}),
    ("U01", by_ethnicity, {"groups": Group("ethnicity")}),
    ("U01", by_ethnicity, {"groups": Group("ethnicity", "White")}),
    ("U02", chain(by_ethnicity, recode("admissions", "ethnicity", {"Asian": "Asian or British Asian"})), BY_ETHNICITY),
    ("U02", chain(by_ethnicity, only_both("ethnicity == 'White British'")), BY_ETHNICITY),
    ("U03", chain(by_ethnicity, fill("admissions", "admissions", "0", "ethnicity == 'Mixed'")), BY_ETHNICITY),
    ("U04", chain(by_ethnicity, put("admissions", "ethnicity", "white-british")), BY_ETHNICITY),
    ("U06", chain(by_both, only_both("deprivation in ('1', '2')")), BY_BOTH),
    ("U06", chain(by_both, only_both("ethnicity == 'White British'")), BY_BOTH),
    ("U01", by_both, {"groups": Group("ethnicity,deprivation", "Black", Deprivation(IMD))}),
    ("U02", chain(by_both, only("population", "ethnicity != 'Asian' or deprivation != '3'")), BY_BOTH),
    ("U04", chain(by_both, put("admissions", "ethnicity", "white-british")), BY_BOTH),
    ("U05", chain(by_both, again("admissions", ethnicity="Not stated")), BY_BOTH),
    ("D01", chain(by_both, recode_both("deprivation", REVERSED)), BY_BOTH),
    ("D04", by_both, {"groups": Group("ethnicity,deprivation", "White British")}),
    ("D07", chain(by_both, put("admissions", "deprivation", "poorest")), BY_BOTH),
    ("D08", chain(by_both, again("admissions", deprivation="unknown")), BY_BOTH),
    ("D10", chain(by_both, fill("admissions", "deprivation_index", "IMD 2025")), BY_BOTH),
    ("K01", chain(by_both, without("population", "ethnicity")), BY_BOTH),
    ("K01", chain(by_both, without("admissions", "deprivation")), BY_BOTH),
    ("K03", chain(by_both, again("admissions")), BY_BOTH),
    ("K01", chain(by_ethnicity, without("population", "ethnicity")), BY_ETHNICITY),
    *[
        ("K06", chain(by_ethnicity, put("admissions", "ethnicity", label)), BY_ETHNICITY)
        for label in ("Other or not known", "White British/unknown")
    ],
    *[
        ("U05", chain(by_ethnicity, again("admissions", ethnicity=label)), BY_ETHNICITY)
        for label in ("", "Not stated", "unknown", "Z", "99", "Prefer not to say", "Not Stated/Not Known", "NULL")
    ],
    ("S01", recode("admissions", "age_band", {"65-74": "04-May"}), {}),
    ("S01", recode("admissions", "age_band", {"65-74": "Oct-14"}), {}),
    ("S02", recode("admissions", "age_band", {"75+": "elderly"}), {}),
    ("S03", recode_both("age_band", {"65-74": "60-74"}), {}),
    ("S03", recode("population", "age_band", {"00-64": "00-69", "65-74": "70-74"}), {}),
    ("S04", recode_both("age_band", {"65-74": "66-74"}), {}),
    ("S05", put("admissions", "sex", "ff"), {}),
    ("S06", recode("admissions", "sex", {"F": "2", "M": "1"}), {}),
    ("S06", recode("population", "sex", {"F": "Female", "M": "male"}), {}),
    ("S07", chain(WITHOUT_AGE, summed("population", "age_band", "sex")), {}),
    ("S08", chain(rated, only("rates", "sex == 'F'")), {}),
    ("S09", chain(fill("population", "population", "2000", YOUNG), fill("admissions", "admissions", "200", YOUNG)), {}),
    (
        "S09",
        chain(fill("population", "population", "2000", YOUNG), fill("admissions", "admissions", "200", YOUNG), YEARS),
        {},
    ),
    ("S10", as_is, {"ages": Ages(("0-69", "70+"))}),
    ("S10", as_is, {"ages": Ages(("0-64", "65-74"))}),
    ("S10", as_is, {"ages": Ages(("0-64", "65-74", "75-120", "121+"))}),
    ("S10", only_both("age_band == '75+'"), {"ages": Ages(True)}),
    ("S10", chain(WITHOUT_AGE, summed("population", "age_band", "sex")), {"ages": Ages(True)}),
    ("S10", chain(summed("admissions", "sex"), summed("population", "sex")), {"ages": Ages(True, sexes_apart=True)}),
    ("S03", as_is, {"ages": Ages(("0-64", "60+"))}),
    ("S04", as_is, {"ages": Ages(("0-64", "75+"))}),
    ("S02", as_is, {"ages": Ages(("young", "old"))}),
    (
        "S11",
        fill("admissions", "admissions", "0", "procedure == 'hip' and age_band == '00-64' and sex == 'M'"),
        {"ages": Ages(("0-64", "65+"), sexes_apart=True)},
    ),
    ("S12", unlike_ages, {}),
    ("N01", chain(needed("1"), put("need", "need_ratio", "0")), {}),
    ("N01", chain(needed("1"), put("need", "need_ratio", "*")), {}),
    ("N02", chain(needed("1"), only("need", "index != 0")), {}),
    ("N03", needed("1.4"), {}),
    ("N05", chain(needed("1"), for_two_years("need")), {}),
    ("N05", chain(needed("1"), YEARS, for_two_years("need")), {"periods": "add_up"}),
    ("N04", chain(needed("1"), error_of_need("-0.1")), {}),
    ("N04", chain(needed("1"), error_of_need("")), {}),
    *[("N06", chain(YEARS, given("unit_costs", {**COSTS, "unit_cost": ["9000", cost]})), {}) for cost in ("0", "*")],
    ("N07", chain(YEARS, given("unit_costs", {"procedure": ["hip"], "unit_cost": ["9000"]})), {}),
    ("N08", given("unit_costs", COSTS), {}),
    ("V01", measured_in_areas(value=["", "7", "8", "9"]), {}),
    ("V02", measured_in_areas(unit=["km", "miles", "km", "km"]), {}),
    ("V02", measured_in_areas(unit=""), {}),
    ("V03", chain(measured_in_areas(), only("covariates", "index != 0")), {}),
    ("V04", measured_in_areas(value="7"), {}),
    ("V05", measured_in_areas(ics="E54000025"), {}),
    ("B01", bordering(more=("E54000055", "E54000999")), {}),
    ("B02", bordering(both_ways=False), {}),
    ("B03", bordering(more=("E54000055", "E54000055")), {}),
    ("B04", bordering(first=1), {}),
    ("B05", bordering(without=2), {}),
    ("B06", given("neighbours", {"area": ["x"], "neighbour": ["y"]}), {}),
    ("B07", bordering(more=("E54000055", "")), {}),
    ("V06", measured_in_areas(more="E54000050"), {}),
]


BESIDE = {"F18": ("F15",), "C29": ("C12",), "C30": ("C19",)}
"""What is always said beside a rule: the sheet, where something of it is hidden; what a rule cannot be met without."""


def label(case):
    rule, _, options = case
    return f"{rule}-{'-'.join(map(str, options.values()))}".strip("-")


@pytest.mark.parametrize(("rule", "change", "options"), [case for case in CASES if case[0] in ERRORS],
                         ids=[label(case) for case in CASES if case[0] in ERRORS])  # fmt: skip
def test_an_error_names_the_rule_a_few_rows_and_the_way_out(rule, change, options, tables, save):
    with pytest.raises(EquityDataError, match=rule) as error:
        read(save(**change(tables)), **options)
    assert {finding.rule for finding in error.value.findings} == {rule}
    assert contract()[rule].way_out in str(error.value)
    for finding in error.value.findings:
        lines = [line for line in finding.explain().splitlines()[1:] if "Way out" not in line and "more" not in line]
        assert len(lines) <= NAMED_ROWS == 5


@pytest.mark.parametrize(("rule", "change", "options"), [case for case in CASES if case[0] not in ERRORS],
                         ids=[label(case) for case in CASES if case[0] not in ERRORS])  # fmt: skip
def test_a_warning_or_repair_is_kept_with_the_cells(rule, change, options, tables, save):
    cells = read(save(**change(tables)), **options)
    assert rules_of(cells) == {rule, *BESIDE.get(rule, ())}


def twin_of(options):
    """Give the way to tables that keep the contract under the same options."""
    shown = {"hes": rounded, "error": as_is, "exclude": as_is}
    rule = SmallNumbers.of(options.get("small_numbers", "error")).rule
    grouped = as_is if "groups" not in options else by_both if options["groups"].crossed else by_ethnicity
    return chain(grouped, shown.get(rule, ten_or_more))


TWINS = {
    label(("", None, options)): options
    for rule, change, options in CASES
    if change is not as_is
    and rule not in ("K10", "U01", "C32", "D04")
    and not isinstance(options.get("groups"), Deprivation)
}
"""Options under which tables are broken on purpose; not those that are themselves at fault, or number groups otherwise."""


@pytest.mark.parametrize("name", sorted(TWINS))
def test_the_good_twin_of_a_bad_table_breaks_none_of_its_rules(name, tables, save):
    options = TWINS[name]
    broken = {rule for rule, change, given in CASES if given == options and change is not as_is}
    found = rules_of(read(save(**twin_of(options)(tables)), **options))
    assert not found & broken - {"C15"}  # rounded counts are always read as intervals


def test_every_rule_has_a_case():
    elsewhere = {rule for rule in contract() if rule[0] in "TWMQRAE"}  # met where those tables are read
    assert {rule for rule, _, _ in CASES} == set(contract()) - elsewhere


def test_every_error_has_a_way_out():
    assert [rule for rule in ERRORS if not contract()[rule].way_out] == []


def test_clean_tables_leave_an_empty_log(clean):
    assert data_log(clean).empty


def test_no_value_is_changed_on_the_way(clean, tables):
    assert clean["admissions"].sum() == tables["admissions"]["admissions"].astype(int).sum()
    assert clean["population"].sum() == tables["population"]["population"].astype(float).sum()


# The contract as a whole


def test_rules_stand_in_the_files_that_check_them_and_have_one_meaning_each():
    declared = [rule for name in CHECKS for rule in import_module(f"equitymodel.data.{name}").RULES]
    assert len({rule.id for rule in declared}) == len(declared) == len(contract())


def test_every_file_of_the_data_room_that_has_rules_is_known():
    folder = Path(data.__file__).parent
    with_rules = {".".join(path.relative_to(folder).with_suffix("").parts) for path in folder.rglob("*.py")
                  if re.search(r"^RULES = ", path.read_text(encoding="utf-8"), re.MULTILINE)}  # fmt: skip
    assert with_rules == set(CHECKS)


def test_every_rule_that_is_recorded_exists_and_every_rule_is_recorded():
    folder = Path(data.__file__).parent
    text = "".join(re.sub(r"^RULES = \(.*?^\)$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
                   for path in sorted(folder.rglob("*.py")))  # fmt: skip
    assert set(re.findall(r'"([FKCPGBDUSNVTWMQRAE]\d\d)"', text)) == set(contract())


def test_rules_come_family_by_family_in_the_order_of_their_numbers():
    names = list(contract())
    assert names[:2] == ["F01", "F02"]
    assert names == sorted(names, key=lambda name: ("FKCPGBDUSNVTWMQRAE".index(name[0]), name))
