"""The fingerprint of a file."""

from __future__ import annotations

import hashlib
from pathlib import Path


def file_sha256(path: Path | str) -> str:
    """Give the SHA-256 of a file, a part of it in memory at a time.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    str
        In hexadecimal digits.

    Raises
    ------
    OSError
        When it cannot be read: whoever asks knows what to say.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "a.txt"
    >>> _ = path.write_bytes(b"counts")
    >>> file_sha256(path)[:12]
    'cdd93696b72b'
    """
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
