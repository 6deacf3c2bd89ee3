"""Any question about people: exact, live, in words."""
