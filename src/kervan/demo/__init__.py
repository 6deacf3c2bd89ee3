"""The demo: a real order history, simulated shoppers, a mailbox, one story from end to end."""
