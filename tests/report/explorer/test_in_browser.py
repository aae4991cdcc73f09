"""The explorer in a real browser: every control by mouse and by keyboard, and what it shows against the record."""

import math
import re
import statistics
from urllib.parse import parse_qs

import pytest
from axe_playwright_python.sync_playwright import Axe

from equitymodel.report.content.any_published import open_results
from equitymodel.report.document.columns import estimate
from equitymodel.report.explorer.measure_list import listed_measures
from equitymodel.report.wording.statement import procedure_sentences
from equitymodel.report.write_report import write_report
from tests.report.explorer.browsing import (
    LAPTOP,
    SETTLED,
    choose,
    closed,
    opened,
    prints,
    reads_to_all,
    rows_of,
    shown,
    until,
    without_script,
    works_by_keyboard,
    works_by_mouse,
)

CHOICES = ("ics", "of", "measure", "adjusted", "year", "with", "route", "scope")


@pytest.fixture
def page(browser, explorer_file):
    page = opened(browser, explorer_file)
    yield page
    closed(page, explorer_file)


def record(published, table, area, **where):
    rows = published.tables[table]
    rows = rows[rows["ics_name"] == area]
    for name, value in where.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1
    return rows


def printed(rows):
    return estimate("", decimals=2 if rows["unit"].item() == "ratio" else None).texts(rows)[0]


def test_it_opens_with_the_area_that_was_asked_for(page, published_years):
    headline = record(published_years, "gaps", "area 02", procedure="procedure 01", headline=True)
    assert page.text_content("#heading") == "area 02: procedure 01"
    assert shown(page) == printed(headline)


def test_every_ics_and_procedure_shows_its_record_and_its_sentences(page, published_years):
    for code, area in published_years.areas.items():
        choose(page, "ics", area)
        said = procedure_sentences(published_years.quotable, code).set_index("procedure")["text"]
        for procedure in said.index:
            choose(page, "of", procedure)
            headline = record(published_years, "gaps", area, procedure=procedure, headline=True)
            assert shown(page) == printed(headline)
            assert page.text_content("#text") == said[procedure]


def test_every_measure_shows_its_record(page, published_years):
    gaps = published_years.tables["gaps"]
    whole = gaps[(gaps["ics_name"] == "area 02") & (gaps["procedure"] == "procedure 01")]
    options = page.locator("#measure option").all_text_contents()
    assert len(options) > 8
    for name in options[1:]:
        choose(page, "measure", name)
        [words] = [
            row for _, row in whole.iterrows() if f"{row['measure'].replace('_', ' ')}, {row['variant']}" == name
        ]
        numbers = re.findall(r"-?[\d.]+", shown(page).replace(",", ""))
        last = 0.5 * 10.0 ** -len(numbers[0].partition(".")[2])
        for number, field in zip(numbers, ("estimate", "lower", "upper"), strict=True):
            assert abs(float(number) - words[field]) <= max(last, 0.005 * abs(words[field])) + 1e-9


def test_earlier_years_show_their_record_and_the_change_between_them(page, published_years):
    years = published_years.tables["years"]
    for year in years.loc[years["period"] != "", "period"].unique():
        choose(page, "year", year)
        row = record(published_years, "years", "area 02", procedure="procedure 01", measure="rate_ratio", period=year)
        assert shown(page) == printed(row)
        assert rows_of(page, "years_shown")[year] == printed(row)
    first, last = sorted(set(years["period"]) - {""})[:: len(set(years["period"])) - 2]
    change = record(published_years, "years", "area 02", procedure="procedure 01", measure="rate_ratio_change",
                    period_from=first, period_to=last)  # fmt: skip
    assert page.text_content("#change") == printed(change)
    assert page.text_content("#pair") == f"{first} to {last}"


def test_a_change_says_whether_it_is_a_factor_or_a_difference(page, published_years):
    names = {row["measure"]: row["name"] for row in listed_measures(published_years).to_dict("records")}
    for measure, how in (("rate_ratio", ", as a factor"), ("rate_difference", ", as a difference")):
        if page.locator("#measure option:checked").text_content() != names[measure]:
            choose(page, "measure", names[measure])
        assert page.text_content("#how") == how


