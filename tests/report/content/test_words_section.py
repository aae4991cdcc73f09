"""Each procedure in words: those of the one verb, and of several years what changed."""

import pytest

from equitymodel.report.content.any_sentences import sentences
from equitymodel.report.content.words_section import words_section
from equitymodel.vocabulary import ALL_ICS

pytestmark = pytest.mark.unit


def test_each_procedure_has_its_sentences(published):
    section = words_section(published, "area 02")
    said = sentences(published, ics="area 02")
    assert [part.title for part in section.blocks] == ["Procedure 01", "Procedure 02"]
    assert [part.blocks[0].text for part in section.blocks] == said["text"].tolist()


def test_all_procedures_lead_and_each_has_what_changed_of_the_gap_and_of_shares(published_years):
    section = words_section(published_years, ALL_ICS)
    assert [part.title for part in section.blocks] == ["All procedures", "Procedure 01", "Procedure 02"]
    for part in section.blocks:
        gap, share = (block.text for block in part.blocks[-2:])
        assert gap.startswith("Between 2019/20 and 2022/23")
        assert share.startswith("From 2019/20 to 2022/23 the share")
