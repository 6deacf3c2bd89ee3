"""What a message says: templates compiled once, rendered per person, links that can be trusted."""
