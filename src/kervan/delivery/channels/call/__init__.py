"""The call list, and switches that call for an agent."""
