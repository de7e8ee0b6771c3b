"""run - the system tests: every function named test_* of the modules below, with a line for each.

usage: run.py --build DIR [--only WORD] [--lanes N]
Each test has a PostgreSQL, daemons and a folder of its own, so N of them (one more than there are
cores) run at a time, each in a process: they mostly wait. Writes "passed failed skipped" to
DIR/system.count and prints the closing line when run alone."""
import argparse
import concurrent.futures
import contextlib
import importlib
import io
import multiprocessing
import os
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import Template  # noqa: E402

MODULES = ["t_life", "t_input", "t_guard", "t_outage", "t_daemon", "t_cli", "t_eval", "t_docs", "t_real"]
# these take longest and go first, so that nothing long is left for the end
LONG = ["test_every_real_document_is_kept_or_named", "test_another_daemon_takes_over",
        "test_a_job_that_expires_withdraws_its_matches",
        "test_kill_9_of_daemon_and_database_loses_nothing"]


class Skip(Exception):
    """Raised by a test whose data is not there: it says so and counts as skipped."""


def label_of(name, function):
    return f"{name[2:]}: {function[5:].replace('_', ' ')}"


def run_one(job):
    """(passed, failed, skipped) and what to print: a lane's output must not run into another's."""
    build, name, function = job
    label, out, start = label_of(name, function), io.StringIO(), time.time()
    counts, verdict = (1, 0, 0), f"  ok    {label}"
    try:
        with contextlib.redirect_stdout(out):
            getattr(importlib.import_module(name), function)(build)
        verdict += f" ({time.time() - start:.1f}s)"
    except Skip as e:
        counts, verdict = (0, 0, 1), f"  SKIP  {label}: {e}"
    except Exception:  # pylint: disable=broad-except
        counts, verdict = (0, 1, 0), f"  FAIL  {label}"
        print("        " + traceback.format_exc().replace("\n", "\n        "), file=out)
    return counts, verdict + "\n" + out.getvalue()


def jobs_of(build, only):
    found = [(build, name, f) for name in MODULES for f in vars(importlib.import_module(name))
             if f.startswith("test_") and only in label_of(name, f)]
    return sorted(found, key=lambda job: LONG.index(job[2]) if job[2] in LONG else len(LONG))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--build", required=True)
    ap.add_argument("--only", default="")
    ap.add_argument("--lanes", type=int, default=len(os.sched_getaffinity(0)) + 1)
    a = ap.parse_args()
    build = os.path.abspath(a.build)
    total = (0, 0, 0)

    def count(result):
        nonlocal total
        total = tuple(map(sum, zip(total, result[0])))
        print(result[1], end="", flush=True)

    with Template():
        jobs = jobs_of(build, a.only)
        fork = multiprocessing.get_context("fork")  # the lanes know the template
        with concurrent.futures.ProcessPoolExecutor(a.lanes, fork) as pool:
            for done in concurrent.futures.as_completed([pool.submit(run_one, j) for j in jobs]):
                count(done.result())
    with open(os.path.join(build, "system.count"), "w", encoding="ascii") as f:
        f.write("%d %d %d\n" % total)
    print("  system tests: %d passed, %d failed, %d skipped" % total, flush=True)
    return 1 if total[1] else 0


if __name__ == "__main__":
    sys.modules.setdefault("run", sys.modules["__main__"])
    sys.exit(main())
