"""Pages, the JSON API and the command line: the only part that speaks HTTP."""
