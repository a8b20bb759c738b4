#!/usr/bin/env python3
"""Draws picture.svg: an array of shape (3, 4) as its index sees it and as memory holds it."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
from svg import AMBER, BLUE, GREEN, GREY, INK, arrow, box, document, main, path, text  # noqa: E402

ROWS, COLUMNS = 3, 4
CHOSEN = (1, 2)
LETTERS = "abcdefghijkl"
FILLS = [BLUE, GREEN, GREY]
STRONG = "#c77700"


def grid(left, top, width, height):
    shapes = [text(left + COLUMNS * width / 2, top - 34, "what the index sees: shape (3, 4)", 14, "bold")]
    shapes += [text(left + (j + 0.5) * width, top - 10, f"j = {j}") for j in range(COLUMNS)]
    for i in range(ROWS):
        shapes.append(text(left - 12, top + (i + 0.62) * height, f"i = {i}", anchor="end"))
        for j in range(COLUMNS):
            fill = AMBER if (i, j) == CHOSEN else FILLS[i]
            stroke = STRONG if (i, j) == CHOSEN else "#8795a6"
            shapes.append(box(left + j * width, top + i * height, width - 3, height - 3, fill, radius=3, stroke=stroke))
            shapes.append(text(left + (j + 0.5) * width - 1, top + (i + 0.62) * height, LETTERS[i * COLUMNS + j], 15))
    return shapes


def strip(left, top, width, height):
    shapes = [text(left, top - 14, "what memory holds: 12 floats in a row", 14, "bold", "start")]
    for position in range(ROWS * COLUMNS):
        chosen = divmod(position, COLUMNS) == CHOSEN
        fill = AMBER if chosen else FILLS[position // COLUMNS]
        x = left + position * width
        shapes.append(box(x, top, width - 3, height, fill, radius=3, stroke=STRONG if chosen else "#8795a6"))
        shapes.append(text(x + width / 2 - 1, top + height * 0.62, LETTERS[position], 15))
        shapes.append(text(x + width / 2 - 1, top + height + 18, position, 12, "bold" if chosen else "normal"))
    return shapes


def jump(left, top, width, begin, end, depth, words):
    """An arrow below the strip from one position to another, with words under it."""
    x1, x2 = left + (begin + 0.5) * width - 1, left + (end + 0.5) * width - 1
    return [path([(x1, top), (x1, top + depth), (x2, top + depth), (x2, top + 8)], STRONG, 1.5),
            arrow(x2, top + 12, x2, top, STRONG), text((x1 + x2) / 2, top + depth + 17, words, 13, color=STRONG)]


def draw():
    shapes = grid(96, 74, 54, 38)
    x = 372
    lines = [("strides (4, 1):", "bold"), ("one step along i moves 4 floats on,", "normal"),
             ("one step along j moves 1 on", "normal"), ("", "normal"), ("position of (1, 2)", "bold"),
             ("= 1 · 4 + 2 · 1 = 6: the letter g", "normal")]
    shapes += [text(x, 84 + 21 * i, words, 15, weight, "start", INK) for i, (words, weight) in enumerate(lines)]
    left, top, width = 30, 250, 53
    shapes += strip(left, top, width, 38)
    below = top + 38 + 24
    shapes += jump(left, below, width, 0, 4, 22, "i + 1: 4 on")
    shapes += jump(left, below, width, 4, 6, 22, "j + 2: 2 on")
    return document(696, 372, "A 3 by 4 array and its 12 floats in memory; element (1, 2) stands at position 6", shapes)


if __name__ == "__main__":
    main(__file__, draw())
