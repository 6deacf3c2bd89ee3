"""The HTTP edge: the collector, the API, the pages. The only room that knows the web framework."""
