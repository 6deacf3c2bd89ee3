"""The registry of commercial messages (İYS): what we tell it, what it tells us, what it allows."""
