"""Draws picture_fixed_point.svg: the sum 12345 times 0.0037 as one 64-bit product and one shift."""
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
from svg import AMBER, BLUE, GREEN, arrow, box, document, main, text  # noqa: E402

SUM, MULTIPLIER = 12345, 0.0037
fraction, exponent = math.frexp(MULTIPLIER)
mantissa, shift = round(fraction * 2**31), -exponent
product, places = SUM * mantissa, 31 + shift
whole, rest = product >> places, product & (2**places - 1)
rounded = whole + (rest > 2**(places - 1))

shapes = [text(20, 26, f"{SUM:,} · {MULTIPLIER} without a float", 15, "bold", "start")]
shapes += [box(20, 44, 180, 52, BLUE), text(110, 66, "sum, int32", 12), text(110, 86, f"{SUM:,}", 14, "bold"),
           text(222, 76, "×", 18, "bold"),
           box(244, 44, 236, 52, AMBER), text(362, 66, "mantissa, int32 in [2³⁰, 2³¹)", 12),
           text(362, 86, f"{mantissa:,}", 14, "bold"),
           text(496, 76, f"M ≈ mantissa · 2⁻³¹ · 2⁻⁸", 13, anchor="start"),
           arrow(250, 98, 250, 124)]
left, split, right = 20, 214, 680
shapes += [box(left, 128, split - left, 56, GREEN, radius=0), box(split, 128, right - split, 56, AMBER, radius=0),
           text((left + split) / 2, 150, "whole steps", 12), text((left + split) / 2, 172, whole, 15, "bold"),
           text((split + right) / 2, 150, f"the {places} bits below the point: {rest:,}", 12),
           text((split + right) / 2, 172, f"{rest / 2**places:.4f} of a step, more than half: round up", 13, "bold"),
           text(left, 204, f"product, int64: {product:,}", 12, anchor="start"),
           text(right, 204, f"shift right by 31 + {shift} = {places}", 12, anchor="end"),
           text(350, 236, f"result {rounded}  (exactly {SUM * MULTIPLIER:.4f})", 15, "bold")]
main(__file__, document(700, 254, "12345 times a mantissa gives a 64-bit product whose upper bits are the result", shapes))
