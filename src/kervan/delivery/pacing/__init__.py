"""How fast and how much mail goes: by the reader's provider, and by the age of a sender."""
