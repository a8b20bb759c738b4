"""Draws picture_relu.svg: real values above, their codes below, and where a ReLU cuts."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
from svg import AMBER, GREEN, INK, RED, box, document, dot, line, main, path, text  # noqa: E402

SCALE, ZERO = 0.02, -40
LEFT, RIGHT, REALS, CODES = 50, 650, 92, 172


def x_of(code):
    return LEFT + (RIGHT - LEFT) * (code + 127) / 254


shapes = [
    text(20, 26, "S = 0.02, z = −40: the ReLU is a clamp that begins at the zero point", 15, "bold", "start"),
    box(LEFT, REALS, x_of(ZERO) - LEFT, CODES - REALS, AMBER, radius=0, stroke=AMBER),
    box(x_of(ZERO), REALS, x_of(0) - x_of(ZERO), CODES - REALS, RED, radius=0, stroke=RED),
    box(x_of(0), REALS, RIGHT - x_of(0), CODES - REALS, GREEN, radius=0, stroke=GREEN),
    line(LEFT, REALS, RIGHT, REALS, INK), line(LEFT, CODES, RIGHT, CODES, INK),
    text(LEFT - 10, REALS + 5, "r", 14, "bold", "end"), text(LEFT - 10, CODES + 5, "q", 14, "bold", "end"),
]
for code in (-127, ZERO, 0, 60, 127):
    real = f"{SCALE * (code - ZERO):.2f}".replace("-", "−")
    shapes += [line(x_of(code), REALS - 5, x_of(code), REALS), line(x_of(code), CODES, x_of(code), CODES + 5),
               text(x_of(code), REALS - 11, real, 12, "bold" if code == ZERO else "normal"),
               text(x_of(code), CODES + 20, str(code).replace("-", "−"), 12, "bold" if code == ZERO else "normal")]
middle = (REALS + CODES) / 2
shapes += [
    text((LEFT + x_of(ZERO)) / 2, middle - 4, "negative:", 13), text((LEFT + x_of(ZERO)) / 2, middle + 14, "becomes code −40", 13),
    text((x_of(ZERO) + x_of(0)) / 2, middle - 4, "positive,", 13),
    text((x_of(ZERO) + x_of(0)) / 2, middle + 14, "q < 0", 13),
    text((x_of(0) + RIGHT) / 2, middle + 5, "positive, kept", 13),
    text(x_of(ZERO), CODES + 44, "clamp at z: right", 13, "bold"),
    text(RIGHT, CODES + 66, "clamp at code 0: wrong, all that is below 0.80 becomes 0.80", 13, anchor="end", color="#b3261e"),
    line(x_of(0), CODES + 26, x_of(0), CODES + 52, "#b3261e"),
]
main(__file__, document(700, 250, "A line of real values and a line of codes: real 0 is code -40, not code 0", shapes))
