"""What may leave the house, and how: redaction by a policy, hashes and seals, how long a file may be kept."""
