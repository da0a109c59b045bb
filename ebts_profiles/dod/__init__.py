"""DoD EBTS 1.2 and 4.1."""
