"""Tasks of our own people: calls to be made and things to do in a store, each for one message."""
