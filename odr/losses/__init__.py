"""What the quarrel cost, line by line: each side's own worksheet, and what of it was shared."""
