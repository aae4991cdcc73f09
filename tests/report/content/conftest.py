"""Results as they were published, opened from their folders; only to be read."""

import pytest

from equitymodel.report.checklist import reporting_checklist
from equitymodel.report.content.published import open_published
from equitymodel.report.content.published_evaluation import PublishedEvaluation

KEPT = {"made": "2026-01-01"}


@pytest.fixture(scope="session")
def folder(quick_folder):
    return quick_folder


def opened(source):
    """Make a fixture of results opened from the folder that another fixture wrote."""
    return pytest.fixture(scope="session")(lambda request: open_published(request.getfixturevalue(source)))


published, published_years = opened("quick_folder"), opened("yearly_folder")
published_groups = opened("group_folder")


@pytest.fixture
def of():
    """Give an evaluation as it is published."""

    def make(result, change_point=None, **kept):
        return PublishedEvaluation(result, reporting_checklist(result), KEPT | kept, change_point)

    return make


@pytest.fixture
def page():
    """Give a document as a page."""
    from equitymodel.report.html.document_page import page_of

    return page_of
