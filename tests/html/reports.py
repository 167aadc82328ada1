"""Writes two exports into a folder: one whose every name and ID would like to
be markup, and one with more unmapped IDs than a report lists."""

import csv
import json
import sys
from pathlib import Path

folder = Path(sys.argv[1])

HOSTILE = [
    "<script>document.title='owned'</script>",
    "\"><img src=http:x onerror=\"document.title='owned'\">",
    "'><svg onload=document.title='owned'>",
    "</style></title></code><style>*{display:none}</style>",
    "<a href=javascript:document.title='owned'>a</a>",
    "&lt;b&gt; &amp; &#60;b&#62;",
    "<!-- \u202egnorw\u202c -->",
    "\u001b[31mred\u0007\r\n",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "x" * 3000,
    " ",
    "漢字🦀é",
]


def lines(path, records):
    path.parent.mkdir(exist_ok=True)
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    path.write_text(text, encoding="utf-8")


FIELD = "<img src=http:y onerror=document.title=1>"


def rule(table, path):
    exempt = json.dumps([HOSTILE[0], HOSTILE[3]])
    return ["[[field]]", f"table = {json.dumps(table)}", f"path = {json.dumps(path)}", f"exempt = {exempt}"]


def hostile():
    rules = ["version = 1", "[ids]", "source = '^[^?]'", "target = '^<b>'"]
    records = [{"q": value, FIELD: "?" + value} for value in HOSTILE]
    for table in [name.replace("/", "") for name in HOSTILE[:6]]:
        rules += rule(table, "q") + rule(table, f"[{json.dumps(FIELD)}]")
        lines(folder / "hostile" / f"{table}.jsonl", records + [{"q": None}, {"q": [1]}])
    (folder / "hostile.toml").write_text("\n".join(rules) + "\n", encoding="utf-8")
    with open(folder / "hostile.csv", "w", newline="", encoding="utf-8") as file:
        rows = [["source_id", "target_id"], [HOSTILE[1], "<b>" + HOSTILE[2]], ["a", "<b>b"]]
        csv.writer(file).writerows(rows)


def huge():
    ids = [f"{n:08x}-0000-4000-8000-{n * 7919:012x}" for n in range(3000)]
    tickets = [{"requester_id": ids[n % 1500], "assigned_to": ids[2999]} for n in range(6000)]
    lines(folder / "huge" / "tickets.jsonl", tickets + [{"requester_id": None}])
    lines(folder / "huge" / "ticketComments.jsonl", [{"author_id": id} for id in ids[1000:2999]])
    mapped = [[id, f"user_{n:027d}"] for n, id in enumerate(ids) if n % 3 == 0 or n == 2999]
    with open(folder / "huge.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["source_id", "target_id"], *mapped])


hostile()
huge()
