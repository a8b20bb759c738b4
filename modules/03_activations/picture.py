#!/usr/bin/env python3
"""Draws relu, sigmoid and gelu, and their derivatives beside them."""
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
from svg import INK, LINE, box, document, line, main, path, text  # noqa: E402

WIDTH, HEIGHT, PANEL, TALL, TOP = 780, 370, 330, 260, 50
COLORS = {"relu": "#b45309", "sigmoid": "#1d6fb8", "gelu": "#2f7d4f"}


def cdf(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def density(x):
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


VALUES = {"relu": lambda x: max(0.0, x), "sigmoid": sigmoid, "gelu": lambda x: x * cdf(x)}
SLOPES = {
    "relu": lambda x: 1.0 if x > 0 else 0.0,
    "sigmoid": lambda x: sigmoid(x) * (1 - sigmoid(x)),
    "gelu": lambda x: cdf(x) + x * density(x),
}


def panel(left, title, curves, low, high, ticks):
    """One coordinate system: x from -4 to 4, y from low to high."""
    def place(x, y):
        return left + (x + 4) / 8 * PANEL, TOP + (high - y) / (high - low) * TALL
    shapes = [text(left + PANEL / 2, TOP - 20, title, 15, "bold"), box(left, TOP, PANEL, TALL, "#ffffff", radius=0)]
    for y in ticks:
        x1, height = place(-4, y)
        shapes += [line(x1, height, x1 + PANEL, height, LINE if y == 0 else "#e2e8ee", 1),
                   text(x1 - 6, height + 4, f"{y:g}", 12, anchor="end")]
    for x in (-4, -2, 0, 2, 4):
        shapes += [line(place(x, 0)[0], TOP, place(x, 0)[0], TOP + TALL, LINE if x == 0 else "#e2e8ee", 1),
                   text(place(x, 0)[0], TOP + TALL + 18, x, 12)]
    for name, curve in curves.items():
        points = [(k / 40, curve(k / 40)) for k in range(-160, 161)]
        shapes.append(path([place(x, y) for x, y in points if low <= y <= high], COLORS[name], 2.4))
    return shapes


def draw():
    shapes = panel(44, "y = f(x)", VALUES, -0.5, 3, (0, 1, 2, 3))
    shapes += panel(44 + PANEL + 56, "slope dy/dx", SLOPES, -0.25, 1.25, (0, 0.25, 0.5, 1))
    words = {"relu": "relu", "sigmoid": "sigmoid, slope at most 0.25", "gelu": "gelu = x Φ(x)"}
    x = 110
    for name, label in words.items():
        shapes += [line(x, HEIGHT - 14, x + 34, HEIGHT - 14, COLORS[name], 3),
                   text(x + 42, HEIGHT - 10, label, 13, anchor="start", color=INK)]
        x += 70 + 7 * len(label) + 20
    return document(WIDTH, HEIGHT, "Curves of relu, sigmoid and gelu and of their derivatives", shapes)


main(__file__, draw())
