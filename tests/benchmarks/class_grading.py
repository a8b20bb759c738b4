#!/usr/bin/env python3
"""Grades a made-up class and checks every score.

    tests/benchmarks/class_grading.py [--submissions 200] [--modules 1-11] [--seed 1] [--jobs N] [--keep DIR]

Every exercise of every submission is drawn from: the solution, the untouched exercise, each known misconception, a file that
does not compile, one that crashes, one that ends its process; for a few exercises also one that runs for ever. What each of
these is worth is found by itself: a solution must have all points, an untouched exercise and a broken one none, and a
misconception must fail the test that is named for it, in every submission. Then every submission must have, exercise by
exercise, what its parts are worth. Hidden tests have other numbers for every submission, and some misconceptions pass some of
them now and then: such a score must come again when that exercise alone is graded under the same name.
Prints the seconds for each submission.
"""
import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BREAK = {"crash": "*static_cast<volatile int*>(nullptr) = 1;", "leave": "std::_Exit(0);", "loop": "for (volatile int i = 0;; i = i + 1) {}"}
WEIGHT = {"solution": 12, "start": 2}  # others 1
LOOPS = ("relu", "add", "sgd_step")  # one that never ends costs 3 seconds of processor time for each of its tests


def numbers(text):
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def variants(module, exercise):
    """Name -> text of the student's file."""
    solution = (ROOT / "solutions" / module / f"{exercise}.cpp").read_text(encoding="utf-8")
    start = (ROOT / "exercises" / module / f"{exercise}.cpp").read_text(encoding="utf-8")
    made = {"solution": solution, "start": start, "does not compile": "this is no C++\n"}
    for name, code in BREAK.items():
        if name == "loop" and exercise not in LOOPS:
            continue
        made[name] = "#include <cstdlib>\n" + re.sub(r"TT_TODO\([^)]*\);", lambda _: code, start)
    path = ROOT / "modules" / module / "mutants.toml"
    for mutant in tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", []) if path.exists() else []:
        if mutant["exercise"] == exercise:
            assert solution.count(mutant["replace"]) == 1, mutant["id"]
            made["mutant " + mutant["id"]] = solution.replace(mutant["replace"], mutant["with"])
    return made


def write(folder, choice, texts):
    for (module, exercise), variant in choice.items():
        path = folder / module / f"{exercise}.cpp"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[module, exercise][variant], encoding="utf-8")


def grade(folder, out, options):
    command = [ROOT / "tt", "instructor", "grade", folder, "--out", out, "--modules", options.modules, "--key", "class"]
    if options.jobs:
        command += ["--jobs", str(options.jobs)]
    begin = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - begin
    grades = {}
    for path in sorted(Path(out).glob("*/grade.json")):
        grades[path.parent.name] = {(e["module"], e["exercise"].split()[1]): e for e in json.loads(path.read_text())["exercises"]}
    return grades, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--modules", default="1-11")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--keep", help="folder to leave submissions and grades in")
    options = parser.parse_args()
    wanted = set(numbers(options.modules))
    exercises = [(p.parent.name, p.stem) for p in sorted((ROOT / "solutions").glob("*/*.cpp")) if int(p.parent.name[:2]) in wanted]
    texts = {e: variants(*e) for e in exercises}
    mutants, vary = {}, set()  # the test that each fails; those whose answers hold times
    for module in sorted({m for m, _ in exercises}):
        path = ROOT / "modules" / module / "mutants.toml"
        for mutant in tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", []) if path.exists() else []:
            name = module, mutant["exercise"], "mutant " + mutant["id"]
            mutants[name] = mutant["dies_by"]
            if mutant.get("answers_vary"):
                vary.add(name)
    work = Path(options.keep or tempfile.mkdtemp(prefix="tinytorch-class-"))
    wrong = []

    # What each variant is worth: the k-th variant of every exercise makes the k-th probe, for exercises are judged apart.
    names = {e: sorted(texts[e]) for e in exercises}
    probes = max(len(n) for n in names.values())
    for k in range(probes):
        write(work / "probes" / f"{k:03}", {e: names[e][k] for e in exercises if k < len(names[e])}, texts)
    grades, seconds = grade(work / "probes", work / "probe-grades", options)
    print(f"{sum(len(n) for n in names.values())} files of {len(exercises)} exercises: {seconds:.0f} s", flush=True)
    worth = {}
    for e in exercises:
        for k, variant in enumerate(names[e]):
            got = grades[f"{k:03}"][e]
            worth[e, variant] = got["points"]
            if variant == "solution" and got["points"] != got["possible"]:
                wrong.append(f"{e[1]}: the solution has {got['points']} of {got['possible']}")
            if not variant.startswith("mutant") and variant != "solution" and got["points"] != 0:
                wrong.append(f"{e[1]}: \"{variant}\" has {got['points']} points")

    generator = random.Random(options.seed)
    expected = {}
    for i in range(options.submissions):
        choice = {}
        for e in exercises:
            weights = [WEIGHT.get(v, 1) for v in names[e]]
            choice[e] = generator.choices(names[e], weights)[0]
        name = f"student-{i:03}"
        write(work / "class" / name, choice, texts)
        expected[name] = choice
    grades, seconds = grade(work / "class", work / "class-grades", options)
    again = {}
    for name, choice in expected.items():
        for e, variant in choice.items():
            got = grades[name][e]
            passed = {t["name"] for t in got["tests"] if t["status"] == "passed"}
            if variant.startswith("mutant") and mutants[e[0], e[1], variant] in passed:
                wrong.append(f"{name}: {e[1]} as {variant} passes {mutants[e[0], e[1], variant]}")
            if got["points"] != worth[e, variant]:
                again.setdefault(name, {})[e] = variant
                if not variant.startswith("mutant"):
                    wrong.append(f"{name}: {e[1]} as \"{variant}\" has {got['points']}, not {worth[e, variant]}")
    print(f"{options.submissions} submissions on {os.cpu_count()} cores: {seconds:.0f} s, {seconds / options.submissions:.2f} s each")
    for name, choice in again.items():
        write(work / "alone" / name, choice, texts)
    if again:
        alone, _ = grade(work / "alone", work / "alone-grades", options)
        for name, choice in again.items():
            for e, variant in choice.items():
                if alone[name][e]["tests"] != grades[name][e]["tests"] and (e[0], e[1], variant) not in vary:
                    wrong.append(f"{name}: {e[1]} as \"{variant}\" has {grades[name][e]['points']}, alone {alone[name][e]['points']}")
        print(f"{sum(len(c) for c in again.values())} misconceptions met hidden numbers that forgive them; alone they do again")
    if not options.keep:
        shutil.rmtree(work)
    if wrong:
        sys.exit(f"{len(wrong)} scores are wrong:\n  " + "\n  ".join(wrong[:40]))
    print("every score is as constructed")


if __name__ == "__main__":
    main()
