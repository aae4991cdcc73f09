"""What others would have fitted, beside ours: segmented regression, GLMs and autoregressions."""
