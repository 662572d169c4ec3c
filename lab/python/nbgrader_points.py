"""Brings the points that `cargo lab course mark` gave into nbgrader's gradebook.

Usage: nbgrader_points.py COURSE MARKS

COURSE is the folder of an nbgrader course, with its gradebook. MARKS is a file of JSON: for each hand-in
its `learner`, its `assignment`, and the `points` of each task. Points that a teacher gave by hand stay, and so do
those of cells that are no check of these tasks: an assignment may have several notebooks. Assignments that nbgrader
does not know are left out, and named at the end. It speaks German where ZUNDER_LANGUAGE is `de`.
"""

import json
import os
import pathlib
import shlex
import sys
import warnings

from nbgrader.api import Gradebook, MissingEntry
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

# nbgrader itself makes SQLAlchemy say so at each first submission, and nothing is wrong.
warnings.filterwarnings("ignore", message="Object of type .* not in session")


def say(english, german):
    return german if os.environ.get("ZUNDER_LANGUAGE") == "de" else english


def main():
    course, marks = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    settings = settings_of(course).CourseDirectory
    place = settings.get("db_url", f"sqlite:///{course / 'gradebook.db'}")
    unknown = []
    with Gradebook(place, settings.get("course_id", "default_course")) as book:
        for mark in json.loads(marks.read_text(encoding="utf-8")):
            assignment = mark["assignment"]
            if knows(book, assignment):
                bring_in(book, assignment, mark["learner"], mark["points"])
            elif assignment not in unknown:
                unknown.append(assignment)
    if unknown:
        names = ", ".join(map(one_line, unknown))
        again = shlex.join([sys.executable, *sys.argv])
        sys.exit(
            say(
                f"nbgrader does not know {names} yet: run `nbgrader generate_assignment` with each of these names in "
                f"{course}, then `{again}` brings in their points, without marking anew",
                f"nbgrader kennt {names} noch nicht: Ruf in {course} für jeden dieser Namen "
                f"`nbgrader generate_assignment` auf; danach trägt `{again}` ihre Punkte ein, ohne noch einmal zu "
                "bewerten",
            )
        )


def settings_of(course):
    if not (course / "nbgrader_config.py").is_file():
        return Config()
    return PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()


def knows(book, assignment):
    try:
        book.find_assignment(assignment)
    except MissingEntry:
        return False
    return True


def bring_in(book, assignment, learner, points):
    book.update_or_create_student(learner)
    submission = book.update_or_create_submission(assignment, learner)
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            task = grade.cell.name.removeprefix("check_")
            if task in points:
                grade.auto_score = points[task]
                grade.needs_manual_grade = False
    book.db.commit()
    of = say("of", "von")
    points = f"{submission.score:g} {of} {submission.max_score:g} {say('points', 'Punkten')}"
    print(f"{one_line(learner)}: {points} in {one_line(assignment)}")


def one_line(text):
    """Names come from learners, and a terminal obeys some characters."""
    return "".join(c if c.isprintable() else " " for c in text)


if __name__ == "__main__":
    main()
