"""The public pages of one address: what it gets, what we know, and the button of an opt-in."""
