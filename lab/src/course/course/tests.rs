use super::*;
use crate::course::comments;
use crate::course::source::Part;

fn layout() -> Layout {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("lab is in the repository");
    Layout::at(root)
}

#[test]
fn the_committed_notebooks_are_those_of_the_course() {
    build(&layout(), true).expect("as course/ has them");
}

#[test]
fn what_is_handed_out_lies_in_the_folders_of_learners() {
    let made = for_learners(&layout()).expect("the course");
    let german = made.iter().filter(|(file, _)| file.starts_with("notebooks/de")).count();
    assert!(german > 10 && made.len() == 2 * german, "{german} of {}", made.len());
    assert!(made.iter().all(|(file, _)| layout().root().join(file).is_file()));
}

/// The lines of a cell without their comments.
fn code(cell: &Value) -> Vec<&str> {
    let lines = cell["source"].as_array().into_iter().flatten().filter_map(Value::as_str);
    lines.map(|line| comments::split(line).map_or(line, |(code, _)| code).trim_end()).collect()
}

#[test]
fn every_comment_that_a_learner_sees_is_translated() {
    let mut seen = 0;
    for source in sources(&layout()).expect("the course") {
        let code = source.parts.iter().flat_map(|part| match part {
            Part::Code(code) => vec![code],
            Part::Task(task) => vec![&task.starter, &task.check, &task.given],
            Part::Text(_) => Vec::new(),
        });
        for (_, comment) in code.flat_map(|code| code.lines()).filter_map(comments::split) {
            let known = source.comments.iter().any(|texts| texts.get(Language::English) == comment);
            assert!(known, "{}: ```comments lacks the German of {comment:?}", source.name);
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen}");
}

/// What stands at the end of `01` leads through all of them.
#[test]
fn the_first_notebook_names_each_exercise_in_learning_order() {
    let sources = sources(&layout()).expect("the course");
    let first = sources.iter().find(|source| source.name.starts_with("01_")).expect("it begins");
    let numbers = |source: &Source| source.name[..2].to_owned();
    let exercises = sources.iter().map(numbers).filter(|number| number.as_str() > "02");
    let exercises: Vec<String> = exercises.filter(|number| number != "18").collect();
    for language in Language::ALL {
        // The map at the top names it, too.
        let ways = first.texts(language).filter_map(|text| text.split_once("`02_look_inside`"));
        let (_, way) = ways.last().expect("it says what comes next");
        let way = way.split("###").next().unwrap_or_default();
        let named = way.split(')').filter_map(|text| text.get(text.len().saturating_sub(2)..));
        let is_number = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
        let named: Vec<&str> = named.filter(|text| text.len() == 2).filter(is_number).collect();
        assert_eq!(named, exercises, "{way}");
        assert!(way.contains("`18_your_own_project`"), "{way}");
    }
}

#[test]
fn twins_have_the_same_code() {
    let folder = layout().root().join("notebooks");
    let mut twins = 0;
    for entry in fs::read_dir(&folder).expect("notebooks/").flatten() {
        let file = entry.path();
        if file.extension().is_none_or(|extension| extension != "ipynb") {
            continue;
        }
        let read = |file: &Path| -> Value {
            let text = fs::read_to_string(file).expect("the twin is there");
            serde_json::from_str(&text).expect("a notebook is JSON")
        };
        let [english, german] = [file.clone(), folder.join("de").join(entry.file_name())]
            .map(|file| read(&file)["cells"].as_array().expect("cells").clone());
        assert_eq!(english.len(), german.len(), "{}", file.display());
        for (english, german) in english.iter().zip(&german) {
            assert_eq!(english["cell_type"], german["cell_type"], "{}", file.display());
            let [english_code, german_code] = [english, german].map(|cell| code(cell));
            // German notebooks lie one folder deeper.
            let shallower = |line: &&str| line.replace("{ path = \"../..", "{ path = \"..");
            let german_code: Vec<String> = german_code.iter().map(shallower).collect();
            let same = english_code == german_code;
            assert_eq!(same, english["cell_type"] == "code", "{}: {german}", file.display());
        }
        twins += 1;
    }
    assert!(twins >= 2);
}

/// What a line names with `let` or `for`, and what it does with it.
fn named(line: &str) -> (&str, &str) {
    let line = line.trim_start();
    let rest = line.strip_prefix("let ").or_else(|| line.strip_prefix("for "));
    let Some(rest) = rest else { return ("", line) };
    let end = [" = ", " in ", ": "].iter().filter_map(|mark| rest.find(mark)).min();
    rest.split_at(end.unwrap_or(rest.len()))
}

fn has_word(code: &str, word: &str) -> bool {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|other| other == word)
}

#[test]
fn who_goes_on_with_what_is_given_has_all_that_later_cells_use() {
    for source in sources(&layout()).expect("the course") {
        for (place, part) in source.parts.iter().enumerate() {
            let Part::Task(task) = part else { continue };
            let later: Vec<&str> = source.parts[place + 1..]
                .iter()
                .flat_map(|part| match part {
                    Part::Code(code) => vec![code],
                    Part::Task(task) => vec![&task.starter, &task.check],
                    Part::Text(_) => Vec::new(),
                })
                .flat_map(|code| code.lines())
                .map(|line| comments::split(line).map_or(line, |(code, _)| code))
                .collect();
            let given = |word: &&str| !task.given.lines().any(|line| has_word(named(line).0, word));
            let solved = task.solution.lines().filter(|line| line.starts_with("let "));
            let words = solved.flat_map(|line| named(line).0.split([' ', ',', '(', ')']));
            for word in words.filter(|word| !["", "mut", "_"].contains(word)).filter(given) {
                let first = later.iter().find(|line| has_word(line, word));
                let is_missing = first.is_some_and(|line| has_word(named(line).1, word));
                assert!(
                    task.given.is_empty() || !is_missing,
                    "{}: {first:?} needs {word}",
                    task.name
                );
            }
        }
    }
}
