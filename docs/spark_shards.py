"""Runs idswap on the shards of one file, each in a task of Spark.

    spark-submit docs/spark_shards.py --export tickets.jsonl --map ids.csv --out new --shards 50 \
        [--binary idswap] [--ending .jsonl] [--threads 1] [--force] [-- more options of idswap rewrite]

OUT gets a part a shard, in the order of the shards by name; OUT.report.json is the report of all. All
paths have to be on storage that the driver and the executors see. In further options, {part} is the
path of the task's part without its ending (--changes {part}.changes), and paths have to be absolute.
"""

import argparse
import glob
import os
import shlex
import shutil
import subprocess
import sys


def program(name):
    return os.path.abspath(name) if os.sep in name else name


def number(word):
    if int(word) < 1:
        raise ValueError(word)
    return int(word)


def arguments(argv):
    parser = argparse.ArgumentParser(description="Run idswap on the shards of one file, in Spark.")
    parser.add_argument("--export", required=True, type=os.path.abspath, help="one uncompressed .jsonl file")
    parser.add_argument("--map", required=True, type=os.path.abspath, action="append")
    parser.add_argument("--out", required=True, type=os.path.abspath, help="the folder of the parts")
    parser.add_argument("--shards", required=True, type=number, help="how many parts, and tasks")
    parser.add_argument("--binary", default="idswap", type=program, help="where it is on the executors and here")
    parser.add_argument("--ending", default=".jsonl", help="of the parts: .jsonl, .jsonl.gz or .jsonl.zst")
    parser.add_argument("--threads", default=1, type=number, help="of a task; see spark.task.cpus")
    parser.add_argument("--force", action="store_true", help="replace the parts of an earlier run")
    parser.add_argument("options", nargs="*", help="after --: more options of idswap rewrite")
    return parser.parse_args(argv)


def output(job, shard):
    return f"{job.out}/part-{shard:0{max(5, len(str(job.shards)))}}{job.ending}"


def command(job, shard):
    part = output(job, shard)
    run = [job.binary, "rewrite", job.export, "--shard", f"{shard}/{job.shards}", "--out", part]
    run += [word for path in job.map for word in ("--map", path)]
    # Another attempt may have been there, or run beside this one.
    run += ["--force", "--threads", str(job.threads), "-q"]
    return run + [option.replace("{part}", part[: -len(job.ending)]) for option in job.options]


def run_shard(job, shard):
    """The task. Wrong usage and bad data stay what they are; anything else Spark may try again."""
    done = subprocess.run(command(job, shard), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = done.stderr.decode(errors="replace")[-2000:].strip()
    if done.returncode not in (0, 1, 2, 3):
        raise RuntimeError(f"shard {shard}/{job.shards}: idswap ended with {done.returncode}: {said}")
    return shard, done.returncode, said


def prepare(job):
    """Leaves nothing in OUT that a join could take for a part of this run."""
    folder = glob.escape(job.out)
    earlier = glob.glob(f"{folder}/part-*") + glob.glob(f"{folder}.report.json")
    if earlier and not job.force:
        sys.exit(f"{earlier[0]} is there already; --force replaces the parts of an earlier run")
    for path in earlier:
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    os.makedirs(job.out, exist_ok=True)


def merge(job):
    """Puts the one report in place, if every shard has left its own."""
    reports = [output(job, shard) + ".report.json" for shard in range(1, job.shards + 1)]
    for report in reports:
        if not os.path.exists(report):
            sys.exit(f"{report} is missing: does this machine see the storage of the executors?")
    merged = f"{job.out}.report.json"
    with open(merged + ".tmp", "wb") as file:
        code = subprocess.run([job.binary, "report", "merge", *reports], stdout=file).returncode
    if code != 0:
        os.remove(merged + ".tmp")
        sys.exit(code)
    os.replace(merged + ".tmp", merged)
    return merged


def main(argv, task=run_shard):
    job = arguments(argv)
    prepare(job)
    from pyspark import SparkContext

    shards = SparkContext.getOrCreate().parallelize(range(1, job.shards + 1), job.shards)
    results = shards.map(lambda shard: task(job, shard)).collect()
    worst = max(code for _, code, _ in results)
    if worst > 1:
        for shard, code, said in results:
            if code > 1:
                print(f"shard {shard}/{job.shards} ended with {code}: {said}", file=sys.stderr)
        return worst
    print(f"{job.shards} parts, and the report of all: {merge(job)}")
    if os.path.exists(output(job, 1)):  # not after a dry run
        print(f"join them: cat {shlex.quote(job.out)}/part-*{job.ending} > {shlex.quote(job.out + job.ending)}")
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
