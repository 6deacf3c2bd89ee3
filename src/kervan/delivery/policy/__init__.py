"""What a company allows itself: caps, gaps and quiet hours, as versions of a text."""
