#!/usr/bin/env python3
"""Draws the house: the rooms of tinytorch/ as they stand in the tree, and who includes whom.

    docs/house.py            writes docs/house.svg
    docs/house.py --check    exits 1 if docs/house.svg is not what the tree would give

Rooms, floors and arrows come from the folders and their #include lines; only the words inside a room are written here.
"""
import re
from pathlib import Path

from svg import AMBER, arrow, box, document, main, text

ROOT = Path(__file__).resolve().parent.parent
FLOORS = [["cli"], ["course", "report"], ["train", "quant", "io"], ["nn", "optim", "data"], ["tensor"], ["kernels"], ["base"]]
WORDS = {
    "cli": "tt: one file per command",
    "course": "judge, feedback, grading",
    "report": "what a network costs",
    "train": "train, evaluate",
    "quant": "float32 to int8",
    "io": "models, checkpoints, images",
    "nn": "layers, losses",
    "optim": "SGD, Adam, schedules",
    "data": "MNIST, own digits, batches",
    "tensor": "arrays, operations, gradients",
    "kernels": "one folder per kernel, one file per instruction set",
    "base": "errors, shapes, random numbers, threads, memory, files",
}
HOUSE_WIDTH, ROOM_HEIGHT, GAP, MARGIN, SIDE = 700, 56, 26, 20, 290


def rooms():
    """Floors of the rooms that exist, and what each room includes: {room: {lower room: number of includes}}."""
    floors = [[r for r in floor if any((ROOT / "tinytorch" / r).rglob("*.h"))
               or any((ROOT / "tinytorch" / r).rglob("*.cpp"))] for floor in FLOORS]
    uses = {}
    for floor in floors:
        for room in floor:
            uses[room] = {}
            for source in sorted((ROOT / "tinytorch" / room).rglob("*")):
                if source.suffix not in (".h", ".cpp"):
                    continue
                for other in re.findall(r'#include "tinytorch/(\w+)/', source.read_text(encoding="utf-8")):
                    if other != room:
                        uses[room][other] = uses[room].get(other, 0) + 1
    return [floor for floor in floors if floor], uses


def draw():
    floors, uses = rooms()
    height = 2 * MARGIN + 30 + len(floors) * (ROOM_HEIGHT + GAP)
    width = 2 * MARGIN + HOUSE_WIDTH + 40 + SIDE
    place, boxes = {}, []
    for level, floor in enumerate(floors):
        y = MARGIN + 30 + level * (ROOM_HEIGHT + GAP)
        room_width = (HOUSE_WIDTH - GAP * (len(floor) - 1)) / len(floor)
        for i, room in enumerate(floor):
            x = MARGIN + i * (room_width + GAP)
            place[room] = (x, y, room_width, level)
            boxes += [box(x, y, room_width, ROOM_HEIGHT),
                      text(x + room_width / 2, y + 24, room, 15, "bold"),
                      text(x + room_width / 2, y + 44, WORDS.get(room, ""), 12)]
    arrows = []
    for room, others in uses.items():
        x, y, w, level = place[room]
        below = [o for o in others if o in place and place[o][3] == level + 1]
        for other in sorted(below):
            ox, oy, ow, _ = place[other]
            left, right = max(x, ox), min(x + w, ox + ow)
            if right - left > 20:  # one above the other: straight down
                top = bottom = (left + right) / 2
            else:
                top = x + w - 14 if ox > x else x + 14
                bottom = ox + 14 if ox > x else ox + ow - 14
            arrows.append(arrow(top, y + ROOM_HEIGHT, bottom, oy - 2))
    side = MARGIN + HOUSE_WIDTH + 40
    modules = sorted(p for p in (ROOT / "solutions").iterdir() if p.is_dir() and any(p.glob("*.cpp")))
    step = (height - 2 * MARGIN - 30 - GAP + 8) / max(len(modules), 1)
    for i, module in enumerate(reversed(modules)):
        y = MARGIN + 30 + i * step
        count = len(list(module.glob("*.cpp")))
        boxes += [box(side, y, SIDE, step - 8, AMBER, "4 3"),
                  text(side + 12, y + (step - 8) / 2 + 5, module.name, 13, "bold", "start"),
                  text(side + SIDE - 12, y + (step - 8) / 2 + 5, f"{count} exercise{'s' * (count != 1)}", 12, anchor="end")]
    return document(width, height, "The rooms of tinytorch and the course modules whose exercises are their bodies", [
        text(MARGIN, MARGIN + 12, "tinytorch/ — a room includes only what lies below it", 14, "bold", "start"),
        text(side, MARGIN + 12, "solutions/ — what students write", 14, "bold", "start"),
        *arrows, *boxes])


if __name__ == "__main__":
    main(__file__, draw())
