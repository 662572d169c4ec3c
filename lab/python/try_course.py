"""Runs the exercises through the real kernel, and looks at what each check says.

Usage: try_course.py PLAN.json [--jobs N]

In one kernel for each notebook, every task is left untouched, answered wrongly and in several right
ways: its check must fail or pass, and an "impossible" answer must not compile. Prints each verdict
and, at the end, how many right and wrong answers each task has and how long the solutions take.
Exits 1 when a check says something else, or when a cell fails.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import sys
import tempfile

from kernel_session import CellTimeout, KernelDied, Session, error_text

ANSI = re.compile(r"\x1b\[[0-9;]*m")
CELL_TIMEOUT = 600


class Trial:
    """One notebook in one kernel."""

    def __init__(self, notebook):
        self.name = notebook["name"]
        self.steps = notebook["steps"]
        self.tasks = len({step["task"] for step in self.steps if "task" in step})
        self.points = sum(step["points"] for step in self.steps if step["kind"] == "solution")
        self.answers = {}  # of each task: how many of each kind
        self.seconds = 0.0  # of given cells, solutions and their checks
        self.lines = []
        self.problems = []

    def run(self):
        try:
            with Session.of_name("zunder", pathlib.Path.cwd() / "notebooks") as session:
                for step in self.steps:
                    self.step(session, step)
        except (CellTimeout, KernelDied) as error:
            self.problems.append(f"{self.name}: {error}")
        return self

    def step(self, session, step):
        kind = step["kind"]
        counts = kind in ("cell", "solution")
        if "task" in step:
            self.answers.setdefault(step["task"], collections.Counter())[kind] += 1
        if step["code"]:
            outputs, reply, seconds = session.run(step["code"], CELL_TIMEOUT)
            self.seconds += seconds if counts else 0.0
            error = ANSI.sub("", error_text(outputs, reply))
            if kind == "impossible":
                self.lines.append(f"  {step['task']:<24} {kind:<10} {first_line(error)}")
                if not error:
                    self.problems.append(f"{self.name}, impossible, but it runs:\n{indent(step['code'])}")
                return
            if error:
                where = f"{step['task']}, {kind}" if "task" in step else "a given cell"
                self.problems.append(f"{self.name}, {where}:\n{indent(step['code'])}\n{error}")
        if "check" in step:
            self.check(session, step, counts)

    def check(self, session, step, counts):
        outputs, reply, seconds = session.run(step["check"], CELL_TIMEOUT)
        self.seconds += seconds if counts else 0.0
        error = ANSI.sub("", error_text(outputs, reply))
        said = "".join(output.text for output in outputs if output.output_type == "stream").strip()
        points = [
            output.data["text/plain"].strip()
            for output in outputs
            if output.output_type == "execute_result" and "text/plain" in output.data
        ]
        passes = step["kind"] in ("right", "given", "solution")
        expected = [str(step["points"]) if passes else "0"]
        verdict = said.splitlines()[0] if said else "(nothing)"
        self.lines.append(f"  {step['task']:<24} {step['kind']:<10} {verdict}")
        if error or points != expected:
            wanted = "pass" if passes else "fail"
            self.problems.append(
                f"{self.name}, {step['task']}, {step['kind']}: the check must {wanted}, and give"
                f" {expected}; it gave {points}: {said} {error}\n{indent(step['code'])}"
            )


def first_line(text):
    return text.strip().partition("\n")[0]


def indent(text):
    return "\n".join(f"    {line}" for line in text.splitlines())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("plan", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    plan = json.loads(arguments.plan.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ZUNDER_PROGRESS"] = str(pathlib.Path(folder) / "progress.json")
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            trials = []
            for trial in pool.map(lambda notebook: Trial(notebook).run(), plan):
                print(f"\n{trial.name}", *trial.lines, sep="\n", flush=True)
                trials.append(trial)
    print("\ntask                      right  wrong   (all right ones pass, all wrong ones are refused)")
    for task, answers in [pair for trial in trials for pair in trial.answers.items()]:
        right = sum(answers[kind] for kind in ("right", "given", "solution"))
        wrong = sum(answers[kind] for kind in ("untouched", "wrong", "impossible"))
        print(f"{task:<24} {right:>6} {wrong:>6}")
    print("\nexercise                 tasks  points  seconds of the solution")
    for trial in trials:
        print(f"{trial.name:<24} {trial.tasks:>5} {trial.points:>7} {trial.seconds:>8.1f}")
    problems = [problem for trial in trials for problem in trial.problems]
    for problem in problems:
        print(f"\n{problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
