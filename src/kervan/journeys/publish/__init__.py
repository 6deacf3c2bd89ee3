"""What a publication does with those inside: they stay, or are carried over; pause, stop, undo."""
