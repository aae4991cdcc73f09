"""How counts vary around their mean: Poisson and negative binomial, seen exactly or within bounds."""
