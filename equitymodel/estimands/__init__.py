"""Stage 4: what is asked. Pure functions of labelled arrays; they never see a sampler."""
