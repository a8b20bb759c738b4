#!/usr/bin/env python3
"""From save to verdict: edits an exercise, checks it, and prints how long a student waits.

    tests/benchmarks/check_latency.py [EXERCISE...] [--repeat 3] [--median 1.5] [--slowest 2.5]

Works on a copy of modules/, exercises/ and solutions/; the build is this tree's build/release, which must be there
(`./tt status` makes it). Every sample is a solution with another comment in it: the file is compiled and linked anew, and all
visible tests run, which is the longest that a check of a correct file takes. The time of the launcher (`./tt`, which asks
ninja whether tt-course is up to date) is in it. On a machine that does other things too, look at the processor's seconds
beside: a check is one process after the other, so with nothing else to do it takes about as long. Exits 1 if the median or the slowest exercise is above its limit.
"""
import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build" / "release"


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(command, **options):
    """Seconds that passed, and the finished process."""
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, **options)
    return time.perf_counter() - begin, done


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exercise", nargs="*")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--median", type=float, default=1.5, help="seconds")
    parser.add_argument("--slowest", type=float, default=2.5, help="seconds, of an exercise's median")
    options = parser.parse_args()
    program = BUILD / "bin" / "tt-course"
    if not program.exists():
        sys.exit(f"{program} is missing; `./tt status` builds it")
    with tempfile.TemporaryDirectory() as scratch:
        for folder in ("modules", "exercises", "solutions"):
            shutil.copytree(ROOT / folder, Path(scratch) / folder)
        env = {**os.environ, "TINYTORCH_ROOT": scratch, "TINYTORCH_BUILD": str(BUILD)}
        status = json.loads(subprocess.run([program, "status", "--json"], env=env, check=True, capture_output=True, text=True).stdout)
        exercises = [(module["module"], e["exercise"]) for module in status["modules"] for e in module["exercises"]
                     if e["visible_points"] > 0 and (not options.exercise or e["exercise"] in options.exercise)]
        rows = []
        for module, exercise in exercises:
            solution = (ROOT / "solutions" / module / f"{exercise}.cpp").read_text(encoding="utf-8")
            file = Path(scratch) / "exercises" / module / f"{exercise}.cpp"
            file.write_text(solution + f"// warm {time.time()}\n", encoding="utf-8")
            _, done = timed([program, "check", exercise], env=env)  # builds its tests if need be
            if done.returncode != 0:
                sys.exit(f"{exercise} does not pass:\n{done.stdout}{done.stderr}")
            samples, used = [], []
            for i in range(options.repeat):
                file.write_text(solution + f"// edit {i} {time.time()}\n", encoding="utf-8")
                before = processor_seconds()
                launcher, _ = timed([ROOT / "tt", "check", "--help"])
                check, done = timed([program, "check", exercise], env=env)
                samples.append(launcher + check)
                used.append(processor_seconds() - before)
                if done.returncode != 0:
                    sys.exit(f"{exercise} does not pass:\n{done.stdout}{done.stderr}")
            rows.append((statistics.median(samples), max(samples), statistics.median(used), exercise))
            print(f"{module[:2]} {exercise:22} {rows[-1][0]:5.2f} s, processor {rows[-1][2]:5.2f} s", file=sys.stderr, flush=True)
    rows.sort()
    medians = [row[0] for row in rows]
    print(f"{len(rows)} exercises, {options.repeat} edits each, seconds from save to verdict")
    for share in (0, 10, 25, 50, 75, 90, 100):
        at = round(share / 100 * (len(rows) - 1))
        print(f"  {share:3} %  {medians[at]:5.2f}   {rows[at][3]}")
    median, slowest = statistics.median(medians), medians[-1]
    good = median <= options.median and slowest <= options.slowest
    print(f"processor: median {statistics.median(row[2] for row in rows):.2f} s, most {max(row[2] for row in rows):.2f} s")
    print(f"median {median:.2f} s (limit {options.median}), slowest {slowest:.2f} s (limit {options.slowest}), "
          f"longest single check {max(row[1] for row in rows):.2f} s: {'holds' if good else 'does not hold'}")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
