"""The page of what a shop's visitors are shown."""
