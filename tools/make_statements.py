#!/usr/bin/env python3
"""Makes labelled true and false sentences about any folder of tabular artifacts, to measure chimera verify on it.

usage: tools/make_statements.py DIR [--seed N] [--per-table N] > statements.jsonl

Each line is {"id","text","label","class","truth","pointer"}: `text` is what `chimera verify --jsonl --against DIR` reads,
`class` is benign:FORM of a true sentence and the error class of a false one. True sentences round, truncate, group and
convert numbers as people do; a false one that its truth would also be written as is left out. Shares no code with
the program, so that a rule wrong in one is not wrong in both.
"""

import argparse
import collections
import decimal
import json
import random
import re
import statistics
import sys

from artifact_tables import tables_in

D = decimal.Decimal
TIME = {"ns": D("1e-9"), "us": D("1e-6"), "ms": D("1e-3"), "s": D(1)}
BYTES = {"bytes": D(1), "KiB": D(1024), "MiB": D(1024) ** 2, "GiB": D(1024) ** 3}
UNITS = {"ns": "ns", "us": "us", "usec": "us", "ms": "ms", "msec": "ms", "s": "s", "sec": "s", "secs": "s", "seconds": "s", "bytes": "bytes",
         "kib": "KiB", "mib": "MiB", "gib": "GiB", "w": "W", "watts": "W", "mhz": "MHz", "pct": "%", "percent": "%", "%": "%", "c": "°C"}
UNIT_WORDS = re.compile(r"(?<!per)(?<!tok)(?<!tokens)(?:[_.\s])(ns|us|usec|ms|msec|s|sec|secs|seconds|bytes|pct|percent|watts|mhz)$|[\[(](ns|us|ms|s|bytes|MiB|GiB|KiB|W|MHz|%|C)[\])]$", re.I)
SAYS_STATISTIC = re.compile(r"(?:^|[^a-z])(mean|avg|average|med|median|min|minimum|max|maximum|std|stddev|stdev|var|iqr|q1|q3|p\d\d|p\(\d+\)|sum|total|ops|outliers|range|cv)(?:[^a-z]|$)", re.I)
NO_METRIC = re.compile(r"(?:^|[^a-z])(id|index|idx|seed|date|datetime|time_?stamp|timestamp|time_stamp|start|end|epoch|port|pid|version|level|exit_code|commit\w*|rank|family_index|per_family_instance_index|repetition_index|threads|repetitions|uuid|hash)$", re.I)
ALONE = re.compile(r"(mean|avg|average|med|median|min|max|p \d\d|std|stddev|value|values|count|rate|total|passes|fails|name|size|score|result)")
NAMES = ("name", "(name)", "fullname", "benchmark", "full_id", "model", "command", "label", "method", "kernel", "request", "task", "run_name", "id")
ABSENT = ("packet loss", "humidity", "fan noise", "queue depth", "battery", "frame rate")
WRONG_UNIT = {"ns": "W", "us": "tokens/s", "ms": "MiB", "s": "tokens/s", "bytes": "ms", "KiB": "s", "MiB": "s", "GiB": "ms", "W": "s", "MHz": "s", "%": "ms", "°C": "s", "": ""}
MONTHS = "January February March April May June July August September October November December".split()


def split_words(key):
    words = re.sub(r"(?<=[a-z]{2})(?=[A-Z][a-z])", " ", key)
    return " ".join(re.sub(r"[_\-/\[\]()]+|\.(?!\d)", " ", words).split()).lower()


class Metric:
    """A numeric column as people speak of it."""

    def __init__(self, table, key):
        self.key = key
        last = key.split("/")[-1]
        match = UNIT_WORDS.search(last)
        written = next((g for g in match.groups() if g), "") if match else ""
        self.unit = UNITS.get(written.lower(), "")
        bare = last[: match.start()] if match else last
        self.name = split_words(bare)
        siblings = {row.get("time_unit") for row in table.rows}
        if not self.unit and len(siblings) == 1 and last in ("real_time", "cpu_time") and next(iter(siblings)) in TIME:
            self.unit = next(iter(siblings))
        self.cells = [(i, row[key]) for i, row in enumerate(table.rows) if isinstance(row.get(key), D)]
        self.speaks = not ALONE.fullmatch(self.name)  # says by itself what was measured
        self.plain = self.speaks and not SAYS_STATISTIC.search(key)  # over its rows a statistic can be taken


