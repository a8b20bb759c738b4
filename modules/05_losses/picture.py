#!/usr/bin/env python3
"""Draws cross-entropy and the squared error of the probability over the logit of the right class, and their slopes."""
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
from svg import LINE, box, document, line, main, path, text  # noqa: E402

WIDTH, HEIGHT, PANEL, TALL, TOP = 780, 390, 320, 250, 56
REACH = 6


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


CURVES = [
    ("cross-entropy: -log p", "#1d6fb8", lambda z: math.log1p(math.exp(-z)), lambda z: sigmoid(z) - 1),
    ("squared error: (1 - p)²", "#b45309", lambda z: (1 - sigmoid(z)) ** 2, lambda z: -2 * (1 - sigmoid(z)) ** 2 * sigmoid(z)),
]


def panel(left, title, curves, low, high, ticks):
    def place(z, y):
        return left + (z + REACH) / (2 * REACH) * PANEL, TOP + (high - y) / (high - low) * TALL
    shapes = [text(left + PANEL / 2, TOP - 20, title, 15, "bold"), box(left, TOP, PANEL, TALL, "#ffffff", radius=0)]
    for y in ticks:
        x, height = place(-REACH, y)
        shapes += [line(x, height, x + PANEL, height, LINE if y == 0 else "#e2e8ee", 1), text(x - 6, height + 4, f"{y:g}", 12, anchor="end")]
    for z in range(-REACH, REACH + 1, 2):
        x = place(z, low)[0]
        shapes += [line(x, TOP, x, TOP + TALL, LINE if z == 0 else "#e2e8ee", 1), text(x, TOP + TALL + 18, z, 12)]
    for color, curve in curves:
        shapes.append(path([place(k / 20, curve(k / 20)) for k in range(-20 * REACH, 20 * REACH + 1)], color, 2.4))
    shapes += [text(left + 4, TOP + TALL + 36, "← sure of the wrong class", 12, anchor="start"),
               text(left + PANEL - 4, TOP + TALL + 36, "sure of the right one →", 12, anchor="end")]
    return shapes


def draw():
    shapes = panel(50, "loss", [(color, value) for _, color, value, _ in CURVES], 0, 6.5, (0, 1, 2, 3, 4, 5, 6))
    shapes += panel(50 + PANEL + 70, "slope: what reaches the logit", [(color, slope) for _, color, _, slope in CURVES], -1.1, 0.1,
                    (-1, -0.75, -0.5, -0.25, 0))
    for x, (name, color, _, _) in zip((190, 430), CURVES):
        shapes += [line(x, HEIGHT - 16, x + 34, HEIGHT - 16, color, 3), text(x + 42, HEIGHT - 12, name, 13, anchor="start")]
    return document(WIDTH, HEIGHT, "Two losses over the logit of the right class: the squared error has no slope where the network "
                    "is most wrong", shapes)


main(__file__, draw())
