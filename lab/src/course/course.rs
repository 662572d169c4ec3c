//! The course: one source for each notebook in `course/`, and all notebooks that are made of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::base::failure::{Explain, Result, fail};
use crate::base::files;
use crate::base::language::Language;
use crate::base::layout::Layout;
use crate::base::python::{Environment, Python};
use crate::base::spoken::{spoken, tell};
use crate::base::tools;
use crate::course::notebook::Edition;
use crate::course::put_aside::Made;
use crate::course::source::Source;
use crate::course::{map, minutes, notebook, tasks, trial};
use crate::setup::setup::{self, Verbosity};

/// Makes all notebooks; with `check`, only says whether the committed ones are as they should be.
pub(crate) fn build(layout: &Layout, check: bool) -> Result<()> {
    let sources = sources(layout)?;
    let mut made = vec![(tasks_file(layout), text(&tasks::of(&sources, &shared(layout)?)?)?)];
    let in_place = |(file, text)| (layout.root().join(file), text);
    made.extend(learners(&sources)?.into_iter().map(in_place));
    if check {
        compare(layout, &made)?;
        tell!(
            "{} notebooks in two languages are as course/ has them.",
            "{} Notebooks in zwei Sprachen sind so, wie course/ sie hat.",
            sources.len()
        );
        return Ok(());
    }
    files::private_unless_there(&hidden(layout))?;
    for source in &sources {
        made.extend(kept_apart(layout, source)?);
    }
    write(layout, &made)?;
    tell!(
        "notebooks/ and notebooks/de/: {} notebooks for learners\n\
         .zunder/course/solved/: the same with solutions\n\
         .zunder/course/teacher/: the same with points, for nbgrader and `cargo lab course mark`",
        "notebooks/ und notebooks/de/: {} Notebooks für Lernende\n\
         .zunder/course/solved/: dieselben mit Lösungen\n\
         .zunder/course/teacher/: dieselben mit Punkten, für nbgrader und \
         `cargo lab course mark`",
        2 * sources.len()
    );
    Ok(())
}

/// Ends with a sentence where one of these is otherwise.
fn compare(layout: &Layout, wanted: &[(PathBuf, String)]) -> Result<()> {
    let stale = wanted.iter().filter(|(file, text)| !holds(file, text));
    let stale: Vec<_> = stale.map(|(file, _)| layout.shorten(file).to_string()).collect();
    if !stale.is_empty() {
        fail!(
            "{} differ from course/: run `cargo lab course build`",
            "{}: anders als in course/; ruf `cargo lab course build` auf",
            stale.join(", ")
        );
    }
    Ok(())
}

/// Writes what is otherwise. What a person has changed is kept, and they are told where.
fn write(layout: &Layout, wanted: &[(PathBuf, String)]) -> Result<()> {
    let mut before = Made::read(layout.root(), made(layout).join("made.json"));
    for (file, text) in wanted {
        if holds(file, text) {
            before.is_as(file, text);
        } else if *file == tasks_file(layout) || file.starts_with(solved_folder(layout)) {
            files::write(file, text)?; // nobody works in it
        } else if let Some(aside) = before.write(file, text, &place_of_changed(layout, file))? {
            let [file, aside] = [file, &aside].map(|file| layout.shorten(file).to_string());
            tell!(
                "{file} was not as it had been made: what you had there is now {aside}",
                "{file} war nicht mehr so, wie es gemacht worden war: Was du dort hattest, ist jetzt {aside}"
            );
        }
    }
    for language in Language::ALL {
        let settings = teacher_folder(layout, language).join("nbgrader_config.py");
        if !before.is_changed(&settings) {
            let text = include_str!("../../python/nbgrader_config.py");
            before.write(&settings, text, layout.root())?;
        }
    }
    before.remember()
}

fn holds(file: &Path, text: &str) -> bool {
    fs::read_to_string(file).ok().as_deref() == Some(text)
}

/// What is compiled into a learner's library.
fn tasks_file(layout: &Layout) -> PathBuf {
    layout.root().join("course/src/tasks.json")
}

/// The sentences that checks of several notebooks say.
fn shared(layout: &Layout) -> Result<Source> {
    Source::read(&layout.root().join("course/sentences.md"))
}

/// What learners open, as the course makes it: where in the repository it belongs, and its text.
pub(crate) fn for_learners(layout: &Layout) -> Result<Vec<(PathBuf, String)>> {
    learners(&sources(layout)?)
}

fn learners(sources: &[Source]) -> Result<Vec<(PathBuf, String)>> {
    let notebook = |(source, language): (&Source, Language)| {
        let file = Path::new(language.folder()).join(format!("{}.ipynb", source.name));
        Ok((file, text(&notebook::make(source, language, Edition::Learner))?))
    };
    sources.iter().flat_map(|source| Language::ALL.map(|it| (source, it))).map(notebook).collect()
}

/// Solutions and hidden checks, where no learner stumbles over them.
fn kept_apart(layout: &Layout, source: &Source) -> Result<Vec<(PathBuf, String)>> {
    let mut made = Vec::new();
    for language in Language::ALL {
        let of = |edition| text(&notebook::make(source, language, edition));
        made.push((solved_file(layout, language, &source.name), of(Edition::Solved)?));
        if source.tasks().next().is_some() {
            made.push((teacher_file(layout, language, &source.name), of(Edition::Teacher)?));
        }
    }
    Ok(made)
}

