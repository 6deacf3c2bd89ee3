"""The two embedded databases, and the supervisor that starts every process of Kervan."""
