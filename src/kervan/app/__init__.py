"""The composition root: the one room that knows every other, with a file for each process."""
