"""What may leave the house, and how: redaction, differences, editions, hashes and seals, retention."""
