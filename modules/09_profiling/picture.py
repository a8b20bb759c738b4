"""Draws picture.svg: the roofline of an example machine, and where a layer of the lesson stands at five batch sizes."""
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
from svg import AMBER, BLUE, INK, arrow, box, document, dot, line, main, path, text  # noqa: E402

PEAK, BANDWIDTH = 100.0, 20.0  # GFLOP/s and GB/s of the example
INPUTS, OUTPUTS = 784, 256
LEFT, RIGHT, TOP, BOTTOM = 80, 670, 50, 330
LEAST, MOST = 0.25, 128.0      # FLOP per byte
SLOWEST, FASTEST = 4.0, 200.0  # GFLOP/s


def x_of(intensity):
    return LEFT + (RIGHT - LEFT) * math.log(intensity / LEAST) / math.log(MOST / LEAST)


def y_of(speed):
    return BOTTOM - (BOTTOM - TOP) * math.log(speed / SLOWEST) / math.log(FASTEST / SLOWEST)


def intensity(batch):
    flops = batch * OUTPUTS * (2 * INPUTS + 1)
    moved = 4 * (INPUTS * OUTPUTS + OUTPUTS + batch * INPUTS + batch * OUTPUTS)
    return flops / moved


def roof(at):
    return min(PEAK, BANDWIDTH * at)


ridge = PEAK / BANDWIDTH
shapes = [
    text(LEFT, 24, "A layer 784 → 256 in float32 on a machine of 100 GFLOP/s and 20 GB/s", 14, "bold", "start"),
    box(LEFT, TOP, x_of(ridge) - LEFT, BOTTOM - TOP, AMBER, radius=0, stroke=AMBER),
    box(x_of(ridge), TOP, RIGHT - x_of(ridge), BOTTOM - TOP, BLUE, radius=0, stroke=BLUE),
    text((LEFT + x_of(ridge)) / 2, TOP + 20, "waits for memory", 13, "bold"),
    text((RIGHT + x_of(ridge)) / 2, TOP + 20, "waits for arithmetic", 13, "bold"),
]
for speed in (5, 10, 20, 50, 100, 200):
    shapes += [line(LEFT, y_of(speed), RIGHT, y_of(speed), "#d5dbe1", 1),
               text(LEFT - 8, y_of(speed) + 4, speed, 12, anchor="end")]
for at in (0.5, 1, 2, 5, 10, 20, 50, 100):
    shapes += [line(x_of(at), BOTTOM, x_of(at), BOTTOM + 5), text(x_of(at), BOTTOM + 20, f"{at:g}", 12)]
shapes += [
    line(LEFT, TOP, LEFT, BOTTOM), line(LEFT, BOTTOM, RIGHT, BOTTOM),
    text((LEFT + RIGHT) / 2, BOTTOM + 42, "arithmetic intensity, FLOP per byte moved", 13),
    text(LEFT - 8, TOP - 8, "GFLOP/s", 12, anchor="end"),
    path([(x_of(LEAST), y_of(roof(LEAST))), (x_of(ridge), y_of(PEAK)), (x_of(MOST), y_of(PEAK))], INK, 2.5),
    text(x_of(1.05), y_of(27), "20 GB/s × intensity", 12, anchor="end"),
    text(x_of(60), y_of(PEAK) - 8, "peak, 100 GFLOP/s", 12),
]
for batch, dx, dy, anchor in ((1, 10, 16, "start"), (4, 10, 16, "start"), (16, 6, 22, "start"), (64, 0, 22, "middle"),
                              (256, 0, 22, "middle")):
    at = intensity(batch)
    shapes += [dot(x_of(at), y_of(roof(at)), 5, "#b3261e"),
               text(x_of(at) + dx, y_of(roof(at)) + dy, f"batch {batch}", 12, anchor=anchor)]
shapes += [arrow(x_of(ridge) + 20, y_of(42), x_of(ridge) + 2, y_of(PEAK) + 6),
           text(x_of(ridge) + 24, y_of(42) + 4, "ridge: 5 FLOP per byte", 12, anchor="start")]
main(__file__, document(700, 390, "Roofline: attainable GFLOP/s over arithmetic intensity for batches 1 to 256", shapes))
