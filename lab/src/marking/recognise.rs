//! Which exercise a notebook is, and in which language, where it does not say so itself.

use std::cmp::Ordering;
use std::path::Path;

use crate::base::language::Language;
use crate::base::spoken::spoken;
use crate::base::tokens::is_same;
use crate::course::source::Source;
use crate::marking::hand_in::{Cell, HandIn, in_folder};
use crate::marking::remark::Remark;

/// The exercise of a hand-in: what it says, what its file is named after, or what its cells are. The
/// cells decide where none of them is a task of the exercise that is named.
pub(crate) fn exercise<'a>(hand_in: &HandIn, sources: &'a [Source]) -> Option<&'a Source> {
    let named = named(hand_in, sources);
    let cells = hand_in.cells.as_deref().unwrap_or_default();
    let by_cells = || {
        let with_tasks = sources.iter().filter(|source| source.tasks().next().is_some());
        let best = with_tasks.max_by_key(|source| count_tasks(source, cells))?;
        // One name alone may be chance.
        (count_tasks(best, cells) > 1).then_some(best)
    };
    match named {
        Some(named) if count_tasks(named, cells) == 0 => by_cells().or(Some(named)),
        Some(named) => Some(named),
        None => by_cells(),
    }
}

/// Tells several files of one exercise in one folder apart: a learner's versions, or those of a whole class where
/// each exercise has its folder.
pub(crate) fn name_versions(hand_ins: &mut [HandIn], sources: &[Source]) {
    let of = |hand_in: &HandIn| {
        let exercise = exercise(hand_in, sources).map(|source| source.name.clone());
        let person = without_version(&hand_in.learner).to_owned();
        (person, exercise.unwrap_or_else(|| hand_in.exercise.clone()))
    };
    let all: Vec<(String, String)> = hand_ins.iter().map(of).collect();
    for (hand_in, own) in hand_ins.iter_mut().zip(&all) {
        let is_of_class = sources.iter().any(|source| source.name == hand_in.learner)
            && hand_in.file.extension().is_some(); // else it is the folder
        let folder = hand_in.learner[own.0.len()..].trim_start_matches('/').to_owned();
        let is_alone = all.iter().filter(|other| *other == own).count() == 1;
        if is_of_class || !is_alone {
            hand_in.learner = in_folder(&hand_in.learner, &hand_in.file);
        }
        if !is_of_class && !is_alone {
            let name = hand_in.file.file_name().unwrap_or_default();
            let name = Path::new(&folder).join(name).display().to_string();
            hand_in.remarks.push(Remark::Odd(spoken!(
                "There are several of this exercise; this one is the file {name}.",
                "Von dieser Übung gibt es mehrere; diese hier ist die Datei {name}."
            )));
        }
    }
}

/// A learner's folder without that of a version, as Microsoft Teams has one for each time that something was handed in.
fn without_version(learner: &str) -> &str {
    let is_number = |number: &str| !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit());
    let split = learner.rsplit_once("/Version ").filter(|(_, number)| is_number(number));
    split.map_or(learner, |(person, _)| person)
}

/// The remark about a hand-in that names another exercise of the course than the one that it is.
pub(crate) fn other_name(hand_in: &HandIn, source: &Source, sources: &[Source]) -> Option<Remark> {
    let named = named(hand_in, sources).filter(|named| named.name != source.name)?;
    let (named, own) = (&named.name, &source.name);
    Some(Remark::Read(spoken!(
        "The notebook says it is {named}, its cells are those of {own}: it was marked as {own}.",
        "Das Notebook nennt sich {named}, seine Zellen sind die von {own}: \
         Bewertet wurde es als {own}."
    )))
}

/// The remark about a hand-in that holds tasks of further exercises, which nobody marks in it.
pub(crate) fn others_inside(
    hand_in: &HandIn,
    source: &Source,
    sources: &[Source],
) -> Option<Remark> {
    let cells = hand_in.cells.as_deref().unwrap_or_default();
    // One name alone may be chance.
    let is_inside = |other: &&Source| other.name != source.name && count_tasks(other, cells) > 1;
    let names: Vec<&str> =
        sources.iter().filter(is_inside).map(|other| other.name.as_str()).collect();
    let names = (!names.is_empty()).then(|| names.join(", "))?;
    Some(Remark::Read(spoken!(
        "The notebook holds tasks of {names} too, which were not marked.",
        "Das Notebook enthält auch Aufgaben aus {names}; die wurden nicht bewertet."
    )))
}

