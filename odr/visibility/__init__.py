"""Who sees what: one table, decided for one thing or compiled to SQL for many."""
