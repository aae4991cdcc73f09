"""Stage 5: what could be done. Empty for now: it begins with the stages of the pathway."""
