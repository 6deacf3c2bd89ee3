"""What lets people into a journey: the kinds of triggers, and the times they speak of."""
