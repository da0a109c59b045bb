"""What may leave the house, and how: redaction, editions, hashes and seals, how long a file may be kept."""
