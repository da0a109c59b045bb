"""Hostile input: seeds, mutations, what must hold, and the fuzzer. See README.md."""
