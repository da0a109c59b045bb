"""The blocks of Type-9 that hold minutiae, one module and one object each; `base` says what a block is."""
