"""A certified OpenID provider from npm, and a browser that signs in there."""
