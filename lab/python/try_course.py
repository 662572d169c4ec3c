"""Runs the exercises through the real kernel, and looks at what each check says.

Usage: try_course.py PLAN.json [--jobs N]

In one kernel for each notebook, every task is left untouched, answered wrongly and in several right
ways: its check must fail or pass, and an "impossible" answer must not compile. Prints each verdict
and, at the end, how many right and wrong answers each task has and how long the solutions take.
Exits 1 when a check says something else, or when a cell fails.

The right and wrong answers to a task share one cell, a block each, for most of a cell's time is its compiler's
start. Where they do not run together, those of one kind share one; where these do not, each has its own cell, and
its check too. That is how a learner has them, so the solution always has, and what must not compile. The task as it
is given out shares a cell with its check alone, since answers may use its variables.
"""

import argparse
import collections
import concurrent.futures
import itertools
import json
import os
import pathlib
import re
import sys
import tempfile

from kernel_session import CellTimeout, KernelDied, Session, error_text, indent, without_colours

CELL_TIMEOUT = 600
END_OF_TRIAL = "passed this trial: "
END_OF_TASK = "so far the task"
TOGETHER = ("wrong", "right", "given")


class Trial:
    """One notebook in one kernel."""

    def __init__(self, notebook):
        self.name = notebook["name"]
        self.steps = notebook["steps"]
        self.tasks = len({step["task"] for step in self.steps if "task" in step})
        self.points = sum(step["points"] for step in self.steps if step["kind"] == "solution")
        self.answers = {}  # of each task: how many of each kind
        self.cells = 0  # run in all
        self.seconds = 0.0  # of given cells, solutions and their checks
        self.lines = []
        self.problems = []

    def run(self):
        try:
            with Session.of_name("zunder", pathlib.Path.cwd() / "notebooks") as session:
                for _, together in itertools.groupby(enumerate(self.steps), key=cell_of):
                    self.try_together(session, [step for _, step in together])
        except (CellTimeout, KernelDied) as error:
            self.problems.append(f"{self.name}: {error}")
        return self

    def run_cell(self, session, code):
        self.cells += 1
        return session.run(code, CELL_TIMEOUT)

    def try_together(self, session, steps):
        if len(steps) == 1:
            if steps[0]["kind"] != "untouched" or not self.task_and_check(session, steps[0]):
                self.step(session, steps[0])
        elif not self.steps_in_one_cell(session, steps):
            kinds = [list(of_kind) for _, of_kind in itertools.groupby(steps, key=lambda step: step["kind"])]
            for part in kinds if len(kinds) > 1 else [[step] for step in steps]:
                self.try_together(session, part)

    def task_and_check(self, session, step):
        """Whether they have run in one cell; only then anything is noted."""
        cell = f'{step["code"]}\nprintln!("{END_OF_TASK}");\n{step["check"]}'
        outputs, reply, _ = self.run_cell(session, cell)
        said, points = said_and_points(outputs)
        if error_text(outputs, reply) or END_OF_TASK not in said:
            return False
        self.count(step)
        self.judge(step, said.split(END_OF_TASK)[1].strip(), points, "")
        return True

    def steps_in_one_cell(self, session, steps):
        """Whether they have run together; only then anything is noted."""
        blocks = [
            f'{{\n{step["code"]}\nlet verdict = {{\n{step["check"]}\n}};\n'
            f'println!("{{verdict}}\\n{END_OF_TRIAL}{{}}", verdict.is_pass());\n}}'
            for step in steps
        ]
        outputs, reply, _ = self.run_cell(session, "\n".join(blocks))
        if error_text(outputs, reply):
            return False
        printed = "".join(output.text for output in outputs if output.output_type == "stream")
        trials = re.findall(rf"(.*?)\n{END_OF_TRIAL}(true|false)\n", printed, re.DOTALL)
        if len(trials) != len(steps):
            self.problems.append(f"{self.name}, {steps[0]['task']}: {len(trials)} of {len(steps)} answers came back")
            return False
        for step, (said, is_pass) in zip(steps, trials):
            self.count(step)
            self.judge(step, said.strip(), [str(step["points"] if is_pass == "true" else 0)], "")
        return True

    def count(self, step):
        self.answers.setdefault(step["task"], collections.Counter())[step["kind"]] += 1

    def step(self, session, step):
        kind = step["kind"]
        counts = kind in ("cell", "solution")
        if "task" in step:
            self.count(step)
        if step["code"]:
            outputs, reply, seconds = self.run_cell(session, step["code"])
            self.seconds += seconds if counts else 0.0
            error = without_colours(error_text(outputs, reply))
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
        outputs, reply, seconds = self.run_cell(session, step["check"])
        self.seconds += seconds if counts else 0.0
        error = without_colours(error_text(outputs, reply))
        said, points = said_and_points(outputs)
        self.judge(step, said, points, error)

    def judge(self, step, said, points, error):
        """Notes what the check has said and given, and whether it should."""
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


def said_and_points(outputs):
    """What a cell with a check prints, and the points that it gives."""
    said = "".join(output.text for output in outputs if output.output_type == "stream").strip()
    points = [
        output.data["text/plain"].strip()
        for output in outputs
        if output.output_type == "execute_result" and "text/plain" in output.data
    ]
    return said, points


def cell_of(numbered):
    """Steps with the same key, one after the other, may share a cell."""
    number, step = numbered
    return step["task"] if step["kind"] in TOGETHER else number


def first_line(text):
    return text.strip().partition("\n")[0]


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
    print("\nexercise                 tasks  points  seconds of the solution  cells of the trial")
    for trial in trials:
        print(f"{trial.name:<24} {trial.tasks:>5} {trial.points:>7} {trial.seconds:>8.1f} {trial.cells:>8}")
    problems = [problem for trial in trials for problem in trial.problems]
    for problem in problems:
        print(f"\n{problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
