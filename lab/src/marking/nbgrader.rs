//! nbgrader's submissions, marked here: the points go into its gradebook.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::base::failure::{Failure, Result, fail};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::python::Environment;
use crate::base::spoken::{say, spoken};
use crate::base::tools;
use crate::marking::mark::Mark;
use crate::marking::visible::one_line;

/// The course that this folder of submissions belongs to.
pub(crate) fn course_of(submitted: &Path) -> Result<&Path> {
    match submitted.parent().filter(|course| course.join("gradebook.db").is_file()) {
        Some(course) => Ok(course),
        None => fail!(
            "{} is not the folder of submissions of an nbgrader course: beside it there is no gradebook.db",
            "{} ist nicht der Ordner mit den Abgaben eines Kurses von nbgrader: Daneben liegt keine gradebook.db",
            submitted.display()
        ),
    }
}

/// Brings the points into the gradebook, with nbgrader's own library.
pub(crate) fn bring_in(
    layout: &Layout,
    submitted: &Path,
    output: &Path,
    marks: &[&Mark],
) -> Result<()> {
    let course = course_of(submitted)?;
    let file = output.join("nbgrader.json");
    files::write(&file, points(submitted, marks).to_string())?;
    let mut script = Command::new(python(layout)?);
    script.arg(layout.script("nbgrader_points.py")).arg(course).arg(&file).current_dir(course);
    script.env("PYTHONDONTWRITEBYTECODE", "1").env("ZUNDER_LANGUAGE", say("en", "de"));
    tools::run(&mut script).map_err(|_| {
        Failure::new(spoken!(
            "nbgrader did not take all points; see above",
            "nbgrader hat nicht alle Punkte übernommen; siehe oben"
        ))
    })
}

/// What each learner has in each assignment. What could not be run is left to the teacher.
fn points(submitted: &Path, marks: &[&Mark]) -> Value {
    let mut best: BTreeMap<(String, String, &str), &Mark> = BTreeMap::new();
    for mark in marks {
        let inside = mark.hand_in.file.strip_prefix(submitted).unwrap_or(&mark.hand_in.file);
        let mut folders = inside.parent().into_iter().flat_map(Path::components);
        let mut folder = || Some(folders.next()?.as_os_str().to_string_lossy().into_owned());
        let (Some(learner), true) = (folder(), mark.was_run()) else {
            let left_out = spoken!(
                "{} is not in nbgrader's gradebook: it was not run",
                "{} steht nicht im Notenbuch von nbgrader: Das Notebook ist nicht gelaufen",
                one_line(&mark.hand_in.learner)
            );
            eprintln!("zunder: {left_out}");
            continue;
        };
        // nbgrader's folders: learner, assignment. The exercise may have another name than the assignment.
        let exercise = mark.hand_in.exercise.as_str();
        let assignment = folder().unwrap_or_else(|| exercise.to_owned());
        let place = best.entry((learner, assignment, exercise)).or_insert(mark);
        if mark.points() > place.points() {
            *place = mark;
        }
    }
    let row = |((learner, assignment, _), mark): (&(String, String, &str), &&Mark)| {
        let points: BTreeMap<&str, usize> =
            mark.tasks.iter().map(|task| (task.name.as_str(), task.points)).collect();
        json!({"learner": learner, "assignment": assignment, "points": points})
    };
    json!(best.iter().map(row).collect::<Vec<Value>>())
}

/// A Python that has nbgrader: the teacher's own, whose version the gradebook is of, or one made here.
fn python(layout: &Layout) -> Result<std::path::PathBuf> {
    let own =
        tools::find_program("python3").filter(|python| tools::read(&mut look(python)).is_ok());
    if let Some(own) = own {
        return Ok(own);
    }
    let environment = Environment::grader(layout);
    environment.install_if_missing()?;
    Ok(environment.program())
}

