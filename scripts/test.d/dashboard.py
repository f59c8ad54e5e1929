"""Draws the dashboard's panels, as `tests/e2e/panels.py` has filled them, much as Grafana does, and takes a picture:
dashboard.py PANELS PICTURE [PAGE]."""

import html
import json
import math
import sys
from pathlib import Path

import chromium

CELL, ROW, GAP = 60, 34, 8
COLOURS = ["#3274D9", "#56A64B", "#F2A33A", "#E02F44", "#8F3BB8", "#0A9EA4", "#C15C17", "#6E7B8B", "#B0438A", "#7EB26D"]
STYLE = """
body { margin: 0; background: #f4f5f5; font: 12px/1.3 "DejaVu Sans", Inter, sans-serif; color: #24292e }
main { position: relative }
section, h2 { position: absolute; box-sizing: border-box; margin: 0 }
section { background: #fff; border: 1px solid #e0e1e3; border-radius: 3px; padding: 6px 10px; overflow: hidden }
h1 { font-size: 18px; margin: 0; padding: 14px 12px 0 }
h2 { font-size: 14px; padding: 8px 4px; font-weight: 600 }
h3 { font-size: 12px; margin: 0 0 4px; font-weight: 600; white-space: nowrap }
.big { font-size: 34px; font-weight: 600; text-align: center; line-height: 74px }
ul { list-style: none; margin: 2px 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0 12px }
li i { display: inline-block; width: 12px; height: 4px; margin-right: 5px; vertical-align: middle; border-radius: 2px }
text { font-size: 10px; fill: #6b7280 }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; padding: 5px 4px; border-bottom: 1px solid #eee }
"""


def number(value, unit="short"):
    """As Grafana writes it."""
    if unit == "percentunit":
        return f"{value * 100:.3g}%"
    base, names = (1024, ["B", "KiB", "MiB", "GiB"]) if unit == "bytes" else (1000, ["", "K", "M", "G"])
    if unit in ("µs", "ms"):
        names = {"µs": ["µs", "ms", "s"], "ms": ["ms", "s"]}[unit]
    step = 0
    while abs(value) >= base and step < len(names) - 1:
        value, step = value / base, step + 1
    suffix = names[step] + ("/s" if unit == "reqps" else "")
    return f"{value:.3g}{' ' if suffix[:1].isalpha() and unit != 'short' else ''}{suffix}"


def label(legend, metric):
    for name, value in metric.items():
        legend = legend.replace("{{" + name + "}}", value)
    return legend or "value"


def lines_of(panel):
    """Name and points of each line."""
    found = []
    for answer in panel["answers"]:
        for series in answer["series"]:
            points = [(at, float(value)) for at, value in series["values"] if not math.isnan(float(value))]
            found.append((label(answer["legend"], series["metric"]), points))
    return found


def colours(panel, names):
    fixed = {
        override["matcher"]["options"]: override["properties"][0]["value"]["fixedColor"]
        for override in panel["fieldConfig"]["overrides"]
    }
    return [fixed.get(name, COLOURS[at % len(COLOURS)]) for at, name in enumerate(names)]


def nice(top, unit):
    """A round number that is no smaller, with round quarters."""
    if top <= 0:
        return 1
    base = 1024 if unit == "bytes" else 1000
    thousands = base ** math.floor(math.log(top, base)) if top >= 1 else 1
    step = thousands * 10 ** math.floor(math.log10(top / thousands))
    return next(step * times for times in (1, 2, 4, 8, 10, 20) if step * times >= top)


def grid(width, height, top, unit, begun, ended):
    parts = []
    for at in range(5):
        y = height - at * height / 4
        parts.append(f'<line x1="52" x2="{width}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e8e9eb"/>')
        parts.append(f'<text x="48" y="{y + 3:.1f}" text-anchor="end">{number(top * at / 4, unit)}</text>')
    for at in range(4):
        x, left = 52 + (width - 52) * at / 3, round((ended - begun) * (1 - at / 3))
        anchor = "end" if at == 3 else "middle" if at else "start"
        text = f"{left} s ago" if left else "now"
        parts.append(f'<text x="{x:.1f}" y="{height + 13}" text-anchor="{anchor}">{text}</text>')
    return "".join(parts)


def canvas(width, height, drawn):
    """With room for half a number above, and for the times below."""
    return f'<svg width="{width}" height="{height + 24}" viewBox="0 -8 {width} {height + 24}">{drawn}</svg>'


def timeseries(panel, width, height):
    drawn = lines_of(panel)
    if not any(points for _, points in drawn):
        return "<p>no data</p>"
    names = [name for name, _ in drawn]
    colour = colours(panel, names)
    stacked = panel["fieldConfig"]["defaults"]["custom"]["stacking"]["mode"] == "normal"
    times = sorted({at for _, points in drawn for at, _ in points})
    begun, ended = times[0], max(times[-1], times[0] + 1)
    legend_rows = math.ceil(sum(len(name) * 7 + 30 for name in names) / width)
    height -= 22 + 16 * legend_rows
    base, bands = dict.fromkeys(times, 0.0), []
    for _, points in drawn:
        values = dict(points)
        below = dict(base)
        if stacked:
            base = {at: base[at] + values.get(at, 0) for at in times}
            bands.append(([(at, base[at]) for at in times], [(at, below[at]) for at in times]))
        else:
            bands.append((points, [(at, 0) for at, _ in points]))
    unit = panel["fieldConfig"]["defaults"]["unit"]
    top = nice(max((value for upper, _ in bands for _, value in upper), default=0), unit)

    def place(point):
        at, value = point
        x = 52 + (width - 52) * (at - begun) / (ended - begun)
        return f"{x:.1f},{height - height * value / top:.1f}"

    shapes = []
    for (upper, lower), ink in reversed(list(zip(bands, colour, strict=True))):
        outline = " ".join(map(place, [*upper, *reversed(lower)]))
        shapes.append(f'<polygon points="{outline}" fill="{ink}" opacity="{0.75 if stacked else 0.08}"/>')
        shapes.append(
            f'<polyline points="{" ".join(map(place, upper))}" fill="none" stroke="{ink}" stroke-width="1.4"/>'
        )
    key = "".join(
        f'<li><i style="background:{c}"></i>{html.escape(n)}</li>' for n, c in zip(names, colour, strict=True)
    )
    svg = f"{grid(width, height, top, unit, begun, ended)}{''.join(shapes)}"
    return f"{canvas(width, height, svg)}<ul>{key}</ul>"