/// The remark about a hand-in that was made of the solved edition, which says before each task why its answer is right.
pub(crate) fn solved_edition(hand_in: &HandIn, source: &Source) -> Option<Remark> {
    let cells = hand_in.cells.as_deref().unwrap_or_default();
    let mut reasons = source.tasks().map(|task| format!("why-{}", task.name));
    let id = reasons.find(|id| cells.iter().any(|cell| cell.id == *id))?;
    Some(Remark::Read(spoken!(
        "The notebook has cells that only the solved edition of the course has, {id} for example.",
        "Im Notebook stehen Zellen, die nur die gelöste Fassung des Kurses hat, zum Beispiel {id}."
    )))
}

fn named<'a>(hand_in: &HandIn, sources: &'a [Source]) -> Option<&'a Source> {
    let known = |name: &str| sources.iter().find(|source| source.name == name);
    // A second download is called "03_shapes (1)".
    let stem = hand_in.exercise.split([' ', '(']).next().unwrap_or_default();
    known(&hand_in.exercise).or_else(|| known(stem))
}

/// How many tasks of this exercise have their name in a cell.
fn count_tasks(source: &Source, cells: &[Cell]) -> usize {
    let has = |name: &str| {
        let check = format!("check::{name}(");
        cells.iter().any(|cell| {
            cell.grade_id == name
                || cell.id == format!("task-{name}")
                || cell.source.contains(&check)
        })
    };
    source.tasks().filter(|task| has(&task.name)).count()
}

/// The language that a hand-in says, or that its texts are in.
pub(crate) fn language(hand_in: &HandIn, source: &Source) -> Language {
    if hand_in.says_language {
        return hand_in.language;
    }
    let texts = hand_in.cells.as_deref().unwrap_or_default().iter().filter(|cell| cell.is_text);
    let is_german =
        |cell: &Cell| source.texts(Language::German).any(|text| is_same(text, &cell.source));
    if texts.into_iter().any(is_german) { Language::German } else { hand_in.language }
}

