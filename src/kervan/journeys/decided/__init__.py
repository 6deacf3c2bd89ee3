"""The decision history: what the engine decided of each run, kept for good and asked by anybody."""
