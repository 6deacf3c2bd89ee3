"""What every room stands on: time, ids, errors, words, secrets and the two databases."""
