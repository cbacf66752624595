#!/usr/bin/env python3
"""Draws docs/picture.svg: one number of a real report, from the sentence through the fact to the bytes of its file.

    tools/draw_picture.py OUT FOLDER      OUT as written by `chimera report FOLDER -o OUT`
"""
import html
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WIDTH, HEIGHT = 1000, 430
MONO = 'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13"'
SANS = 'font-family="DejaVu Sans, Helvetica, Arial, sans-serif"'


def choose(report, markdown):
    """The first measured number with a unit that a sentence quotes, or else a table; the line, and the number in it."""
    for start, fact in ((start, fact) for start in ("- ", "| ") for fact in report["facts"]):
        if "label" not in fact or "raw" not in fact or not fact["unit"] or fact["path"].startswith("./") or not fact.get("config"):
            continue
        for line in markdown.splitlines():
            shown = re.search(r"\[([-+]?\d[^\]]*)\]\[%s\]" % fact["label"], line)
            if shown and line.startswith(start):
                return fact, plain(shown[1]), plain(line[2:])
    raise SystemExit("the report quotes no measured number")


def plain(text):
    text = re.sub(r"\[((?:\\.|[^\]])*)\]\[[a-z]\d+\]", r"\1", text)
    return re.sub(r"\\(.)", r"\1", text.replace("**", "").replace("`", ""))


def wrap(text, width):
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) + 1 > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return lines + [line]


def card(x, y, width, height, title):
    return (f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" class="card"/>'
            f'<text x="{x + 16}" y="{y + 24}" {SANS} font-size="13" font-weight="bold" class="title">{html.escape(title)}</text>')


def text_line(x, y, text, mark=None, style=MONO):
    """One line; `mark` is (begin, end) of the part to mark, in characters (8 px each in the monospaced face)."""
    drawn = ""
    if mark:
        drawn = f'<rect x="{x + mark[0] * 7.83 - 2:.1f}" y="{y - 13}" width="{(mark[1] - mark[0]) * 7.83 + 4:.1f}" height="18" rx="3" class="mark"/>'
    return drawn + f'<text x="{x}" y="{y}" {style} class="ink" xml:space="preserve">{html.escape(text)}</text>'


def arrow(x1, y1, x2, y2, label):
    middle = (x1 + x2) / 2
    return (f'<path d="M{x1},{y1} C{middle},{y1} {middle},{y2} {x2},{y2}" class="arrow" marker-end="url(#head)"/>'
            f'<text x="{middle}" y="{min(y1, y2) - 8}" {SANS} font-size="12" text-anchor="middle" class="title">{label}</text>')


def draw(fact, shown, sentence, folder):
    at = sentence.find(shown)
    begin = sentence.find(" ", at - 150) + 1 if at > 150 else 0
    sentence = ("… " if begin else "") + sentence[begin:at + len(shown) + 60].rsplit(" ", 1)[0] + " …"
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="A number of a report, its fact, its bytes">' % (WIDTH, HEIGHT),
             "<style>.card{fill:#fff;stroke:#c9ced6}.title{fill:#57606a}.ink{fill:#1f2328}.mark{fill:#ffe08a}.arrow{fill:none;stroke:#57606a;stroke-width:1.5}"
             "@media (prefers-color-scheme:dark){.card{fill:#161b22;stroke:#3d444d}.title{fill:#9198a1}.ink{fill:#e6edf3}.mark{fill:#7a5b00}.arrow{stroke:#9198a1}}</style>",
             '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#57606a"/></marker></defs>']
    parts.append(card(20, 20, 560, 120, "report.md"))
    for i, line in enumerate(wrap(sentence, 66)[:4]):
        begin = line.find(shown)
        parts.append(text_line(36, 70 + 20 * i, line, (begin, begin + len(shown)) if begin >= 0 else None))
    config = ", ".join(f"{k}={v}" for k, v in fact["config"].items())
    place = ", ".join(f"{k} {v}" for k, v in fact["place"].items())
    rows = [f"{fact['label']}: {fact['raw']} {fact['unit']}", f"metric   {fact['metric']} ({fact['definition']})", f"config   {config}",
            f"place    {place}", f"bytes    {fact['begin']} to {fact['end']}", f"rule     {fact['rule']}"]
    parts.append(card(400, 160, 580, 165, f"chimera explain {fact['label']}"))
    for i, row in enumerate(rows):
        parts.append(text_line(416, 208 + 20 * i, row[:70] + ("…" if len(row) > 70 else ""), (len(fact["label"]) + 2, len(fact["label"]) + 2 + len(fact["raw"])) if i == 0 else None))
    data = (folder / fact["path"]).read_bytes()
    begin = data.rfind(b"\n", 0, fact["begin"]) + 1
    end = (data.find(b"\n", fact["end"]) + len(data) + 1) % (len(data) + 1)
    line = data[begin:end].decode("utf-8", "replace").rstrip()
    at = fact["begin"] - begin
    cut = max(0, at - 60)
    line, at = line[cut:cut + 115], at - cut
    parts.append(card(20, 345, 960, 70, f"{fact['path']}, line {fact['place']['line']}"))
    parts.append(text_line(36, 392, line, (at, at + len(fact["raw"]))))
    parts.append(arrow(150, 140, 398, 240, ""))
    parts.append('<path d="M700,325 L700,343" class="arrow" marker-end="url(#head)"/>')
    return "\n".join(parts) + "\n</svg>\n"


def main():
    out, folder = map(pathlib.Path, sys.argv[1:3])
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    fact, shown, sentence = choose(report, (out / "report.md").read_text(encoding="utf-8").split("## Sources")[0])
    (ROOT / "docs/picture.svg").write_text(draw(fact, shown, sentence, folder), encoding="utf-8")


if __name__ == "__main__":
    main()
