"""Names from tables as parts of the names of files."""

import pytest

from equitymodel.report.plain_names import plain_name

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("name", "kept", "plain"),
    [
        ("Bath, Swindon", "_", "Bath__Swindon"),
        ("../../zz", "_-", "______zz"),
        ("E54-1_a", "_-", "E54-1_a"),
        ("C:\\x.html", "_", "C__x_html"),
    ],
)
def test_no_name_leads_to_another_folder(name, kept, plain):
    assert plain_name(name, kept=kept) == plain
