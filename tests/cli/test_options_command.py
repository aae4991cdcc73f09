import pytest

from equitymodel.cli.options import options_of
from equitymodel.cli.options_command import LISTED, list_options
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("command", LISTED)
def test_every_option_is_listed_with_its_meaning(capsys, command):
    list_options(command)
    out = capsys.readouterr().out
    words = " ".join(out.split())
    for option in options_of(command).values():
        assert f"\n  {option.flag}" in out
        assert option.meaning in words


def test_defaults_sections_and_what_is_required_are_said(capsys):
    list_options("run")
    out = capsys.readouterr().out
    assert "  --admissions FILE  required\n" in out
    assert "  --engine TEXT  default: nuts\n" in out
    assert "  --need FILE\n" in out
    assert out.index("[tables]") < out.index("[reading]") < out.index("[results]")


def test_the_nearest_command_is_named():
    with pytest.raises(OptionError, match="Did you mean 'interruption'"):
        list_options("interuption")
