"""Holds what shards made, joined, against what the single run made of the same export.

    compare.py JOINED MERGED [CHANGES UNMAPPED]

in the folder of the export and of the single run's files: single.jsonl and so on.
"""

import json
import os
import subprocess
import sys


def same_bytes(joined, single):
    with open(joined, "rb") as left, open(single, "rb") as right:
        assert left.read() == right.read(), f"{joined} is not {single}"


def without_lines(path, strip):
    with open(path) as file:
        return [strip(line) for line in file]


def change(line):
    entry = json.loads(line)
    entry.pop("line", None)
    return entry


def without_last_cell(row):
    return row.rpartition(",")[0]


def in_common(report):
    """What both reports have to say."""
    del report["timestamp"]
    report["map"].pop("unused", None)
    for file in report["map"]["files"]:
        file["path"] = os.path.abspath(file["path"])
    report["warnings"] = [warning for warning in report["warnings"] if warning["code"] != "unusedRows"]
    tables = report["tables"].values()
    return report, [{name: table.pop(name, None) for name in ("input", "output", "parts")} for table in tables]


def same_report(merged, single):
    with open(merged) as left, open(single) as right:
        (left, [of_parts]), (right, [whole]) = in_common(json.load(left)), in_common(json.load(right))
    assert right["tables"]["tickets"]["unmappedTotal"] > 1000 and len(right["warnings"]) > 3, right
    assert left == right, f"{merged} is not {single}: {differences(left, right)}"
    assert of_parts["input"] is None and of_parts["output"] is None, of_parts
    end = 0
    for part in of_parts["parts"]:
        assert part["input"]["fileBytes"] == whole["input"]["bytes"], part
        assert part["input"]["bytes"] == 0 or part["input"]["offset"] == end, part
        end += part["input"]["bytes"]
    assert end == whole["input"]["bytes"]
    assert sum(part["output"]["bytes"] for part in of_parts["parts"]) == whole["output"]["bytes"]


def differences(left, right, at=""):
    if isinstance(left, dict) and isinstance(right, dict):
        names = sorted({*left, *right})
        return [found for name in names for found in differences(left.get(name), right.get(name), f"{at}/{name}")]
    return [] if left == right else [(at, left, right)]


def idswap(*words):
    return subprocess.run(["idswap", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def passes_verify(joined):
    done = idswap("verify", "tickets.jsonl", joined, "--map", "ids.csv")
    assert done.returncode == 0, done.stdout


def waits_at_the_gate(merged):
    """The parts are those of the run, and nothing but what the data needs is against an import."""
    done = idswap("report", "check", merged)
    *files, verdict, reason = done.stdout.splitlines()
    assert done.returncode == 1 and verdict == f"{merged}: not clear for import", done.stdout
    assert reason == "  something in the report needs a person's decision", done.stdout
    assert len(files) > 3 and all(is_as_it_was(file) for file in files), done.stdout


def is_as_it_was(file):
    return file.startswith("ok ") or file.endswith("it is a part of no bytes")


def compare(joined, merged):
    same_bytes(joined, "single.jsonl")
    same_report(merged, "single.jsonl.report.json")
    passes_verify(joined)
    waits_at_the_gate(merged)


if __name__ == "__main__":
    compare(*sys.argv[1:3])
    if sys.argv[3:]:
        changes, unmapped = sys.argv[3:]
        assert without_lines(changes, change) == without_lines("single.changes", change), changes
        rows = without_lines(unmapped, without_last_cell)
        assert rows == without_lines("single.unmapped.csv", without_last_cell) and len(rows) > 1000, unmapped
