//! Reads one source of the course. `course/README.md` explains the format.
//!
//! Over 300 lines: the whole format of a source, with what is refused and why.

use std::path::Path;

use crate::base::failure::{Result, fail};
use crate::base::files;
use crate::base::language::Language;

/// One notebook of the course.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// Its name, such as `03_shapes`.
    pub(crate) name: String,
    /// What it is made of, in order.
    pub(crate) parts: Vec<Part>,
    /// What its checks say, by key: `flatten.not_joined`.
    pub(crate) sentences: Sentences,
    /// The notebook that it follows, where that is not the one with the number before.
    pub(crate) after: Option<String>,
    /// The comments in its code cells, in both languages.
    pub(crate) comments: Vec<Texts>,
}

/// A part of a notebook.
#[derive(Debug)]
pub(crate) enum Part {
    /// A cell of text.
    Text(Texts),
    /// A cell of code that is given.
    Code(String),
    /// Something for the learner to do.
    Task(Box<Task>),
}

/// Sentences by their keys, in the order of the source.
pub(crate) type Sentences = Vec<(String, Texts)>;

/// The same text in each language.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Texts {
    english: String,
    german: String,
}

impl Texts {
    /// Of its English and its German form.
    pub(crate) fn of(english: &str, german: &str) -> Texts {
        Texts { english: english.to_owned(), german: german.to_owned() }
    }

    /// The text in one language.
    pub(crate) fn get(&self, language: Language) -> &str {
        language.either(&self.english, &self.german)
    }

    fn lacks_one(&self) -> bool {
        self.english.is_empty() || self.german.is_empty()
    }

    /// The same, to change it.
    pub(crate) fn get_mut(&mut self, language: Language) -> &mut String {
        language.either(&mut self.english, &mut self.german)
    }
}

/// Something for the learner to do, and how it is looked at.
#[derive(Debug, Default)]
pub(crate) struct Task {
    /// Its name, such as `flatten`.
    pub(crate) name: String,
    /// What it is worth.
    pub(crate) points: usize,
    /// How long it takes a learner, by estimate.
    pub(crate) minutes: usize,
    /// Whether it belongs to a test: then learners get neither hints nor its solution.
    pub(crate) is_exam: bool,
    /// What helps, one after the other.
    pub(crate) hints: Vec<Texts>,
    /// The cell as the learner finds it.
    pub(crate) starter: String,
    /// The line that checks it.
    pub(crate) check: String,
    /// What a teacher's check looks at besides, if anything.
    pub(crate) hidden: String,
    /// A right answer.
    pub(crate) solution: String,
    /// Other right answers.
    pub(crate) right: Vec<String>,
    /// What to go on with when the task is not solved; empty where nothing needs its answer.
    pub(crate) given: String,
    /// Why it is right.
    pub(crate) explanation: Texts,
    /// Typical wrong answers.
    pub(crate) wrong: Vec<String>,
    /// Wrong answers that the compiler refuses.
    pub(crate) impossible: Vec<String>,
}

impl Source {
    /// Reads and checks a file.
    pub(crate) fn read(file: &Path) -> Result<Source> {
        let text = files::read_text(file)?;
        // Some editors begin a file with this mark, which nobody sees.
        let text = text.trim_start_matches('\u{feff}');
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let after = after(text).map(str::to_owned);
        let source = Source { after, ..Reader::default().read(&name, text)? };
        source.tasks().try_for_each(|task| task.check_complete(&source.name))?;
        Ok(source)
    }

    /// The cells of text, in order.
    pub(crate) fn texts(&self, language: Language) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(move |part| match part {
            Part::Text(texts) => Some(texts.get(language)),
            _ => None,
        })
    }

    /// The tasks, in order.
    pub(crate) fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.parts.iter().filter_map(|part| match part {
            Part::Task(task) => Some(task.as_ref()),
            _ => None,
        })
    }
}

