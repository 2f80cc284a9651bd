"""Meetings of a mediation: called by the mediator, with everyone or apart with one party."""
