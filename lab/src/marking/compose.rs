//! What is run of a hand-in: the learner's cells in their order, with the teacher's checks.
//!
//! Over 300 lines: with a test for each way in which cells get lost.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::base::tokens::{find, is_code, is_same};
use crate::course::source::{Source, Task};
use crate::kernel::prepared::with_prepared_crates;
use crate::marking::answers::{Piece, Wanted};
use crate::marking::hand_in::Cell;
use crate::marking::match_cells::{Found, Teachers, parts, which};
use crate::marking::remark::Remark;
use crate::marking::secret_check::{secret_check, visible_check};
use crate::marking::unusual::{
    MOST, loads_course, loads_crate_of_that_name, own_types, split_commands, unusual,
};

/// So often a check is cut out of cells that are not its own: a second try counts, ten thousand are none.
const MOST_CUTS: usize = 4;

/// A cell that is run.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Step {
    /// What is shown: the learner's code, or the check as it stands in the notebook.
    pub(crate) shown: String,
    /// What is run.
    pub(crate) code: String,
    /// The task that this cell checks.
    pub(crate) checks: Option<String>,
    /// The task that this cell answers.
    pub(crate) answers: Option<String>,
    /// Under this name, which a learner cannot know, the check says whether it passed.
    pub(crate) secret: String,
    /// The check without its hidden part, whose errors a learner may read.
    pub(crate) visible: String,
}

/// What is run, and what a teacher should know about the hand-in.
#[derive(Debug, Default)]
pub(crate) struct Composition {
    pub(crate) steps: Vec<Step>,
    pub(crate) remarks: Vec<Remark>,
}

/// As many checks as a hand-in can come to at most: each cell may be one, and the others are cut out, put back, or
/// run once more, above the task or twice behind it.
pub(crate) fn most_checks(source: &Source, cells: &[Cell]) -> usize {
    cells.len() + (MOST_CUTS + 4) * source.tasks().count()
}

/// Puts the learner's cells and the teacher's checks together. `secret` makes a new name.
///
/// Given cells that were changed stay as the learner has them (there may be a reason), those that
/// were deleted come back, and so do checks. Tasks do not: the answer may stand in another cell.
pub(crate) fn compose(
    source: &Source,
    cells: &[Cell],
    secret: impl FnMut() -> String,
) -> Composition {
    let parts = parts(source);
    let cells: Vec<Cell> = cells.iter().map(|cell| without_fences(cell, &parts)).collect();
    let found = which(&parts, &cells);
    let mut composer =
        Composer { parts: &parts, found: &found, remarks: Vec::new(), cuts: vec![0; parts.len()] };
    let mut pieces = Vec::new();
    let run =
        || cells.iter().zip(&found.cells).filter(|(cell, part)| part.is_some() || !cell.is_text);
    for (cell, part) in run() {
        pieces.extend(composer.take_apart(cell, *part));
    }
    composer.put_back(&mut pieces);
    composer.check_answers_elsewhere(&mut pieces);
    let steps = composer.steps(pieces, secret);
    composer.look_at(run().map(|(cell, _)| cell.source.as_str()));
    Composition { steps, remarks: composer.remarks }
}

/// The code in a cell that became Markdown, where it stands between fences (```` ```rust ````). An example
/// amid a text is left alone, unless the cell bears the name of a cell of code.
fn without_fences(cell: &Cell, parts: &[Teachers]) -> Cell {
    let is_fence = |line: &str| ["```", "~~~"].iter().any(|f| line.trim_start().starts_with(f));
    let begins = is_fence(cell.source.trim_start());
    let is_code = begins || parts.iter().any(|part| part.names(cell));
    if !cell.is_text || !is_code || !cell.source.lines().any(is_fence) {
        return cell.clone();
    }
    let mut is_inside = false;
    let code = cell.source.lines().filter(|line| {
        let is_fence = is_fence(line);
        is_inside ^= is_fence;
        is_inside && !is_fence
    });
    Cell { source: code.collect::<Vec<&str>>().join("\n"), ..cell.clone() }
}

struct Composer<'a> {
    parts: &'a [Teachers<'a>],
    /// Which of the teacher's cells are there.
    found: &'a Found,
    remarks: Vec<Remark>,
    /// How often each of the teacher's cells was cut out of a cell that is not its own.
    cuts: Vec<usize>,
}