impl Task {
    /// As its first line says: `points=2 minutes=5 exam`.
    fn begun(name: &str, words: &[&str], starter: String) -> Result<Task> {
        let mut task = Task { name: name.to_owned(), starter, ..Task::default() };
        for word in words {
            match word.split_once('=') {
                Some(("points", number)) => task.points = whole_number(name, "points", number)?,
                Some(("minutes", number)) => task.minutes = whole_number(name, "minutes", number)?,
                None if *word == "exam" => task.is_exam = true,
                _ => fail!("the task {name} has {word}; known are points=2, minutes=5 and exam"),
            }
        }
        if task.points == 0 {
            fail!("the task {name} lacks its points=");
        }
        Ok(task)
    }

    fn check_complete(&self, notebook: &str) -> Result<()> {
        let missing = [
            ("a check", self.check.is_empty()),
            ("its minutes", self.minutes == 0),
            ("a solution", self.solution.is_empty()),
            ("an English explanation", self.explanation.english.is_empty()),
            ("a German explanation", self.explanation.german.is_empty()),
            ("another right answer", self.right.is_empty()),
            ("three wrong answers", self.wrong.len() + self.impossible.len() < 3),
            ("two to four hints", !self.is_exam && !(2..=4).contains(&self.hints.len())),
            ("a hint in both languages", self.hints.iter().any(Texts::lacks_one)),
        ];
        match missing.iter().find(|(_, is_missing)| *is_missing) {
            Some((what, _)) => fail!("{notebook}: the task {} lacks {what}", self.name),
            None if self.is_exam && !self.given.is_empty() => fail!(
                "{notebook}: the task {} is an exam, and its `given` would give the points away",
                self.name
            ),
            None => Ok(()),
        }
    }
}

/// What was read up to a line.
#[derive(Default)]
struct Reader {
    parts: Vec<Part>,
    sentences: Sentences,
    comments: Vec<Texts>,
    /// The text since the last fence.
    text: Texts,
    language: Option<Language>,
}

const FENCE: &str = "```";

/// What separates two text cells that follow each other.
const CELL: &str = "<!-- cell -->";

/// What names the notebook before this one.
const AFTER: &str = "<!-- after ";

