"""A second person's approval, where the workspace asks for it, before a text goes live."""