impl Composer<'_> {
    /// Each of them once, and of what may be dishonest no more than anybody reads.
    fn remark(&mut self, remark: Remark) {
        let suspicions = || self.remarks.iter().filter(|remark| remark.is_suspicion()).count();
        let is_one_too_many = remark.is_suspicion() && suspicions() >= MOST;
        if !is_one_too_many && !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// What no task asks for, in the cells that are run.
    fn look_at<'a>(&mut self, run: impl Iterator<Item = &'a str> + Clone) {
        let types = own_types(run.clone());
        let none = HashSet::new();
        let given = self.parts.iter().flat_map(|part| unusual(part.source(), &none));
        let given: HashSet<String> = given.collect();
        for what in run.flat_map(|source| unusual(source, &types)) {
            if !given.contains(&what) {
                self.remark(Remark::Unusual(what.chars().take(80).collect()));
            }
        }
    }

    /// Separates checks from what else stands in their cell: an answer that was typed there, or a cell
    /// that was merged with it.
    fn take_apart(&mut self, cell: &Cell, part: Option<usize>) -> Vec<Piece> {
        let Some((check, place)) = self.check_in(cell, part) else {
            return match part.map(|number| (number, &self.parts[number])) {
                Some((number, Teachers::Check(task))) => self.changed_check(cell, number, task),
                _ => vec![self.whole(cell, part)],
            };
        };
        let Teachers::Check(task) = &self.parts[check] else { return Vec::new() };
        let around = [&cell.source[..place.start], &cell.source[place.end..]];
        let is_own_cell = part == Some(check);
        if is_own_cell && cell.is_text {
            self.remark(Remark::WasText(format!("check_{}", task.name)));
        }
        if !is_own_cell {
            self.cuts[check] += 1;
            self.remark(Remark::CheckMerged(task.name.clone()));
        } else if around.iter().any(|rest| is_code(rest)) {
            self.remark(Remark::AnswerInCheck(task.name.clone()));
        }
        let [before, after] = around.map(|rest| Cell {
            source: rest.trim().trim_start_matches(';').trim().to_owned(),
            ..cell.clone()
        });
        let mut pieces = Vec::new();
        if is_code(&before.source) {
            let own = if is_own_cell { None } else { part };
            pieces
                .push(Piece { answers: self.missing_task(check - 1), ..self.whole(&before, own) });
        }
        let source = task.check.clone();
        pieces.push(Piece { part: Some(check), source, answers: None });
        if is_code(&after.source) {
            // It may hold the check of the next task as well.
            let mut rest = self.take_apart(&Cell { id: String::new(), ..after }, None);
            if let Some(first) = rest.first_mut().filter(|first| first.part.is_none()) {
                first.answers = first.answers.take().or_else(|| self.missing_task(check + 1));
            }
            pieces.extend(rest);
        }
        pieces
    }

    /// What a learner made of a check is run like any other cell, and the original behind it.
    fn changed_check(&mut self, cell: &Cell, check: usize, task: &Task) -> Vec<Piece> {
        self.remark(Remark::CheckChanged(task.name.clone()));
        let answers = self.missing_task(check - 1);
        let own = Piece { answers, ..self.whole(cell, None) };
        vec![own, Piece { part: Some(check), source: task.check.clone(), answers: None }]
    }

    /// The check that stands in this cell, and where: its own, or one that has no cell of its own.
    fn check_in(
        &self,
        cell: &Cell,
        part: Option<usize>,
    ) -> Option<(usize, std::ops::Range<usize>)> {
        let checks = self.parts.iter().enumerate().filter_map(|(number, teachers)| {
            let Teachers::Check(task) = teachers else { return None };
            let may_be_cut = self.cuts[number] < MOST_CUTS;
            let may_be_here = part == Some(number) || may_be_cut;
            let place = find(&cell.source, &task.check).filter(|_| may_be_here)?;
            let is_whole = stands_alone(&cell.source[..place.start], &cell.source[place.end..]);
            is_whole.then_some((number, place))
        });
        checks.min_by_key(|(_, place)| place.start)
    }

    /// The first task from this number on among the teacher's cells, if no cell was recognised as its
    /// own.
    fn missing_task(&self, from: usize) -> Option<String> {
        let mut rest = self.parts.iter().enumerate().skip(from);
        rest.find_map(|(number, part)| match part {
            Teachers::Task(task) => Some((number, task)),
            _ => None,
        })
        .filter(|(number, _)| !self.found.has(*number))
        .map(|(_, task)| task.name.clone())
    }

    /// A cell as it is, with remarks about it.
    fn whole(&mut self, cell: &Cell, part: Option<usize>) -> Piece {
        if let Some(teachers) = part.map(|number| &self.parts[number]) {
            let is_given = matches!(teachers, Teachers::Given { .. });
            if cell.is_text {
                self.remark(Remark::WasText(teachers.name()));
            }
            let [own, given] = [teachers.source(), &cell.source].map(with_prepared_crates);
            if is_given && !is_same(&own, &given) {
                self.remark(Remark::GivenChanged(teachers.name()));
            }
        }
        Piece { part, source: self.with_own_crate(&cell.source), answers: None }
    }

    /// With the course's crate in the place of another one of that name.
    fn with_own_crate(&mut self, source: &str) -> String {
        let parts = self.parts;
        let given = parts.iter().flat_map(|part| split_commands(part.source()).0);
        let mut own = given.into_iter().find(|line| loads_course(line)).unwrap_or_default();
        let (commands, _) = split_commands(source);
        let is_other = |line: &&str| loads_crate_of_that_name(line) && !loads_course(line);
        let others: HashSet<&str> = commands.into_iter().filter(is_other).collect();
        let line = |line| {
            if !others.contains(str::trim(line)) {
                return line;
            }
            self.remark(Remark::OtherCrate(line.trim().chars().take(80).collect()));
            std::mem::take(&mut own) // once is enough
        };
        source.lines().map(line).collect::<Vec<&str>>().join("\n")
    }

    /// Puts back what is missing, each behind the cell that precedes it in the teacher's notebook.
    fn put_back(&mut self, pieces: &mut Vec<Piece>) {
        let (mut given, mut checks) = (Vec::new(), Vec::new());
        let mut unanswered = HashSet::new();
        for (number, part) in self.parts.iter().enumerate() {
            if unanswered.contains(&number) || pieces.iter().any(|p| p.part == Some(number)) {
                continue;
            }
            match part {
                Teachers::Task(task) => {
                    let answers = |piece: &Piece| piece.answers.as_ref() == Some(&task.name);
                    if !pieces.iter().any(answers) {
                        self.remark(Remark::TaskMissing(task.name.clone()));
                    }
                    let check = number + 1;
                    let wanted = Wanted::by(self.parts, check, task);
                    if !wanted.may_be_answered(pieces) {
                        unanswered.insert(check);
                        pieces.retain(|piece| piece.part != Some(check));
                    }
                    continue;
                }
                // It stands inside another cell, whole or nearly so.
                Teachers::Given { .. } if self.found.has(number) => continue,
                Teachers::Given { .. } => given.push(part.name()),
                Teachers::Check(task) => checks.push(task.name.clone()),
            }
            let source = part.source().to_owned();
            let piece = Piece { part: Some(number), source, answers: None };
            pieces.insert(place(pieces, number), piece);
        }
        if !given.is_empty() {
            self.remark(Remark::GivenMissing(given));
        }
        if !checks.is_empty() {
            self.remark(Remark::ChecksMissing(checks));
        }
    }

    /// Runs a check once more where an answer stands elsewhere than before it: a learner runs cells in any order.
    /// The best result counts.
    fn check_answers_elsewhere(&mut self, pieces: &mut Vec<Piece>) {
        for (number, part) in self.parts.iter().enumerate() {
            let Teachers::Check(task) = part else { continue };
            let wanted = Wanted::by(self.parts, number, task);
            let again = || Piece { part: Some(number), source: task.check.clone(), answers: None };
            let check = pieces.iter().rposition(|piece| piece.part == Some(number));
            let behind = check.map(|check| wanted.behind(pieces, check)).unwrap_or_default();
            for place in behind.into_iter().rev() {
                self.remark(Remark::AnswerBehindCheck(task.name.clone()));
                pieces.insert(place + 1, again());
            }
            if let Some(place) = wanted.above_untouched(pieces) {
                self.remark(Remark::AnswerAboveTask(task.name.clone()));
                pieces.insert(place + 1, again());
            }
            if wanted.is_given(pieces) {
                self.remark(Remark::GivenUsed(task.name.clone()));
            }
        }
    }

    fn steps(&self, pieces: Vec<Piece>, mut secret: impl FnMut() -> String) -> Vec<Step> {
        let step = |piece: Piece| {
            let shown = piece.source.clone();
            let own =
                Step { code: shown.clone(), shown, answers: piece.answers, ..Step::default() };
            match piece.part.map(|number| &self.parts[number]) {
                Some(Teachers::Check(task)) => {
                    let secret = secret();
                    Step {
                        shown: task.check.clone(),
                        code: secret_check(task, &secret),
                        checks: Some(task.name.clone()),
                        answers: None,
                        visible: visible_check(task),
                        secret,
                    }
                }
                Some(Teachers::Task(task)) => Step { answers: Some(task.name.clone()), ..own },
                _ => own,
            }
        };
        pieces.into_iter().map(step).collect()
    }
}

