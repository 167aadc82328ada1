"""Runs duckdb.sql in the current folder."""

import pathlib

import duckdb

pathlib.Path("out").mkdir()
duckdb.execute(pathlib.Path(__file__).with_name("duckdb.sql").read_text())
