//! The map of the course: its notebooks in learning order. It is made of the sources, so that a new
//! notebook needs no list.

use crate::base::failure::{Result, fail};
use crate::base::language::Language;
use crate::base::spoken::say;
use crate::course::source::{Part, Source};

/// Where a text has the map.
const MAP: &str = "<!-- map -->";

/// Brings sources that are sorted by their numbers into learning order: some say which one they follow.
pub(crate) fn sort(sources: &mut Vec<Source>) -> Result<()> {
    for name in sources.iter().map(|source| source.name.clone()).collect::<Vec<String>>() {
        let place = |name: &str| sources.iter().position(|source| source.name == name);
        let Some(from) = place(&name) else { continue };
        let Some(after) = &sources[from].after else { continue };
        let Some(to) = place(after) else {
            fail!(
                "course/{name}.md: there is no notebook {after}",
                "course/{name}.md: Das Notebook {after} gibt es nicht"
            )
        };
        let source = sources.remove(from);
        sources.insert(if to < from { to + 1 } else { to }, source);
    }
    Ok(())
}

/// The notebooks, or exercises, with these names; all, where none is named.
pub(crate) fn chosen(
    mut sources: Vec<Source>,
    names: &[String],
    what: &str,
) -> Result<Vec<Source>> {
    let all: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
    if let Some(unknown) = names.iter().find(|name| !all.contains(&name.as_str())) {
        fail!(
            "there is no {what} {unknown}; there are {}",
            "{what} {unknown} gibt es nicht; es gibt {}",
            all.join(", ")
        );
    }
    sources.retain(|source| names.is_empty() || names.contains(&source.name));
    Ok(sources)
}

/// The exercises of these names: notebooks with tasks; all of them, where none is named.
pub(crate) fn exercises(mut sources: Vec<Source>, names: &[String]) -> Result<Vec<Source>> {
    let is_exercise = |source: &Source| source.tasks().next().is_some();
    let mut others = sources.iter().filter(|source| !is_exercise(source));
    let named = others.find(|source| names.contains(&source.name)).map(|it| it.name.clone());
    sources.retain(is_exercise);
    if let Some(named) = named {
        let exercises: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        fail!(
            "{named} has no tasks; those with tasks are {}",
            "{named} enthält keine Aufgaben; Aufgaben haben {}",
            exercises.join(", ")
        );
    }
    chosen(sources, names, say("exercise", "die Übung"))
}

/// Puts the map into the texts that ask for it.
pub(crate) fn put_in(sources: &mut [Source]) {
    let maps = Language::ALL.map(|language| of(sources, language));
    for part in sources.iter_mut().flat_map(|source| &mut source.parts) {
        if let Part::Text(texts) = part {
            for (language, map) in Language::ALL.into_iter().zip(&maps) {
                let text = texts.get_mut(language);
                *text = text.replace(MAP, map);
            }
        }
    }
}

/// A line for each notebook: its name, which opens it, and what it is about.
fn of(sources: &[Source], language: Language) -> String {
    let line = |source: &Source| {
        let name = &source.name;
        format!("- [`{name}`]({name}.ipynb): {}", title(source, language))
    };
    sources.iter().map(line).collect::<Vec<String>>().join("\n")
}

/// The heading of a notebook, without the word that says that it has exercises: with a capital letter,
/// which English has not behind a colon.
pub(crate) fn title(source: &Source, language: Language) -> String {
    let first = source.texts(language).find_map(|text| text.lines().next());
    let heading = first.unwrap_or_default().trim_start_matches('#').trim();
    let mut title = heading.split_once(": ").map_or(heading, |(_, title)| title).chars();
    title.next().map_or_else(String::new, |first| first.to_uppercase().chain(title).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::source::Texts;

    fn source(name: &str, after: Option<&str>, text: &str) -> Source {
        let mut texts = Texts::default();
        Language::ALL.into_iter().for_each(|language| text.clone_into(texts.get_mut(language)));
        let (name, after) = (name.to_owned(), after.map(str::to_owned));
        Source { name, after, parts: vec![Part::Text(texts)], ..Source::default() }
    }

    #[test]
    fn notebooks_stand_behind_the_one_that_they_follow() {
        let mut sources = vec![
            source("01_first", None, "# Your first network\n\nThe map:\n<!-- map -->"),
            source("02_look", None, "# Look inside"),
            source("14_learn", Some("01_first"), "# Exercises: how it learns"),
        ];
        sort(&mut sources).expect("all are there");
        put_in(&mut sources);
        let Part::Text(texts) = &sources[0].parts[0] else { panic!("it begins with a text") };
        let expected = "# Your first network\n\nThe map:\n\
            - [`01_first`](01_first.ipynb): Your first network\n\
            - [`14_learn`](14_learn.ipynb): How it learns\n\
            - [`02_look`](02_look.ipynb): Look inside";
        assert_eq!(texts.get(Language::English), expected);
        let mut lost = vec![source("14_learn", Some("09_gone"), "# Lost")];
        assert!(sort(&mut lost).expect_err("it is gone").to_string().contains("09_gone"));
    }

    #[test]
    fn a_notebook_without_tasks_is_no_exercise() {
        let of = |names: &[&str]| {
            let mut exercise = source("03_a", None, "");
            exercise.parts.push(Part::Task(Box::default()));
            let sources = vec![source("01_first", None, ""), exercise];
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let chosen = exercises(sources, &names).map_err(|error| error.to_string())?;
            Ok::<_, String>(chosen.into_iter().map(|source| source.name).collect::<Vec<_>>())
        };
        assert_eq!(of(&[]), Ok(vec!["03_a".to_owned()]));
        assert_eq!(of(&["03_a"]), Ok(vec!["03_a".to_owned()]));
        let refusal = "01_first has no tasks; those with tasks are 03_a";
        assert_eq!(of(&["03_a", "01_first"]), Err(refusal.to_owned()));
        let unknown = "there is no exercise 05_c; there are 03_a";
        assert_eq!(of(&["05_c"]), Err(unknown.to_owned()));
    }

    #[test]
    fn notebooks_are_chosen_by_name() {
        let chosen = |names: &[&str]| {
            let sources = vec![source("03_a", None, ""), source("04_b", None, "")];
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let chosen = chosen(sources, &names, "exercise").map_err(|error| error.to_string())?;
            Ok::<_, String>(chosen.into_iter().map(|source| source.name).collect::<Vec<_>>())
        };
        assert_eq!(chosen(&[]), Ok(vec!["03_a".to_owned(), "04_b".to_owned()]));
        assert_eq!(chosen(&["04_b"]), Ok(vec!["04_b".to_owned()]));
        let refusal = "there is no exercise 05_c; there are 03_a, 04_b";
        assert_eq!(chosen(&["04_b", "05_c"]), Err(refusal.to_owned()));
    }
}
