"""Hypothesis looks at a dozen small worlds a property: the properties are exact, not rare."""

from hypothesis import settings

settings.register_profile("estimands", max_examples=12, deadline=None, derandomize=True, database=None)
settings.load_profile("estimands")