/// Looks for it among the packages alone: else a file of that name would be run that lies where one stands.
fn look(python: &Path) -> Command {
    let code = "import sys; sys.path = [place for place in sys.path if place]; import nbgrader.api";
    let mut look = Command::new(python);
    look.args(["-c", code]);
    look
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::source::{Part, Source, Task};
    use crate::marking::hand_in;
    use crate::marking::limits::Stop;
    use crate::marking::mark::Status;

    /// What the script uses of nbgrader, which knows one assignment.
    const GRADEBOOK: &str = r#"
class MissingEntry(Exception): pass
class Cell: name = "check_flatten"
class Other: name = "check_of_the_teacher"
class Grade:
    def __init__(self, cell): self.cell, self.auto_score, self.needs_manual_grade = cell, 7, True
class Notebook: grades = [Grade(Cell), Grade(Other)]
class Submission:
    notebooks, max_score = [Notebook], 9
    score = property(lambda self: sum(grade.auto_score for grade in Notebook.grades))
class Gradebook:
    db = type("db", (), {"commit": staticmethod(lambda: None)})
    def __init__(self, *where): pass
    def __enter__(self): return self
    def __exit__(self, *how): pass
    def find_assignment(self, name):
        if name != "03": raise MissingEntry
    def update_or_create_student(self, learner): pass
    def update_or_create_submission(self, assignment, learner): return Submission()
"#;

    #[test]
    fn an_unknown_assignment_keeps_no_other_out_of_the_gradebook() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            files::write(&folder.path().join(name), text).expect("there is room");
        };
        write("nbgrader/api.py", GRADEBOOK);
        write("traitlets/config/loader.py", "PyFileConfigLoader = None");
        write("traitlets/config/__init__.py", "class Config: CourseDirectory = {}");
        let of = |learner: &str, assignment: &str| json!({"learner": learner, "assignment": assignment, "points": {"flatten": 2}});
        let marks =
            json!([of("anna", "04"), of("b\u{1b}[1m", "03"), of("carla", "04"), of("dora", "05")]);
        write("marks.json", &marks.to_string());
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for (language, points, unknown) in [
            ("en", "9 of 9 points", "does not know 04, 05 yet"),
            ("de", "9 von 9 Punkten", "kennt 04, 05 noch nicht"),
        ] {
            let mut script = Command::new("python3");
            script.arg(root.join("python/nbgrader_points.py")).arg(folder.path());
            script.arg(folder.path().join("marks.json")).env("PYTHONDONTWRITEBYTECODE", "1");
            script.env("PYTHONPATH", folder.path()).env("ZUNDER_LANGUAGE", language);
            let output = script.env("PYTHONUTF8", "1").output().expect("there is a Python");
            let [said, problem] = [output.stdout, output.stderr].map(String::from_utf8);
            // What is no check of the course keeps the 7 that it had.
            assert_eq!(said, Ok(format!("b [1m: {points} in 03\n")));
            let problem = problem.expect("it is text");
            assert!(problem.contains(unknown) && problem.lines().count() == 1, "{problem}");
            assert_eq!(output.status.code(), Some(1));
        }
    }

    #[test]
    fn what_is_called_nbgrader_where_one_stands_is_not_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("nbgrader/api.py");
        files::write(&file, "print('handed in')").expect("there is room");
        let mut look = look(Path::new("python3"));
        let output = look.current_dir(folder.path()).output().expect("there is a Python");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    }

    #[test]
    fn an_assignment_is_the_folder_whatever_its_exercise_is_called() {
        let all = Path::new("submitted");
        let assignment = |file: &str| {
            let mut hand_in = hand_in::unreadable(all, &all.join(file), spoken!("", ""));
            hand_in.exercise = "03_shapes".into();
            let mark = Mark::without_run(hand_in, None, Status::Ran);
            points(all, &[&mark])[0]["assignment"].clone()
        };
        assert_eq!(assignment("anna/week1/03_shapes.ipynb"), "week1");
        assert_eq!(assignment("anna/x.ipynb"), "03_shapes");
    }

    #[test]
    fn what_was_not_marked_has_no_points_in_the_gradebook() {
        let task = Task { name: "one".into(), points: 2, ..Task::default() };
        let source = Source { parts: vec![Part::Task(Box::new(task))], ..Source::default() };
        let all = Path::new("submitted");
        let rows = |status: Status| {
            let no_cells = spoken!("", "");
            let hand_in = hand_in::unreadable(all, &all.join("anna/03/03.ipynb"), no_cells);
            let mark = Mark::without_run(hand_in, Some(&source), status);
            points(all, &[&mark]).as_array().map_or(0, Vec::len)
        };
        for status in [Status::Ran, Status::Stopped(Stop::TotalTime)] {
            assert_eq!(rows(status), 1);
        }
        for status in [
            Status::Stopped(Stop::Machine),
            Status::Stopped(Stop::Neighbours),
            Status::Stopped(Stop::Abandoned),
            Status::NotMarked(spoken!("", "")),
            Status::UnknownExercise(String::new()),
        ] {
            assert_eq!(rows(status), 0);
        }
    }
}
