"""Stage 5: what could be done. The register of strategies, and what each would move."""
