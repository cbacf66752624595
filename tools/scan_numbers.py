#!/usr/bin/env python3
"""Counts the numbers of texts by the regular expression of docs/design.md, "Numbers".

The tests hold the program's own scanner (src/text/number.cc), which works without regular expressions, against this.

usage: scan_numbers.py [--separate] [--spans] FILE...
       scan_numbers.py --batch < LIST      LIST: lines "group PATH" or "separate PATH"

Prints one line a file: the count, the sum of the numbers' first byte offsets, and the sum of their lengths, over the
file decoded to UTF-8 without a byte order mark. With --spans one line a number: begin, end, text.
--separate: the text is JSON or delimited, where a comma groups only what quotes hold alone.
"""

import re
import sys

# Things that contain digits and are no numbers; whatever they match is passed over as a whole.
EXPONENT = r"[eE][+-]?[0-9]+(?![A-Za-z0-9_])"
MORE = r"(?:(?<=[0-9])\.[0-9][A-Za-z0-9_]*)*"  # "3.1" goes on at ".1"
EXCEPTIONS = [
    # UUID
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![A-Za-z0-9_])",
    # time stamp in a name: 20251002-151204
    r"(?:19|20)[0-9]{6}[-_T][0-9]{6}(?![0-9])",
    # date, perhaps with time and zone
    r"(?:19|20)[0-9]{2}(?P<mark>[-/])(?:0[1-9]|1[0-2])(?P=mark)(?:0[1-9]|[12][0-9]|3[01])(?![0-9])"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?",
    # time of day
    r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?![0-9])(?:\.[0-9]+)?",
    # version, IP address
    r"[0-9]+(?:\.[0-9]+){2,}[A-Za-z0-9_]*",
    # hexadecimal number
    r"0[xX][0-9a-fA-F][A-Za-z0-9_]*",
    # hash
    r"(?=[0-9a-f]{7})[0-9]+[a-f]{2,}(?![A-Za-z0-9_])",
    # a word with digits behind its letters: 4x4, 7c1e9a, 8b_q4
    rf"(?![0-9]+(?:\.[0-9]+)?{EXPONENT})[0-9]+(?:\.[0-9]+)?(?:_|[A-Za-z]+[0-9_])[A-Za-z0-9_]*{MORE}",
    # identifier: q4_0, gemma3, v1.2.3; but "x2.3" is a factor, unless it is x86 or x64
    r"(?!(?![xX](?:86|64)(?![A-Za-z0-9_]|\.[0-9]))[xX][0-9]+(?:\.[0-9]+)?(?![A-Za-z0-9_]|\.[0-9]))"
    rf"[A-Za-z_][A-Za-z0-9_]*{MORE}",
]

SIGN = r"(?:(?<![A-Za-z0-9_.)\]%+\-\u2212])[+\-\u2212])?"
COMMAS = (
    r"(?<![0-9],)(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?!,?[0-9])"
)
SPACES = (
    r"(?<![0-9][\u00a0\u2009\u202f])"
    r"[1-9][0-9]{0,2}(?P<space>[\u00a0\u2009\u202f])[0-9]{3}(?:(?P=space)[0-9]{3})*(?!(?P=space)?[0-9])"
)
# a time in several units: 2m43.5s, 1h2m, 1m 23.4s
DURATION = (
    r"(?<![A-Za-z0-9_.])(?:[0-9]{1,9}h ?(?:[0-9]{1,2}m(?: ?[0-9]{1,2}(?:\.[0-9]+)?s)?|[0-9]{1,2}(?:\.[0-9]+)?s)"
    r"|[0-9]{1,9}m ?[0-9]{1,2}(?:\.[0-9]+)?s)(?![A-Za-z0-9_])"
)
PLAIN = rf"[0-9]+(?:\.[0-9]+|\.(?={EXPONENT}))?"
POINT = r"(?<![A-Za-z0-9_.])\.[0-9]+"
END = rf"(?:{EXPONENT})?(?![A-Za-z]*[0-9_])"  # letters behind it are a unit
QUOTED = r'(?:(?<=")|(?<="[+\-\u2212]))'


def expression(separate):
    """The whole: an exception, or (group "number") a number."""
    fraction = r"(?:\.[0-9]+)?"
    commas = rf'{QUOTED}{COMMAS}{fraction}{END}(?=")' if separate else rf"{COMMAS}{fraction}{END}"
    exception = "|".join(EXCEPTIONS)
    number = rf"{commas}|{SPACES}{fraction}{END}|(?:{PLAIN}|{POINT}){END}"
    lookahead = re.sub(r"\(\?P<mark>", "(?P<mark_ahead>", exception).replace("(?P=mark)", "(?P=mark_ahead)")
    return re.compile(rf"(?P<duration>{SIGN}{DURATION})|{exception}|(?P<number>{SIGN}(?!{lookahead})(?:{number}))")


EXPRESSIONS = {"group": expression(False), "separate": expression(True)}


def decode(data):
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def scan(text, commas):
    """(begin, end, lexeme) of every number, in bytes of the UTF-8 text."""
    last = offset = 0
    for match in EXPRESSIONS[commas].finditer(text):
        lexeme = match.group("duration") or match.group("number")
        if lexeme is None:
            continue
        offset += len(text[last : match.start()].encode())
        end = offset + len(lexeme.encode())
        yield offset, end, lexeme
        last, offset = match.end(), end


def summary(path, commas):
    with open(path, "rb") as file:
        text = decode(file.read())
    count = begins = lengths = 0
    for begin, end, _ in scan(text, commas):
        count += 1
        begins += begin
        lengths += end - begin
    return f"{count} {begins} {lengths}"


def main(arguments):
    if arguments == ["--batch"]:
        for line in sys.stdin:
            commas, _, path = line.rstrip("\n").partition(" ")
            print(summary(path, commas))
        return 0
    paths = [a for a in arguments if not a.startswith("--")]
    options = {a for a in arguments if a.startswith("--")}
    if not paths or options - {"--separate", "--spans"}:
        print(__doc__, file=sys.stderr)
        return 2
    commas = "separate" if "--separate" in options else "group"
    for path in paths:
        if "--spans" not in options:
            print(summary(path, commas), path)
            continue
        with open(path, "rb") as file:
            for token in scan(decode(file.read()), commas):
                print(*token)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