def metrics_of(table):
    found = []
    for key in table.keys:
        values = [row.get(key) for row in table.rows if row.get(key) is not None]
        numbers = [v for v in values if isinstance(v, D)]
        if not numbers or len(numbers) < 0.6 * len(values) or NO_METRIC.search(key.split("/")[-1]) or re.search(r"param|options|outliers", key, re.I):
            continue
        if len(table.rows) > 1 and len(set(numbers)) < 3:
            continue
        if any(abs(n) > D("1e15") for n in numbers) or all(D("1e9") < n < D("2e9") for n in numbers) or (len(table.rows) > 3 and numbers == sorted(numbers) and all(n == int(n) for n in numbers)):
            continue
        found.append(Metric(table, key))
    counts = collections.Counter(m.name for m in found)
    return [m for m in found if counts[m.name] == 1 and m.name != "name" and m.name.isascii() and re.search(r"[a-z]{2}", m.name) and len(m.name) < 40 and not m.name.endswith(" s")]


def label_of(table):
    """How a sentence may name each row: its unique name, or the settings that tell rows apart; None where nothing does."""
    texts = [k for k in table.keys if all(isinstance(r.get(k), str) and 2 < len(r[k]) < 90 and "\n" not in r[k] and "`" not in r[k] for r in table.rows)]
    texts.sort(key=lambda k: (NAMES.index(k.split("/")[-1].lower()) if k.split("/")[-1].lower() in NAMES else 99))
    for key in texts:
        values = [split_words(r[key]) for r in table.rows]
        if len(set(values)) == len(values) and all(re.search(r"[A-Za-z]{2}", v) for v in values) and not re.search(r"\d{4}[-/]\d\d|uuid|hash|sha|commit|path", key + table.rows[0][key]):
            return key, [f"`{r[key]}`" for r in table.rows]
    few = [k for k in table.keys if all(isinstance(r.get(k), (D, str)) and len(str(r[k])) < 20 for r in table.rows)]
    few = [k for k in few if 1 < len({r[k] for r in table.rows}) <= 12 and all(isinstance(r[k], str) or r[k] == int(r[k]) for r in table.rows) and re.match(r"[\w ]+$", k)]
    for size in (2, 3, 4):
        keys = few[:size]
        rows = [tuple(str(r[k]) for k in keys) for r in table.rows]
        if len(keys) == size and len(set(rows)) == len(rows) > 3:
            return keys, [", ".join(f"{k}={v}" for k, v in zip(keys, row)) for row in rows]
    return None, None


def decimals_of(value, digits):
    return max(0, digits - 1 - value.adjusted()) if value else 1


def written(value, places, how=decimal.ROUND_HALF_UP):
    return f"{value.quantize(D(1).scaleb(-places), rounding=how):f}"


def same_shown(value, text):
    """Whether somebody could have written `text` for `value`."""
    text = text.replace(",", "")
    places = len(text.split(".")[1]) if "." in text else 0
    ways = (decimal.ROUND_HALF_UP, decimal.ROUND_HALF_EVEN, decimal.ROUND_DOWN, decimal.ROUND_FLOOR)
    return any(D(text) == value.quantize(D(1).scaleb(-places), rounding=way) for way in ways)


