"""Server-rendered pages: plain HTML that works without a build and without a script."""
