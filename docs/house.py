#!/usr/bin/env python3
"""Draws the house: the rooms of tinytorch/ as they stand in the tree, and who includes whom.

    docs/house.py            writes docs/house.svg
    docs/house.py --check    exits 1 if docs/house.svg is not what the tree would give

Rooms, floors and arrows come from the folders and their #include lines; only the words inside a room are written here.
"""
import re
import sys
from pathlib import Path

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
    "base": "errors, shapes, random numbers, threads, files",
}
INK, PAPER, ROOM, EXERCISE, LINE = "#1f2933", "#ffffff", "#eef3f8", "#fdf3dc", "#8795a6"
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


def text(x, y, words, size=13, weight="normal", anchor="middle", color=INK):
    return (f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" '
            f'fill="{color}">{words}</text>')


def box(x, y, width, height, fill, dash=""):
    return (f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6" fill="{fill}" stroke="{LINE}"'
            f'{dash}/>')


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
            boxes += [box(x, y, room_width, ROOM_HEIGHT, ROOM),
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
            arrows.append(f'<line x1="{top:g}" y1="{y + ROOM_HEIGHT:g}" x2="{bottom:g}" y2="{oy - 2:g}" stroke="{LINE}" '
                          f'stroke-width="1.5" marker-end="url(#down)"/>')
    side = MARGIN + HOUSE_WIDTH + 40
    modules = sorted(p for p in (ROOT / "solutions").iterdir() if p.is_dir() and any(p.glob("*.cpp")))
    step = (height - 2 * MARGIN - 30 - GAP + 8) / max(len(modules), 1)
    for i, module in enumerate(reversed(modules)):
        y = MARGIN + 30 + i * step
        count = len(list(module.glob("*.cpp")))
        boxes += [box(side, y, SIDE, step - 8, EXERCISE, ' stroke-dasharray="4 3"'),
                  text(side + 12, y + (step - 8) / 2 + 5, module.name, 13, "bold", "start"),
                  text(side + SIDE - 12, y + (step - 8) / 2 + 5, f"{count} exercise{'s' * (count != 1)}", 12, anchor="end")]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        'font-family="Helvetica, Arial, sans-serif" role="img" aria-label="The rooms of tinytorch and the course modules '
        'whose exercises are their bodies">',
        f'<defs><marker id="down" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{LINE}"/></marker></defs>',
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
        text(MARGIN, MARGIN + 12, "tinytorch/ — a room includes only what lies below it", 14, "bold", "start"),
        text(side, MARGIN + 12, "solutions/ — what students write", 14, "bold", "start"),
        *arrows, *boxes, "</svg>", ""])


def main():
    target = ROOT / "docs" / "house.svg"
    picture = draw()
    if "--check" in sys.argv[1:]:
        if not target.exists() or target.read_text(encoding="utf-8") != picture:
            sys.exit("docs/house.svg is out of date: run docs/house.py")
        return
    target.write_text(picture, encoding="utf-8")
    print(f"wrote {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
