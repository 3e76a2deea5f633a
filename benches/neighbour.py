#!/usr/bin/env python3
"""Comparisons beside a neighbour that keeps one processor busy for 10 s of every 30 s, held against comparisons
of the same programs without it: how wide their intervals are, how long they take, and whether a verdict has the wrong side.

    cargo build --release -p xtask
    python3 benches/neighbour.py 40 5

makes 5 comparisons on the quiet machine and 40 beside the neighbour, of 30 rounds each, in the folder of the checkout.
What is wrong is told by the quiet comparisons: a variant whose verdict says `slower` is wrong where the middle of their
ratios is below 1, and the other way round; `slower by more than the margin` is wrong as well where it is within the margin.
Only the standard library is used.
"""

import json
import math
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time

BUSY_SECONDS, PERIOD_SECONDS = 10, 30
ROUNDS = 30
WORKLOAD = "sha256"
VARIANTS = ("threads/pool", "threads/spawn", "threads/rayon", "multiproc/pool")
METRICS = ("time-per-task", "cpu-per-task")
MARGIN = 0.02
USAGE = "usage: python3 benches/neighbour.py COMPARISONS QUIET_COMPARISONS, each a number from 1 to 1000"


def burn(stop):
    """Computes for `BUSY_SECONDS` of every `PERIOD_SECONDS`, on whichever processor the system chooses."""
    while not stop.is_set():
        begin = time.monotonic()
        while time.monotonic() < begin + BUSY_SECONDS and not stop.is_set():
            sum(range(10_000))
        stop.wait(PERIOD_SECONDS - BUSY_SECONDS)


def compare(seed, folder):
    """One comparison; its seconds, and its summary of the workload."""
    stored = os.path.join(folder, f"{seed}.json")
    command = ["target/release/xtask", "compare", WORKLOAD, "--runs", str(ROUNDS), "--seed", str(seed)]
    command += ["--max-time", "10m", "--export-json", stored]
    for variant in VARIANTS:
        command += ["--model", variant]
    begin = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seconds = time.monotonic() - begin
    if done.returncode != 0:
        sys.exit(f"error: {' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    with open(stored) as file:
        return seconds, json.load(file)["statistics"][0]


def ratios(summary, metric):
    """The ratio of each variant but the reference, by name."""
    variants = {its["variant"]: its["ratios"].get(metric) for its in summary["variants"] if its["ratios"]}
    return {name: ratio for name, ratio in variants.items() if ratio and ratio.get("judged")}


def half_width(ratio):
    """Half of the interval's width, relative."""
    low, high = ratio["interval"]
    return (math.log(high) - math.log(low)) / 2


def is_wrong(ratio, truth):
    """Whether the verdict contradicts the ratio of the quiet machine."""
    verdict = ratio["judged"]["verdict"]
    if verdict.endswith("slower"):
        return truth < (1 + MARGIN if verdict == "slower" else 1)
    if verdict.endswith("faster"):
        return truth > (1 - MARGIN if verdict == "faster" else 1)
    return False


def report(quiet, beside):
    """Tells for each metric and variant what the comparisons say."""
    print(f"{'metric':14} {'variant':16} {'ratio':>7} {'±quiet':>7} {'±beside':>8} {'widest':>7} {'wrong':>6}  verdicts beside")
    for metric in METRICS:
        for name in ratios(quiet[0][1], metric):
            of_quiet = [ratios(summary, metric)[name] for _, summary in quiet]
            of_beside = [ratios(summary, metric)[name] for _, summary in beside]
            truth = statistics.median(its["ratio"] for its in of_quiet)
            widths = sorted(half_width(its) for its in of_beside)
            signs = [its["judged"]["sign"] for its in of_beside]
            counted = ", ".join(f"{sign} {signs.count(sign)}" for sign in sorted(set(signs)))
            wrong = sum(is_wrong(its, truth) for its in of_beside)
            quiet_width = statistics.median(half_width(its) for its in of_quiet)
            print(
                f"{metric:14} {name:16} {truth:7.4f} {quiet_width:7.2%} {statistics.median(widths):8.2%}"
                f" {widths[-1]:7.2%} {wrong:6}  {counted}"
            )
    for words, all_of_them in (("quiet", quiet), ("beside the neighbour", beside)):
        seconds = statistics.median(its for its, _ in all_of_them)
        rounds = [((summary.get("disturbance") or {}).get("rounds") or {}) for _, summary in all_of_them]
        again = statistics.median(its.get("disturbed", 0) for its in rounds)
        all_count = sum(bool(its.get("count")) for its in rounds)
        print(f"{words}: {seconds:.0f} s, {again:.0f} disturbed rounds in the middle; in {all_count} of {len(rounds)} all rounds count")


def numbers(words):
    """The two numbers that were asked for."""
    try:
        asked = [int(word) for word in words]
    except ValueError:
        sys.exit(USAGE)
    if len(asked) != 2 or not all(1 <= number <= 1000 for number in asked):
        sys.exit(USAGE)
    return asked


def main():
    """Compares on the quiet machine, then beside the neighbour, and tells what came out."""
    beside_count, quiet_count = numbers(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        quiet = [compare(10_000 + number, folder) for number in range(quiet_count)]
        stop = multiprocessing.Event()
        neighbour = multiprocessing.Process(target=burn, args=(stop,), daemon=True)
        neighbour.start()
        try:
            beside = []
            for number in range(beside_count):
                beside.append(compare(number, folder))
                print(f"{number + 1} of {beside_count}", file=sys.stderr, flush=True)
        finally:
            stop.set()
            neighbour.join()
    report(quiet, beside)


if __name__ == "__main__":
    main()
