"""The neutral expert's mission, supplies and report."""