/// The folder for what a person has changed in a notebook: beside it, but where nbgrader takes all notebooks of a folder
/// for one assignment, not there.
fn place_of_changed(layout: &Layout, file: &Path) -> PathBuf {
    let of_nbgrader = Language::ALL.map(|language| teacher_folder(layout, language));
    let of_nbgrader = of_nbgrader.into_iter().find(|folder| file.starts_with(folder));
    of_nbgrader.map_or_else(
        || file.parent().unwrap_or(layout.root()).to_owned(),
        |folder| folder.join("changed"),
    )
}

/// The notebook with solutions.
pub(crate) fn solved_file(layout: &Layout, language: Language, name: &str) -> PathBuf {
    solved_folder(layout).join(language.code()).join(format!("{name}.ipynb"))
}

fn solved_folder(layout: &Layout) -> PathBuf {
    made(layout).join("solved")
}

/// The folder that is an nbgrader course.
pub(crate) fn teacher_folder(layout: &Layout, language: Language) -> PathBuf {
    hidden(layout).join(language.code())
}

/// Where hidden checks are. Others of this machine may be learners.
fn hidden(layout: &Layout) -> PathBuf {
    made(layout).join("teacher")
}

/// The notebook with hidden checks, where nbgrader looks for it.
pub(crate) fn teacher_file(layout: &Layout, language: Language, name: &str) -> PathBuf {
    teacher_folder(layout, language).join("source").join(name).join(format!("{name}.ipynb"))
}

fn made(layout: &Layout) -> PathBuf {
    layout.state().join("course")
}

/// All sources, in learning order.
pub(crate) fn sources(layout: &Layout) -> Result<Vec<Source>> {
    let folder = layout.root().join("course");
    let mut files: Vec<PathBuf> = files::entries(&folder)?.map(|entry| entry.path()).collect();
    files.retain(|file| is_source(file));
    files.sort();
    let shared = shared(layout)?.comments;
    let mut sources =
        files.iter().map(|file| Source::read(file)).collect::<Result<Vec<Source>>>()?;
    sources.iter_mut().for_each(|source| source.comments.extend_from_slice(&shared));
    map::sort(&mut sources)?;
    map::put_in(&mut sources);
    Ok(sources)
}

fn is_source(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let is_written = fs::metadata(file).is_ok_and(|data| data.len() > 0);
    name.starts_with(|c: char| c.is_ascii_digit()) && name.ends_with(".md") && is_written
}

/// Formats a notebook as Jupyter does.
fn text(notebook: &Value) -> Result<String> {
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b" ");
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    serde::Serialize::serialize(notebook, &mut writer)
        .explain(|| spoken!("format a notebook", "ein Notebook zu schreiben"))?;
    bytes.push(b'\n');
    String::from_utf8(bytes).explain(|| spoken!("format a notebook", "ein Notebook zu schreiben"))
}

/// Runs tasks, solutions and wrong answers through the real kernel, and looks at every check.
pub(crate) fn test(layout: &Layout, names: &[String], jobs: usize) -> Result<()> {
    let sources = map::exercises(sources(layout)?, names)?;
    build(layout, false)?;
    let python = setup::run(layout, Verbosity::News)?;
    let plan = made(layout).join("trial.json");
    files::write(&plan, trial::plan(&sources).to_string())?;
    let mut script = python.script(&layout.script("try_course.py"));
    script.arg(&plan).args(["--jobs", &jobs.to_string()]).current_dir(layout.root());
    tools::run_or(
        &mut script,
        spoken!(
            "a check did not say what it should; see above",
            "eine Prüfung hat nicht gesagt, was sie sollte; siehe oben"
        ),
    )
}

/// Prints how long each notebook and each task takes.
pub(crate) fn print_minutes(layout: &Layout) -> Result<()> {
    print!("{}", minutes::table(&sources(layout)?));
    Ok(())
}

/// Hands an exercise out, in and to nbgrader, as a teacher would, with invented learners.
pub(crate) fn check_nbgrader(layout: &Layout, name: &str) -> Result<()> {
    let environment = Environment::grader(layout);
    environment.install_if_missing()?;
    let python = Python::find(layout)?;
    let language = Language::English;
    let mut script = Command::new(environment.program());
    script.arg(layout.script("check_nbgrader.py")).arg(teacher_folder(layout, language));
    script.arg(layout.root().join(language.folder()).join(format!("{name}.ipynb")));
    script.arg(solved_file(layout, language, name));
    script.arg(
        std::env::current_exe()
            .explain(|| spoken!("find this program", "dieses Programm zu finden"))?,
    );
    script.env("JUPYTER_PATH", python.jupyter_data()).env("PYTHONDONTWRITEBYTECODE", "1");
    tools::run_or(
        &mut script,
        spoken!("nbgrader counts otherwise; see above", "nbgrader zählt anders; siehe oben"),
    )
}

#[cfg(test)]
mod tests;
