"""The one door for events: wire, intake, processing."""
