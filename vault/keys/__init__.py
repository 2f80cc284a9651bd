"""Root, space and data keys."""