/// Gives hand-ins that are in no language, an archive for example, that of most others; where there are none, `other`.
pub(crate) fn lend_language(hand_ins: &mut [HandIn], sources: &[Source], other: Language) {
    let own = |hand_in: &HandIn| {
        let source = exercise(hand_in, sources).filter(|_| hand_in.cells.is_ok());
        let found = source.map(|source| language(hand_in, source));
        found.or_else(|| hand_in.says_language.then_some(hand_in.language))
    };
    let languages: Vec<Option<Language>> = hand_ins.iter().map(own).collect();
    let count = |wanted: Language| languages.iter().filter(|own| **own == Some(wanted)).count();
    let lent = match count(Language::English).cmp(&count(Language::German)) {
        Ordering::Greater => Language::English,
        Ordering::Equal => other,
        Ordering::Less => Language::German,
    };
    for (hand_in, own) in hand_ins.iter_mut().zip(&languages) {
        hand_in.language = own.unwrap_or(lent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::source::{Part, Task};

    fn source(name: &str, tasks: [&str; 2]) -> Source {
        let task = |name: &str| Part::Task(Box::new(Task { name: name.into(), ..Task::default() }));
        Source { name: name.into(), parts: tasks.map(task).into(), ..Source::default() }
    }

    fn hand_in(exercise: &str, tasks: &[&str]) -> HandIn {
        let cell = |name: &&str| Cell { id: format!("task-{name}"), ..Cell::default() };
        HandIn {
            learner: "anna".into(),
            file: "x.ipynb".into(),
            exercise: exercise.into(),
            language: Language::English,
            says_language: true,
            cells: Ok(tasks.iter().map(cell).collect()),
            remarks: Vec::new(),
        }
    }

    #[test]
    fn tasks_of_further_exercises_are_said_to_be_there() {
        let sources = [source("03_shapes", ["a", "b"]), source("04_architecture", ["c", "d"])];
        let remark = |tasks: &[&str]| others_inside(&hand_in("", tasks), &sources[0], &sources);
        assert_eq!(remark(&["a", "b", "c"]), None);
        let remark =
            remark(&["a", "b", "c", "d"]).expect("there are two").sentence(Language::English);
        assert_eq!(
            remark,
            "The notebook holds tasks of 04_architecture too, which were not marked."
        );
    }

    #[test]
    fn what_was_made_of_the_solved_edition_is_told_without_suspicion() {
        let source = source("03_shapes", ["a", "b"]);
        let mut hand_in = hand_in("03_shapes", &["a", "b"]);
        assert_eq!(solved_edition(&hand_in, &source), None);
        let id = |id: &str| Cell { id: id.into(), is_text: true, ..Cell::default() };
        hand_in.cells.as_mut().expect("there are cells").extend(["why-not", "why-b"].map(id));
        let remark = solved_edition(&hand_in, &source).expect("one cell has this name");
        assert!(!remark.is_suspicion());
        let [english, german] = Language::ALL.map(|language| remark.sentence(language));
        assert!(english.ends_with("has, why-b for example."), "{english}");
        assert!(german.ends_with("hat, zum Beispiel why-b."), "{german}");
    }

    #[test]
    fn files_of_one_exercise_in_one_folder_are_told_apart() {
        let sources = [source("03_shapes", ["a", "b"]), source("04_architecture", ["c", "d"])];
        let named = |files: &[(&str, &str, &[&str])]| {
            let one = |(learner, file, tasks): &(&str, &str, &[&str])| HandIn {
                learner: (*learner).into(),
                file: (*file).into(),
                ..hand_in(file, tasks)
            };
            let mut all: Vec<HandIn> = files.iter().map(one).collect();
            name_versions(&mut all, &sources);
            all.into_iter().map(|one| (one.learner, one.remarks.len())).collect::<Vec<_>>()
        };
        let named_as = |name: &str, remarks: usize| (name.to_owned(), remarks);
        // A learner's versions, and another exercise; none of them says what it is.
        assert_eq!(
            named(&[
                ("anna", "a.ipynb", &["a", "b"]),
                ("anna", "a_final2.ipynb", &["a", "b"]),
                ("anna", "c.ipynb", &["c", "d"]),
            ]),
            [named_as("anna/a", 1), named_as("anna/a_final2", 1), named_as("anna", 0)]
        );
        // Of each time that Microsoft Teams got it.
        let [first, second] = ["bert/Version 1", "bert/Version 2"];
        assert_eq!(
            named(&[(first, "x.ipynb", &["a", "b"]), (second, "x.ipynb", &["a", "b"])]),
            [named_as("bert/Version 1/x", 1), named_as("bert/Version 2/x", 1)]
        );
        assert_eq!(named(&[(first, "x.ipynb", &["a", "b"])]), [named_as(first, 0)]);
        // A folder for the exercise: also where only one can be read, or there is only one.
        assert_eq!(
            named(&[("03_shapes", "anna.ipynb", &["a", "b"]), ("03_shapes", "bert.zip", &[])]),
            [named_as("03_shapes/anna", 0), named_as("03_shapes/bert", 0)]
        );
    }

    #[test]
    fn what_is_in_no_language_gets_that_of_most_others() {
        let sources = [source("03_shapes", ["a", "b"])];
        let told = |language| HandIn { language, ..hand_in("03_shapes", &["a"]) };
        let archive = || HandIn {
            says_language: false,
            cells: Err(spoken!("an archive", "ein Archiv")),
            ..told(Language::English)
        };
        let lent = |others: &[Language], other| {
            let mut all: Vec<HandIn> = others.iter().map(|language| told(*language)).collect();
            all.push(archive());
            all.push(archive());
            lend_language(&mut all, &sources, other);
            assert_eq!(
                all.iter().map(|one| one.language).collect::<Vec<_>>()[..others.len()],
                *others
            );
            all.pop().expect("the archive").language
        };
        let (english, german) = (Language::English, Language::German);
        assert_eq!(lent(&[german], english), german);
        assert_eq!(lent(&[german, english, english], german), english);
        assert_eq!(lent(&[], german), german);
    }

    #[test]
    fn cells_decide_where_none_is_of_the_exercise_that_is_named() {
        let sources = [source("03_shapes", ["a", "b"]), source("04_architecture", ["c", "d"])];
        let recognised = |named: &str, tasks: &[&str]| {
            let hand_in = hand_in(named, tasks);
            let source = exercise(&hand_in, &sources)?;
            let remark = other_name(&hand_in, source, &sources);
            Some((source.name.as_str(), remark.map(|remark| remark.sentence(Language::English))))
        };
        assert_eq!(
            recognised("04_architecture (1)", &["c", "a", "b"]),
            Some(("04_architecture", None))
        );
        assert_eq!(recognised("04_architecture", &["a"]), Some(("04_architecture", None)));
        assert_eq!(recognised("homework", &["a", "b"]), Some(("03_shapes", None)));
        assert_eq!(recognised("homework", &["a"]), None);
        let (name, remark) = recognised("04_architecture", &["a", "b"]).expect("it is known");
        assert_eq!(name, "03_shapes");
        let remark = remark.expect("it is pointed out");
        assert!(
            remark.contains("04_architecture") && remark.ends_with("marked as 03_shapes."),
            "{remark}"
        );
    }
}
