"""Signing in and out, invitations, the account."""
