"""Line charts as SVG: sizes along the bottom, a logarithmic scale up the side."""

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 760, 430
LEFT, RIGHT, TOP, BOTTOM = 70, 210, 56, 52
FONT = "font-family='system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif'"
INK, QUIET, GRID = "#1f2328", "#59636e", "#e4e8ec"


@dataclass(frozen=True)
class Line:
    label: str
    colour: str
    # By size; a size may be missing.
    values: dict[str, float]
    dashed: bool = False


def chart(title: str, axis: str, sizes: list[str], lines: list[Line]) -> str:
    """Values along the side in the unit that `axis` names."""
    values = [value for line in lines for value in line.values.values()]
    scale = _Scale(min(values), max(values), sizes)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' width='{WIDTH}' height='{HEIGHT}' "
        f"role='img' aria-label='{escape(title, quote=True)}' {FONT}>",
        f"<rect width='{WIDTH}' height='{HEIGHT}' rx='6' fill='#ffffff'/>",
        _text(LEFT - 50, 26, title, 15, weight=600),
        _text(LEFT - 50, 44, axis, 12, QUIET),
        *_grid(scale),
        *(_drawn(line, scale) for line in lines),
        *_labels(lines, scale),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, "size of the payload", 12, QUIET, "middle"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Scale:
    def __init__(self, least: float, most: float, sizes: list[str]):
        self.sizes = sizes
        self.low = math.floor(math.log10(least) * 3) / 3
        self.high = max(math.ceil(math.log10(most) * 3) / 3, self.low + 1 / 3)

    def x(self, size: str) -> float:
        step = (WIDTH - RIGHT - LEFT) / max(len(self.sizes) - 1, 1)
        return LEFT + step * self.sizes.index(size)

    def y(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)

    def ticks(self) -> list[float]:
        decades = range(math.floor(self.low), math.ceil(self.high) + 1)
        candidates = [factor * 10**decade for decade in decades for factor in (1, 2, 5)]
        return [tick for tick in candidates if self.low - 1e-9 <= math.log10(tick) <= self.high + 1e-9]


def _grid(scale: _Scale) -> list[str]:
    parts = []
    for tick in scale.ticks():
        y = scale.y(tick)
        parts.append(f"<line x1='{LEFT}' x2='{WIDTH - RIGHT}' y1='{y:.1f}' y2='{y:.1f}' stroke='{GRID}'/>")
        parts.append(_text(LEFT - 8, y + 4, f"{tick:g}", 12, QUIET, "end"))
    bottom = HEIGHT - BOTTOM
    parts.append(f"<line x1='{LEFT}' x2='{WIDTH - RIGHT}' y1='{bottom}' y2='{bottom}' stroke='{QUIET}'/>")
    parts += [_text(scale.x(size), bottom + 18, size, 12, QUIET, "middle") for size in scale.sizes]
    return parts


def _drawn(line: Line, scale: _Scale) -> str:
    points = [(scale.x(size), scale.y(value)) for size, value in line.values.items()]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = " stroke-dasharray='5 4'" if line.dashed else ""
    dots = "".join(f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{line.colour}'/>" for x, y in points)
    return f"<polyline points='{path}' fill='none' stroke='{line.colour}' stroke-width='2'{dash}/>{dots}"


def _labels(lines: list[Line], scale: _Scale) -> list[str]:
    """Beside the ends of the lines, moved apart where they would lie on each other."""
    ends = sorted(((scale.y(list(line.values.values())[-1]), line) for line in lines), key=lambda end: end[0])
    parts, last = [], -math.inf
    for y, line in ends:
        last = max(y, last + 17)
        parts.append((last, line))
    over = max(0.0, parts[-1][0] - (HEIGHT - BOTTOM)) if parts else 0
    return [_text(WIDTH - RIGHT + 12, y - over + 4, line.label, 12, line.colour, weight=600) for y, line in parts]


def _text(x: float, y: float, text: str, size: int, colour: str = INK, anchor: str = "start", weight: int = 400) -> str:
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' fill='{colour}' text-anchor='{anchor}' "
        f"font-weight='{weight}'>{escape(text)}</text>"
    )
