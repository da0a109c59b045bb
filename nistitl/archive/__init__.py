"""Archives: many files at once, on all processors of a machine."""
