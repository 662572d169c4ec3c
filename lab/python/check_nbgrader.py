"""Takes an exercise through nbgrader, as a teacher would, and looks at what it counts.

Usage: check_nbgrader.py COURSE LEARNERS_NOTEBOOK SOLVED_NOTEBOOK LAB

COURSE is a folder as `cargo lab course build` makes it. The released notebook must be the one in
notebooks/; nbgrader's validation must refuse it untouched and accept it solved; and autograding
must give three learners what they earned: all right, all but the first task, and a panic. So must LAB,
the program behind `cargo lab`, which marks the same submissions and brings the points into the gradebook.
"""

import copy
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import nbformat


def main():
    course, learners, solved, lab = (
        pathlib.Path(argument).resolve() for argument in sys.argv[1:]
    )
    exercise = learners.stem
    os.environ["PATH"] = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ZUNDER_PROGRESS"] = str(pathlib.Path(folder) / "progress.json")
        place = pathlib.Path(folder) / "course"
        (place / "source").mkdir(parents=True)
        shutil.copy(course / "nbgrader_config.py", place)
        shutil.copytree(course / "source" / exercise, place / "source" / exercise)
        nbgrader(place, "generate_assignment", exercise)
        release = place / "release" / exercise / learners.name
        expect_same_cells(release, learners)
        untouched = nbformat.read(release, as_version=4)
        answers = answers_of(solved)
        hand_in(place, exercise, "ada", answered(untouched, answers))
        first = next(iter(answers))
        hand_in(place, exercise, "bob", answered(untouched, {**answers, first: None}))
        panic = 'panic!("as if by mistake");'
        hand_in(place, exercise, "eve", answered(untouched, {**answers, first: panic}))
        validate(place, release, "VALIDATION FAILED")
        ada = place / "submitted" / "ada" / exercise / learners.name
        validate(place, ada, "Success! Your notebook passes all the tests.")
        mark(lab, place)
        expect_marks(place, exercise, points_of(untouched), first)
        nbgrader(place, "autograde", exercise)
        expect_marks(place, exercise, points_of(untouched), first)


def nbgrader(place, *arguments):
    """Runs nbgrader and returns what it says."""
    run = subprocess.run(
        ["nbgrader", *arguments], cwd=place, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if run.returncode != 0:
        sys.exit(f"nbgrader {' '.join(arguments)} failed:\n{run.stdout}")
    return run.stdout


def mark(lab, place):
    """Marks what was handed in, before nbgrader has graded anything."""
    folders = [place / "submitted", "--nbgrader", "--output", place / "marks"]
    subprocess.run([lab, "course", "mark", *folders], check=True)


def expect_same_cells(release, learners):
    sources = [
        [cell.source for cell in nbformat.read(file, as_version=4).cells]
        for file in (release, learners)
    ]
    if sources[0] != sources[1]:
        sys.exit(f"nbgrader releases other cells than {learners} has")


def answers_of(solved):
    """The solution of each task, by its name."""
    cells = nbformat.read(solved, as_version=4).cells
    return {
        cell.id.removeprefix("task-"): cell.source for cell in cells if cell.id.startswith("task-")
    }


def answered(untouched, answers):
    notebook = copy.deepcopy(untouched)
    for cell in notebook.cells:
        answer = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if answer is not None:
            cell.source = answer
    return notebook


def hand_in(place, exercise, learner, notebook):
    folder = place / "submitted" / learner / exercise
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{exercise}.ipynb")


def validate(place, notebook, expected):
    said = nbgrader(place, "validate", str(notebook))
    if expected not in said:
        sys.exit(f"nbgrader validate {notebook} should say {expected!r}, but says:\n{said}")


def points_of(notebook):
    """What each check is worth, by the name of its task."""
    metadata = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return {m["grade_id"].removeprefix("check_"): m["points"] for m in metadata if m.get("grade")}


def expect_marks(place, exercise, points, first):
    from nbgrader.api import Gradebook

    full = sum(points.values())
    without_first = full - points[first]
    with Gradebook(f"sqlite:///{place / 'gradebook.db'}", "zunder") as book:
        for learner, expected in [("ada", full), ("bob", without_first), ("eve", without_first)]:
            score = book.find_submission(exercise, learner).score
            print(f"{learner}: {score:g} of {full} points")
            # A later task may build on the first one, and then fails with it.
            if score > expected or (learner == "ada" and score != expected):
                sys.exit(f"{learner} should have {expected} points")


if __name__ == "__main__":
    main()
