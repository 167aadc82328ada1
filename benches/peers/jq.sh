#!/bin/sh
# jq.sh MAP EXPORT OUT: the map as one object, then a filter for each table.
set -e
map=$1 export=$2 out=$3

mkdir "$out"
targets=$(mktemp)
trap 'rm -f "$targets"' EXIT
jq -nR 'reduce (inputs | split(",")) as $row ({}; .[$row[0]] = $row[1])' "$map" >"$targets"

swap() {
  jq -c --slurpfile map "$targets" "$2" "$export/$1.jsonl" >"$out/$1.jsonl"
}

swap tickets '.requester_id = ($map[0][.requester_id] // .requester_id)
  | if .assigned_to then .assigned_to = ($map[0][.assigned_to] // .assigned_to) else . end'
swap ticketComments '.author_id = ($map[0][.author_id] // .author_id)'
swap ticketStatusHistory '.changed_by = ($map[0][.changed_by] // .changed_by)'
