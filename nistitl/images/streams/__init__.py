"""How codestreams are built: one module per format walks its parts, reads its header, writes its resolution."""