class Maker:
    def __init__(self, folder, seed, per_table):
        self.random = random.Random(seed)
        self.per_table = per_table
        self.tables, self.paths = tables_in(folder)
        self.bases = collections.Counter(p.split("/")[-1] for p in self.paths)
        self.out = []

    def file(self, path):
        base = path.split("/")[-1]
        return base if self.bases[base] == 1 else path

    def say(self, text, label, kind, truth, path):
        self.out.append({"id": f"s{len(self.out):05d}", "text": text, "label": label, "class": kind, "truth": str(truth), "pointer": path})

    def value_text(self, metric, value):
        places = decimals_of(value, self.random.choice((2, 3, 3, 4, 5)))
        if value == int(value) and abs(value) < 10 ** 7:
            places = 0
        return written(value, min(places, 12)), min(places, 12)

    def sentence(self, table, label, metric, number, unit):
        file, number = self.file(table.path), f"{number} {unit}".replace(" %", "%").strip()
        forms = [f"In `{file}`, {label} has a {metric} of {number}.", f"The {metric} of {label} in `{file}` is {number}.",
                 f"According to `{file}`, {label} shows {number} {metric}." if not unit and not ALONE.fullmatch(metric) else f"According to `{file}`, {metric} for {label} was {number}.",
                 f"{label} has a {metric} of {number} (`{file}`)."]
        if label == "":
            forms = [f"In `{file}`, the {metric} is {number}.", f"`{file}` reports a {metric} of {number}."]
        return self.random.choice(forms)

    def values(self, table, labels, metric, metrics):
        index, value = self.random.choice(metric.cells)
        if value == 0:
            return
        say = lambda number, unit, name=metric.name: self.sentence(table, labels[index], name, number, unit)
        shown, places = self.value_text(metric, value)
        self.say(say(shown, metric.unit), "true", "benign:round", value, table.path)
        self.other_forms(table, say, metric, value, places)
        wrong = value * D(str(self.random.choice((1.08, 1.15, 1.3, 0.92, 0.8, 1.5))))
        self.mutant(say, metric, "M1_value", value, written(wrong, places), table)
        self.mutant(say, metric, "M3_decimal_shift", value, written(value * self.random.choice((10, D("0.1"))), places if value * 10 ** places >= 100 else places + 1), table)
        if metric.unit:
            self.say(say(shown, WRONG_UNIT[metric.unit]), "false", "M4_unit", value, table.path)
            others = [u for u in TIME if metric.unit in TIME and u != metric.unit] or [u for u in BYTES if metric.unit in BYTES and u != metric.unit]
            if others and self.random.random() < 0.5:
                self.say(say(shown, self.random.choice(others)), "false", "M4_unit", value, table.path)
        rest = [v for i, v in metric.cells if i != index]
        if rest and labels[index]:
            self.mutant(say, metric, "M5_entity_swap", value, written(self.random.choice(rest), places), table)
        near = [m for m in metrics if m is not metric and m.unit == metric.unit and any(i == index for i, _ in m.cells)]
        if near:
            other = self.random.choice(near)
            truth = next(v for i, v in other.cells if i == index)
            if not same_shown(truth, shown):
                self.say(say(shown, other.unit, other.name), "false", "M6_metric_swap", truth, table.path)

    def other_forms(self, table, say, metric, value, places):
        if places > 0:
            self.say(say(written(value, max(places - 1, 1), decimal.ROUND_DOWN), metric.unit), "true", "benign:truncate", value, table.path)
        if abs(value) >= 10000:
            self.say(say(f"{int(value.quantize(D(1), rounding=decimal.ROUND_HALF_UP)):,}", metric.unit), "true", "benign:thousands", value, table.path)
        family = TIME if metric.unit in TIME else BYTES if metric.unit in BYTES else {}
        for unit, factor in family.items():
            converted = value * family[metric.unit] / factor
            if unit != metric.unit and D("0.1") <= abs(converted) < D(100000):
                self.say(say(written(converted, decimals_of(converted, 4)), unit), "true", "benign:unit_conversion", value, table.path)
                break

    def mutant(self, say, metric, kind, truth, shown, table):
        if not same_shown(truth, shown) and D(shown) != 0:
            self.say(say(shown, metric.unit), "false", kind, truth, table.path)

    def aggregates(self, table, metric):
        values = [v for _, v in metric.cells]
        if len(values) < 4 or len(values) != len(table.rows):
            return
        truths = {"mean": sum(values) / len(values), "median": D(statistics.median(values)), "minimum": min(values), "maximum": max(values)}
        name = self.random.choice(sorted(truths))
        truth, file = truths[name], self.file(table.path)
        if truth == 0:
            return
        places = min(decimals_of(truth, self.random.choice((3, 4))), 12)
        word = {"mean": ("mean", "average"), "median": ("median",), "minimum": ("minimum", "lowest"), "maximum": ("maximum", "highest", "peak")}[name]
        unit = f" {metric.unit}" if metric.unit else ""
        form = self.random.choice(("The {w} {m} in `{f}` is {v}{u}.", "Across all rows of `{f}`, the {w} {m} is {v}{u}.", "`{f}` has a {w} {m} of {v}{u}."))
        word = self.random.choice(word)
        say = lambda v: form.format(w=word, m=metric.name, f=file, v=v, u=unit)
        self.say(say(written(truth, places)), "true", "benign:round", truth, table.path)
        every = list(truths.values())

        def wrong(kind, value):
            shown = written(value, places)
            if not same_shown(truth, shown):
                self.say(say(shown), "false", kind, truth, table.path)
        wrong("M1_value", truth * D(str(self.random.choice((0.8, 0.9, 1.12, 1.4)))))
        wrong("M7_aggregate_swap", self.random.choice([v for v in every if v is not truth]))
        wrong("M7b_first_row_as_aggregate", values[0])
        low, high = written(min(values), places), written(max(values), places)
        self.say(f"{metric.name.capitalize()} in `{file}` ranges from {low} to {high}{unit}.", "true", "benign:round", [str(min(values)), str(max(values))], table.path)
        bad = written(max(values) * D("0.85"), places)
        if not same_shown(max(values), bad):
            self.say(f"{metric.name.capitalize()} in `{file}` ranges from {low} to {bad}{unit}.", "false", "M1_value", max(values), table.path)

    def orders(self, table, labels, metric):
        if len(metric.cells) < 2 or not labels[0]:
            return
        (i, a), (j, b) = self.random.sample(metric.cells, 2)
        file = self.file(table.path)
        if a > 0 and b > 0 and abs(a - b) / b > D("0.005") and abs(a - b) / b < 20:
            change = 100 * (a - b) / b
            word, other = ("higher", "lower") if change > 0 else ("lower", "higher")
            say = lambda v, w: f"{labels[i]} has {v}% {w} {metric.name} than {labels[j]} in `{file}`."
            shown = written(abs(change), 1)
            self.say(say(shown, word), "true", "benign:round", change, table.path)
            self.say(say(shown, other), "false", "M10_direction", change, table.path)
            wrong = written(abs(change) * D(str(self.random.choice((0.7, 1.3, 1.6)))) + D("0.3"), 1)
            self.say(say(wrong, word), "false", "M1_value", change, table.path)
            plain = f"{labels[i]} has a {{}} {metric.name} than {labels[j]} in `{file}`."
            self.say(plain.format(word), "true", "benign:comparison", change, table.path)
            self.say(plain.format(other), "false", "M10_direction", change, table.path)
        ordered = sorted(metric.cells, key=lambda c: c[1])
        for word, first, second in (("highest", ordered[-1], ordered[-2]), ("lowest", ordered[0], ordered[1])):
            if first[1] == second[1] or len(ordered) < 3:
                continue
            say = self.random.choice(("{} has the " + word + " {} in `{}`.", "{} shows the " + word + " {} (`{}`)."))
            self.say(say.format(labels[first[0]], metric.name, file), "true", "benign:rank", first[1], table.path)
            loser = self.random.choice(ordered[1:-1])
            self.say(say.format(labels[loser[0]], metric.name, file), "false", "M11_rank_swap", first[1], table.path)

    def rows(self, table):
        n, file = len(table.rows), self.file(table.path)
        words = {"csv": "data rows", "jsonl": "records", "array": "entries", "named": "entries"}
        only = sum(t.path == table.path and t.kind != "object" for t in self.tables) == 1
        if table.kind not in words or not only or n < 2:
            return
        for label, kind, count in (("true", "benign:count", n), ("false", "M8_count", n + self.random.choice((-1, 1, 2, 5)))):
            self.say(f"`{file}` has {count} {words[table.kind]}.", label, kind, n, table.path)

    def configs(self, table, key, labels, metrics):
        """A setting of a row that its name tells apart: a column of few levels that is no measurement."""
        if not isinstance(key, str):
            return
        measured = {m.key for m in metrics}
        for setting in table.keys:
            values, name = [r.get(setting) for r in table.rows], setting.split("/")[-1]
            levels = sorted({str(v) for v in values if v is not None})
            plain = all((isinstance(v, D) and v == int(v) and v > 0) or (isinstance(v, str) and re.fullmatch(r"[\w\-]{2,20}", v)) for v in values)
            if not plain or not 2 <= len(levels) <= 10 or setting in measured or setting == key or not re.fullmatch(r"[a-z]\w{2,25}", name) or NO_METRIC.search(name):
                continue
            if SAYS_STATISTIC.search(name) or UNIT_WORDS.search(name) or any(split_words(v) in split_words(l) for v in levels for l in labels):
                continue
            i = self.random.randrange(len(values))
            text = self.random.choice(("In `{}`, {} uses {}={}.", "In `{}`, {} was run with {}={}."))
            self.say(text.format(self.file(table.path), labels[i], name, values[i]), "true", "benign:config", values[i], table.path)
            wrong = self.random.choice([v for v in levels if v != str(values[i])])
            self.say(text.format(self.file(table.path), labels[i], name, wrong), "false", "M12_config", values[i], table.path)
            return

    def files(self):
        stems = {p.split("/")[-1] for p in self.paths}
        for path in self.random.sample(self.paths, min(8, len(self.paths))):
            base = path.split("/")[-1]
            if not re.fullmatch(r"[\w.\-]+\.(csv|json|jsonl|md|txt|log)", base):
                continue
            stem, ending = base.rsplit(".", 1)
            self.say(f"Results are stored in `{base}`.", "true", "benign:file", path, path)
            wrong = self.random.choice((f"{stem}_v2.{ending}", f"{stem}.yaml", f"{stem}-final.{ending}", f"old_{stem}.{ending}"))
            if wrong not in stems:
                self.say(f"Results are stored in `{wrong}`.", "false", "M9_filename", path, path)

    def dates(self):
        for path, text in sorted({t.path: t.text for t in self.tables}.items()):
            days = set(re.findall(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)", text))
            if len(days) != 1 or re.search(r"20\d{6}|20\d\d-\d\d", path):
                continue
            year, month, day = map(int, days.pop())
            if not 1 <= month <= 12:
                continue
            file, date = self.file(path), f"{year}-{month:02}-{day:02}"
            self.say(f"`{file}` was generated on {date}.", "true", "benign:date", date, path)
            self.say(f"`{file}` was recorded on {MONTHS[month - 1]} {day}, {year}.", "true", "benign:date_format", date, path)
            wrong = self.random.choice((f"{year - 1}-{month:02}-{day:02}", f"{year}-{month % 12 + 1:02}-{min(day, 28):02}", f"{year}-{month:02}-{day % 28 + 1:02}"))
            self.say(f"`{file}` was generated on {wrong}.", "false", "M13_date", date, path)

    def absences(self, table, metrics):
        file = self.file(table.path)
        missing = [w for w in ABSENT if w.split()[0] not in table.text.lower()]
        self.say(f"`{file}` contains no {self.random.choice(missing)} measurements.", "true", "benign:true_absence", None, table.path)
        speaking = [m for m in metrics if m.speaks]
        if speaking:
            metric, noun = self.random.choice(speaking), self.random.choice(("measurements", "data", "column" if table.kind == "csv" else "field"))
            self.say(f"`{file}` contains no {metric.name} {noun}.", "false", "M14_false_absence", metric.key, table.path)

    def make(self):
        names = collections.Counter((t.path, m.name) for t in self.tables for m in metrics_of(t))
        for table in self.tables:
            key, labels = label_of(table) if table.kind != "object" else (None, [""])
            metrics = [m for m in metrics_of(table) if names[table.path, m.name] == 1 and m.key not in (key or ())]
            if not metrics:
                continue
            if len(table.rows) == 1 and not labels:
                labels = [""]
            self.rows(table)
            self.absences(table, metrics)
            for metric in self.random.sample(metrics, min(self.per_table, len(metrics))):
                if labels and (metric.speaks or table.kind == "named"):
                    self.values(table, labels, metric, metrics)
                if labels and metric.speaks:
                    self.orders(table, labels, metric)
                if metric.plain and not any(SAYS_STATISTIC.search(l) for l in labels or ()):
                    self.aggregates(table, metric)
            if labels and key:
                self.configs(table, key, labels, metrics)
        if self.tables:
            self.files()
            self.dates()
        return self.out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-table", type=int, default=3)
    options = parser.parse_args()
    for row in Maker(options.folder, options.seed, options.per_table).make():
        json.dump(row, sys.stdout, ensure_ascii=False)
        print()


if __name__ == "__main__":
    main()
