"""Known truth, in plain numpy, to try methods on. Never imports inference."""
