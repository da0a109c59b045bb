"""The fingers that an image of several shows, by the code of its position: 14.013. ANSI/NIST-ITL 1-2011, table 8."""

from __future__ import annotations

FINGERS = {
    13: (2, 3, 4, 5), 14: (7, 8, 9, 10), 15: (1, 6),
    40: (2, 3), 41: (3, 4), 42: (4, 5), 43: (7, 8), 44: (8, 9), 45: (9, 10), 46: (2, 7),
    47: (2, 3, 4), 48: (3, 4, 5), 49: (7, 8, 9), 50: (8, 9, 10),
    51: (2, 3, 4, 5), 52: (7, 8, 9, 10), 53: (1, 2, 3, 4, 5), 54: (6, 7, 8, 9, 10),
}  # fmt: skip