impl Reader {
    fn read(mut self, name: &str, text: &str) -> Result<Source> {
        let mut lines = text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            let marked = Language::ALL
                .into_iter()
                .find(|language| line.trim() == format!("<!-- {} -->", language.code()));
            if let Some(language) = marked {
                if language == Language::English {
                    self.end_text(name, number)?;
                }
                self.language = Some(language);
            } else if line.trim_start().starts_with(AFTER) {
                if number > 0 || after(line).is_none() {
                    let wanted = format!("`{AFTER}NN_name -->` stands in line 1 or nowhere");
                    return Err(at(name, number, &wanted));
                }
            } else if let Some(words) = words_of_cell(line) {
                if !is_plain(line) {
                    let wanted = format!("{FENCE}{} begins a cell: write it so", words.join(" "));
                    return Err(at(name, number, &wanted));
                }
                self.end_text(name, number)?;
                let mut is_closed = false;
                let body: Vec<&str> = lines
                    .by_ref()
                    .map(|(_, line)| line)
                    .take_while(|line| {
                        is_closed = line.trim_end() == FENCE;
                        !is_closed
                    })
                    .collect();
                // Without its end, the next fence or the rest of the file would be in it.
                if !is_closed
                    || body.iter().any(|line| is_plain(line) && words_of_cell(line).is_some())
                {
                    return Err(at(name, number, &format!("this fence has no end: {FENCE}")));
                }
                self.fence(&words, body.join("\n"))
                    .map_err(|failure| at(name, number, &failure))?;
            } else if let Some(language) = self.language {
                let text = self.text.get_mut(language);
                text.push_str(line);
                text.push('\n');
            } else if !line.trim().is_empty() {
                return Err(at(name, number, &"text stands before `<!-- en -->`"));
            }
        }
        self.end_text(name, text.lines().count())?;
        let Reader { parts, sentences, comments, .. } = self;
        Ok(Source { name: name.to_owned(), parts, sentences, comments, after: None })
    }

    /// Makes cells of the text that was collected.
    fn end_text(&mut self, name: &str, number: usize) -> Result<()> {
        let texts = std::mem::take(&mut self.text);
        self.language = None;
        let cells = |text: &str| -> Vec<String> {
            text.split(CELL).map(|cell| cell.trim().to_owned()).collect()
        };
        let (english, german) = (cells(&texts.english), cells(&texts.german));
        if english.len() != german.len() || english.iter().zip(&german).any(one_is_empty) {
            return Err(at(name, number, &"the text above is not there in both languages"));
        }
        for (english, german) in english.into_iter().zip(german) {
            if !english.is_empty() {
                self.parts.push(Part::Text(Texts { english, german }));
            }
        }
        Ok(())
    }

    fn fence(&mut self, words: &[&str], body: String) -> Result<()> {
        match *words {
            ["rust", "cell"] => self.parts.push(Part::Code(body)),
            ["rust", "task", name, ref words @ ..] => {
                if self.task(name).is_ok() {
                    fail!("the task {name} stands there twice");
                }
                self.parts.push(Part::Task(Box::new(Task::begun(name, words, body)?)));
            }
            ["rust", "check", name] => self.task(name)?.check = body,
            ["rust", "hidden", name] => self.task(name)?.hidden = body,
            ["rust", "solution", name] => self.task(name)?.solution = body,
            ["rust", "given", name] => self.task(name)?.given = body,
            ["rust", "right", name] => self.task(name)?.right.push(body),
            ["rust", "wrong", name] => self.task(name)?.wrong.push(body),
            ["rust", "impossible", name] => self.task(name)?.impossible.push(body),
            ["hint", name, "en"] => {
                self.task(name)?.hints.push(Texts { english: body, ..Texts::default() });
            }
            ["hint", name, "de"] => match self.task(name)?.hints.last_mut() {
                Some(hint) if hint.german.is_empty() => hint.german = body,
                _ => fail!("there is no English hint above"),
            },
            ["says", group] => self.says(group, &body)?,
            ["comments"] => self.comments(&body)?,
            ["explain", name, "en"] => self.task(name)?.explanation.english = body,
            ["explain", name, "de"] => self.task(name)?.explanation.german = body,
            _ => fail!("{FENCE}{} is not known here", words.join(" ")),
        }
        Ok(())
    }

    /// Sentences of a check, three lines each: a name, `en ...`, `de ...`.
    fn says(&mut self, group: &str, body: &str) -> Result<()> {
        let lines: Vec<&str> = body.lines().collect();
        for sentence in lines.chunks(3) {
            let [name, english, german] = *sentence else {
                fail!("{} lacks a line: a name, `en ...` and `de ...` make a sentence", sentence[0])
            };
            let Some(texts) = both(english, german) else {
                fail!("behind {name} come `en ...` and `de ...`, one line each")
            };
            let key = format!("{group}.{name}");
            if self.sentences.iter().any(|(known, _)| *known == key) {
                fail!("{key} stands there twice");
            }
            self.sentences.push((key, texts));
        }
        Ok(())
    }

    /// Comments of code cells, two lines each: `en ...`, `de ...`.
    fn comments(&mut self, body: &str) -> Result<()> {
        let lines: Vec<&str> = body.lines().collect();
        for pair in lines.chunks(2) {
            let german = pair.get(1).copied().unwrap_or_default();
            let Some(texts) = both(pair[0], german) else {
                fail!("{} is no pair of `en ...` and `de ...`", pair.join(", "))
            };
            self.comments.push(texts);
        }
        Ok(())
    }

    fn task(&mut self, name: &str) -> Result<&mut Task> {
        let mut tasks = self.parts.iter_mut().filter_map(|part| match part {
            Part::Task(task) => Some(task.as_mut()),
            _ => None,
        });
        match tasks.find(|task| task.name == name) {
            Some(task) => Ok(task),
            None => fail!("there is no task {name} above"),
        }
    }
}

