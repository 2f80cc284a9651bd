"""Keeping: what the platform does, unasked, so that sealed objects stay where and as they were put."""
