"""swap.py MAP EXPORT OUT: each line read and printed again, with orjson."""

import csv
import pathlib
import sys

import orjson

FIELDS = {
    "tickets": ["requester_id", "assigned_to"],
    "ticketComments": ["author_id"],
    "ticketStatusHistory": ["changed_by"],
}

map_file, export, out = map(pathlib.Path, sys.argv[1:])
with map_file.open(newline="") as rows:
    targets = {row["source_id"]: row["target_id"] for row in csv.DictReader(rows)}

out.mkdir()
for table, fields in FIELDS.items():
    with (export / f"{table}.jsonl").open("rb") as lines, (out / f"{table}.jsonl").open("wb") as new:
        for line in lines:
            record = orjson.loads(line)
            for field in fields:
                target = targets.get(record.get(field))
                if target is not None:
                    record[field] = target
            new.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
