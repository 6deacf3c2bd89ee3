"""What the pages People and Person ask: lists, views, selections, one person from all sides."""
