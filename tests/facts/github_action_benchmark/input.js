window.BENCHMARK_DATA = {
  "lastUpdate": 1700000000000,
  "repoUrl": "https://example.org/a/b",
  "entries": {
    "Rust": [
      {
        "commit": {"id": "0123456789abcdef0123456789abcdef01234567", "message": "Count faster"},
        "date": 1700000000000,
        "tool": "cargo",
        "benches": [
          {"name": "count_words", "value": 1240, "range": "± 23", "unit": "ns/iter"},
          {"name": "count_lines", "value": 2150, "range": "± 40", "unit": "ns/iter"}
        ]
      }
    ]
  }
}
