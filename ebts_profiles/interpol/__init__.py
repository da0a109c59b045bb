"""INTERPOL INT-I 5.03 and 6.0."""
