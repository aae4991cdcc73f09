"""Words made from numbers, in one place."""
