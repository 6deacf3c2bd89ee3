"""The page of what people ask of their data."""
