"""Writes an export that is hard to cut, and its map: tickets.jsonl and ids.csv in the folder given.

Records end with CRLF, the last one with nothing; one record is longer than several shards; more IDs
than a report lists are not in the map. In clear.jsonl nothing needs a decision. The same bytes every
time.
"""

import json
import random
import sys
import uuid

chance = random.Random(7)


def new_id():
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


mapped = [new_id() for _ in range(3000)]
unmapped = [new_id() for _ in range(1500)]
letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def user():
    found = chance.choice(unmapped if chance.random() < 0.2 else mapped)
    return found.upper() if chance.random() < 0.1 else found


def record(number):
    ticket = {"_id": f"t{number}", "requester_id": user(), "supabaseId": chance.choice(mapped)}
    if chance.random() < 0.5:
        ticket["assigned_to"] = user()
    if number % 400 == 0:
        ticket["requester_id"] = chance.choice([None, "", number, f"nobody-{number}"])
    if number % 999 == 0:
        ticket["mood"] = "\ud83d"
    ticket["title"] = "\u00fc\u2028\r\n" * chance.randrange(12)
    ticket["created"] = 1700000000000.0 + number
    text = json.dumps(ticket, ensure_ascii=number % 999 == 0 or chance.random() < 0.5)
    # A separator of lines to others, blanks to JSON.
    return text.replace(", ", ",\r ") if chance.random() < 0.1 else text


folder = sys.argv[1]
records = [record(number) for number in range(12000)]
records[5000] = json.dumps({"_id": "long", "requester_id": mapped[0], "body": "0123456789abcdef" * 40000})
with open(f"{folder}/clear.jsonl", "w") as file:
    for number in range(300):
        print(json.dumps({"_id": f"c{number}", "requester_id": mapped[number]}), file=file)
with open(f"{folder}/tickets.jsonl", "wb") as file:
    file.write("\r\n".join(records).encode())
with open(f"{folder}/ids.csv", "w") as file:
    file.write("source_id,target_id\n")
    for source in mapped:
        file.write(f"{source},user_{''.join(chance.choices(letters, k=27))}\n")
