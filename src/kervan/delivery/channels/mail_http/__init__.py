"""E-mail by the HTTP interfaces of providers, where SMTP is not wanted or not allowed."""
