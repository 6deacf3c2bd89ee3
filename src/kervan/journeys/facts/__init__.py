"""What steps ask about people, as the live engine answers it from both databases."""
