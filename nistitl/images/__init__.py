"""Codestreams to arrays and back. Nothing here needs numpy before pixels are asked for."""
