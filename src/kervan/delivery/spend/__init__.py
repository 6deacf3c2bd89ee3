"""What messages cost: prices, ceilings that are never passed, what was spent, what a plan will."""
