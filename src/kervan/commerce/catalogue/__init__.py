"""Products: what is known of them, and which of them a message should show somebody."""
