"""Private drafts, caucuses, the joint space, the mediator's notes, and messages."""
