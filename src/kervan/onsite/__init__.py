"""What a visitor of the shop's site sees now: campaigns, the rules her page runs, her inbox."""
