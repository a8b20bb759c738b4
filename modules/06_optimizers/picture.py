#!/usr/bin/env python3
"""Draws three optimizers on one narrow valley, f(x, y) = (x² + 25 y²) / 2: where each goes in 30 steps from (-9, 1.6)."""
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "docs"))
from svg import INK, LINE, document, dot, line, main, path, text  # noqa: E402

START, STEPS, CURVATURE = (-9.0, 1.6), 30, (1.0, 25.0)
PANEL, TOP, WIDTH = 130, 44, 700
COLORS = {"sgd": "#b42318", "momentum": "#175cd3", "adam": "#027a48"}


def gradient(point):
    return [c * p for c, p in zip(CURVATURE, point)]


def value(point):
    return sum(c * p * p for c, p in zip(CURVATURE, point)) / 2


def sgd(lr, momentum):
    w, v, track = list(START), [0.0, 0.0], [START]
    for _ in range(STEPS):
        for i, g in enumerate(gradient(w)):
            v[i] = momentum * v[i] + g
            w[i] -= lr * v[i]
        track.append(tuple(w))
    return track


def adam(lr, beta1=0.9, beta2=0.999):
    w, m, v, track = list(START), [0.0, 0.0], [0.0, 0.0], [START]
    for t in range(1, STEPS + 1):
        for i, g in enumerate(gradient(w)):
            m[i] = beta1 * m[i] + (1 - beta1) * g
            v[i] = beta2 * v[i] + (1 - beta2) * g * g
            w[i] -= lr * m[i] / (1 - beta1**t) / (math.sqrt(v[i] / (1 - beta2**t)) + 1e-8)
        track.append(tuple(w))
    return track


def panel(number, title, track, color):
    middle = TOP + number * (PANEL + 34) + PANEL / 2

    def place(p):
        return 350 + 33 * p[0], middle - 33 * p[1]

    shapes = [text(20, middle - PANEL / 2 - 10, title, 13, "bold", "start", color)]
    for level in (0.5, 4, 12, 24, 42):
        a, b = math.sqrt(2 * level / CURVATURE[0]) * 33, math.sqrt(2 * level / CURVATURE[1]) * 33
        shapes.append(f'<ellipse cx="350" cy="{middle:g}" rx="{a:.2f}" ry="{b:.2f}" fill="none" stroke="#d5dbe3"/>')
    shapes.append(path([place(p) for p in track], color, 1.6))
    shapes += [dot(*(round(c, 2) for c in place(p)), 2.4, color) for p in track]
    x, y = place((0, 0))
    shapes += [line(x - 5, y, x + 5, y, INK), line(x, y - 5, x, y + 5, INK)]
    shapes.append(text(684, middle - PANEL / 2 - 10, f"f after {STEPS} steps: {value(track[-1]):.2g}", 12, anchor="end",
                       color=INK))
    return shapes


def picture():
    shapes = []
    tracks = [("SGD, lr 0.076: across the valley it overshoots, along it it creeps", sgd(0.076, 0), "sgd"),
              ("Momentum 0.8, lr 0.04: the zigzag cancels, the slope adds up", sgd(0.04, 0.8), "momentum"),
              ("Adam, lr 0.5: steps of equal size in both directions at first", adam(0.5), "adam")]
    for number, (title, track, color) in enumerate(tracks):
        shapes += panel(number, title, track, COLORS[color])
    shapes.append(text(350, TOP + 3 * (PANEL + 34) - 8, "f(x, y) = (x² + 25 y²) / 2, start (-9, 1.6), minimum at the cross",
                       12, color=LINE))
    return document(WIDTH, TOP + 3 * (PANEL + 34) + 6, "Paths of SGD, SGD with momentum and Adam down a narrow valley",
                    shapes)


main(__file__, picture())
