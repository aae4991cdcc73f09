"""Areas that change: which became which, in what shares, and what can be carried over."""
