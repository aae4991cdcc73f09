"""Tests. A package, so that no package of this name that another library installs stands in for it."""
