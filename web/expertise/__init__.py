"""The expert's mission, supplies and report."""
