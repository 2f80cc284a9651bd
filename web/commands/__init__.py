"""The commands of ``entente``: one module each, whose ``run(argv)`` returns the exit status."""
