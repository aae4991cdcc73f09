"""Records of hospital spells: how they become tables of admissions and of series, without a person being read."""
