"""What templates ask of the house by name, looked up for many messages at once."""
