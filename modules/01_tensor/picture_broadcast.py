#!/usr/bin/env python3
"""Draws picture_broadcast.svg: (2, 1, 3) + (2, 1) = (2, 2, 3), and which floats each row of the result reads."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
from svg import AMBER, BLUE, GREEN, arrow, box, document, main, text  # noqa: E402

A, A_STEPS = [1, 2, 3, 4, 5, 6], (3, 0, 1)
B, B_STEPS = [10, 20], (0, 1, 0)
WIDTH, HEIGHT = 40, 34
A_LEFT, RESULT_LEFT, B_LEFT = 30, 300, 610
TOP = 96


def cells(left, top, values, fill):
    shapes = []
    for i, value in enumerate(values):
        shapes.append(box(left + i * WIDTH, top, WIDTH - 3, HEIGHT, fill, radius=3))
        shapes.append(text(left + i * WIDTH + WIDTH / 2 - 1.5, top + 22, value, 15))
    return shapes


def draw():
    shapes = []
    for x, shape, steps in [(A_LEFT + 60, "a (2, 1, 3)", f"steps {A_STEPS}"),
                            (RESULT_LEFT + 60, "a + b (2, 2, 3)", "read with both"),
                            (B_LEFT + 20, "b (2, 1)", f"steps {B_STEPS}")]:
        shapes += [text(x, 34, shape, 15, "bold"), text(x, 54, steps, 14)]
    a_top, b_top = [TOP + 26, TOP + 146], [TOP + 56, TOP + 116]
    for i in range(2):
        shapes += cells(A_LEFT, a_top[i], A[3 * i:3 * i + 3], BLUE)
        shapes += cells(B_LEFT, b_top[i], B[i:i + 1], GREEN)
    for i in range(2):
        for k in range(2):
            row = 2 * i + k
            top = TOP + row * 60
            shapes.append(text(RESULT_LEFT + 60, top - 6, f"({i}, {k}, ·)", 12))
            start_a, start_b = i * A_STEPS[0] + k * A_STEPS[1], i * B_STEPS[0] + k * B_STEPS[1]
            values = [A[start_a + j * A_STEPS[2]] + B[start_b + j * B_STEPS[2]] for j in range(3)]
            shapes += cells(RESULT_LEFT, top, values, AMBER)
            shapes.append(arrow(A_LEFT + 126, a_top[i] + HEIGHT / 2, RESULT_LEFT - 8, top + HEIGHT / 2))
            shapes.append(arrow(B_LEFT - 8, b_top[k] + HEIGHT / 2, RESULT_LEFT + 126, top + HEIGHT / 2))
    foot = "a step of 0 reads the same floats again: no copy of a or b is ever made"
    shapes.append(text(348, TOP + 258, foot, 14))
    return document(696, 376, "Broadcasting (2, 1, 3) and (2, 1): two rows of a and two numbers of b make four rows", shapes)


if __name__ == "__main__":
    main(__file__, draw())
