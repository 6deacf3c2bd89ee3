"""What people agreed to, and when."""
