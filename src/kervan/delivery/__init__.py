"""Messages: what is intended, what the gate decides, what is handed over, what became of it."""
