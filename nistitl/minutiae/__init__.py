"""Minutiae and other latent features of Type-9 as numpy arrays, and back; templates of INCITS 378 and ISO 19794-2."""

from nistitl.minutiae.arrays import CORES, COUNTS, DELTAS, DTYPE, Minutiae, MinutiaeError

__all__ = ["CORES", "COUNTS", "DELTAS", "DTYPE", "Minutiae", "MinutiaeError"]
