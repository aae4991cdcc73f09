"""No test, and so no command that is tested, reaches another machine: see ``--allow-hosts`` in pyproject.toml."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError

pytestmark = pytest.mark.unit
NOWHERE = ("192.0.2.1", 80)
"""An address kept for documentation, which no machine has."""


def test_every_test_is_kept_from_the_network():
    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection(NOWHERE, timeout=1)
