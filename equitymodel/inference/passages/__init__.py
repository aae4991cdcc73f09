"""Passages from stage to stage of a pathway, fitted one by one, and the profile that they make together."""
