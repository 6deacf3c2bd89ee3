"""What steps do besides sending: one file each, in the transaction that moves the person."""
