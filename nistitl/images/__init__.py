"""Codestreams to numpy arrays and back; one module or package per codec."""
