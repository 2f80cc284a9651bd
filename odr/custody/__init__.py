"""Keys and their ends: rotation, legal holds, destruction and its certificates."""
