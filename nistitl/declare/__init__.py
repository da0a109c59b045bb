"""The words in which record types are declared, and the lazy record they become."""
