"""Every rule of the data contract is met by a file that breaks it, and says the way out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from equitymodel.data.cells.bands import Ages
from equitymodel.data.cells.read_cells import data_log, read_cells
from equitymodel.data.tables.areas import icb_residents
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.findings import NAMED_ROWS, DataLog, Finding, findings_frame
from equitymodel.data.tables.groups import Group
from equitymodel.data.tables.read_tables import read_admissions, read_population
from equitymodel.data.tables.rules import contract
from equitymodel.data.tables.suppression import PUBLISHERS as SMALL
from equitymodel.data.tables.suppression import SmallNumbers, show
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit

IMD = "IMD 2019"
REVERSED = {str(group): str(6 - group) for group in range(1, 6)}
FROM_ZERO = {str(group): str(group - 1) for group in range(1, 6)}
ENDS = {"1": "1 - most deprived", "5": "5 - least deprived"}
SURREY_HIPS = {"ics": ["E54000063"], "procedure": ["hip"]}
YOUNG = "deprivation == '1' and age_band == '75+'"  # so few live there that their rate counts little
MARKERS = ("*", "**", "<5", "< 5", "1-7", "-", "..", ":", "c", "[c]", "<=5", "1\u20137", "\u2013")
ERRORS = {rule for rule, clause in contract().items() if clause.severity == "error"}


# Ways to change the inputs: each takes the tables by name and gives them back changed.


def as_is(tables):
    return tables


def chain(*changes):
    def change(tables):
        for step in changes:
            tables = step(tables)
        return tables

    return change


def put(table, column, value, row=0):
    def change(tables):
        frame = tables[table].copy()
        frame.loc[frame.index[row], column] = value
        return {**tables, table: frame}

    return change


def count(value):
    return put("admissions", "admissions", value)


def fill(table, column, value, where=None):
    """Write one value in a column, in every row or in those that meet a condition."""

    def change(tables):
        frame = tables[table].copy()
        frame.loc[slice(None) if where is None else frame.eval(where), column] = value
        return {**tables, table: frame}

    return change


def recode(table, column, codes):
    return lambda tables: {**tables, table: tables[table].assign(**{column: tables[table][column].replace(codes)})}


def recode_both(column, codes):
    return chain(recode("admissions", column, codes), recode("population", column, codes))


def only(table, where):
    return lambda tables: {**tables, table: tables[table].query(where)}


def only_both(where):
    return chain(only("admissions", where), only("population", where))


def without(table, column):
    return lambda tables: {**tables, table: tables[table].drop(columns=column)}


def again(table, **values):
    """Give the first row once more, with some values changed."""
    return lambda tables: {**tables, table: pd.concat([tables[table], tables[table].iloc[:1].assign(**values)])}


def summed(table, *away):
    """Add a table up over some of its columns."""

    def change(tables):
        frame, value = tables[table], tables[table].columns[-1]
        keys = [column for column in frame.columns if column not in (*away, value)]
        total = frame.assign(**{value: frame[value].astype(float)}).groupby(keys)[value].sum()
        return {**tables, table: total.reset_index()}

    return change


def for_two_years(*names):
    """Give tables once for each of two years."""

    def change(tables):
        years = {name: [tables[name].assign(period=year) for year in ("2022", "2023")] for name in names}
        return {**tables, **{name: pd.concat(frames) for name, frames in years.items()}}

    return change


def encoded(encode):
    """Write the text of the admissions file as other bytes."""
    return lambda tables: {**tables, "admissions": encode(tables["admissions"].to_csv(index=False))}


def rewritten(old, new):
    return encoded(lambda text: text.replace(old, new, 1).encode())


def given(name, content):
    return lambda tables: {**tables, name: pd.DataFrame(content) if isinstance(content, dict) else content}


def named_in_cp1252(tables):
    frame = tables["admissions"].assign(ics_name="Surrey \u2013 board")
    return {**tables, "admissions": frame.to_csv(index=False).encode("cp1252")}


def needed(ratio):
    """Add a table of need."""

    def change(tables):
        keys = tables["admissions"][["ics", "deprivation", "procedure"]].drop_duplicates()
        return {**tables, "need": keys.assign(need_ratio=ratio)}

    return change


def error_of_need(value):
    """Add a standard error of need to every row, and this one to the first."""

    def change(tables):
        errors = ["0.1"] * len(tables["need"])
        return {**tables, "need": tables["need"].assign(need_ratio_se=[value, *errors[1:]])}

    return change


def rated(tables):
    """Take age and sex out of the admissions, and add rates that have them."""
    rates = tables["admissions"][["procedure", "age_band", "sex"]].drop_duplicates()
    rate = rates["age_band"].map({"00-64": "0.0005", "65-74": "0.006", "75+": "0.005"})
    return {**WITHOUT_AGE(tables), "rates": rates.assign(rate=rate)}


def unlike_ages(tables):
    """Let almost only the young live in group 1, and almost only the old in group 5."""
    few = "(deprivation == '1') == (age_band != '00-64') and deprivation in ('1', '5')"

    def thinned(frame, value):
        rare = frame.eval(few)
        return frame.assign(**{value: frame[value].astype(float).where(~rare, frame[value].astype(float) / 40).round()})

    return {name: thinned(frame, name).astype({name: int}).astype(str) for name, frame in tables.items()}


def ten_or_more(tables):
    """Leave no small counts."""
    frame = tables["admissions"]
    return {**tables, "admissions": frame.assign(admissions=frame["admissions"].astype(int).clip(lower=10).astype(str))}


def rounded(tables):
    """Show counts as Hospital Episode Statistics do."""
    frame = tables["admissions"]
    return {**tables, "admissions": frame.assign(admissions=show(frame["admissions"].astype(int), SMALL["hes"]))}


ETHNICITY = {"1": "Asian", "2": "Black", "3": "Mixed", "4": "Other", "5": "White British"}
BY_ETHNICITY = {"groups": Group("ethnicity", "White British")}


def by_ethnicity(tables):
    """Read the groups as those of ethnicity, which have no order."""
    named = {name: tables[name].assign(deprivation=tables[name]["deprivation"].replace(ETHNICITY)) for name in tables}
    return {name: frame.rename(columns={"deprivation": "ethnicity"}) for name, frame in named.items()}


WITHOUT_AGE = summed("admissions", "age_band", "sex")
NO_SURREY_HIPS = fill("admissions", "admissions", "0", "ics == 'E54000063' and procedure == 'hip'")
RARE_HIPS = chain(fill("admissions", "admissions", "1", "procedure == 'hip'"), NO_SURREY_HIPS)
NO_HIPS = fill("admissions", "admissions", "0", "procedure == 'hip'")
FEW_HIPS = chain(NO_HIPS, fill("admissions", "admissions", "1", "procedure == 'hip' and age_band == '75+'"))
YEARS = for_two_years("admissions", "population")


CASES = [
    ("F01", encoded(lambda text: text.encode("utf-8-sig")), {}),
    ("F02", named_in_cp1252, {}),
    ("F03", encoded(lambda text: text.encode("utf-16")), {}),
    ("F03", encoded(lambda text: text.encode("utf-16-le")), {}),
    ("F03", given("admissions", b""), {}),
    ("F03", given("admissions", b"PK\x03\x04\x00\x00 a workbook"), {}),
    ("F03", encoded(lambda text: text.replace("\n", ",\n").replace(",\n", "\n", 1).encode()), {}),
    ("F03", encoded(lambda text: (text + "one,value,too,many,in,this,row\n").encode()), {}),
    ("F03", rewritten("sex", "Age Band"), {}),
    ("F03", given("admissions", Path("nowhere.csv")), {}),
    ("F04", count("1,204"), {}),
    ("F04", count("1 204"), {}),
    ("F04", put("population", "population", "10,920.5"), {}),
    ("F05", put("admissions", "procedure", " hip\u00a0"), {}),
    ("F06", rewritten("age_band", " Age Band "), {}),
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
    ("K05", chain(YEARS, recode("population", "period", {"2023": "2024"})), {}),
    ("K06", put("admissions", "deprivation", ""), {}),
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
    *[("C05", count(marker), {}) for marker in MARKERS],
    ("C06", count("*"), {"small_numbers": "exclude"}),
    ("C12", chain(ten_or_more, count("*")), {"small_numbers": "lt5"}),
    ("C12", chain(ten_or_more, count("<6")), {"small_numbers": "lt6"}),
    ("C13", chain(ten_or_more, count("<6")), {"small_numbers": "lt5"}),
    ("C13", chain(rounded, count("1-4")), {"small_numbers": "hes"}),
    ("C13", chain(ten_or_more, count("0-4")), {"small_numbers": "lt5"}),
    ("C15", fill("admissions", "admissions", "20"), {"small_numbers": "hes"}),
    ("C14", chain(ten_or_more, count("4")), {"small_numbers": "lt5"}),
    ("C14", chain(rounded, count("12")), {"small_numbers": "hes"}),
    ("C07", FEW_HIPS, {}),
    ("C11", fill("admissions", "admissions", "0", "procedure == 'hip'"), {}),
    ("C08", NO_SURREY_HIPS, {}),
    ("C09", RARE_HIPS, {}),
    ("C10", given("not_offered", SURREY_HIPS), {}),
    ("P01", put("population", "population", "0"), {}),
    ("P02", count("999999"), {}),
    ("P03", put("population", "population", "-1"), {}),
    ("P03", put("population", "population", ""), {}),
    ("P03", chain(YEARS, only("population", "period == '2022' or index != 3")), {}),
    ("P04", summed("admissions", "sex"), {}),
    ("P04", for_two_years("population"), {}),
    ("P05", summed("population", "sex"), {}),
    ("P05", only("population", "age_band != '75+'"), {}),
    ("P05", only("population", "sex != 'F'"), {}),
    ("P05", chain(rated, summed("population", "sex")), {}),
    ("P06", for_two_years("admissions"), {}),
    ("G01", put("admissions", "ics", "QHL"), {}),
    ("G02", recode_both("ics", {"E54000063": "E54000052"}), {}),
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
    ("K01", chain(by_ethnicity, without("population", "ethnicity")), BY_ETHNICITY),
    *[
        ("K06", chain(by_ethnicity, put("admissions", "ethnicity", label)), BY_ETHNICITY)
        for label in ("", "Not stated", "unknown", "Z", "99", "Prefer not to say")
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
    ("N04", chain(needed("1"), error_of_need("-0.1")), {}),
    ("N04", chain(needed("1"), error_of_need("")), {}),
]


def label(case):
    rule, _, options = case
    return f"{rule}-{'-'.join(map(str, options.values()))}".strip("-")


def read(inputs, **options):
    return read_cells(**inputs, **{"groups": Deprivation(IMD), **options})


def rules_of(cells):
    return set(data_log(cells)["rule"])


@pytest.fixture(scope="module")
def clean(tables):
    """The cells of the tables as they are."""
    return read(tables)


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
    assert rules_of(cells) == {rule}


def test_every_rule_has_a_case():
    of_a_series = {rule for rule in contract() if rule.startswith("T")}  # met in test_series.py
    assert {rule for rule, _, _ in CASES} == set(contract()) - of_a_series


def test_every_error_has_a_way_out():
    assert [rule for rule in ERRORS if not contract()[rule].way_out] == []


def test_clean_tables_leave_an_empty_log(clean):
    assert data_log(clean).empty


def test_no_value_is_changed_on_the_way(clean, tables):
    assert clean["admissions"].sum() == tables["admissions"]["admissions"].astype(int).sum()
    assert clean["population"].sum() == tables["population"]["population"].astype(float).sum()


# Files


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


# Counts


def test_suppressed_counts_point_to_the_option(tables, save):
    for option in ("hes", "exclude"):
        with pytest.raises(EquityDataError, match=f"--small-numbers {option}"):
            read(save(**count("*")(tables)))


@pytest.mark.parametrize("marker", MARKERS)
def test_an_excluded_count_is_missing_and_not_zero(marker, tables, save):
    cells = read(save(**count(marker)(tables)), small_numbers="exclude")
    first = cells["admissions"].sel(ics="E54000025", deprivation=1, procedure="hip")
    assert np.isnan(first)
    assert int(cells["admissions"].isnull().sum()) == 1


def test_the_error_says_how_many_rows_more(tables, save):
    with pytest.raises(EquityDataError, match=r"C05 in admissions: .* \(120 rows\)") as error:
        read(save(**fill("admissions", "admissions", "*", "procedure == 'hip'")(tables)))
    assert "... and 115 more" in str(error.value)


def test_duplicates_name_every_copy_with_its_count(tables, save):
    copies = again("admissions", admissions="5")(count("7")(tables))
    with pytest.raises(EquityDataError) as error:
        read(save(**copies))
    (finding,) = error.value.findings
    assert finding.count == len(finding.rows) == 2
    assert [row.split(" (")[0] for row in finding.rows] == ["row 2", "row 242"]
    assert [row.split(": ")[-1] for row in finding.rows] == ["7; its rows sum to 12", "5; its rows sum to 12"]


# Age, sex and population


@pytest.mark.parametrize(("shown", "meant"), [("04-May", "'4-5'"), ("09-May", "'5-9'"), ("Oct-14", "'10-14'")])
def test_a_mangled_age_band_says_what_it_was(shown, meant, tables, save):
    with pytest.raises(EquityDataError, match=f"{shown}' was probably {meant}"):
        read(save(**recode("admissions", "age_band", {"65-74": shown})(tables)))


def split_bands(tables):
    """Give the population of 75 and over as 75-84 and 85 and over."""
    people = tables["population"]
    oldest = people["age_band"] == "75+"
    halves = people["population"].astype(float) / 2
    parts = [people[oldest].assign(age_band=band, population=halves[oldest]) for band in ("75-84", "85+")]
    return {**tables, "population": pd.concat([people[~oldest], *parts])}


def test_finer_age_bands_are_added_up(clean, tables, save):
    fine = read(save(**split_bands(tables)))
    assert rules_of(fine) == {"P04"}
    assert fine.drop_attrs().identical(clean.drop_attrs())


def test_people_outside_the_ages_of_the_admissions_are_left_out_and_said(tables, save):
    older = only("admissions", "age_band != '00-64'")
    cells = read(save(**older(tables)))
    assert "people aged 00-64 are outside" in data_log(cells)["detail"].iloc[0]
    people = tables["population"].query("age_band != '00-64'")["population"]
    assert cells["population"].sum() == people.astype(float).sum()


def test_sex_in_other_codes_gives_the_same_cells(clean, tables, save):
    coded = chain(
        recode("admissions", "sex", {"F": "2", "M": "1"}),
        recode("population", "sex", {"F": "female", "M": "Male"}),
    )
    assert read(save(**coded(tables))).drop_attrs().identical(clean.drop_attrs())


# Deprivation and areas


def test_reversed_groups_are_renumbered_when_asked(clean, tables, save):
    cells = read(save(**recode_both("deprivation", REVERSED)(tables)), groups=Deprivation(IMD, 5))
    assert cells.drop_attrs().identical(clean.drop_attrs())
    assert data_log(cells)["detail"].tolist() == ["5 became 1", "5 became 1"]


def test_labels_that_say_their_end_are_read(clean, tables, save):
    cells = read(save(**recode_both("deprivation", ENDS)(tables)))
    assert cells.drop_attrs().identical(clean.drop_attrs())


def published_deciles(reverse):
    """Give the residents of every board by decile, each quintile split in two."""
    people = icb_residents().filter(like="quintile_")
    groups = [(ics, 2 * q + half, row.iloc[q] / 2) for ics, row in people.iterrows() for q in range(5)
              for half in (1, 2)]  # fmt: skip
    frame = pd.DataFrame(groups, columns=["ics", "deprivation", "population"])
    return frame.assign(deprivation=11 - frame["deprivation"]) if reverse else frame


def test_reversed_deciles_are_found_out_by_where_people_live(save):
    people = published_deciles(reverse=True)
    counts = people.assign(procedure="hip", admissions=30).drop(columns="population")
    with pytest.raises(EquityDataError, match=r"D01 in cells: .*fits the published shares when .* reversed"):
        read(save(admissions=counts, population=people))


def test_deciles_the_right_way_round_are_accepted(save):
    people = published_deciles(reverse=False)
    counts = people.assign(procedure="hip", admissions=30).drop(columns="population")
    assert rules_of(read(save(admissions=counts, population=people))) == {"S07"}


def test_areas_any_accepts_other_areas(tables, save):
    scots = recode_both("ics", {"E54000063": "S37000001"})(tables)
    with pytest.raises(EquityDataError, match="not one of the 42 boards"):
        read(save(**recode_both("ics", {"E54000063": "E54000052"})(tables)))
    cells = read(save(**scots), areas="any")
    assert cells["region"].sel(ics="S37000001") == "not known"


# Rows that are absent, cells that do not exist


@pytest.mark.parametrize(("absent", "value"), [("zero", 0.0), ("missing", np.nan)])
def test_an_absent_cell_is_what_was_asked(absent, value, tables, save):
    gone = only("admissions", "ics != 'E54000063' or procedure != 'hip' or deprivation != '2'")
    cells = read(save(**gone(tables)), small_numbers=SmallNumbers(absent=absent))
    cell = cells["admissions"].sel(ics="E54000063", procedure="hip", deprivation=2)
    np.testing.assert_equal(cell.item(), value)
    assert bool(cells["offered"].sel(ics="E54000063", procedure="hip", deprivation=2))


@pytest.mark.parametrize(("absent", "value"), [("zero", 0.0), ("missing", np.nan)])
def test_a_row_absent_in_one_year_is_what_was_asked(absent, value, tables, save):
    gone = chain(YEARS, only("admissions", "period == '2022' or index != 0"))
    cells = read(save(**gone(tables)), small_numbers=SmallNumbers(absent=absent))
    first = tables["admissions"]["admissions"].astype(int)
    whole = 2 * first[:6].sum() - first[0]
    cell = cells["admissions"].sel(ics="E54000025", procedure="hip", deprivation=1)
    np.testing.assert_equal(cell.item(), whole + value)


def test_an_ics_without_rows_is_not_known_when_asked(tables, save):
    cells = read(save(**only("admissions", "ics != 'E54000063'")(tables)), small_numbers=SmallNumbers(absent="missing"))
    assert rules_of(cells) == {"K08"}
    assert cells["admissions"].sel(ics="E54000063").isnull().all()
    assert cells["admissions"].sel(ics="E54000055").notnull().all()


@pytest.mark.parametrize("rows", ["zeros", "no rows"])
def test_a_procedure_not_offered_is_no_cell(rows, tables, save):
    hips = NO_SURREY_HIPS if rows == "zeros" else only("admissions", "ics != 'E54000063' or procedure != 'hip'")
    cells = read(save(**hips(tables), not_offered=pd.DataFrame(SURREY_HIPS)))
    chosen = cells.sel(ics="E54000063", procedure="hip")
    assert data_log(cells).empty
    assert not chosen["offered"].any()
    assert chosen["admissions"].isnull().all()
    assert chosen["expected_admissions"].isnull().all()


def test_a_group_without_residents_is_no_cell(tables, save):
    gone = only_both("ics != 'E54000063' or deprivation != '1'")
    cells = read(save(**gone(tables)))
    assert not cells["offered"].sel(ics="E54000063", deprivation=1).any()
    assert cells["population"].sel(ics="E54000063", deprivation=1).item() == 0


def test_a_procedure_called_all_throughout_counts_nobody_twice(tables, save):
    hips = chain(only("admissions", "procedure == 'hip'"), fill("admissions", "procedure", "All"))
    assert data_log(read(save(**hips(tables)))).empty


# Need and rates


def test_need_moves_expected_admissions_in_its_ratio(tables, save):
    need = chain(needed("0.9"), fill("need", "need_ratio", "1.2", "deprivation == '1'"))
    expected = read(save(**need(tables)))["expected_admissions"]
    change = expected.sel(adjustment="need") / expected.sel(adjustment="age_sex")
    most, least = change.sel(deprivation=1), change.sel(deprivation=5)
    np.testing.assert_allclose(most / least, 1.2 / 0.9)


def test_the_level_of_need_does_not_count(tables, save):
    ones, tens = (read(save(**needed(ratio)(tables)))["expected_admissions"] for ratio in ("1", "10"))
    np.testing.assert_allclose(ones, tens)


def test_rates_from_elsewhere_stand_in_for_ages(tables, save):
    cells = read(save(**rated(tables)))
    assert cells.attrs["adjustment"] == "age and sex"
    assert data_log(cells).empty


def test_rates_by_age_alone_add_the_population_up_over_sex(tables, save):
    by_age = chain(rated, lambda inputs: {**inputs, "rates": inputs["rates"].query("sex == 'F'").drop(columns="sex")})
    both = read(save(**rated(tables)))
    age = read(save(**by_age(tables)))
    assert rules_of(age) == {"P04"}
    np.testing.assert_allclose(age["expected_admissions"], both["expected_admissions"])


# The words of a finding


def test_a_finding_names_at_most_five_rows():
    log = DataLog("admissions")
    log.add("C01", rows=[f"row {number}" for number in range(2, 10)])
    (finding,) = log.findings
    assert finding.rows == ("row 2", "row 3", "row 4", "row 5", "row 6")
    assert "(8 rows)" in finding.explain()
    assert "... and 3 more" in finding.explain()


def test_only_errors_stop_the_work():
    log = DataLog("admissions")
    log.add("F01")
    log.add("C07")
    log.raise_errors()
    log.add("C01", rows=["row 2"])
    with pytest.raises(EquityDataError, match="break 1 rule of"):
        log.raise_errors()


def test_all_broken_rules_are_told_at_once(tables, save):
    broken = chain(count("-1"), put("admissions", "admissions", "2.5", row=1), put("admissions", "sex", "ff", row=2))
    with pytest.raises(EquityDataError) as error:
        read(save(**broken(tables)))
    assert {finding.rule for finding in error.value.findings} == {"C01", "C02", "S05"}


def test_findings_lie_in_a_table_with_their_way_out():
    frame = findings_frame([Finding("C01", rows=("row 2", "row 3"), count=2, table="admissions")])
    assert frame.iloc[0]["rows"] == "row 2; row 3"
    assert frame.iloc[0]["way_out"] == contract()["C01"].way_out


def test_one_table_keeps_its_own_log(tables, save):
    paths = save(**recode("admissions", "sex", {"F": "2", "M": "1"})(tables))
    assert read_admissions(paths["admissions"]).log["rule"].tolist() == ["S06"]
    assert read_population(paths["population"]).log.empty
