"""What a supervisor or a court reads of a transaction: one page, or one PDF."""
