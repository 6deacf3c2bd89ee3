"""What the snippet on a shop's pages calls: rules, decisions, the inbox; and the snippet itself."""