/// The number of `points=2`.
fn whole_number(task: &str, what: &str, number: &str) -> Result<usize> {
    match number.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => fail!("the task {task} needs a whole number, 1 or more, behind {what}=, not {number}"),
    }
}

/// The notebook that a first line names as the one before: `<!-- after 05_activations -->`.
fn after(text: &str) -> Option<&str> {
    text.lines().next()?.strip_prefix(AFTER)?.strip_suffix(" -->")
}

/// The text of the lines `en ...` and `de ...`.
fn both(english: &str, german: &str) -> Option<Texts> {
    Some(Texts::of(english.strip_prefix("en ")?, german.strip_prefix("de ")?))
}

fn one_is_empty((english, german): (&String, &String)) -> bool {
    english.is_empty() != german.is_empty()
}

fn at(name: &str, number: usize, problem: &dyn std::fmt::Display) -> crate::base::failure::Failure {
    crate::base::failure::Failure::new(format!("course/{name}.md, line {}: {problem}", number + 1))
}

/// The words of a line that begins a cell; a fence with one word belongs to the text that it stands in.
fn words_of_cell(line: &str) -> Option<Vec<&str>> {
    let line = line.trim_start();
    let rest = line.trim_start_matches(['`', '~']);
    let is_fence = line.starts_with(FENCE) && !rest.contains('`') || line.starts_with("~~~");
    let words: Vec<&str> = rest.split_whitespace().collect();
    (is_fence && (words.len() > 1 || words == ["comments"])).then_some(words)
}

