import pytest

from equitymodel.cli.app import app
from equitymodel.errors import OptionError
from equitymodel.monitoring.metric_set import metrics

pytestmark = pytest.mark.unit


def run(*arguments):
    return app(list(arguments), prog_name="equitymodel", standalone_mode=False)


def test_every_metric_is_listed(capsys):
    run("metrics", "list")
    printed = capsys.readouterr().out
    assert all(name in printed for name in metrics())


def test_one_is_shown_with_what_it_takes(capsys):
    run("metrics", "show", "over_52_weeks")
    assert "percentage points" in capsys.readouterr().out
    with pytest.raises(OptionError, match="no metric is called"):
        run("metrics", "show", "over_52")
