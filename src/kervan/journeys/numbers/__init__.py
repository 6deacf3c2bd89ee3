"""A journey in numbers, step by step, and the people behind each number."""
