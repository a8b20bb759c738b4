"""Draws picture_percentile.svg: the histogram of the worked example and the range that keeps 99 percent of it."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
from svg import BLUE, INK, RED, box, document, line, main, text  # noqa: E402

COUNTS = [400, 300, 150, 80, 40, 15, 8, 4, 2, 1]
KEEP = 99.0
LEFT, RIGHT, TOP, BASE = 50, 650, 50, 210


def x_of(value):
    return LEFT + (RIGHT - LEFT) * value / len(COUNTS)


outside = sum(COUNTS) * (100 - KEEP) / 200
passed, high = 0, 0.0
for i in reversed(range(len(COUNTS))):
    if passed + COUNTS[i] > outside:
        high = i + 1 - (outside - passed) / COUNTS[i]
        break
    passed += COUNTS[i]

shapes = [text(20, 26, "1,000 values in ten bins: what 99 % keeps", 15, "bold", "start")]
for i, count in enumerate(COUNTS):
    height = (BASE - TOP) * count / 400
    shapes += [box(x_of(i) + 2, BASE - height, x_of(1) - LEFT - 4, height, BLUE if i < high else RED, radius=0),
               text(x_of(i + (0.25 if i < high < i + 1 else 0.5)), BASE - height - 6, count, 13)]
for edge in range(len(COUNTS) + 1):
    shapes += [line(x_of(edge), BASE, x_of(edge), BASE + 5), text(x_of(edge), BASE + 20, edge, 12)]
shapes += [
    line(LEFT, BASE, RIGHT, BASE),
    line(x_of(high), BASE - 92, x_of(high), BASE + 32, INK, 2, "5 3"),
    text(x_of(high), BASE - 116, f"high = {high:g}", 14, "bold"),
    text(x_of(high), BASE - 99, "5 of 1,000 lie beyond", 12),
    text(x_of(high) + 4, BASE + 44, "1 + 2 + half of the 4", 12, anchor="start"),
]
main(__file__, document(700, 268, "A histogram whose last bins are cut off by the 99 percent range", shapes))
