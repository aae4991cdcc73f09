"""The model of interrupted series: a nested Laplace approximation over latent AR(1) noise."""
