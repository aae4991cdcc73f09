"""Stage 3: how it is learned. The only place that knows a sampler."""
