#!/usr/bin/env python3
"""Draws two curves over the step: the factor of the cosine schedule, and Adam's step with and without its correction."""
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "docs"))
from svg import INK, LINE, document, line, main, path, text  # noqa: E402

BLUE, RED = "#175cd3", "#b42318"


def frame(x, y, width, height, title, x_marks, y_marks):
    shapes = [text(x, y - 14, title, 13, "bold", "start")]
    for at, mark in y_marks:
        shapes += [line(x, at, x + width, at, "#e4e8ed", 1), text(x - 8, at + 4, mark, 11, anchor="end", color=INK)]
    for at, mark in x_marks:
        shapes += [line(at, y + height, at, y + height + 4, LINE, 1), text(at, y + height + 17, mark, 11, color=INK)]
    return shapes + [line(x, y + height, x + width, y + height), line(x, y, x, y + height)]


def schedule():
    total, warmup, floor = 100, 25, 0.1
    x, y, width, height = 50, 40, 260, 170

    def factor(step):
        if step < warmup:
            return (step + 1) / warmup
        return floor + (1 - floor) * (1 + math.cos(math.pi * (step - warmup) / (total - warmup))) / 2 if step < total else floor

    def place(step, f):
        return x + width * step / 120, y + height * (1 - f)

    marks = [(place(s, 0)[0], m) for s, m in ((0, "0"), (warmup, "warmup"), (total, "total"))]
    shapes = frame(x, y, width, height, "Factor on the learning rate", marks,
                   [(place(0, f)[1], m) for f, m in ((0, "0"), (floor, "floor"), (0.5, "0.5"), (1, "1"))])
    return shapes + [path([place(s, factor(s)) for s in range(121)], BLUE)]


def correction():
    x, y, width, height = 400, 40, 270, 170

    def raw(t):
        return (1 - 0.9**t) / math.sqrt(1 - 0.999**t)

    def place(t, f):
        return x + width * math.log10(t) / 3.5, y + height * (1 - f / 7)

    ts = [10 ** (k / 40) for k in range(141)]
    shapes = frame(x, y, width, height, "Adam's step ÷ lr, constant gradient",
                   [(place(t, 0)[0], f"{t:,}") for t in (1, 10, 100, 1000)],
                   [(place(1, f)[1], f) for f in (0, 1, 3, 5, 7)])
    return shapes + [path([place(t, raw(t)) for t in ts], RED), path([place(t, 1) for t in ts], BLUE),
                     text(place(45, 0)[0], place(1, 6.2)[1], "no correction", 12, anchor="start", color=RED),
                     text(place(1.3, 0)[0], place(1, 1.25)[1], "corrected", 12, anchor="start", color=BLUE),
                     text(x + width, y + height + 34, "step, logarithmic", 11, anchor="end", color=LINE)]


main(__file__, document(700, 260, "The cosine schedule with warm-up; Adam's first steps with and without bias correction",
                        schedule() + correction()))
