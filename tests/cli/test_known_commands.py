import click
import pytest
from click.testing import CliRunner

from equitymodel.cli.known_commands import KnownCommands
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit
LONG = "Write all that there is to say about what this command does, in a sentence that is longer than one line."
GROUP = KnownCommands("verbs", commands=[click.Command("show", help=LONG), click.Command("copy", help="Copy.")])


def test_commands_keep_their_order_and_are_described_in_full():
    text = " ".join(CliRunner().invoke(GROUP, ["--help"]).output.split())
    assert LONG in text
    assert text.index("show") < text.index("copy")


def test_the_nearest_command_is_named():
    with pytest.raises(OptionError, match=r"no command is called 'shw'\. Did you mean 'show'\?"):
        CliRunner().invoke(GROUP, ["shw"], catch_exceptions=False)
    assert CliRunner().invoke(GROUP, ["copy"]).exit_code == 0
