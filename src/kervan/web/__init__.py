"""The HTTP edge, the only room that knows the web framework: collector, API and pages."""
