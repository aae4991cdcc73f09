"""The fingerprint of a model: what tells whether two models assume the same."""

from __future__ import annotations

import hashlib
from functools import cached_property


class Fingerprinted:
    """A model whose text states every assumption, and which is therefore known by a hash of that text."""

    @cached_property
    def sha256(self) -> str:
        """A fingerprint of every assumption, whatever the layout of the file."""
        return hashlib.sha256(str(self).encode()).hexdigest()
