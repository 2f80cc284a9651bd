"""Where sealed bytes rest. A store knows nothing of what it holds."""
