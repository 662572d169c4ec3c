//! nbgrader's submissions, marked here: the points go into its gradebook.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::base::failure::{Failure, Result, fail};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::python::Environment;
use crate::base::tools;
use crate::marking::mark::{Mark, Status};

/// The course that this folder of submissions belongs to.
pub(crate) fn course_of(submitted: &Path) -> Result<&Path> {
    match submitted.parent().filter(|course| course.join("gradebook.db").is_file()) {
        Some(course) => Ok(course),
        None => fail!(
            "{} is not the folder of submissions of an nbgrader course: beside it there is no gradebook.db",
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
    tools::run(script.env("PYTHONDONTWRITEBYTECODE", "1"))
        .map_err(|_| Failure::new("nbgrader does not take the points; see above"))
}

/// What each learner has in each assignment. What could not be run is left to the teacher.
fn points(submitted: &Path, marks: &[&Mark]) -> Value {
    let mut best: BTreeMap<(String, String), &Mark> = BTreeMap::new();
    for mark in marks {
        let was_run = !matches!(
            mark.status,
            Status::Unreadable(_) | Status::UnknownExercise(_) | Status::NotMarked(_)
        );
        let inside = mark.hand_in.file.strip_prefix(submitted).unwrap_or(&mark.hand_in.file);
        let learner = inside.components().next().filter(|_| was_run);
        let Some(learner) = learner.map(|name| name.as_os_str().to_string_lossy().into_owned())
        else {
            eprintln!(
                "zunder: {} is not in nbgrader's gradebook: it was not run",
                mark.hand_in.learner
            );
            continue;
        };
        let place = best.entry((learner, mark.hand_in.exercise.clone())).or_insert(mark);
        if mark.points() > place.points() {
            *place = mark;
        }
    }
    let row = |((learner, assignment), mark): (&(String, String), &&Mark)| {
        let points: BTreeMap<&str, usize> =
            mark.tasks.iter().map(|task| (task.name.as_str(), task.points)).collect();
        json!({"learner": learner, "assignment": assignment, "points": points})
    };
    json!(best.iter().map(row).collect::<Vec<Value>>())
}

/// A Python that has nbgrader: the teacher's own, whose version the gradebook is of, or one made here.
fn python(layout: &Layout) -> Result<std::path::PathBuf> {
    let own = tools::find_program("python3").filter(|python| {
        let mut look = Command::new(python);
        look.args(["-c", "import nbgrader.api"]).stdout(Stdio::null()).stderr(Stdio::null());
        look.status().is_ok_and(|status| status.success())
    });
    if let Some(own) = own {
        return Ok(own);
    }
    let environment = Environment::grader(layout);
    if !environment.is_ready() {
        environment.install()?;
    }
    Ok(environment.program())
}
