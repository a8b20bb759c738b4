"""Draws picture_lanes.svg: what one vpdpbusd does to 512-bit registers, and what a float32 multiply-add does."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
from svg import AMBER, BLUE, GREEN, arrow, box, document, main, text  # noqa: E402

LEFT, LANE, GAP, BYTE = 118, 116, 14, 29
SHOWN = [("lane 0", 0), ("lane 1", 4), ("lane 2", 8), ("lane 15", 60)]
ROW = 30


def lane_x(i):
    return LEFT + i * (LANE + GAP) + (20 if i == 3 else 0)


shapes = [text(20, 24, "int8: vpdpbusd, 64 multiply-adds in one instruction", 14, "bold", "start")]
rows = {"codes, u8": (56, BLUE, "a"), "weights, s8": (92, AMBER, "w")}
for label, (y, fill, letter) in rows.items():
    shapes.append(text(20, y + 20, label, 13, anchor="start"))
    for i, (_, first) in enumerate(SHOWN):
        for b in range(4):
            shapes += [box(lane_x(i) + b * BYTE, y, BYTE, ROW, fill, radius=0),
                       text(lane_x(i) + (b + 0.5) * BYTE, y + 20, f"{letter}{first + b}", 12)]
for i, (name, first) in enumerate(SHOWN):
    middle = lane_x(i) + LANE / 2
    shapes += [text(middle, 50, name, 12), arrow(middle, 124, middle, 150),
               box(lane_x(i), 152, LANE, ROW + 14, GREEN, radius=0),
               text(middle, 171, f"s{first // 4} += a{first}·w{first}", 12),
               text(middle, 187, f"+ … + a{first + 3}·w{first + 3}", 12)]
between = (lane_x(2) + LANE + lane_x(3)) / 2
shapes += [text(20, 178, "sums, int32", 13, anchor="start")]
shapes += [text(between, y, "…", 16, "bold") for y in (76, 112, 180)]

top = 236
shapes.append(text(20, top, "float32: one fused multiply-add, 16 multiply-adds", 14, "bold", "start"))
for label, y, fill, letter in (("inputs", top + 16, BLUE, "x"), ("weights", top + 52, AMBER, "w"), ("sums", top + 106, GREEN, "")):
    shapes += [text(20, y + 20, label, 13, anchor="start"), text(between, y + 20, "…", 16, "bold")]
    for i, (_, first) in enumerate(SHOWN):
        lane = first // 4
        words = f"{letter}{lane}" if letter else f"s{lane} += x{lane}·w{lane}"
        shapes += [box(lane_x(i), y, LANE, ROW, fill, radius=0), text(lane_x(i) + LANE / 2, y + 20, words, 12)]
for i in range(len(SHOWN)):
    shapes.append(arrow(lane_x(i) + LANE / 2, top + 84, lane_x(i) + LANE / 2, top + 104))

if __name__ == "__main__":
    main(__file__, document(700, top + 152, "In each of sixteen 32-bit lanes, vpdpbusd multiplies four bytes by four bytes and adds "
                            "the four products to an int32; a float32 multiply-add does one product a lane", shapes))
