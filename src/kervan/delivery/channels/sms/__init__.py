"""SMS: SMPP 3.4 and the HTTP interfaces of providers, one file each, and what they share."""
