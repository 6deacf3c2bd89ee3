"""How people come into a journey: triggers of every kind, their times, and who is called."""
