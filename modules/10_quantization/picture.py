"""Draws picture.svg: the range [-1, 3] on the codes of an int8, and what symmetric codes make of data from a ReLU."""
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
from svg import AMBER, GREEN, GREY, LINE, box, document, dot, line, main, path, text  # noqa: E402

LEFT, RIGHT = 90, 650
LOW, HIGH = -1.0, 3.0
SCALE = (HIGH - LOW) / 255
ZERO = round(-128 - LOW / SCALE)  # -64
STRONG = "#b45309"


def code_of(real):
    return max(-128, min(127, round(real / SCALE) + ZERO))


def x_of_real(real):
    return LEFT + (RIGHT - LEFT) * (real - LOW) / (HIGH - LOW)


def x_of_code(code):
    return x_of_real(SCALE * (code - ZERO))


shapes = [text(20, 24, "The range [−1, 3] on 256 codes: S = 4/255 = 0.0157, z = −64", 14, "bold", "start")]
real_y, code_y = 84, 150
shapes += [text(20, real_y + 4, "real r", 13, anchor="start"), text(20, code_y + 4, "code q", 13, anchor="start"),
           line(LEFT, real_y, RIGHT, real_y), line(x_of_code(-128), code_y, x_of_code(127), code_y)]
for real in (-1, 0, 0.6, 1, 3):
    code = code_of(real)
    marked = real in (0, 0.6)
    color = STRONG if marked else LINE
    name = f"{real:g}".replace("-", "−")
    shapes += [line(x_of_real(real), real_y, x_of_code(code), code_y, color, 2 if marked else 1, "" if marked else "4 3"),
               dot(x_of_real(real), real_y, 4, color), dot(x_of_code(code), code_y, 4, color),
               text(x_of_real(real), real_y - 12, name, 13, "bold" if marked else "normal"),
               text(x_of_code(code), code_y + 22, str(code).replace("-", "−"), 13, "bold" if marked else "normal")]
shapes += [text(x_of_code(ZERO), code_y + 40, "zero point: 0.0 is exact", 12, color=STRONG),
           text(x_of_code(code_of(0.6)) + 6, code_y + 58, "0.6 / S = 38.25 → 38 − 64; back: 0.5961", 12, "normal", "start", STRONG)]

# Data from a ReLU, with the two ways to lay codes over it; one real axis for all three.
top = 252
span_left, span_right = 150, 650


def x_of(real):
    return span_left + (span_right - span_left) * (real + 3) / 6


shapes += [text(20, top, "Data from a ReLU, 0 to 3, on asymmetric and on symmetric codes", 14, "bold", "start")]
base = top + 96
curve = [(x_of(3 * i / 60), base - 74 * math.exp(-(3 * i / 60) ** 2 / 1.6)) for i in range(61)]
shapes += [text(20, base - 30, "data", 13, anchor="start"),
           path([(x_of(0), base), *curve, (x_of(3), base)], "#3e6c9b"),
           line(x_of(-3), base, x_of(3), base)]
for real in (-3, 0, 3):
    shapes += [line(x_of(real), base, x_of(real), base + 122, LINE, 1, "3 3"),
               text(x_of(real), base + 138, f"{real:g}".replace("-", "−"), 13)]
y = base + 18
shapes += [text(20, y + 22, "asymmetric", 13, anchor="start"),
           box(x_of(0), y, x_of(3) - x_of(0), 36, GREEN, radius=0),
           text((x_of(0) + x_of(3)) / 2, y + 16, "−128 … 127: all 256 codes", 12),
           text((x_of(0) + x_of(3)) / 2, y + 30, "S = 3/255 = 0.0118", 12)]
y = base + 66
shapes += [text(20, y + 22, "symmetric", 13, anchor="start"),
           box(x_of(-3), y, x_of(0) - x_of(-3), 36, GREY, "4 3", 0),
           text((x_of(-3) + x_of(0)) / 2, y + 23, "−127 … −1: never used", 12),
           box(x_of(0), y, x_of(3) - x_of(0), 36, AMBER, radius=0),
           text((x_of(0) + x_of(3)) / 2, y + 16, "0 … 127: 128 codes", 12),
           text((x_of(0) + x_of(3)) / 2, y + 30, "S = 3/127 = 0.0236, 6 dB lost", 12)]

if __name__ == "__main__":
    main(__file__, document(700, base + 152, "A line of real numbers from minus 1 to 3 above a line of codes from minus 128 to "
                            "127, 0 goes to the zero point minus 64; below, data from 0 to 3 fills all asymmetric codes but only "
                            "half of the symmetric ones", shapes))
