"""Nested Laplace: the posterior of a latent Gaussian model without a sampler."""
