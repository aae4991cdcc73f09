"""Names that come from tables, as parts of the names of files and sheets."""

from __future__ import annotations


def plain_name(name: str, *, kept: str = "_") -> str:
    """Write a name so that it is a name of a file on any system, and of a file in no other folder.

    Parameters
    ----------
    name
        From a table: of an area, or its code.
    kept
        What is kept beside letters and digits; anything else becomes ``_``.

    Returns
    -------
    str
        As long as before; unlike names can become alike.

    Examples
    --------
    >>> plain_name("Bath, Swindon"), plain_name("../QE1-a", kept="-")
    ('Bath__Swindon', '___QE1-a')
    """
    return "".join(letter if letter.isalnum() or letter in kept else "_" for letter in name)
