"""The European Union: the Prüm exchange."""
