#!/usr/bin/env python3
"""Draws the first 16 bytes of MNIST's training images and what each group of them says."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "docs"))
from svg import AMBER, BLUE, GREEN, GREY, INK, LINE, box, document, line, main, text  # noqa: E402

MONO = "DejaVu Sans Mono, Menlo, monospace"
SIZES = (60000, 28, 28)
HEADER = bytes([0, 0, 8, len(SIZES)]) + b"".join(size.to_bytes(4, "big") for size in SIZES)
CELL, X, Y = 34, 20, 64


def picture():
    shapes = [text(X, 24, "The file, one box per byte (hexadecimal), its offset above", 13, "bold", "start")]
    fills = [GREY, GREY, AMBER, AMBER] + [BLUE] * 12
    for i, byte in enumerate(HEADER):
        x = X + i * CELL
        shapes += [box(x, Y, CELL, CELL, fills[i], radius=0), text(x + CELL / 2, Y + 22, f"{byte:02x}", 14, family=MONO),
                   text(x + CELL / 2, Y - 7, i, 10, color=LINE)]
    x = X + len(HEADER) * CELL
    shapes += [box(x, Y, 114, CELL, GREEN, radius=0), text(x + 57, Y + 22, "pixels …", 13)]
    shapes.append(text(x + 17, Y - 7, len(HEADER), 10, color=LINE))

    def bracket(first, count, words, depth):
        left, right, bottom = X + first * CELL + 3, X + (first + count) * CELL - 3, Y + CELL + 8
        middle = (left + right) / 2
        lines = [line(left, bottom, right, bottom, INK, 1.2), line(middle, bottom, middle, bottom + 10 + depth, INK, 1)]
        return lines + [text(middle, bottom + 24 + depth + 15 * k, w, 12) for k, w in enumerate(words)]

    shapes += bracket(0, 2, ["two", "zero bytes"], 0)
    shapes += bracket(2, 1, ["type 8:", "bytes"], 44)
    shapes += bracket(3, 1, [f"{len(SIZES)} axes"], 0)
    shapes += bracket(4, 4, ["images", f"0x{SIZES[0]:04x} = {SIZES[0]:,}"], 0)
    shapes += bracket(8, 4, ["height", f"0x1c = {SIZES[1]}"], 0)
    shapes += bracket(12, 4, ["width", f"0x1c = {SIZES[2]}"], 0)
    count = SIZES[0] * SIZES[1] * SIZES[2]
    shapes.append(text(684, Y + CELL + 32, "one byte each", 12, anchor="end"))
    shapes.append(text(684, Y + CELL + 92,
                       f"{len(HEADER)} + {SIZES[0]:,} · {SIZES[1]} · {SIZES[2]} = {len(HEADER) + count:,} bytes in all", 13,
                       "bold", "end"))
    return document(700, 210, "The header of an IDX file, byte by byte", shapes)


main(__file__, picture())
