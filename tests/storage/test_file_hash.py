"""The fingerprint of a file."""

import hashlib

import pytest

from equitymodel.storage.file_hash import file_sha256

pytestmark = pytest.mark.unit


def test_it_is_that_of_all_bytes_and_of_nothing_else(tmp_path):
    content = bytes(range(256)) * 5000
    for name in ("a.bin", "b.bin"):
        (tmp_path / name).write_bytes(content)
    assert (
        file_sha256(tmp_path / "a.bin") == hashlib.sha256(content).hexdigest() == file_sha256(str(tmp_path / "b.bin"))
    )


def test_what_cannot_be_read_is_the_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        file_sha256(tmp_path / "absent")
