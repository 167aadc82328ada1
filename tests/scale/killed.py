"""Runs docs/spark_shards.py under Spark with executors in processes of their own, which are killed, and
takes it up again.

    PYTHONPATH=docs killed.py FOLDER

FOLDER has the export and the single run's files. Every case ends with the same bytes and report, and
proves that what it is about took place: a process killed by its number, while its output was half
written or when it was in place; two attempts half way at once.
"""

import contextlib
import glob
import io
import json
import os
import signal
import subprocess
import sys
import time

import compare
import spark_shards
from pyspark import SparkConf, SparkContext, TaskContext

SHARDS = 5
VICTIM = 3
PATIENCE = 300.0  # seconds until a wait is given up


def wait_for(what, condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"in vain: {what}"
        time.sleep(0.0005)


def status(process):
    """The state of a process, and its parent."""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return fields[0], int(fields[1])


def has_ended(process):
    """Whether it is gone, or nothing but a number that nobody has asked for yet."""
    try:
        return status(process)[0] == "Z"
    except OSError:
        return True


def executor():
    """The number of the JVM that this task's Python serves."""
    process = os.getpid()
    while process > 1:
        process = status(process)[1]
        with open(f"/proc/{process}/cmdline", "rb") as file:
            if b"CoarseGrainedExecutorBackend" in file.read():
                return process
    raise RuntimeError("no executor has started this process")


def half_written(process, part):
    """The hidden file that a process is writing in place of the part, if it holds something."""
    hidden = f"{os.path.dirname(part)}/.{os.path.basename(part)}.idswap-"
    with contextlib.suppress(OSError):
        for descriptor in os.scandir(f"/proc/{process}/fd"):
            path = os.readlink(descriptor.path)
            if path.startswith(hidden) and os.path.getsize(path) > 0:
                return path
    return None


def start_and_hold(job, shard):
    """Starts the shard's command, out of reach of signals to its parents, and stops it half way."""
    part = spark_shards.output(job, shard)
    for _ in range(100):
        process = subprocess.Popen(spark_shards.command(job, shard), start_new_session=True)
        with open(f"{job.out}.held.{process.pid}", "x"):
            pass  # for end_what_is_held
        wait_for("an output", lambda: process.poll() is not None or half_written(process.pid, part))
        process.send_signal(signal.SIGSTOP)
        wait_for("a stop", lambda: process.poll() is not None or status(process.pid)[0] == "T")
        stage = half_written(process.pid, part)
        if process.poll() is None and stage:
            return process, stage
        process.send_signal(signal.SIGCONT)
        process.wait()
        for path in glob.glob(f"{glob.escape(part)}*"):
            os.remove(path)
    raise RuntimeError("always too late")


def note(job, name, **known):
    path = f"{job.out}.{name}.json"
    with open(path + ".tmp", "w") as file:
        json.dump({"executor": executor(), "attempt": TaskContext.get().attemptNumber(), **known}, file)
    os.replace(path + ".tmp", path)


def noted(job, name):
    with open(f"{job.out}.{name}.json") as file:
        return json.load(file)


def kill_own_executor():
    os.kill(executor(), signal.SIGKILL)
    time.sleep(PATIENCE)  # until Spark ends this process


def file_number(path):
    return os.stat(path).st_ino


def killed_half_way(job, shard):
    """The first attempt's executor is killed, and its idswap, with half an output."""
    if shard == VICTIM and TaskContext.get().attemptNumber() == 0:
        process, stage = start_and_hold(job, shard)
        note(job, "first", idswap=process.pid, stage=stage)
        process.kill()
        process.wait()
        kill_own_executor()
    result = spark_shards.run_shard(job, shard)
    if shard == VICTIM:
        note(job, "second")
    return result


def left_an_orphan(job, shard):
    """The first attempt's executor is killed; its idswap lives on, and ends while the second is half way."""
    if shard != VICTIM:
        return spark_shards.run_shard(job, shard)
    process, stage = start_and_hold(job, shard)
    if TaskContext.get().attemptNumber() == 0:
        note(job, "first", idswap=process.pid, stage=stage, number=file_number(stage))
        kill_own_executor()
    first = noted(job, "first")
    assert status(first["idswap"])[0] == "T" and half_written(first["idswap"], spark_shards.output(job, shard))
    number = file_number(stage)
    os.kill(first["idswap"], signal.SIGCONT)
    process.send_signal(signal.SIGCONT)
    code = process.wait()
    wait_for("the orphan's end", lambda: has_ended(first["idswap"]))
    note(job, "second", stage=stage, number=number)
    return shard, code, ""


def killed_after_the_rename(job, shard):
    """The first attempt's executor is killed when the output is in place, before Spark is told."""
    result = spark_shards.run_shard(job, shard)
    if shard == VICTIM:
        second = TaskContext.get().attemptNumber() > 0
        note(job, "second" if second else "first", output=file_number(spark_shards.output(job, shard)))
        if not second:
            kill_own_executor()
    return result


def held_beside_another(job, me):
    """One of two attempts at one shard, both half way at once; both end well."""
    process, stage = start_and_hold(job, VICTIM)
    note(job, f"twin-{me}", stage=stage, number=file_number(stage))
    wait_for("the other attempt", lambda: os.path.exists(f"{job.out}.twin-{1 - me}.json"))
    process.send_signal(signal.SIGCONT)
    return process.wait()


def driven(cluster, name, *more, task=spark_shards.run_shard, export="tickets.jsonl", binary="idswap"):
    """How the driver's whole run with this task ends: the code, and what it says of it."""
    words = ["--export", export, "--map", "ids.csv", "--out", name, "--shards", str(SHARDS), "--binary", binary, *more]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            code = spark_shards.main(words, task, contextlib.nullcontext(cluster))
        except SystemExit as end:
            code = end.code
    return code, said.getvalue()


def run(cluster, name, task=spark_shards.run_shard, **how):
    """What it leaves is what the single run left."""
    ended = driven(cluster, name, "--", "--block-size", "16384", task=task, **how)
    assert ended == (1, ""), (name, ended)
    compare_with_single(name)
    words = ["--export", "tickets.jsonl", "--map", "ids.csv", "--out", name, "--shards", str(SHARDS)]
    return spark_shards.arguments([*words, "--", "--block-size", "16384"])


def compare_with_single(name):
    with open(f"{name}.jsonl", "wb") as joined:
        for part in sorted(glob.glob(f"{name}/part-*.jsonl")):
            with open(part, "rb") as file:
                joined.write(file.read())
    compare.compare(f"{name}.jsonl", f"{name}.report.json")


def left_behind(job):
    return glob.glob(f"{glob.escape(job.out)}/.*")


def attempts(job):
    """The two attempts at the victim, if they were what they have to be."""
    first, second = noted(job, "first"), noted(job, "second")
    assert first["attempt"] == 0 and second["attempt"] > 0, (first, second)
    assert first["executor"] != second["executor"], (first, second)
    assert has_ended(first["executor"]), f"executor {first['executor']} lives"
    return first, second


def is_of_one(job, *both):
    """Of two attempts that were half way at once, each wrote a file, and one of these is the output."""
    assert both[0]["stage"] != both[1]["stage"], both
    assert file_number(spark_shards.output(job, VICTIM)) in [each["number"] for each in both], both
    assert left_behind(job) == [], left_behind(job)


def without_kills(cluster):
    job = run(cluster, "whole")
    assert left_behind(job) == [], left_behind(job)
    return job


def with_kills(cluster):
    job = run(cluster, "half", killed_half_way)
    first, _ = attempts(job)
    stages = f"{job.out}/.{os.path.basename(spark_shards.output(job, VICTIM))}."
    assert first["stage"] in left_behind(job), left_behind(job)
    assert all(path.startswith(stages) for path in left_behind(job)), left_behind(job)

    job = run(cluster, "orphan", left_an_orphan)
    first, second = attempts(job)
    is_of_one(job, first, second)

    job = run(cluster, "renamed", killed_after_the_rename)
    first, second = attempts(job)
    assert first["output"] != second["output"] and left_behind(job) == [], (first, second, left_behind(job))


def twice_at_once(cluster, job):
    codes = cluster.parallelize(range(2), 2).map(lambda me: held_beside_another(job, me)).collect()
    twins = [noted(job, f"twin-{me}") for me in range(2)]
    assert codes == [1, 1], codes
    assert twins[0]["executor"] != twins[1]["executor"], twins
    is_of_one(job, *twins)
    spark_shards.merge(job)
    compare_with_single("whole")


def made(job):
    """The parts that are there, as files of their own."""
    paths = [spark_shards.output(job, shard) for shard in range(1, SHARDS + 1)]
    return [os.path.exists(path) and (file_number(path), os.stat(path).st_mtime_ns) for path in paths]


def taken_up_again(cluster, job):
    """--resume keeps what is complete, --force nothing; what they do not know stands in their way."""
    first = made(job)
    os.remove(spark_shards.output(job, 2))
    os.remove(spark_shards.output(job, 4) + ".report.json")
    code, said = driven(cluster, "whole")
    assert code == 2 and "is there already" in said, (code, said)
    assert made(job) == [first[0], False, *first[2:]], (first, made(job))

    assert driven(cluster, "whole", "--resume") == (1, "")
    second = made(job)
    assert [shard for shard in range(SHARDS) if first[shard] != second[shard]] == [1, 3], (first, second)
    compare_with_single("whole")

    # A shard lacks what is asked for now; parts of another ending would be taken along.
    changes = ["--", "--block-size", "16384", "--changes", "{part}.changes"]
    assert driven(cluster, "whole", "--resume", *changes) == (1, "")
    third = made(job)
    assert all(part not in second for part in third), (second, third)
    code, said = driven(cluster, "whole", "--resume", "--ending", ".jsonl.zst")
    assert code == 2 and "part-00001.jsonl is not" in said and made(job) == third, (code, said)
    for path in glob.glob("whole/*.changes"):
        os.remove(path)
    second = third

    open("whole/part-1.notes", "x").close()
    for again in ("--resume", "--force"):
        code, said = driven(cluster, "whole", again)
        assert code == 2 and f"{job.out}/part-1.notes is not" in said and made(job) == second, (code, said)
    os.remove("whole/part-1.notes")

    assert driven(cluster, "whole", "--force") == (1, "")
    assert all(third and third not in second for third in made(job)), (second, made(job))
    compare_with_single("whole")


def refused_before_it_begins(cluster):
    os.mkdir("lake")
    os.link("tickets.jsonl", "lake/part-00001.jsonl")
    for how, reason in (
        ({"export": "lake/part-00001.jsonl"}, "lies in the output"),
        ({"export": "nothing.jsonl"}, "is no file"),
        ({"binary": "./nothing"}, "does not run"),
    ):
        code, said = driven(cluster, "lake", "--force", **how)
        assert code == 2 and reason in said and os.listdir("lake") == ["part-00001.jsonl"], (how, code, said)


def looked_at_first(cluster):
    """A dry run has reports, and no parts."""
    assert driven(cluster, "dry", "--", "--dry-run", "--report", "{part}.jsonl.report.json") == (1, "")
    reports = [f"part-{shard:05}.jsonl.report.json" for shard in range(1, SHARDS + 1)]
    assert sorted(os.listdir("dry")) == reports, os.listdir("dry")
    with open("dry.report.json") as merged, open("whole.report.json") as whole:
        merged, whole = json.load(merged), json.load(whole)
    assert merged["dryRun"] and merged["summary"] == whole["summary"], merged


def script(name, lines):
    with open(name, "w") as file:
        file.write("#!/usr/bin/env bash\n" + lines)
    os.chmod(name, 0o755)
    return {"binary": os.path.abspath(name)}


def failed(cluster):
    """A job that Spark gives up is told from a run that needs attention."""
    full = script("full", 'test "$1" = --version || { echo "no space left" >&2; exit 4; }\n')
    code, said = driven(cluster, "full-out", **full)
    assert code == 4 and "idswap ended with 4: no space left" in said, (code, said)


def bound_to_its_worker(cluster):
    """A worker is killed alone: what it had started, which would run for long, has ended when all is done."""
    lonely = script(
        "lonely",
        f"""case " $* " in *" --shard {VICTIM}/{SHARDS} "*)
  mkdir "$0.once" 2>/dev/null && {{ echo $$ >"$0.process"; kill -KILL $PPID; exec sleep {2 * PATIENCE}; }} ;;
esac
exec idswap "$@"
""",
    )
    run(cluster, "bound", **lonely)
    with open("lonely.process") as file:
        process = int(file.read())
    try:
        wait_for("the end of what a killed worker had started", lambda: has_ended(process))
    finally:
        with contextlib.suppress(OSError):
            os.kill(process, signal.SIGKILL)


def refused(cluster, folder):
    """What no retry would mend is said when the other shards are through, and nothing is merged."""
    with open("tickets.jsonl", "rb") as file:
        data = file.read()
    with open("broken.jsonl", "wb") as file:
        file.write(data + b"\n{no record}\n")
    code, said = driven(cluster, "broken", "--", "--table", "tickets", export="broken.jsonl")
    where = f"shard {SHARDS}/{SHARDS} ended with 3: idswap: {folder}/broken.jsonl:+{len(data) + 1}:2: "
    assert code == 3 and said.startswith(where), (code, said)
    assert len(glob.glob("broken/part-*.jsonl")) == SHARDS - 1 and not os.path.exists("broken.report.json")


def what_the_page_says_of_text(folder, cluster):
    """Spark's text sources and pipes lose what docs/scale-out.md says."""
    with open("text", "wb") as file:
        file.write(b'{"a":1}\r\n{"b":\r2}\n{"c":"\xff"}')
    text = cluster.textFile(f"file://{folder}/text", 1)
    lines = ['{"a":1}', '{"b":', "2}", '{"c":"\ufffd"}']
    assert text.collect() == lines, text.collect()
    assert text.pipe("cat").collect() == lines, text.pipe("cat").collect()
    text.saveAsTextFile(f"file://{folder}/text-out")
    with open("text-out/part-00000", "rb") as file:
        assert file.read() == b'{"a":1}\n{"b":\n2}\n{"c":"\xef\xbf\xbd"}\n'


def end_what_is_held(folder):
    """Where a case has failed, a stopped process would wait for ever."""
    for path in glob.glob("*.held.*"):
        process = path.rpartition(".")[2]
        with contextlib.suppress(OSError), open(f"/proc/{process}/cmdline", "rb") as file:
            if f"{folder}/tickets.jsonl".encode() in file.read():
                os.kill(int(process), signal.SIGKILL)


def main(folder):
    os.chdir(folder)
    conf = SparkConf().setMaster("local-cluster[2,1,1024]").setAppName("idswap")
    cluster = SparkContext(conf=conf)
    cluster.addPyFile(spark_shards.__file__)
    try:
        job = without_kills(cluster)
        twice_at_once(cluster, job)
        taken_up_again(cluster, job)
        refused_before_it_begins(cluster)
        looked_at_first(cluster)
        refused(cluster, folder)
        failed(cluster)
        what_the_page_says_of_text(folder, cluster)
        bound_to_its_worker(cluster)
        with_kills(cluster)
    finally:
        cluster.stop()
        end_what_is_held(folder)


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]))
