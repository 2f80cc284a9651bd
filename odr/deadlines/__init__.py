"""What must happen by when, and what happens otherwise."""