/// Whether such a line is as it should be, so that a line with this fence alone ends the cell.
fn is_plain(line: &str) -> bool {
    line.strip_prefix(FENCE).is_some_and(|rest| !rest.starts_with('`'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Part>> {
        Ok(Reader::default().read("test", text)?.parts)
    }

    #[test]
    fn texts_and_cells_come_in_order() {
        let parts = read(
            "<!-- en -->\n# One\n```text\nfence in a text\n```\n<!-- cell -->\ntwo\n<!-- de -->\n# Eins\n<!-- cell -->\nzwei\n\
             ```rust cell\nlet a = 1;\n```\n",
        )
        .expect("it is right");
        let [Part::Text(one), Part::Text(two), Part::Code(code)] = parts.as_slice() else {
            panic!("{parts:?}");
        };
        assert_eq!(one.get(Language::English), "# One\n```text\nfence in a text\n```");
        assert_eq!(one.get(Language::German), "# Eins");
        assert_eq!(two.get(Language::German), "zwei");
        assert_eq!(code, "let a = 1;");
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        for (text, expected) in [
            ("<!-- en -->\nonly English\n```rust cell\n```\n", "line 3: the text above"),
            ("hello", "line 1: text stands before"),
            ("```rust solution a\n```", "line 1: there is no task a"),
            ("```rust task a\n```", "lacks its points"),
            ("```comments\nen one\n```", "no pair of"),
            (
                "```rust task a points=1,5\n```",
                "a whole number, 1 or more, behind points=, not 1,5",
            ),
            ("```rust task a points=1 minutes=x\n```", "1 or more, behind minutes=, not x"),
            ("```rust task a points=0\n```", "1 or more, behind points=, not 0"),
            ("```rust task a points=1 pionts=2\n```", "the task a has pionts=2; known are"),
            ("```rust task a points=1 exma\n```", "the task a has exma; known are"),
            ("\n<!-- after 05_activations -->", "line 2: `<!-- after NN_name -->` stands in"),
            ("<!-- en -->\n  <!-- after 05_a -->\n<!-- de -->\n", "line 2: `<!-- after"),
            ("<!-- after 05_activations", "line 1: `<!-- after"),
            (
                "<!-- en -->\na\n~~~rust cell\n~~~\n",
                "line 3: ```rust cell begins a cell: write it so",
            ),
            ("<!-- en -->\na\n  ```rust cell\n```\n", "line 3: ```rust cell begins a cell"),
            ("<!-- en -->\na\n````hint a en\n````\n", "line 3: ```hint a en begins a cell"),
            ("```hnit a en\n```", "line 1: ```hnit a en is not known here"),
            (
                "```rust task a points=1\n```\n```rust task a points=2\n```",
                "line 3: the task a stands there twice",
            ),
            ("```rust cell\nlet a = 1;\n", "line 1: this fence has no end"),
            ("```rust cell\n```rust cell\nlet a = 1;\n```", "line 1: this fence has no end"),
            ("```says a\nname\nen one\n```", "name lacks a line"),
            ("```says a\nname\nde eins\nen one\n```", "behind name come"),
            ("```says a\nx\nen 1\nde 1\nx\nen 2\nde 2\n```", "a.x stands there twice"),
            ("```rust task a points=1\n```\n```hint a de\n```", "no English hint"),
        ] {
            let problem = read(text).expect_err(text).to_string();
            assert!(problem.contains(expected), "{problem}");
        }
    }

    #[test]
    fn sentences_are_read_with_their_key() {
        let text = "```says flatten\nrows\nen one {shape}\nde eins {shape}\n```\n";
        let source = Reader::default().read("test", text).expect("it is right");
        let Source { parts, sentences, .. } = source;
        assert!(parts.is_empty());
        let (key, texts) = &sentences[0];
        assert_eq!(key, "flatten.rows");
        assert_eq!(texts.get(Language::German), "eins {shape}");
    }

    #[test]
    fn a_mark_that_nobody_sees_may_stand_at_the_start() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("03_test.md");
        let text = "\u{feff}<!-- after 02_test -->\n<!-- en -->\none\n<!-- de -->\neins\n";
        std::fs::write(&file, text).expect("there is room");
        let source = Source::read(&file).expect("it is right");
        assert_eq!((source.after.as_deref(), source.parts.len()), (Some("02_test"), 1));
    }

    #[test]
    fn a_task_must_be_complete() {
        let mut task = Task { name: "a".into(), check: "check::a()".into(), ..Task::default() };
        let problem = task.check_complete("test").expect_err("much is missing").to_string();
        assert!(problem.contains("the task a lacks its minutes"), "{problem}");
        task.minutes = 5;
        let problem = task.check_complete("test").expect_err("much is missing").to_string();
        assert!(problem.contains("the task a lacks a solution"), "{problem}");
    }

    #[test]
    fn a_task_of_a_test_needs_no_hints_and_gives_no_answer_away() {
        let text = |exam: &str, given: &str| {
            let task = format!("```rust task a points=2 minutes=5{exam}\nlet a = 0;\n```\n");
            let check = "```rust check a\ncheck::a(&a)\n```\n```rust solution a\nlet a = 1;\n```\n";
            let explained = "```explain a en\none\n```\n```explain a de\neins\n```\n";
            let other = "```rust right a\nlet a = 1;\n```\n".to_owned()
                + &"```rust wrong a\nlet a = 2;\n```\n".repeat(3);
            task + check + explained + &other + given
        };
        let complete = |text: String| {
            let source = Reader::default().read("19_mean", &text).expect("it is read");
            let task = source.tasks().next().expect("a task");
            task.check_complete("19_mean").map_err(|failure| failure.to_string())
        };
        assert_eq!(complete(text(" exam", "")), Ok(()));
        let lacks = "19_mean: the task a lacks two to four hints";
        assert_eq!(complete(text("", "")), Err(lacks.to_owned()));
        let given = "```rust given a\nlet a = given::a()?;\n```\n";
        let problem = complete(text(" exam", given)).expect_err("its call is the answer");
        assert!(problem.contains("its `given` would give the points away"), "{problem}");
    }
}
