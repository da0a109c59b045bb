"""What several authorities share: code lists, and how rules read elements of Type-2."""
