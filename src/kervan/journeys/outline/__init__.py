"""A journey text as a picture needs it: its steps, where their ways lead, and what is wrong."""
