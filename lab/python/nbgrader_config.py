"""nbgrader's settings for Zunder's exercises: this folder is the course.

    nbgrader generate_assignment 03_shapes      source/ -> release/, what learners get
    nbgrader autograde 03_shapes                submitted/ -> autograded/

Run it with JUPYTER_PATH set to the folder that holds the kernel, .zunder/venv/share/jupyter of the
repository (with conda: .zunder/jupyter).
"""

from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from nbgrader.utils import is_solution


class PutStarters(NbGraderPreprocessor):
    """Puts a task as the learner finds it in the place of its solution.

    nbgrader's own way, one stub for all, would leave checks without the variables they look at.
    """

    def preprocess_cell(self, cell, resources, index):
        if is_solution(cell):
            cell.source = cell.metadata.pop("zunder")["starter"]
        return cell, resources


c = get_config()  # noqa: F821, nbgrader provides it

c.CourseDirectory.course_id = "zunder"
c.ExecutePreprocessor.timeout = 600
c.ExecutePreprocessor.startup_timeout = 600  # a kernel may have to be prepared anew
c.GenerateAssignment.preprocessors = [
    PutStarters if step is ClearSolutions else step
    for step in GenerateAssignment.preprocessors.default_args[0]
]
