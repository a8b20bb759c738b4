"""Draws picture.svg: two layers as module 10 leaves them, with floats between, and the same two as a chain of integers."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
from svg import AMBER, BLUE, GREEN, arrow, box, document, main, text  # noqa: E402

HEIGHT = 56


def station(x, y, width, fill, *words):
    first = y + HEIGHT / 2 + 5 - 8 * (len(words) - 1)
    return [box(x, y, width, HEIGHT, fill)] + [
        text(x + width / 2, first + 17 * i, word, 13, "bold" if i == 0 else "normal") for i, word in enumerate(words)]


def between(x1, x2, y, words):
    return [arrow(x1, y + HEIGHT / 2, x2 - 1, y + HEIGHT / 2), text((x1 + x2) / 2, y + HEIGHT / 2 - 7, words, 11)]


shapes = [text(20, 26, "Layer by layer: floats in memory between two layers", 15, "bold", "start")]
y = 44
shapes += station(20, y, 78, GREEN, "quantize") + between(98, 134, y, "int8")
shapes += station(134, y, 96, BLUE, "product", "W₁") + between(230, 270, y, "int32")
shapes += station(270, y, 130, AMBER, "· S, + b, ReLU", "in float32") + between(400, 446, y, "float32")
shapes += station(446, y, 78, GREEN, "quantize") + between(524, 560, y, "int8")
shapes += station(560, y, 76, BLUE, "product", "W₂") + [arrow(636, y + HEIGHT / 2, 686, y + HEIGHT / 2)]
shapes += [text(423, y + HEIGHT + 18, "4 bytes a value, written and read again", 12)]

y = 176
shapes += [text(20, y - 18, "The chain of this module: codes all the way to the last sum", 15, "bold", "start")]
shapes += station(20, y, 78, GREEN, "quantize", "once") + between(98, 134, y, "int8")
shapes += station(134, y, 96, BLUE, "product", "W₁") + between(230, 270, y, "int32")
shapes += station(270, y, 86, BLUE, "+ bias", "int32") + between(356, 396, y, "int32")
shapes += station(396, y, 128, BLUE, "· M, round, + z", "clamp from z") + between(524, 560, y, "int8")
shapes += station(560, y, 76, BLUE, "product", "W₂") + [arrow(636, y + HEIGHT / 2, 686, y + HEIGHT / 2)]
shapes += [text(313, y + HEIGHT + 18, "fold_bias", 12, family="monospace"),
           text(460, y + HEIGHT + 18, "requantize, fused_relu", 12, family="monospace"),
           text(686, y + HEIGHT + 38, "after the last layer: logits in float32", 12, anchor="end")]
main(__file__, document(700, 286, "Two layers with float32 values between them, and as a chain of integers", shapes))
