"""How counts vary around their mean: Poisson and negative binomial, exact or interval-censored."""
