"""Pages on which calls and tasks in stores are worked through."""