/// Whether what stands between is a statement of its own: of `let verdict = check::one(&one);` or
/// `{ check::one(&one) }` nothing can be cut out.
fn stands_alone(before: &str, after: &str) -> bool {
    let code = before.trim_end();
    let last_line = code.lines().last().unwrap_or_default();
    let is_end_of_line = before[code.len()..].contains('\n');
    let begins = code.is_empty()
        || code.ends_with([';', '}'])
        || is_end_of_line && (last_line.contains("//") || last_line.starts_with(':'));
    begins && !after.trim_start().starts_with(['.', '?', ')', '}'])
}

/// Where a cell of the teacher's comes back: behind the nearest one before it that is there.
fn place(pieces: &[Piece], number: usize) -> usize {
    let of = |part: usize| pieces.iter().position(|piece| piece.part == Some(part));
    match (0..number).rev().find_map(of) {
        Some(before) => before + 1,
        None if number == 0 => 0,
        None => pieces.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::Language;
    use crate::course::notebook::{Edition, make};
    use crate::course::source::Part;
    use crate::marking::hand_in::read;

    fn source() -> Source {
        let task = |name: &str, points| Task {
            name: name.into(),
            points,
            starter: format!("let {name} = 0;"),
            check: format!("check::{name}(&{name})"),
            hidden: format!(".and(|| {name} == 1)"),
            ..Task::default()
        };
        let parts = vec![
            Part::Code(HEAD.into()),
            Part::Task(Box::new(task("one", 2))),
            Part::Code("let x = 1;".into()),
            Part::Task(Box::new(task("two", 1))),
        ];
        Source { name: "03_test".into(), parts, ..Source::default() }
    }

    fn cell(id: &str, grade_id: &str, source: &str) -> Cell {
        Cell { id: id.into(), grade_id: grade_id.into(), source: source.into(), is_text: false }
    }

    fn composed(cells: &[Cell]) -> (Vec<String>, Vec<Remark>) {
        let composition = compose(&source(), cells, || "secret".into());
        let name = |step: Step| match step.checks {
            Some(task) => format!("check {task}"),
            None => step.code,
        };
        (composition.steps.into_iter().map(name).collect(), composition.remarks)
    }

    fn all() -> Vec<Cell> {
        vec![
            cell("code-00", "", HEAD),
            cell("a", "one", "let one = 1;"),
            cell("b", "check_one", "check::one(&one)"),
            cell("code-02", "", "let x = 1;"),
            cell("", "two", "let two = 1;"),
            cell("", "check_two", "check::two(&two)"),
        ]
    }

    const HEAD: &str = ":dep zunder = { path = \"..\" }\nuse zunder::prelude::*;";

    const ALL: [&str; 6] =
        [HEAD, "let one = 1;", "check one", "let x = 1;", "let two = 1;", "check two"];

    #[test]
    fn a_whole_notebook_is_run_as_it_is() {
        assert_eq!(composed(&all()), (ALL.map(str::to_owned).to_vec(), Vec::new()));
    }

    #[test]
    fn fences_around_code_that_became_markdown_are_left_out() {
        let text = |cell: &Cell, source: &str| Cell {
            is_text: true,
            source: source.into(),
            ..cell.clone()
        };
        let mut cells = all();
        cells[1] = text(&cells[1], "My answer:\n```rust\nlet one = 1;\n```");
        cells[2] = text(&cells[2], "```\ncheck::one(&one)\n```\n");
        let nameless = Cell::default();
        cells[4] = text(&nameless, "~~~rust\nlet two = 1;\n~~~");
        cells.insert(0, text(&nameless, "An example:\n```rust\nlet two = 5;\n```"));
        let (steps, remarks) = composed(&cells);
        assert_eq!(steps, ALL);
        assert_eq!(remarks, ["one", "check_one", "two"].map(|cell| Remark::WasText(cell.into())));
    }

    #[test]
    fn checks_and_given_cells_come_back_where_they_were() {
        let mut cells = all();
        cells.remove(3);
        cells.remove(2);
        cells.remove(0);
        let (steps, remarks) = composed(&cells);
        assert_eq!(steps, ALL);
        let given = vec!["`:dep zunder = { path = \"..\" }`".into(), "`let x = 1;`".into()];
        let missing = [Remark::GivenMissing(given), Remark::ChecksMissing(vec!["one".into()])];
        assert_eq!(remarks, missing);
        let sentences = missing.map(|remark| remark.sentence(Language::German));
        assert_eq!(
            sentences,
            [
                "2 vorgegebene Zellen fehlten; sie wurden wieder eingesetzt: `:dep zunder = { path = \"..\" }`, `let x = 1;`.",
                "Die Prüfung von one fehlte; sie wurde wieder eingesetzt."
            ]
        );
    }

    #[test]
    fn a_changed_check_is_the_teachers_again_and_changed_given_cells_stay() {
        let mut cells = all();
        cells[2].source = "println!(\"2\")".into();
        cells[3].source = "let x = 2;".into();
        cells.push(cell("new", "", "mod check { fn one() {} }"));
        let (steps, remarks) = composed(&cells);
        assert_eq!(steps[2..5], ["println!(\"2\")", "check one", "let x = 2;"]);
        let expected = [
            Remark::CheckChanged("one".into()),
            Remark::GivenChanged("`let x = 1;`".into()),
            Remark::Unusual("mod check".into()),
        ];
        assert_eq!(remarks, expected);
    }

    #[test]
    fn a_correction_with_its_check_in_one_cell_counts() {
        let mut cells = all();
        cells.push(cell("", "", "let one = 2;\ncheck::one(&one)"));
        let (steps, remarks) = composed(&cells);
        assert_eq!(steps[..ALL.len()], ALL);
        assert_eq!(steps[ALL.len()..], ["let one = 2;", "check one"]);
        assert_eq!(remarks, [Remark::CheckMerged("one".into())]);
    }

    #[test]
    fn an_answer_behind_its_check_is_checked_where_it_stands() {
        let behind = || vec![Remark::AnswerBehindCheck("one".into())];
        let mut moved = all();
        let answer = moved.remove(1);
        moved.push(answer);
        let (steps, remarks) = composed(&moved);
        assert_eq!(
            (&steps[1..3], steps.len()),
            (&["check one", "let x = 1;"].map(String::from)[..], 7)
        );
        assert_eq!(
            (&steps[5..], remarks),
            (&["let one = 1;", "check one"].map(String::from)[..], behind())
        );

        let mut own = all();
        own[1].source = "let one = 0;".into();
        own.push(cell("", "", "let one = 1;"));
        let (steps, remarks) = composed(&own);
        assert_eq!(
            (steps[1..3].join(" "), steps[6..].join(" ")),
            ("let one = 0; check one".to_owned(), "let one = 1; check one".to_owned())
        );
        assert_eq!(remarks, behind());

        let mut first_try = all();
        first_try[1].source = "let one = 3;".into();
        first_try.splice(3..3, [cell("", "", "let one = 1;"), cell("", "", "let one = 7;")]);
        let (steps, remarks) = composed(&first_try);
        assert_eq!(steps[3..7], ["let one = 1;", "check one", "let one = 7;", "check one"]);
        assert_eq!(remarks, behind());
    }

    #[test]
    fn an_answer_to_a_task_that_begins_empty_is_known_by_what_its_check_asks_for() {
        let mut source = source();
        let Part::Task(task) = &mut source.parts[1] else { panic!("it is a task") };
        (task.starter, task.solution) = ("// your code".into(), "let a = 0;\nlet one = 1;".into());
        let mut cells = all();
        cells[1].source = "// your code".into();
        cells.push(cell("", "", "let one = 1;"));
        let composition = compose(&source, &cells, || "secret".into());
        let last = composition.steps.last().expect("it has steps");
        assert_eq!(last.checks.as_deref(), Some("one"));
        assert_eq!(composition.remarks, [Remark::AnswerBehindCheck("one".into())]);
    }

    #[test]
    fn an_answer_above_its_untouched_task_is_checked_there() {
        let mut cells = all();
        cells[1].source = "let one = 0;".into();
        cells.insert(1, cell("", "", "let one = 1;"));
        let (steps, remarks) = composed(&cells);
        assert_eq!(steps[1..5], ["let one = 1;", "check one", "let one = 0;", "check one"]);
        assert_eq!(remarks, [Remark::AnswerAboveTask("one".into())]);
        cells[2].source = "let one = 2;".into(); // something of the learner's own, which counts
        assert_eq!(composed(&cells).1, []);
    }

    #[test]
    fn what_is_given_to_go_on_with_is_no_answer() {
        let mut source = source();
        let Part::Task(task) = &mut source.parts[1] else { panic!("it is a task") };
        task.given = "let one = given::one();".into();
        let checks_and_remarks = |cells: &[Cell]| {
            let composition = compose(&source, cells, || "secret".into());
            let of_one = |step: &&Step| step.checks.as_deref() == Some("one");
            (composition.steps.iter().filter(of_one).count(), composition.remarks)
        };
        let given = "let one: i32 = given :: one( );";
        let mut cells = all();
        cells[1].source = "let one = 0;".into();
        cells.insert(3, cell("given-one", "", given));
        assert_eq!(checks_and_remarks(&cells), (1, vec![]));
        cells.insert(1, cell("", "", given));
        assert_eq!(checks_and_remarks(&cells), (1, vec![]));
        cells[2].source = given.into();
        assert_eq!(checks_and_remarks(&cells), (1, vec![Remark::GivenUsed("one".into())]));

        // Passed on by a variable, from the given cell itself and from others.
        let answers = |before: &str, answer: &str| {
            let mut cells = all();
            cells[1].source = answer.into();
            cells.insert(1, cell("", "", before));
            !checks_and_remarks(&cells).1.is_empty()
        };
        assert!(answers("let g = given::one();", "let one = g;"));
        assert!(answers("let g = given::one();", "let one = 1;"));
        assert!(answers(given, "let one = one;"));
        assert!(answers("let one = given::one(); let g = one;", "let one = g + 0;"));
        assert!(!answers(given, "let one = 1; println!(\"{}\", one);"));
        // Gone on with, and solved later.
        let mut late = all();
        late.insert(3, cell("given-one", "", given));
        late.push(cell("", "", "let x = one + 1;"));
        late.push(cell("", "", "let one = 1;"));
        let behind = vec![Remark::AnswerBehindCheck("one".into())];
        assert_eq!(checks_and_remarks(&late), (2, behind));
    }

    #[test]
    fn what_comes_back_stands_behind_the_nearest_cell_that_is_there() {
        let answers = [cell("", "one", "let one = 1;"), cell("", "two", "let two = 1;")];
        assert_eq!(composed(&answers).0, ALL);
        let (steps, remarks) = composed(&answers[1..]);
        assert_eq!(steps, [ALL[0], ALL[3], ALL[4], ALL[5]]);
        assert!(remarks.contains(&Remark::TaskMissing("one".into())), "{remarks:?}");
        let merged = [cell("", "two", "let two = 1;\nlet one = 1;")];
        let steps = composed(&merged).0;
        assert_eq!(steps[3..], ["let two = 1;\nlet one = 1;", "check one", "check two"]);
    }

    #[test]
    fn the_check_of_a_task_that_has_no_answer_is_not_run() {
        let mut cells = all();
        cells.remove(1);
        let (steps, remarks) = composed(&cells);
        assert_eq!(steps, [ALL[0], ALL[3], ALL[4], ALL[5]]);
        assert_eq!(remarks, [Remark::TaskMissing("one".into())]);
        cells.push(cell("", "", "let [one, other] = [1, 2];"));
        assert_eq!(composed(&cells).0.last().map(String::as_str), Some("check one"));
    }

    #[test]
    fn cells_that_became_text_are_run_as_code() {
        let mut cells = all();
        for number in [1, 2, 3] {
            cells[number].is_text = true;
        }
        cells.push(Cell { is_text: true, ..cell("", "", "# Let one think of two") });
        let (steps, remarks) = composed(&cells);
        assert_eq!(steps, ALL);
        assert_eq!(
            remarks,
            ["one", "check_one", "`let x = 1;`"].map(|n| Remark::WasText(n.into()))
        );
        for cell in &mut cells {
            (cell.id, cell.grade_id) = Default::default();
        }
        assert_eq!(composed(&cells).0, ALL);
    }

    #[test]
    fn a_check_inside_an_expression_is_not_cut_out_of_it() {
        for own in [
            "let verdict = check::one(&one);\nverdict",
            "let verdict =\n    check::one(&one);",
            "{ check::one(&one) }",
            "println!(\"{}\", check::one(&one))",
            "let is_right = check::one(&one).is_pass();",
        ] {
            let mut cells = all();
            cells[2].source = own.into();
            let (steps, remarks) = composed(&cells);
            assert_eq!(steps[2..4], [own, "check one"]);
            assert_eq!(remarks, [Remark::CheckChanged("one".into())]);
        }
        for before in ["// so it is", ":dep zunder", "let a = 1; // mine"] {
            let mut cells = all();
            cells[2].source = format!("{before}\ncheck::one(&one)");
            let (steps, _) = composed(&cells);
            assert!(steps.contains(&"check one".to_owned()), "{steps:?}");
            assert!(!steps.iter().any(|step| step.contains("check::one")), "{steps:?}");
        }
    }

    #[test]
    fn an_answer_in_the_checks_cell_is_run_before_the_check() {
        let mut cells = all();
        cells[2].source = "let one = 1;\ncheck::one( &one ) // mine".into();
        cells.remove(1);
        let (steps, remarks) = composed(&cells);
        assert_eq!(steps, ALL);
        assert_eq!(remarks, [Remark::AnswerInCheck("one".into())]);
        let composition = compose(&source(), &cells, || "secret".into());
        assert_eq!(composition.steps[1].answers.as_deref(), Some("one"));
    }

    #[test]
    fn merged_cells_are_taken_apart() {
        let mut cells = all();
        cells.remove(4);
        cells[2].source = "check::one(&one)\n\nlet two = 1;".into();
        let (steps, remarks) = composed(&cells);
        let expected =
            [HEAD, "let one = 1;", "check one", "let two = 1;", "let x = 1;", "check two"];
        assert_eq!(steps, expected);
        assert_eq!(remarks, [Remark::AnswerInCheck("one".into())]);

        let whole: Vec<String> = all().into_iter().map(|cell| cell.source).collect();
        let (steps, remarks) = composed(&[cell("", "", &whole.join("\n\n"))]);
        assert_eq!(
            steps,
            [
                &format!("{HEAD}\n\nlet one = 1;"),
                "check one",
                "let x = 1;\n\nlet two = 1;",
                "check two"
            ]
        );
        let missing = remarks.iter().filter(|remark| matches!(remark, Remark::GivenMissing(_)));
        assert_eq!(missing.count(), 0, "{remarks:?}");
    }

    /// Such a hand-in ended the whole program, or kept it busy for hours.
    #[test]
    fn a_flood_of_checks_and_remarks_is_no_more_than_a_few() {
        let mut cells = all();
        cells.remove(2);
        cells[1].source = "let one = 1;\n".to_owned() + &"check::one(&one);\n".repeat(20_000);
        let (steps, remarks) = composed(&cells);
        assert_eq!(steps.iter().filter(|step| *step == "check one").count(), MOST_CUTS);
        assert_eq!(remarks, [Remark::CheckMerged("one".into())]);

        let lines = |line: fn(usize) -> String| (0..20_000).map(line).collect::<String>();
        cells[1].source = lines(|n| format!(":dep zunder = \"{n}\"\n")) + "let one = 1;";
        cells[4].source = lines(|n| format!("impl A for B{n} {{}}\n"));
        let (steps, remarks) = composed(&cells);
        let kept: Vec<&str> = steps[1].split_whitespace().collect();
        assert_eq!(kept.join(" "), ":dep zunder = { path = \"..\" } let one = 1;");
        assert_eq!(remarks.iter().filter(|remark| remark.is_suspicion()).count(), MOST);
    }

    #[test]
    fn there_is_a_name_for_each_check() {
        let one = "check::one(&one)\n".to_owned();
        let mut cells = vec![cell("", "check_one", &(one + &"check::two(&two);\n".repeat(20))); 9];
        cells.push(cell("", "one", "let one = 1;"));
        let checks = |cells: &[Cell]| {
            let steps = compose(&source(), cells, || "secret".into()).steps;
            let checks = steps.iter().filter(|step| step.checks.is_some()).count();
            assert!(checks <= most_checks(&source(), cells), "{checks}");
            checks
        };
        assert_eq!(checks(&cells), 9 + MOST_CUTS + 3); // what is not cut out is the answer to two
        assert_eq!((checks(&all()), checks(&[])), (2, 0));
    }

    #[test]
    fn only_what_is_run_is_looked_at() {
        let mut cells = all();
        let text = "struct Array;\nWhat is `std::process::exit(0)`, and `unsafe`?";
        cells.push(Cell { is_text: true, ..cell("", "", text) });
        assert_eq!(composed(&cells).1, []);
        cells.push(cell("", "", "impl Show for Array {}"));
        assert_eq!(composed(&cells).1, [Remark::Unusual("impl Show for Array".into())]);
    }

    #[test]
    fn a_given_cell_that_was_touched_is_never_run_twice() {
        let mut cells = all();
        for cell in &mut cells {
            (cell.id, cell.grade_id) = Default::default();
        }
        cells[3].source = "let x = 1 + 1; println!(\"{x}\");".into();
        let (steps, remarks) = composed(&cells);
        assert_eq!(steps[3], cells[3].source);
        assert_eq!(steps.len(), 6);
        assert_eq!(remarks, [Remark::GivenChanged("`let x = 1;`".into())]);
    }

    #[test]
    fn the_crate_is_never_another_one() {
        let mut cells = all();
        let git = ":dep zunder = { git = \"https://example.com/zunder\" }";
        cells[0].source = format!("{git}\nuse zunder::prelude::*;");
        let (steps, remarks) = composed(&cells);
        assert_eq!(steps, ALL);
        let other = Remark::OtherCrate(git.into());
        let changed = Remark::GivenChanged("`:dep zunder = { path = \"..\" }`".into());
        assert_eq!(remarks, [changed, other]);
    }

    #[test]
    fn the_crate_may_be_named_by_any_folder() {
        for folder in ["{path = \"..\"}", "{ path = \"../\" }", "{ path = \"/home/rosa/zunder\" }"]
        {
            let mut cells = all();
            cells[0].source = format!(":dep zunder = {folder}\nuse zunder::prelude::*;");
            let (steps, remarks) = composed(&cells);
            assert_eq!((&steps[0], remarks), (&cells[0].source, vec![]));
        }
    }

    /// What the course itself hands out and solves is nothing to look at.
    #[test]
    fn all_solutions_of_the_course_pass_without_a_remark() {
        let root =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
        let layout = crate::base::layout::Layout::at(root);
        let sources = crate::course::course::sources(&layout).expect("the course");
        let mut tasks = 0;
        for source in sources.iter().filter(|source| source.tasks().next().is_some()) {
            for edition in [Edition::Learner, Edition::Solved] {
                let notebook = make(source, Language::German, edition);
                let folder = tempfile::tempdir().expect("a folder");
                let file = folder.path().join("x.ipynb");
                std::fs::write(&file, notebook.to_string()).expect("a file");
                let hand_in = read(folder.path(), &file);
                let mut cells = hand_in.cells.expect("a notebook");
                let composition = compose(source, &cells, || "secret".into());
                assert_eq!(composition.remarks, [], "{}", source.name);
                // Whoever goes on with what is given takes the slashes away.
                let given = cells.iter_mut().filter(|cell| cell.id.starts_with("given-"));
                given.for_each(|cell| cell.source = cell.source.replace("// ", ""));
                let gone_on = compose(source, &cells, || "secret".into());
                assert_eq!(gone_on.remarks, [], "{}", source.name);
                tasks += composition.steps.iter().filter(|step| step.checks.is_some()).count();
            }
        }
        assert!(tasks > 80, "{tasks}");
    }
}
