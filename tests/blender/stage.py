"""What the camera sees in the tests, in numbers: for who builds it and for who judges it."""

from __future__ import annotations

WIDTH, HEIGHT = 16, 12  # pixels
FAR, FAR_DEPTH = (0.25, 0.5, 2.5), 5.0  # a wall behind everything
NEAR, NEAR_DEPTH = (4.0, 0.125, 0.0625), 2.0  # a card before it, in the upper left quarter
