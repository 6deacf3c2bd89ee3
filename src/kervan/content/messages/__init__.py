"""One message, many variants: an intent with its texts for each channel and language."""
