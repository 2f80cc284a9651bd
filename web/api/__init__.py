"""The JSON API: the same commands, the same queries."""
