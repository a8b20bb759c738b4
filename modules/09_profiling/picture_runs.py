"""Draws picture_runs.svg: eleven timed runs, and what the mean and the median make of them."""
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
from svg import BLUE, INK, LINE, box, document, dot, line, main, text  # noqa: E402

RUNS = [12, 11, 13, 11, 250, 12, 11, 12, 14, 11, 12]  # µs, as in the lesson
LEFT, RIGHT, BASE = 40, 670, 150


def x_of(microseconds):
    return LEFT + (RIGHT - LEFT) * math.log(microseconds / 9) / math.log(300 / 9)


ordered = sorted(RUNS)
last = len(ordered) - 1
median, low, high = ordered[len(ordered) // 2], ordered[last // 10], ordered[last - last // 10]
mean = sum(RUNS) / len(RUNS)

shapes = [text(LEFT, 24, "Eleven runs of one call, one of them disturbed", 15, "bold", "start"),
          box(x_of(low), BASE - 80, x_of(high) - x_of(low), 80, BLUE, radius=0, stroke=BLUE)]
for tick in (10, 20, 50, 100, 200):
    shapes += [line(x_of(tick), BASE, x_of(tick), BASE + 5), text(x_of(tick), BASE + 20, f"{tick} µs", 12)]
shapes += [line(LEFT, BASE, RIGHT, BASE), text(RIGHT, BASE + 40, "logarithmic scale", 12, anchor="end")]
seen = {}
for run in ordered:
    seen[run] = seen.get(run, 0) + 1
    shapes.append(dot(x_of(run), BASE + 6 - 14 * seen[run], 5, "#b3261e" if run > 100 else INK))
shapes += [
    line(x_of(median), BASE, x_of(median), BASE - 92, INK, 2),
    text(x_of(median), BASE - 98, f"median {median} µs", 13, "bold"),
    text(x_of(high) + 12, BASE - 62, f"10th to 90th percentile: {low} to {high} µs", 12, anchor="start"),
    line(x_of(mean), BASE, x_of(mean), BASE - 36, LINE, 2, "5 3"),
    text(x_of(mean), BASE - 42, f"mean {mean:.1f} µs: no run took that long", 12, anchor="middle"),
    text(x_of(250), BASE - 26, "250 µs", 12),
]
main(__file__, document(700, 200, "Dots of eleven timings with their median, percentiles and mean", shapes))
