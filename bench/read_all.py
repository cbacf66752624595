"""What a plain Python reader needs for the same files: every JSON, JSONL, CSV and Markdown file parsed, nothing kept."""
import csv
import json
import os
import sys


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    name = path.lower()
    try:
        if name.endswith(".json"):
            json.loads(data)
        elif name.endswith(".jsonl"):
            for line in data.splitlines():
                json.loads(line)
        elif name.endswith((".csv", ".tsv")):
            list(csv.reader(data.decode("utf-8").splitlines()))
        elif name.endswith(".md"):
            data.decode("utf-8").splitlines()
    except (ValueError, UnicodeDecodeError):
        pass  # the peer may give up on a file; chimera reports it


for root, _, names in os.walk(sys.argv[1]):
    for name in sorted(names):
        read(os.path.join(root, name))
