"""What agencies do with transactions that they pass on: hash, seal, open."""
