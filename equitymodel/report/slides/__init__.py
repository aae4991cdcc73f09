"""Documents as slides."""
