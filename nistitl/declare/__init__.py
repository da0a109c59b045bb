"""The words in which record types are declared: conditions, values, items, elements."""
