#!/usr/bin/env python3
"""Draws the loop of training: what happens to one batch, what an epoch is, and what evaluation leaves out."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "docs"))
from svg import AMBER, BLUE, GREEN, GREY, INK, LINE, RED, arrow, box, document, line, main, path, text  # noqa: E402

WIDTH, HEIGHT = 118, 50


def cell(x, y, title, note, fill):
    return [box(x, y, WIDTH, HEIGHT, fill), text(x + WIDTH / 2, y + 21, title, 13, "bold"),
            text(x + WIDTH / 2, y + 38, note, 11)]


def picture():
    top = [("next", "batch of 64", GREY), ("zero_grad", "forget", BLUE), ("forward", "(64, 10) logits", BLUE),
           ("cross_entropy", "one number", BLUE)]
    bottom = [("count", "images, loss, hits", GREY), ("step", "parameters move", AMBER), ("clip", "if asked", AMBER),
              ("backward", "gradients", AMBER)]
    xs = [30 + 174 * i for i in range(4)]
    shapes = [text(30, 26, "train_epoch: until next() says that the epoch is over", 13, "bold", "start")]
    outline = [(180, 40), (689, 40), (689, 272), (16, 272), (16, 172), (180, 172), (180, 40)]
    shapes += [path(outline, LINE, 1.2, "6 4"), text(26, 263, "train_step", 12, "bold", "start", LINE)]
    for x, (title, note, fill) in zip(xs, top):
        shapes += cell(x, 58, title, note, fill)
    for x, (title, note, fill) in zip(xs, bottom):
        shapes += cell(x, 186, title, note, fill)
    for i in range(3):
        shapes.append(arrow(xs[i] + WIDTH + 2, 83, xs[i + 1] - 3, 83))
        shapes.append(arrow(xs[i + 1] - 2, 211, xs[i] + WIDTH + 3, 211))
    right = xs[3] + WIDTH / 2
    shapes.append(arrow(right, 110, right, 183))
    shapes += [box(xs[3] - 128, 128, 154, 38, RED), text(xs[3] - 51, 144, "NaN or infinite?", 11, "bold"),
               text(xs[3] - 51, 159, "stop, nothing changed", 11), line(xs[3] + 26, 147, right, 147)]
    left = xs[0] + WIDTH / 2
    shapes += [arrow(left, 183, left, 112), text(left + 6, 140, "next batch", 11, anchor="start", color=LINE)]
    shapes += [text(30, 312, "evaluate: the same network, looked at", 13, "bold", "start")]
    row = [("make_batch", "in file order", GREY), ("forward", "NoGrad, no dropout", GREEN),
           ("cross_entropy", "added up", GREEN), ("confusion", "[true][predicted]", GREEN)]
    for x, (title, note, fill) in zip(xs, row):
        shapes += cell(x, 328, title, note, fill)
    for i in range(3):
        shapes.append(arrow(xs[i] + WIDTH + 2, 353, xs[i + 1] - 3, 353))
    shapes.append(text(350, 402, "no gradient, no step: the parameters are the same before and after", 12, color=INK))
    return document(700, 416, "The training loop and the evaluation loop", shapes)


main(__file__, picture())
