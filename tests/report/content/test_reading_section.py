"""How to read the numbers: the words of signs, routes and scopes."""

from dataclasses import replace

import pytest

from equitymodel.report.content.reading_section import reading_section
from equitymodel.vocabulary import ALL_ICS, ROUTES

pytestmark = pytest.mark.unit


def test_signs_routes_and_scopes_are_said(published):
    intervals, sign, points = reading_section(published).blocks
    assert "for the area as it is" in intervals.text
    assert published.provenance["sign_convention"] in sign.text
    assert all(any(words in point for point in points.points) for words in ROUTES.values())
    assert any("across all ICSs together" in point for point in points.points)


def test_one_ics_alone_has_one_scope(published):
    gaps = published.tables["gaps"]
    one = gaps[gaps["ics"].isin(["area 01", ALL_ICS])]
    alone = replace(published, tables=dict(published.tables) | {"gaps": one})
    points = reading_section(alone).blocks[2].points
    assert [point for point in points if point.startswith("scope")] == ["scope ics: within your ICS"]
