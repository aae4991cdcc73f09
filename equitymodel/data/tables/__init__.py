"""Files to checked tables: reading, the contract, labels and suppressed counts."""
