#!/usr/bin/env python3
"""Draws how an epoch's order becomes batches: seven images, batches of three."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "docs"))
from svg import AMBER, BLUE, GREEN, INK, LINE, arrow, box, document, main, text  # noqa: E402

MONO = "DejaVu Sans Mono, Menlo, monospace"
ORDER, BATCH = (4, 0, 6, 2, 5, 1, 3), 3
CELL, X = 44, 180


def row(y, name, note, cells, fills):
    shapes = [text(20, y + 19, name, 13, "bold", "start"), text(20, y + 34, note, 11, "normal", "start", LINE)]
    for i, (cell, fill) in enumerate(zip(cells, fills)):
        shapes += [box(X + i * CELL, y, CELL, 36, fill, radius=0),
                   text(X + i * CELL + CELL / 2, y + 23, cell, 14, family=MONO)]
    return shapes


def picture():
    n, fills = len(ORDER), (BLUE, AMBER, GREEN)
    shapes = row(24, "data set", "bytes, never moved", range(n), ["#ffffff"] * n)
    shapes += row(124, "order of the epoch", "from seed and epoch", ORDER, [fills[i // BATCH] for i in range(n)])
    for position, image in enumerate(ORDER):
        shapes.append(arrow(X + image * CELL + CELL / 2, 62, X + position * CELL + CELL / 2, 121))
    for number in range((n + BATCH - 1) // BATCH):
        images = ORDER[number * BATCH:(number + 1) * BATCH]
        left, width = X + number * BATCH * CELL, len(images) * CELL
        shapes.append(arrow(left + width / 2, 162, left + width / 2, 205))
        shapes += [box(left + 4, 208, max(width - 8, 92), 54, fills[number]),
                   text(left + 4 + max(width - 8, 92) / 2, 229, f"batch {number}", 12, "bold"),
                   text(left + 4 + max(width - 8, 92) / 2, 249, f"({len(images)}, 784)", 12)]
    shapes += [text(20, 229, "next()", 13, "bold", "start"), text(20, 244, "rows of floats", 11, "normal", "start", LINE)]
    shapes += [text(590, 140, "7 images in threes:", 12, color=INK), text(590, 156, "2 full batches,", 12),
               text(590, 172, "the last one of 1", 12)]
    return document(700, 280, "A shuffled order of seven images cut into batches of three", shapes)


main(__file__, picture())
