"""Says where a message departs from the brand guide and from what mail, phones and readers take."""
