#!/usr/bin/env python3
"""Draws picture.svg: the graph of L = c · d with c = a · b and d = c + a, with values and gradients it computes itself."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
from svg import AMBER, BLUE, arrow, box, document, main, text  # noqa: E402

STRONG = "#c77700"
A, B = 2, 3
C = A * B
D = C + A
L = C * D
# Contributions along each edge, in topological order: L, d, c, b, a.
TO_D, TO_C_FROM_L = C, D
TO_C_FROM_D, TO_A_FROM_D = TO_D, TO_D
GRAD_C = TO_C_FROM_L + TO_C_FROM_D
TO_A_FROM_C, TO_B = GRAD_C * B, GRAD_C * A
GRAD_A = TO_A_FROM_C + TO_A_FROM_D

WIDTH, HEIGHT = 118, 62
PLACE = {"a": (24, 60), "b": (24, 290), "c": (215, 215), "d": (392, 100), "L": (560, 215)}


def node(name, formula, value, gradient, turn):
    x, y = PLACE[name]
    return [box(x, y, WIDTH, HEIGHT, BLUE), text(x + WIDTH / 2, y + 23, formula, 14, "bold"),
            text(x + WIDTH / 2, y + 46, f"value {value}", 14),
            box(x, y + HEIGHT, WIDTH, 28, AMBER), text(x + WIDTH / 2, y + HEIGHT + 19, gradient, 14),
            box(x - 11, y - 11, 22, 22, "#ffffff", radius=11, stroke=STRONG),
            text(x, y + 4.5, turn, 13, "bold", color=STRONG)]


def edge(begin, end, x, y, words):
    """From a point of the result back to a point of the input, with what is handed on."""
    return [arrow(*begin, *end, STRONG), text(x, y, words, 13, color=STRONG)]


def draw():
    shapes = []
    for name, formula, value, gradient, turn in [
            ("a", "a", A, f"{TO_A_FROM_D} + {TO_A_FROM_C} = {GRAD_A}", 5), ("b", "b", B, TO_B, 4),
            ("c", "c = a · b", C, f"{TO_C_FROM_L} + {TO_C_FROM_D} = {GRAD_C}", 3),
            ("d", "d = c + a", D, TO_D, 2), ("L", "L = c · d", L, 1, 1)]:
        shapes += node(name, formula, value, gradient, turn)
    shapes += edge((615, 213), (514, 165), 600, 182, f"1 · c = {TO_D}")
    shapes += edge((556, 268), (337, 268), 446, 260, f"1 · d = {TO_C_FROM_L}")
    shapes += edge((392, 170), (337, 222), 393, 213, f"{TO_C_FROM_D}")
    shapes += edge((380, 120), (146, 95), 262, 98, f"{TO_A_FROM_D}")
    shapes += edge((215, 240), (146, 140), 222, 180, f"{GRAD_C} · b = {TO_A_FROM_C}")
    shapes += edge((213, 290), (146, 322), 222, 325, f"{GRAD_C} · a = {TO_B}")
    shapes += [text(24, 24, "blue: values, computed from left to right", 13, anchor="start"),
               text(350, 24, "amber: gradients, handed on along the arrows,", 13, anchor="start"),
               text(350, 42, "node after node in the order of the numbers", 13, anchor="start")]
    return document(700, 400, "The graph of L = c d with c = a b and d = c + a: values, gradients and the order of backward", shapes)


if __name__ == "__main__":
    main(__file__, draw())
