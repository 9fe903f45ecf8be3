"""Letters of a few strokes each, with soft edges: for pictures that are made without a font.

A glyph is polylines on a grid, each point an x and a y: capitals stand between 1 and 7, small
letters begin at 3, and 9 is the lowest. What a glyph does not have is drawn as a box.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache

Point = tuple[float, float]
Glyph = Sequence[Sequence[int]]  # 0..255 by row: how much of a pixel is covered

LINES = 10  # of the grid, from the top of a line of text to its end
GAP = 1.4  # between two letters
BLANK = 2.2
THICK = 0.5  # half of a stroke
ROUNDS = 2  # of cutting corners
BOX = "01 41|41 47|47 07|07 01"

_STROKES = """
0 21 11 02 06 17 37 46 42 31 21
1 03 21 27
2 02 11 31 42 43 07|07 47
3 01 41|41 24|24 34 45 46 37 17 06
4 37 31|31 05|05 45
5 41 11|11 04|04 13 33 44 46 37 17 06
6 41 31 12 03 06 17 37 46 45 34 14 05
7 01 41|41 17
8 14 03 02 11 31 42 43 34 14 05 06 17 37 46 45 34
9 43 34 14 03 02 11 31 42 45 36 17 07
a 13 33 44 47|45 15 06 17 37 46
b 01 07|04 13 33 44 46 37 17 06
c 43 13 04 06 17 47
d 41 47|44 33 13 04 06 17 37 46
e 05 45|45 44 33 13 04 06 17 47
f 31 21 12 17|03 33
g 43 48|48 39 19|44 33 13 04 06 17 37 46
h 01 07|04 13 33 44 47
i 03 07|01 01
j 13 18|18 09|11 11
k 01 07|43 05|15 47
l 01 06|06 17
m 03 07|04 13 23 34 37|34 43 53 64 67
n 03 07|04 13 33 44 47
o 13 04 06 17 37 46 44 33 13
p 03 09|04 13 33 44 46 37 17 06
q 43 49|44 33 13 04 06 17 37 46
r 03 07|04 13 33
s 43 13 04 14 35 45 46 37 07
t 11 16|16 27 37|03 33
u 03 06|06 17 37 46|43 47
v 03 27|27 43
w 03 17|17 33|33 57|57 63
x 03 47|43 07
y 03 27|43 27|27 19 09
z 03 43|43 07|07 47
A 07 31|31 67|15 55
B 01 07|01 31 42 43 34|04 34 45 46 37 07
C 52 41 21 03 05 27 47 56
D 01 07|01 31 53 55 37 07
E 41 01|01 07|07 47|04 34
F 41 01|01 07|04 34
G 52 41 21 03 05 27 47 56|56 54|54 34
H 01 07|51 57|04 54
I 01 07
J 31 36 27 17 06
K 01 07|51 04|14 57
L 01 07|07 47
M 07 01|01 35|35 61|61 67
N 07 01|01 57|57 51
O 21 03 05 27 37 55 53 31 21
P 07 01|01 31 42 44 35 05
Q 21 03 05 27 37 55 53 31 21|35 58
R 07 01|01 31 42 43 34 04|24 47
S 52 41 11 02 03 14 34 45 46 37 17 06
T 01 61|31 37
U 01 05 17 47 55 51
V 01 37|37 61
W 01 27|27 43|43 67|67 81
X 01 57|51 07
Y 01 34|61 34|34 37
Z 01 51|51 07|07 57
. 07 07
, 17 08
: 04 04|07 07
; 14 14|17 08
- 05 35
_ 08 48
+ 05 45|23 27
= 04 44|06 46
/ 40 08
% 11 02 13 22 11|51 07|45 36 47 56 45
# 12 17|42 37|03 53|05 55
( 20 02 06 28
) 00 22 26 08
! 01 05|07 07
' 01 02
"""


def drawn(text: str, height: int) -> Glyph:
    """A line of text, `height` pixels high with all that hangs below it."""
    scale = height / LINES
    width = math.ceil(_width(text) * scale) + 1
    rows = [bytearray(width) for _ in range(height)]
    at = 0.0
    for letter in text:
        for line, row in zip(_glyph(letter, height), rows):
            start = round(at * scale)
            for x, covered in enumerate(line[: width - start], start):
                row[x] = max(row[x], covered)
        at += _advance(letter)
    return rows


def width_of(text: str, height: int) -> int:
    """In pixels."""
    return math.ceil(_width(text) * height / LINES) + 1


def _width(text: str) -> float:
    return sum(map(_advance, text))


def _advance(letter: str) -> float:
    """From its left edge to the next letter's, on the grid."""
    if letter == " ":
        return BLANK
    return max(x for line in _lines(letter) for x, _ in line) + 2 * THICK + GAP


@cache
def _glyph(letter: str, height: int) -> Glyph:
    if letter == " ":
        return ()
    scale = height / LINES
    rows = [bytearray(math.ceil(_advance(letter) * scale)) for _ in range(height)]
    for segment in _segments(letter):
        _draw(rows, segment, scale)
    return rows


def _draw(rows: Sequence[bytearray], segment: tuple[Point, Point], scale: float) -> None:
    """One straight piece, where it can be seen."""
    for y in _near([y for _, y in segment], scale, 0, len(rows)):
        for x in _near([x for x, _ in segment], scale, THICK, len(rows[0])):
            point = ((x + 0.5) / scale - THICK, (y + 0.5) / scale)
            covered = (THICK - _distance(point, *segment)) * scale + 0.5
            rows[y][x] = max(rows[y][x], round(255 * min(1.0, max(0.0, covered))))


def _near(ends: Sequence[float], scale: float, shift: float, size: int) -> range:
    """The pixels that a stroke between them may touch."""
    first = (min(ends) + shift - THICK) * scale - 1
    last = (max(ends) + shift + THICK) * scale + 1
    return range(max(0, int(first)), min(size, math.ceil(last)))


def _segments(letter: str) -> Iterator[tuple[Point, Point]]:
    for line in _lines(letter):
        yield from zip(line, line[1:] or line)


@cache
def _lines(letter: str) -> Sequence[Sequence[Point]]:
    strokes = _table().get(letter, BOX)
    return [_rounded([_point(each) for each in line.split()]) for line in strokes.split("|")]


def _point(said: str) -> Point:
    return (int(said[0]), int(said[1]))


@cache
def _table() -> dict[str, str]:
    return {line[0]: line[2:] for line in _STROKES.strip().splitlines()}


def _rounded(line: Sequence[Point]) -> Sequence[Point]:
    """Its corners cut, and those that come of it cut again; its ends stay."""
    for _ in range(ROUNDS):
        cut = [_between(one, other, part) for one, other in zip(line, line[1:])
               for part in (0.25, 0.75)]  # fmt: skip
        line = [line[0], *cut[1:-1], line[-1]]
    return line


def _between(one: Point, other: Point, part: float) -> Point:
    return (one[0] + part * (other[0] - one[0]), one[1] + part * (other[1] - one[1]))


def _distance(point: Point, one: Point, other: Point) -> float:
    """From a point to a segment."""
    along = (other[0] - one[0], other[1] - one[1])
    length = along[0] ** 2 + along[1] ** 2
    part = 0.0
    if length:
        part = ((point[0] - one[0]) * along[0] + (point[1] - one[1]) * along[1]) / length
    near = _between(one, other, min(1.0, max(0.0, part)))
    return math.hypot(point[0] - near[0], point[1] - near[1])
