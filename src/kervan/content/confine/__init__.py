"""Rendering in a process of its own: there a template may run out of memory and hurt nobody."""
