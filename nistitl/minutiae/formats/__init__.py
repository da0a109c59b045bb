"""The formats of finger minutiae records, one module an edition; `registry` names them all."""
