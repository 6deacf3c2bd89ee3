"""What was said, word by word: a copy of each message as it left, sealed under its reader's key."""
