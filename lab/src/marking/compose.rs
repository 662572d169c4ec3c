//! What is run of a hand-in: the learner's cells in their order, with the teacher's checks.

use serde::{Deserialize, Serialize};

use crate::course::source::{Part, Source, Task};
use crate::marking::hand_in::Cell;

/// A cell that is run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
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
}

/// What is run, and what a teacher should know about the hand-in.
#[derive(Debug, Default)]
pub(crate) struct Composition {
    pub(crate) steps: Vec<Step>,
    pub(crate) remarks: Vec<Remark>,
}

/// Something odd about a hand-in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Remark {
    /// The check of this task was changed; the teacher's was run.
    CheckChanged(String),
    /// The check of this task was missing; it was put back.
    CheckMissing(String),
    /// A given cell was missing; it was put back.
    GivenMissing(String),
    /// This task's own cell is missing.
    TaskMissing(String),
    /// A cell contains this, which no task asks for.
    Unusual(&'static str),
}

/// Words that an honest solution hardly needs, and a dishonest one may.
const UNUSUAL: [&str; 7] =
    ["EVCXR_", "mod check", "mod zunder", "as zunder", "macro_rules!", "unsafe", "std::process"];

/// Puts the learner's cells and the teacher's checks together. `secret` makes a new name.
///
/// Given cells that were changed stay as the learner has them (there may be a reason), those that
/// were deleted come back, and so do checks. Tasks do not: the answer may stand in another cell.
pub(crate) fn compose(
    source: &Source,
    cells: &[Cell],
    mut secret: impl FnMut() -> String,
) -> Composition {
    let parts = parts(source);
    let mut found: Vec<Option<usize>> = cells.iter().map(|cell| which(&parts, cell)).collect();
    keep_last_of_each_given(&parts, &mut found);
    let mut remarks = Vec::new();
    let mut order: Vec<(Option<usize>, Option<&Cell>)> =
        found.iter().copied().zip(cells.iter().map(Some)).collect();
    for (number, part) in parts.iter().enumerate() {
        if order.iter().any(|(found, _)| *found == Some(number)) {
            continue;
        }
        match part {
            Teachers::Task(task) => remarks.push(Remark::TaskMissing(task.name.clone())),
            Teachers::Check(task) => {
                remarks.push(Remark::CheckMissing(task.name.clone()));
                order.insert(place(&order, number), (Some(number), None));
            }
            Teachers::Given { id, .. } => {
                remarks.push(Remark::GivenMissing(id.clone()));
                order.insert(place(&order, number), (Some(number), None));
            }
        }
    }
    let mut steps = Vec::new();
    for (number, cell) in order {
        let part = number.map(|number| &parts[number]);
        let own = cell.map(|cell| cell.source.clone());
        let (mut checks, mut answers, mut code, mut name) = (None, None, None, String::new());
        match part {
            Some(Teachers::Check(task)) => {
                if own.as_ref().is_some_and(|own| own.trim() != task.check.trim()) {
                    remarks.push(Remark::CheckChanged(task.name.clone()));
                }
                name = secret();
                code = Some(checking(task, &name));
                checks = Some(task.name.clone());
            }
            Some(Teachers::Task(task)) => answers = Some(task.name.clone()),
            Some(Teachers::Given { .. }) | None => {}
        }
        let given = match part {
            Some(Teachers::Given { source, .. }) => *source,
            Some(Teachers::Check(task)) => &task.check,
            _ => "",
        };
        let shown =
            if checks.is_some() { given.to_owned() } else { own.unwrap_or(given.to_owned()) };
        let code = code.unwrap_or_else(|| shown.clone());
        steps.push(Step { shown, code, checks, answers, secret: name });
    }
    for word in UNUSUAL {
        let given = parts.iter().any(|part| part.source().contains(word));
        if !given && cells.iter().any(|cell| cell.source.contains(word)) {
            remarks.push(Remark::Unusual(word));
        }
    }
    Composition { steps, remarks }
}

/// A code cell of the teacher's notebook.
enum Teachers<'a> {
    Given { id: String, source: &'a str },
    Task(&'a Task),
    Check(&'a Task),
}

impl Teachers<'_> {
    fn source(&self) -> &str {
        match self {
            Teachers::Given { source, .. } => source,
            Teachers::Task(task) => &task.starter,
            Teachers::Check(task) => &task.check,
        }
    }
}

fn parts(source: &Source) -> Vec<Teachers<'_>> {
    let cells = |(number, part): (usize, &'_ Part)| match part {
        Part::Text(_) => Vec::new(),
        Part::Code(_) | Part::Task(_) => vec![number],
    };
    let numbers = source.parts.iter().enumerate().flat_map(cells);
    let part = |number: usize| match &source.parts[number] {
        Part::Code(source) => vec![Teachers::Given { id: format!("code-{number:02}"), source }],
        Part::Task(task) => vec![Teachers::Task(task), Teachers::Check(task)],
        Part::Text(_) => Vec::new(),
    };
    numbers.flat_map(part).collect()
}

/// Which of the teacher's cells a learner's cell is: by its name, else by its text, since some
/// programs give cells new names.
fn which(parts: &[Teachers], cell: &Cell) -> Option<usize> {
    let by_name = parts.iter().position(|part| match part {
        Teachers::Given { id, .. } => cell.id == *id && cell.grade_id.is_empty(),
        Teachers::Task(task) => {
            cell.grade_id == task.name || cell.id == format!("task-{}", task.name)
        }
        Teachers::Check(task) => {
            let name = &task.name;
            cell.grade_id == format!("check_{name}") || cell.id == format!("check-{name}")
        }
    });
    by_name.or_else(|| parts.iter().position(|part| part.source().trim() == cell.source.trim()))
}

