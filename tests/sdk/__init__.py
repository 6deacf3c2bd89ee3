"""The SDKs of other vendors, unmodified, talk to one running Kervan."""
