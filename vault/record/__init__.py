"""The sealed record: written once, verified by anyone, with or without this platform."""
