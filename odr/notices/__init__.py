"""Mails that say something awaits, and nothing more."""