def test_rank_and_comparison_with_all_are_those_of_the_record(page, published_years):
    [below] = record(published_years, "gaps", "area 02", procedure="procedure 01",
                     measure="probability_worse_than_all")["estimate"]  # fmt: skip
    [rank] = record(published_years, "gaps", "area 02", procedure="procedure 01", measure="rank")["estimate"]
    assert int(page.text_content("#below").rstrip(" %").strip("<>")) == pytest.approx(100 * below, abs=1)
    assert int(page.text_content("#rank").split(" ")[0]) == pytest.approx(rank, abs=0.5)


def test_peers_are_the_others_of_the_region_all_others_or_one(page, published_years):
    gaps = published_years.tables["gaps"].drop_duplicates("ics").set_index("ics_name")["region"]
    own = gaps["area 02"]
    region = {name for name, of in gaps.items() if of == own} | {"All ICSs"}
    for label, expected in (
        (page.locator("#with option").first.text_content(), region),
        ("all other ICSs", set(gaps.index)),
        ("area 05", {"area 05", "area 02", "All ICSs"}),
    ):
        choose(page, "with", label)
        beside = rows_of(page, "peers")
        assert set(beside) == expected
        for area, text in beside.items():
            assert text == printed(record(published_years, "gaps", area, procedure="procedure 01", headline=True))


def test_routes_show_their_totals(page, published_years):
    totals = published_years.tables["target_totals"]
    for route, quantity in (
        ("level_up", "total_change"),
        ("level_down", "total_change"),
        ("zero_sum", "admissions_to_move"),
    ):
        page.select_option("#route", value=route)
        until(page, f"{SETTLED} && location.hash.includes('route={route}')" if route != "level_up" else "true")
        rows = totals[(totals["ics_name"] == "area 02") & (totals["route"] == route) & (totals["scope"] == "ics")
                      & (totals["quantity"] == quantity)].set_index("procedure")  # fmt: skip
        beside = rows_of(page, "routes")
        assert set(beside) == set(rows.index)
        for procedure, text in beside.items():
            if rows.loc[procedure, "told_apart"] == "no":
                assert text == "could be chance alone"
            else:
                number = float(text.split(" ")[0].replace(",", ""))
                assert number == pytest.approx(rows.loc[procedure, "estimate"], rel=0.05, abs=1)


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_is_worked_by_keyboard_alone(page, name):
    works_by_keyboard(page, name)


def test_every_choice_is_worked_by_mouse(page):
    works_by_mouse(page, CHOICES)


def test_a_row_chooses_what_it_shows_by_mouse_and_by_keyboard(page):
    page.locator("#procedures tbody a", has_text="procedure 02").click()
    until(page, "document.querySelector('#heading').textContent.includes('procedure 02')")
    page.locator("#procedures tbody a", has_text="procedure 01").focus()
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#heading').textContent.includes('procedure 01')")
    assert page.locator("#procedures tr[aria-current=true] th").all_text_contents() == ["procedure 01"]


def test_a_link_keeps_the_choice_and_back_takes_it_back(page, browser, explorer_file):
    choose(page, "ics", "area 04")
    choose(page, "measure", page.locator("#measure option").nth(3).text_content())
    link, heading, number = page.get_attribute("#link", "href"), page.text_content("#heading"), shown(page)
    other = browser.new_page()
    other.goto(f"{explorer_file.as_uri()}{link}")
    assert (other.text_content("#heading"), shown(other)) == (heading, number)
    other.close()
    assert set(parse_qs(link[1:])) <= set(CHOICES)
    page.go_back()
    until(page, "document.querySelector('#measure').selectedIndex === 0")
    assert page.text_content("#heading") == heading


def test_a_link_that_names_nothing_known_opens_what_there_is(page, explorer_file):
    page.goto(f"{explorer_file.as_uri()}#ics=nowhere&of=%3Cb%3E&year=1066")
    page.reload()
    assert page.text_content("#heading") == "area 02: procedure 01"


