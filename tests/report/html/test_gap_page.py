import pandas as pd
import pytest

from equitymodel.estimands.lasting_share import lasting_share_measures
from equitymodel.inference.grouped.year_of_fit import year_of
from equitymodel.report.html.gap_page import needed_table, report_html
from equitymodel.report.tables.sensitivity_table import sensitivity_table

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def page(quick_results):
    return report_html(quick_results.fit, quick_results.tables, quick_results.provenance)


def test_the_page_stands_alone_and_says_its_limits(page, quick_results):
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page
    assert "What this cannot tell you" in page
    assert "It is not the effect of deprivation" in page
    assert page.count("data:image/png;base64,") == 3 + quick_results.fit.cells.sizes["procedure"]


def test_the_page_says_when_it_is_approximate_or_not_for_publication(quick_results):
    page = report_html(quick_results.fit, quick_results.tables, quick_results.provenance, "NOT FOR <PUBLICATION>")
    assert "NOT FOR &lt;PUBLICATION&gt;" in page
    assert "Approximate: made by the fast engine." in page


def test_the_page_of_groups_says_what_kind_they_are(group_results):
    page = report_html(group_results.fit, group_results.tables, group_results.provenance)
    assert "Equality Act characteristic (race)" in page
    assert "each group against White British" in page
    assert page.count("data:image/png;base64,") == 2 + 2 + 2


def test_admissions_needed_are_laid_out_by_region_and_shaded_within_a_procedure():
    rows = [
        ("n", "A", "hip", 10.0, "yes"), ("n", "A", "knee", 1.0, "yes"), ("m", "B", "hip", 20.0, "yes"),
        ("m", "B", "knee", 5.0, "no"), ("All", "All ICSs", "hip", 30.0, "yes"),
    ]  # fmt: skip
    totals = pd.DataFrame(rows, columns=["region", "ics_name", "procedure", "estimate", "told_apart"]).assign(
        ics=lambda table: table["ics_name"], route="level_up", scope="ics", quantity="total_change", lower=0, upper=40
    )
    short = totals.assign(quantity="total_shortfall", estimate=-0.2, lower=-9.0, told_apart="")
    other = totals.assign(scope="england", estimate=99.0)
    laid = needed_table(pd.concat([totals, other, short]))
    assert [row["ics_name"] for row in laid] == ["B", "A"]
    assert laid[1]["cells"]["hip"]["shade"] == 0.5
    assert laid[1]["cells"]["knee"]["shade"] == 1.0
    own = laid[0]["cells"]["knee"]
    assert (own["level_up"], own["shade"]) == ("level up: not told from chance", 0.0)
    assert f"{own['estimate']:.0f} ({own['lower']:.0f} to {own['upper']:.0f})" == "0 (-9 to 40)"
    assert laid[0]["cells"]["hip"]["level_up"] == "level up: 20 (0 to 40)"


def test_the_page_of_several_years_leads_with_what_changed(yearly_results):
    last = year_of(yearly_results.fit)
    page = report_html(last, yearly_results.tables, yearly_results.provenance)
    assert page.index("<h2>Years</h2>") < page.index("What was found, all ICSs together, 2022/23")
    assert "Between 2019/20 and 2022/23" in page
    assert "of its own ICS, a year, in 2022/23, with the" in page
    assert page.count("data:image/png;base64,") == 3 + 2 + 4


def test_the_page_of_one_year_has_no_section_on_years_and_says_what_lasting_means(page):
    assert "<h2>Years</h2>" not in page
    assert "What lasts is not thereby inequity" in page
    assert "How much depends on what lasts" not in page


def test_the_ends_of_what_could_last_are_printed_where_they_were_worked_out(quick_results):
    fit = quick_results.fit
    lasting = lasting_share_measures(fit.fitted, fit.fitted, fit.expected)
    tables = {**quick_results.tables, "sensitivity": sensitivity_table(fit, lasting=lasting)}
    page = report_html(fit, tables, quick_results.provenance)
    assert "How much depends on what lasts" in page
    assert page.count("If none of the differences of this year") == 2
