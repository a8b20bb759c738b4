"""The few shapes that the pictures of this project are drawn with, and the main() of the scripts that draw them.

A picture is a script that builds one string and calls main(__file__, picture): it writes the .svg of the same name beside
itself, and with --check exits 1 if that file is not what the script would draw.
"""
import sys
from pathlib import Path

INK, PAPER, LINE = "#1f2933", "#ffffff", "#8795a6"
BLUE, AMBER, GREEN, RED, GREY = "#eef3f8", "#fdf3dc", "#e3f4e8", "#fbe4e4", "#eceff2"


def text(x, y, words, size=13, weight="normal", anchor="middle", color=INK, family=""):
    words = str(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    family = f' font-family="{family}"' if family else ""
    return (f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" '
            f'fill="{color}"{family}>{words}</text>')


def box(x, y, width, height, fill=BLUE, dash="", radius=6, stroke=LINE):
    dash = f' stroke-dasharray="{dash}"' if dash else ""
    return (f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" fill="{fill}" '
            f'stroke="{stroke}"{dash}/>')


def line(x1, y1, x2, y2, color=LINE, width=1.5, dash="", arrow=False):
    dash = f' stroke-dasharray="{dash}"' if dash else ""
    arrow = ' marker-end="url(#arrow)"' if arrow else ""
    return (f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{color}" stroke-width="{width:g}"'
            f'{dash}{arrow}/>')


def arrow(x1, y1, x2, y2, color=LINE, width=1.5, dash=""):
    return line(x1, y1, x2, y2, color, width, dash, arrow=True)


def path(points, color=INK, width=2, dash=""):
    dash = f' stroke-dasharray="{dash}"' if dash else ""
    steps = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    return f'<polyline points="{steps}" fill="none" stroke="{color}" stroke-width="{width:g}"{dash}/>'


def dot(x, y, radius=3, color=INK):
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{color}"/>'


def document(width, height, label, shapes):
    """The whole file: `label` is what a screen reader says."""
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'font-family="Helvetica, Arial, sans-serif" role="img" aria-label="{label}">',
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{LINE}"/></marker></defs>',
        f'<rect width="100%" height="100%" fill="{PAPER}"/>', *shapes, "</svg>", ""])


def main(script, picture):
    target = Path(script).resolve().with_suffix(".svg")
    if "--check" in sys.argv[1:]:
        if not target.exists() or target.read_text(encoding="utf-8") != picture:
            sys.exit(f"{target.name} is out of date: run {script}")
        return
    target.write_text(picture, encoding="utf-8")
    print(f"wrote {target.name}")
