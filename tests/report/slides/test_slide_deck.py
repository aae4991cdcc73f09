"""Documents as slides: the answer, a finding a slide, and the limits for whoever speaks."""

from dataclasses import replace

import pytest
from pptx import Presentation

from equitymodel.report.document.blocks import LIMITS, Bullets, Section
from equitymodel.report.document.formats import write_document
from equitymodel.report.document.interval_chart import interval_chart
from tests.report.documents import example_document

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def slides(tmp_path_factory):
    document = example_document()
    table, picture = next(document.tables()), next(document.pictures())
    shown = replace(picture, chart=interval_chart(table.rows, ["procedure"], "rate ratio"))
    limits = Section(LIMITS, (Bullets(("It is no cause.",)),), limits=True)
    document = replace(document, blocks=(*document.blocks, shown, limits))
    return list(Presentation(str(write_document(document, tmp_path_factory.mktemp("slides") / "a.pptx"))).slides)


def words(slide):
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def test_the_answer_comes_first_with_its_stamp(slides):
    title, *said = words(slides[0])
    assert title == "Equity"
    assert "NOT FOR PUBLICATION" in said
    assert any("Devon, 2023/24\nThe gap is wide." in text for text in said)


def test_a_finding_is_the_title_of_its_chart(slides):
    finding = slides[1]
    assert finding.shapes.title.text_frame.text == "The gap is 0.57."
    [frame] = [shape for shape in finding.shapes if shape.has_chart]
    assert frame._element.nvGraphicFramePr.cNvPr.get("descr") == "The gap is 0.57."
    assert list(frame.chart.plots[0].series[0].values) == [0.571, 0.9]


def test_limits_have_a_slide_and_stand_in_the_notes_of_every_finding(slides):
    assert words(slides[-1])[0] == LIMITS
    assert all("It is no cause." in slide.notes_slide.notes_text_frame.text for slide in slides[:-1])


def test_pictures_whose_numbers_are_not_at_hand_are_for_other_formats(slides):
    assert len(slides) == 3


def test_a_long_finding_is_its_first_sentence_and_whole_in_the_notes(tmp_path):
    document = example_document()
    table, picture = next(document.tables()), next(document.pictures())
    first = "From 2022/23 to 2023/24 the share that the most deprived received did not clearly move: 10.6 % for 12.7 %."
    long = f"{first} {'It may have been chance. ' * 8}".strip()
    shown = replace(picture, alt=long, chart=interval_chart(table.rows, ["procedure"], "rate ratio"))
    file = write_document(replace(document, blocks=(shown,)), tmp_path / "a.pptx")
    finding = list(Presentation(str(file)).slides)[1]
    assert finding.shapes.title.text_frame.text == first
    assert long in finding.notes_slide.notes_text_frame.text
