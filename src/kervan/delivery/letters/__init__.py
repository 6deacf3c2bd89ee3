"""The few mails Kervan itself writes, about consents; their words are in words.toml."""
