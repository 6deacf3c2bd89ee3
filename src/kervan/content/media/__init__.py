"""The media library: pictures for messages, and words for those who do not see them."""