def test_a_screen_reader_is_told_and_nothing_breaks_its_rules(page):
    reads_to_all(page)


def test_focus_is_seen(page):
    page.locator("#ics").focus()
    page.keyboard.press("Tab")
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"


def test_what_is_drawn_is_what_is_written(page):
    line = page.locator("#procedures tbody tr").first.locator(".interval-line")
    low, high = (float(line.get_attribute(end).rstrip("%")) for end in ("x1", "x2"))
    mark = page.locator("#procedures tbody tr").first.locator("svg svg")
    middle = float(mark.get_attribute("x").rstrip("%"))
    assert 0 < low < middle < high < 100
    every = page.locator("#procedures tbody .interval-line")
    written = page.locator("#procedures tbody td.interval").all_text_contents()
    lows = [float(re.findall(r"[\d.]+", text)[1]) for text in written]
    drawn = [float(every.nth(place).get_attribute("x1").rstrip("%")) for place in range(len(written))]
    assert sorted(range(len(lows)), key=lows.__getitem__) == sorted(range(len(drawn)), key=drawn.__getitem__)


def test_what_is_drawn_is_to_scale_ratios_on_a_logarithmic_one(page):
    rows = page.locator("#peers tbody tr")
    numbers = [[float(number) for number in re.findall(r"[\d.]+", text)]
               for text in page.locator("#peers tbody td.interval").all_text_contents()]  # fmt: skip
    drawn = [(float(rows.nth(place).locator(f".{line}").get_attribute(end).rstrip("%")), value)
             for place, (_, low, high) in enumerate(numbers)
             for line, end, value in (("interval-line", "x1", low), ("interval-line", "x2", high), ("no-gap", "x1", 1.0))]  # fmt: skip
    values, places = [math.log(value) for _, value in drawn], [place for place, _ in drawn]
    slope, start = statistics.linear_regression(values, places)
    assert [start + slope * value for value in values] == pytest.approx(places, abs=0.02)
    ticks = [(float(tick.get_attribute("x").rstrip("%")), float(tick.text_content()))
             for tick in page.locator("#peers tfoot svg text").all()]  # fmt: skip
    assert [start + slope * math.log(value) for _, value in ticks] == pytest.approx(
        [place for place, _ in ticks], abs=0.02
    )


def test_without_script_all_is_read_and_nothing_is_offered(browser, explorer_file, published_years):
    with without_script(browser, explorer_file) as page:
        table = page.locator("#every_ics_1")
        assert table.is_visible()
        for area in published_years.areas.values():
            cells = table.locator("tr", has=page.get_by_role("rowheader", name=area, exact=True)).locator("td")
            headline = record(published_years, "gaps", area, procedure="procedure 01", headline=True)
            assert cells.first.text_content() == printed(headline)
        assert page.get_by_role("heading", name="What this cannot tell you").is_visible()


def test_print_leaves_out_what_only_a_screen_needs(page):
    prints(page, "#peers")


@pytest.mark.parametrize("folder", ["group_folder", "quick_folder", "alone_folder"])
def test_groups_without_order_a_year_alone_and_an_ics_alone_are_explored_too(folder, request, browser, tmp_path):
    source = request.getfixturevalue(folder)
    published = open_results(source)
    [file] = write_report(source, tmp_path / "explorer.html")
    page, faults = browser.new_page(viewport=LAPTOP), []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(file.as_uri())
    if page.is_enabled("#of"):
        choose(page, "of", page.locator("#of option").nth(1).text_content())
    gaps, label = published.tables["gaps"], page.input_value("#of")
    own = gaps[gaps["headline"] & (gaps["ics"] == page.input_value("#ics"))]
    [row] = [row for _, row in own.iterrows() if ", ".join(str(row[name]) for name in published.labels) == label]
    assert shown(page) == printed(row.to_frame().T)
    assert page.locator("#routes tr[aria-current=true] th").all_text_contents() == [row["procedure"]]
    assert page.is_visible("#peers") is not published.alone
    assert Axe().run(page).violations_count == 0
    assert faults == []
    page.close()
