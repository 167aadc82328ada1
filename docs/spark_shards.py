"""Runs idswap on the shards of one file, each in a task of Spark.

    spark-submit spark_shards.py --export tickets.jsonl --map ids.csv --out new --shards 50 [--binary idswap]
        [--ending .jsonl] [--threads 1] [--resume | --force] [-- more options of idswap rewrite]

OUT gets a part a shard, in the order of the shards by name; OUT.report.json is the report of all. In further
options, {part} is the path of the task's part without its ending. Exit codes: 0 and 1 as idswap; 2 usage;
3 a shard with bad data, or reports that are not of one run; 4 a job that failed.
"""

import argparse
import ctypes
import functools
import glob
import json
import os
import re
import signal
import subprocess
import sys


def arguments(argv):
    parser = argparse.ArgumentParser(description="Run idswap on the shards of one file, in Spark.")
    parser.add_argument("--export", required=True, type=os.path.abspath, help="one uncompressed .jsonl file")
    parser.add_argument("--map", required=True, type=os.path.abspath, action="append")
    parser.add_argument("--out", required=True, type=os.path.abspath, help="the folder of the parts")
    parser.add_argument("--shards", required=True, type=int, help="how many parts, and tasks")
    parser.add_argument("--binary", default="idswap", help="in PATH or by its absolute path, on executors and here")
    parser.add_argument("--ending", default=".jsonl", choices=(".jsonl", ".jsonl.gz", ".jsonl.zst"))
    parser.add_argument("--threads", default=1, type=int, help="of a task; see spark.task.cpus")
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help="keep shards that have part and report, run the rest")
    again.add_argument("--force", action="store_true", help="delete parts and reports of an earlier run first")
    parser.add_argument("options", nargs="*", help="after --: more options of idswap rewrite")
    job = parser.parse_args(argv)
    job.report = f"{job.out}.report.json"
    return job


def stem(job, shard):
    return f"{job.out}/part-{shard:0{max(5, len(str(job.shards)))}}"


def output(job, shard):
    return stem(job, shard) + job.ending


def command(job, shard):
    run = [job.binary, "rewrite", job.export, "--shard", f"{shard}/{job.shards}", "--out", output(job, shard)]
    run += [word for path in job.map for word in ("--map", path)]
    # Another attempt may have been there, or run beside this one.
    run += ["--force", "--threads", str(job.threads), "-q"]
    return run + [option.replace("{part}", stem(job, shard)) for option in job.options]


def end_with(worker, libc):
    """Called in the child: Spark kills workers, and knows nothing of what they have started."""
    libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
    if os.getppid() != worker:
        os._exit(1)


def run_shard(job, shard):
    """The task. Wrong usage and bad data stay what they are; anything else Spark may try again."""
    bind = functools.partial(end_with, os.getpid(), ctypes.CDLL(None)) if sys.platform == "linux" else None
    done = subprocess.run(command(job, shard), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=bind)
    said = done.stderr.decode(errors="replace")[-2000:].strip()
    if done.returncode not in (0, 1, 2, 3):
        raise RuntimeError(f"shard {shard}/{job.shards}: idswap ended with {done.returncode}: {said}")
    return shard, done.returncode, said


def give_up(message, code=2):
    print(message, file=sys.stderr)
    sys.exit(code)


def check(job):
    """Sees that the run can begin, before anything is touched."""
    out, report = os.path.realpath(job.out), os.path.realpath(job.report)
    for path in (job.export, *job.map, *[option.rpartition("=")[2] for option in job.options]):
        real = os.path.realpath(path)
        if os.path.exists(real) and (real == report or os.path.commonpath([real, out]) == out):
            give_up(f"{path} is an input and lies in the output: take another --out")
    missing = [path for path in (job.export, *job.map) if not os.path.isfile(path)]
    if missing:
        give_up(f"{missing[0]} is no file")
    try:
        subprocess.run([job.binary, "--version"], stdout=subprocess.DEVNULL, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        give_up(f"{job.binary} does not run: {error}")


def left_to_do(job):
    """The shards to run. Leaves nothing in OUT that a join could take for a part of this run."""
    shards = range(1, job.shards + 1)
    stems = {stem(job, shard) for shard in shards}
    tables = re.compile(r"part-[0-9]+(\.jsonl(?:\.gz|\.zst)?)(?:\.report\.json)?")
    found = sorted(glob.glob(glob.escape(job.report)) + glob.glob(f"{glob.escape(job.out)}/part-*"))
    if found and not (job.resume or job.force):
        give_up(f"{found[0]} is there already: --resume keeps what is complete, --force begins anew")
    for path in found:
        name = os.path.basename(path)
        table = tables.fullmatch(name)
        own = table if job.force else f"{job.out}/{re.match('(part-[0-9]+)?', name)[0]}" in stems
        own = own and (not table or table[1] == job.ending)
        regular = os.path.isfile(path) and not os.path.islink(path)
        if not (own or path == job.report) or (job.force and not regular):
            give_up(f"{path} is not this run's: move it away, or take another --out")
    for path in found if job.force else []:
        os.remove(path)
    os.makedirs(job.out, exist_ok=True)
    return [shard for shard in shards if not all(map(os.path.exists, files(job, shard)))]


def files(job, shard):
    """What a shard leaves, as far as the command says."""
    part = output(job, shard)
    named = [option.rpartition("=")[2] for option in job.options if "{part}" in option]
    return [part, f"{part}.report.json", *(path.replace("{part}", stem(job, shard)) for path in named)]


def merge(job):
    """Puts the one report in place, if every shard has left its own; the code that idswap would end with."""
    reports = [output(job, shard) + ".report.json" for shard in range(1, job.shards + 1)]
    done = subprocess.run([job.binary, "report", "merge", *reports], stdout=subprocess.PIPE)
    if done.returncode != 0:
        code = done.returncode if done.returncode in (2, 3) else 4
        give_up("not merged; if a report is missing: does this machine see the storage of the executors?", code)
    with open(job.report + ".tmp", "wb") as file:
        file.write(done.stdout)
    os.replace(job.report + ".tmp", job.report)
    return int(json.loads(done.stdout)["attention"] and "--exit-zero" not in job.options)


def in_spark(job, shards, task, cluster):
    from pyspark import SparkContext

    with cluster or SparkContext() as context:
        return context.parallelize(shards, len(shards)).map(lambda shard: task(job, shard)).collect()


def main(argv, task=run_shard, cluster=None):
    job = arguments(argv)
    check(job)
    try:
        shards = left_to_do(job)
        results = in_spark(job, shards, task, cluster) if shards else []
        refused = [result for result in results if result[1] > 1]
        for shard, code, said in refused:
            print(f"shard {shard}/{job.shards} ended with {code}: {said}", file=sys.stderr)
        code = max(code for _, code, _ in refused) if refused else merge(job)
    except Exception as failure:  # of the job, as a rule, with all of Java's stack
        said = [line for line in str(failure).splitlines() if not line.startswith("\t")]
        give_up("\n".join(["the job failed:", *said[-12:]]), 4)
    if not refused:
        print(f"{job.shards} parts, and the report of all: {job.report}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
