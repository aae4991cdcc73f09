"""The explorer of an evaluation in a real browser: every control, and what it shows against the record."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from equitymodel.report.content.any_published import open_results
from equitymodel.report.wording.unit_sentences import unit_sentences
from equitymodel.report.write_report import write_report
from tests.report.explorer.browsing import (
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

pytestmark = pytest.mark.unit
CHOICES = ("kind", "whom", "quantity", "months", "model")


@pytest.fixture
def page(browser, controlled_file):
    page = opened(browser, controlled_file)
    yield page
    closed(page, controlled_file)


@pytest.fixture(scope="module")
def result(controlled_folder):
    return open_results(controlled_folder).result


def close_to(text, row):
    """Hold that printed numbers are those of a row, to their last digit."""
    numbers = re.findall(r"-?[\d.]+", text.replace(",", ""))
    last = 0.5 * 10.0 ** -len(numbers[0].partition(".")[2])
    return all(abs(float(number) - row[field]) <= max(last, 0.02 * abs(row[field])) + 1e-9
               for number, field in zip(numbers, ("estimate", "lower", "upper"), strict=True))  # fmt: skip


def test_it_opens_with_the_gap_that_the_verdict_is_about(page, result):
    assert page.text_content("#heading") == "The gap between deprivation groups"
    assert page.text_content("#verdict") == result.verdict.verdict
    assert (
        "Real change" in page.text_content("p.answer")
        or result.verdict.verdict in page.text_content("p.answer").lower()
    )


def test_every_unit_and_measure_shows_its_record_and_its_sentence(page, result):
    impact, said = result.impact, unit_sentences(result)
    for ics in ("area 01", "area 02"):
        page.select_option("#kind", label="An ICS")
        until(page, "document.querySelector('#kind').value === 'ics' && location.hash.includes('kind=ics')")
        choose(page, "whom", ics)
        assert page.text_content("#text") == said[ics]
        own = impact[(impact["ics"] == ics) & (impact["months"] == "judged")]
        for measure, label in (("average_rate_ratio", "Average rate ratio after the start"),
                               ("admissions_added", "Admissions added")):  # fmt: skip
            choose(page, "quantity", label)
            assert close_to(shown(page), own[own["measure"] == measure].iloc[0])
    beside = rows_of(page, "beside")
    assert set(beside) == {"all admissions of the question", "area 01", "area 02"}


def test_every_model_shows_its_answer(page, result):
    record = result.average_changes
    record = record[record["about"].str.startswith("the gap") & ~record["counted"].astype(bool)].set_index("label")
    labels = page.locator("#model option").all_text_contents()[1:]
    assert set(labels) == set(record.index)
    for label in labels[:3]:
        choose(page, "model", label)
        assert close_to(shown(page), record.loc[label])
        assert page.locator("#models tr[aria-current=true] th").text_content() == label


def test_the_series_is_drawn_as_it_is_written_with_counts_rounded(page, result):
    page.select_option("#kind", label="An ICS")
    until(page, "location.hash.includes('kind=ics')")
    page.locator("#series_section summary").click()
    rows = page.locator("#periods tbody tr")
    assert rows.count() == result.series.sizes["period"]
    seen = [int(text.replace(",", "")) for text in page.locator("#periods td.seen").all_text_contents()]
    true = result.series["admissions"].sel(ics="area 01").sum(["deprivation", "procedure"]).values
    assert all(count % 5 == 0 and abs(count - value) <= 2.5 for count, value in zip(seen, true, strict=True))
    heights = [float(dot.get_attribute("cy").rstrip("%")) for dot in page.locator("#series circle").all()]
    assert len(heights) == len(seen)
    slopes = {round((heights[0] - at) / (count - seen[0]), 4)
              for at, count in zip(heights, seen, strict=True) if abs(count - seen[0]) > 200}  # fmt: skip
    assert max(slopes) - min(slopes) < 0.002
    without = page.locator("#periods td.without").all_text_contents()
    assert [text != "" for text in without] == [period >= "2019-01" for period in
                                                page.locator("#periods tbody th").all_text_contents()]  # fmt: skip


def test_print_leaves_out_what_only_a_screen_needs(page):
    prints(page, "#series")


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_is_worked_by_keyboard_alone(page, name):
    works_by_keyboard(page, name)


def test_every_choice_is_worked_by_mouse(page):
    works_by_mouse(page, CHOICES)


def test_a_row_chooses_a_link_keeps_it_and_back_takes_it_back(page, browser, controlled_file):
    page.select_option("#kind", label="A deprivation group")
    until(page, "location.hash.includes('kind=group')")
    page.locator("#beside tbody a", has_text="deprivation group 2").click()
    until(page, "document.querySelector('#heading').textContent.includes('group 2')")
    other = browser.new_page()
    other.goto(f"{controlled_file.as_uri()}{page.get_attribute('#link', 'href')}")
    assert (other.text_content("#heading"), shown(other)) == (page.text_content("#heading"), shown(page))
    other.close()
    page.go_back()
    until(page, "document.querySelector('#heading').textContent.includes('group 1')")


def test_a_screen_reader_is_told_and_nothing_breaks_its_rules(page):
    reads_to_all(page)


def test_without_script_all_is_read_and_nothing_is_offered(browser, controlled_file, result):
    with without_script(browser, controlled_file) as page:
        for table in ("#findings", "#models", "#by_period"):
            assert page.is_visible(f"#everything {table}")
        assert page.locator("#by_period tbody tr").count() == result.series.sizes["period"]


@pytest.mark.parametrize("folder", ["units_folder", "gap_folder"])
def test_procedures_pairs_and_an_ics_alone_are_explored_too(folder, request, browser, tmp_path):
    [file] = write_report(request.getfixturevalue(folder), tmp_path / "explorer.html")
    page = opened(browser, file)
    for kind in page.locator("#kind option").all_text_contents():
        if page.is_enabled("#kind"):
            page.select_option("#kind", label=kind)
            until(page, f"document.querySelector('#kind').selectedOptions[0].textContent === '{kind}'")
        assert re.search(r"\d", shown(page))
        assert page.is_visible("#series_section") is ("procedure" not in kind or kind == "A procedure")
    assert Axe().run(page).violations_count == 0
    closed(page, file)