def stat(panel, *_):
    [answer] = panel["answers"]
    value = float(answer["series"][0]["value"][1])
    defaults = panel["fieldConfig"]["defaults"]
    steps = [step for step in defaults["thresholds"]["steps"] if step["value"] is None or value >= step["value"]]
    return f'<div class="big" style="color:{steps[-1]["color"]}">{number(value, defaults["unit"])}</div>'


def buckets(series, value):
    """What falls into each bucket, by its upper bound; Prometheus' count everything below."""
    below, found = 0.0, []
    for one in sorted(series, key=lambda one: float(one["metric"]["le"])):
        count = value(one)
        found.append((one["metric"]["le"], max(0.0, count - below)))
        below = count
    return [(bound, count) for bound, count in found if bound != "+Inf"]


def bargauge(panel, width, height):
    [answer] = panel["answers"]
    if panel["targets"][0]["format"] == "heatmap":
        bars = buckets(answer["series"], lambda one: float(one["value"][1]))
    else:
        bars = [(label(answer["legend"], one["metric"]), float(one["value"][1])) for one in answer["series"]]
    top = max(count for _, count in bars) or 1
    room = min(24, (height - 2) / len(bars))
    left = 30 + max(len(name) for name, _ in bars) * 6
    parts = []
    for at, (name, count) in enumerate(bars):
        y, long = at * room, (width - left - 50) * count / top
        parts.append(f'<text x="{left - 6}" y="{y + room / 2 + 4:.1f}" text-anchor="end">{html.escape(name)}</text>')
        parts.append(f'<rect x="{left}" y="{y + 2:.1f}" width="{long:.1f}" height="{room - 4:.1f}" fill="#56A64B"/>')
        parts.append(f'<text x="{left + long + 5:.1f}" y="{y + room / 2 + 4:.1f}">{number(round(count))}</text>')
    return f'<svg width="{width}" height="{height}">{"".join(parts)}</svg>'


def heatmap(panel, width, height):
    [answer] = panel["answers"]
    series = answer["series"]
    times = sorted({at for one in series for at, _ in one["values"]})
    height -= 24
    by_time = [buckets(series, lambda one, at=at: float(dict(map(tuple, one["values"])).get(at, 0))) for at in times]
    most = max(count for column in by_time for _, count in column) or 1
    rows = len(by_time[0])
    wide, high = (width - 52) / len(times), height / rows
    parts = []
    for across, column in enumerate(by_time):
        for up, (_, count) in enumerate(column):
            if count > 0.05:
                x, y = 52 + across * wide, height - (up + 1) * high
                shade = 0.12 + 0.88 * math.sqrt(count / most)
                size = f'width="{wide - 1:.1f}" height="{high - 1:.1f}"'
                parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="#1F60C4" opacity="{shade:.2f}"/>')
    scale = grid(width, height, 100, "short", times[0], times[-1])
    return canvas(width, height, f"{scale}{''.join(parts)}")


def table(panel, *_):
    [answer] = panel["answers"]
    rows = "".join(
        f"<tr><td>{one['metric']['job']}</td><td>{one['metric']['instance']}</td><td>{one['value'][1]}</td></tr>"
        for one in answer["series"]
    )
    return f"<table><tr><th>job</th><th>instance</th><th>revision</th></tr>{rows}</table>"


KINDS = {"timeseries": timeseries, "stat": stat, "bargauge": bargauge, "heatmap": heatmap, "table": table}


def box(panel):
    at = panel["gridPos"]
    left, up = GAP + at["x"] * CELL, at["y"] * ROW
    place = f"left:{left}px;top:{up}px;width:{at['w'] * CELL - GAP}px;height:{at['h'] * ROW - GAP}px"
    title = html.escape(panel["title"])
    if panel["type"] == "row":
        return f'<h2 style="{place}">{title}</h2>'
    inside = KINDS[panel["type"]](panel, at["w"] * CELL - GAP - 22, at["h"] * ROW - GAP - 36)
    return f'<section style="{place}"><h3>{title}</h3>{inside}</section>'


def main(panels, picture, page):
    board = json.loads(Path(panels).read_text())
    high = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in board["panels"]) * ROW
    boxes = "".join(map(box, board["panels"]))
    title = html.escape(board["title"])
    head = f'<!doctype html><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    Path(page).write_text(f'{head}<h1>{title}</h1><main style="height:{high}px">{boxes}</main>')
    with chromium.browser() as browser:
        width = 24 * CELL + GAP
        browser.open(Path(page).resolve().as_uri(), width)
        whole = browser.evaluate("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": width, "height": whole, "scale": 1}
        Path(picture).write_bytes(browser.screenshot(format="webp", quality=75, clip=clip))


main(*sys.argv[1:])