/// A second cell with the text of a given one is the learner's own.
fn keep_last_of_each_given(parts: &[Teachers], found: &mut [Option<usize>]) {
    for number in 0..found.len() {
        let Some(part) = found[number] else { continue };
        let is_given = matches!(parts[part], Teachers::Given { .. });
        if is_given && found[..number].contains(&Some(part)) {
            found[number] = None;
        }
    }
}

/// Where a cell of the teacher's comes back: behind the one that precedes it there.
fn place(order: &[(Option<usize>, Option<&Cell>)], number: usize) -> usize {
    if number == 0 {
        return 0;
    }
    let before = order.iter().rposition(|(found, _)| *found == Some(number - 1));
    before.map_or(order.len(), |before| before + 1)
}

/// The check with its hidden part, out of reach of a learner's own `mod check` or `println!`.
///
/// It says whether it passed under a name that is new each time: what other code prints
/// meanwhile, a thread for example, is not taken for it. It asks for the crate itself, whatever a
/// learner made of the first cell.
fn checking(task: &Task, secret: &str) -> String {
    let check = qualified(&format!("{}\n{}", task.check, task.hidden));
    format!(
        ":dep zunder-course = \"0.1\"\n\
         {{\nlet verdict: ::zunder_course::Verdict = {{\n{check}\n}};\n\
         ::std::println!(\"EVCXR_BEGIN_CONTENT {secret}\\n{{}}\\nEVCXR_END_CONTENT\", verdict.is_pass());\n\
         verdict\n}}"
    )
}

/// `check::` as the whole path, which no module of a learner can stand before.
fn qualified(code: &str) -> String {
    let mut qualified = String::new();
    let mut rest = code;
    while let Some(position) = rest.find("check::") {
        let before = &rest[..position];
        qualified.push_str(before);
        let last = before.chars().last();
        let is_whole =
            last.is_none_or(|last| !last.is_alphanumeric() && last != '_' && last != ':');
        qualified.push_str(if is_whole { "::zunder_course::check::" } else { "check::" });
        rest = &rest[position + "check::".len()..];
    }
    qualified + rest
}

#[cfg(test)]
mod tests {
    use super::*;

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
            Part::Code("use zunder::prelude::*;".into()),
            Part::Task(Box::new(task("one", 2))),
            Part::Code("let x = 1;".into()),
            Part::Task(Box::new(task("two", 1))),
        ];
        Source { name: "03_test".into(), parts, sentences: Vec::new() }
    }

    fn cell(id: &str, grade_id: &str, source: &str) -> Cell {
        Cell { id: id.into(), grade_id: grade_id.into(), source: source.into() }
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
            cell("code-00", "", "use zunder::prelude::*;"),
            cell("a", "one", "let one = 1;"),
            cell("b", "check_one", "check::one(&one)"),
            cell("code-02", "", "let x = 1;"),
            cell("", "two", "let two = 1;"),
            cell("", "check_two", "check::two(&two)"),
        ]
    }

    #[test]
    fn a_whole_notebook_is_run_as_it_is() {
        let (steps, remarks) = composed(&all());
        let use_all = "use zunder::prelude::*;";
        let expected =
            [use_all, "let one = 1;", "check one", "let x = 1;", "let two = 1;", "check two"];
        assert_eq!(steps, expected);
        assert_eq!(remarks, []);
    }

    #[test]
    fn checks_and_given_cells_come_back_where_they_were() {
        let mut cells = all();
        cells.remove(3);
        cells.remove(2);
        cells.remove(0);
        let (steps, remarks) = composed(&cells);
        let use_all = "use zunder::prelude::*;";
        let expected =
            [use_all, "let one = 1;", "check one", "let x = 1;", "let two = 1;", "check two"];
        assert_eq!(steps, expected);
        let missing = |id: &str| Remark::GivenMissing(id.into());
        assert_eq!(
            remarks,
            [missing("code-00"), Remark::CheckMissing("one".into()), missing("code-02")]
        );
    }

    #[test]
    fn a_changed_check_is_the_teachers_again_and_changed_given_cells_stay() {
        let mut cells = all();
        cells[2].source = "println!(\"2\")".into();
        cells[3].source = "let x = 2;".into();
        cells.push(cell("new", "", "mod check { fn one() {} }"));
        let (steps, remarks) = composed(&cells);
        assert_eq!(steps[2], "check one");
        assert_eq!(steps[3], "let x = 2;");
        assert_eq!(remarks, [Remark::CheckChanged("one".into()), Remark::Unusual("mod check")]);
    }

    #[test]
    fn a_check_without_a_task_is_run_at_the_end() {
        let (steps, remarks) = composed(&[cell("", "", "use zunder::prelude::*;")]);
        assert_eq!(steps, ["use zunder::prelude::*;", "check one", "let x = 1;", "check two"]);
        assert!(remarks.contains(&Remark::TaskMissing("one".into())));
    }

    #[test]
    fn checks_cannot_be_stood_before() {
        let code =
            qualified("check::a(&x)\n.and(|| check::b(&my_check::c, zunder_course::check::d))");
        assert_eq!(
            code,
            "::zunder_course::check::a(&x)\n.and(|| ::zunder_course::check::b(&my_check::c, zunder_course::check::d))"
        );
    }
}
