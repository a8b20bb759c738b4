#!/usr/bin/env python3
"""Draws how large the activations are behind each of 20 layers of ReLU, for four gains: the lines are the formula
(gain² / 2)^(depth / 2), the dots a network of 128 units a layer with weights drawn from a fixed seed.
"""
import math
import random
import sys
from operator import mul
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
from svg import INK, LINE, box, document, dot, line, main, path, text  # noqa: E402

UNITS, EXAMPLES, DEPTH = 128, 16, 20
LEFT, TOP, WIDE, TALL, WIDTH, HEIGHT = 70, 46, 470, 300, 760, 400
LOW, HIGH = -10, 4  # powers of ten
GAINS = [(2.0, "gain 2", "too large: ×1.41", "#b91c1c"), (math.sqrt(2), "gain √2", "Kaiming: ×1", "#2f7d4f"),
         (1.0, "gain 1", "forgets the ReLU: ×0.71", "#1d6fb8"), (1 / math.sqrt(3), "gain 1/√3", "±1/√fan_in: ×0.41", "#b45309")]


def simulate():
    """Root mean square of the activations behind each layer, for gain √2. Another gain g multiplies depth d by (g/√2)^d,
    since max(0, c·x) = c·max(0, x) for positive c."""
    draw = random.Random(1).random
    bound = math.sqrt(6 / UNITS)
    rows = [[math.sqrt(12) * (draw() - 0.5) for _ in range(UNITS)] for _ in range(EXAMPLES)]  # variance 1
    sizes = []
    for _ in range(DEPTH):
        weight = [[bound * (2 * draw() - 1) for _ in range(UNITS)] for _ in range(UNITS)]
        rows = [[max(0.0, sum(map(mul, row, w))) for w in weight] for row in rows]
        sizes.append(math.sqrt(sum(sum(map(mul, row, row)) for row in rows) / (EXAMPLES * UNITS)))
    return sizes


def place(depth, size):
    return LEFT + depth / DEPTH * WIDE, TOP + (HIGH - math.log10(size)) / (HIGH - LOW) * TALL


def draw():
    shapes = [text(LEFT, TOP - 18, "Size of the activations (root mean square) behind each layer", 15, "bold", "start"),
              box(LEFT, TOP, WIDE, TALL, "#ffffff", radius=0)]
    for power in range(LOW, HIGH + 1, 2):
        y = place(0, 10.0 ** power)[1]
        words = {0: "1", 2: "100", 4: "10,000", -2: "0.01"}.get(power, f"1e{power}")
        shapes += [line(LEFT, y, LEFT + WIDE, y, LINE if power == 0 else "#e2e8ee", 1), text(LEFT - 8, y + 4, words, 12, anchor="end")]
    for depth in range(0, DEPTH + 1, 5):
        x = place(depth, 1)[0]
        shapes += [line(x, TOP, x, TOP + TALL, "#e2e8ee", 1), text(x, TOP + TALL + 18, depth, 12)]
    shapes.append(text(LEFT + WIDE / 2, TOP + TALL + 38, "layers", 13))
    measured = simulate()
    for gain, name, words, color in GAINS:
        factor = gain / math.sqrt(2)
        points = [place(d, factor ** d) for d in range(DEPTH + 1)]
        shapes.append(path(points, color, 1.6, "5 4"))
        shapes += [dot(*place(d + 1, size * factor ** (d + 1)), 3, color) for d, size in enumerate(measured)]
        x, y = points[-1]
        shapes += [text(x + 14, y - 1, name, 14, "bold", "start", color), text(x + 14, y + 16, words, 12, anchor="start", color=INK)]
    return document(WIDTH, HEIGHT, "Activations grow, keep their size or vanish with depth, by the gain of the initial weights", shapes)


main(__file__, draw())
