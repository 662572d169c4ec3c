//! A notebook as a chapter: its texts and cells with what they put out. A task stands there as a learner finds it;
//! the answer with its outputs is folded in below.

use std::path::Path;

use maud::{Markup, html};
use serde_json::Value;

use crate::base::failure::Result;
use crate::base::language::Language;
use crate::book::output::Outputs;
use crate::book::places::Places;
use crate::book::text::{Section, Writer, code};
use crate::course::notebook::text_of;

/// A page without its frame.
pub(crate) struct Article {
    /// Its file, without the ending.
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) body: Markup,
    pub(crate) sections: Vec<Section>,
}

/// Makes the chapter of the notebook as learners have it, and of the same one solved and executed.
pub(crate) fn of(
    places: &Places,
    outputs: &Outputs,
    (name, title): (&str, &str),
    learner: &Value,
    executed: &Value,
) -> Result<Article> {
    let short = name.split('_').next().unwrap_or(name);
    let mut writer = Writer::new(places, short);
    let language = places.language;
    let has_tasks = cells(learner).any(|cell| parts(cell).0 == "task");
    let mut body = Vec::new();
    for cell in cells(learner) {
        let source = text_of(&cell["source"]);
        let run = |kind: &str| {
            let id = format!("{kind}-{}", parts(cell).1);
            cells(executed).find(|cell| cell["id"] == id.as_str()).unwrap_or(&Value::Null)
        };
        body.push(match parts(cell) {
            ("text", _) => {
                let text = writer.text(&source);
                let is_first = body.is_empty();
                html! {
                    (text)
                    @if is_first { (how_to_open(language, name)) @if has_tasks { (about_tasks(language)) } }
                }
            }
            ("task", task) => {
                writer.note(&source);
                html! {
                    section.task id=(format!("{short}-task-{task}")) aria-label=(language.either("Task", "Aufgabe")) {
                        p.label { (language.either("Your turn", "Jetzt du")) }
                        (code(&source))
                        (code(&text_of(&run("check")["source"])))
                        (answer(&mut writer, outputs, &run)?)
                    }
                }
            }
            // A check stands with its task; hints wait in JupyterLab.
            ("check" | "hint" | "given", _) => html! {},
            (kind, _) => {
                writer.note(&source);
                html! { div.cell { (code(&source)) (outputs.of(run(kind))?) } }
            }
        });
    }
    let body = html! { @for part in &body { (part) } };
    Ok(Article { name: name.to_owned(), title: title.to_owned(), body, sections: writer.sections })
}

fn cells(notebook: &Value) -> impl Iterator<Item = &Value> {
    notebook["cells"].as_array().into_iter().flatten()
}

/// What a cell is, and its own name: `task`, `flatten`.
fn parts(cell: &Value) -> (&str, &str) {
    cell["id"].as_str().and_then(|id| id.split_once('-')).unwrap_or_default()
}

fn answer<'a>(
    writer: &mut Writer,
    outputs: &Outputs,
    run: &impl Fn(&str) -> &'a Value,
) -> Result<Markup> {
    let language = outputs.language;
    let (solution, check) = (run("task"), run("check"));
    Ok(html! {
        details {
            summary { (language.either("One answer, and why", "Eine Antwort, und warum")) }
            (writer.text(&text_of(&run("why")["source"])))
            div.cell { (code(&text_of(&solution["source"]))) (outputs.of(solution)?) }
            (outputs.of(check)?)
        }
    })
}

fn how_to_open(language: Language, name: &str) -> Markup {
    let file = Path::new(language.folder()).join(format!("{name}.ipynb"));
    html! {
        p.open {
            @if language == Language::English {
                "This is the notebook " code { (file.display()) } ". To run and change it, start JupyterLab with "
                code { "cargo lab" } " (where Zunder is installed for all: " code { "zunder" }
                ") and open it in the list of files on the left."
            } @else {
                "Das ist das Notebook " code { (file.display()) } ". Willst du es ausführen und ändern, starte JupyterLab mit "
                code { "cargo lab" } " (wo Zunder für alle installiert ist: " code { "zunder" }
                ") und öffne es links in der Liste der Dateien."
            }
        }
    }
}

fn about_tasks(language: Language) -> Markup {
    html! {
        p.open {
            (language.either(
                "Tasks stand here as you find them. Solve them in JupyterLab: there each one is checked, and there are hints. \
                 What you see below a task was put out by the notebook with all tasks solved.",
                "Die Aufgaben stehen hier so, wie du sie vorfindest. Löse sie in JupyterLab: Dort wird jede geprüft, und dort gibt \
                 es Tipps. Was unter einer Aufgabe steht, hat das Notebook ausgegeben, in dem alle gelöst sind.",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::places::of_tests;
    use serde_json::json;

    #[test]
    fn a_task_is_shown_unsolved_with_the_answer_folded_in() -> Result<()> {
        let printed = |text: &str| json!([{"output_type": "stream", "text": text}]);
        let learner = json!({"cells": [
            {"id": "text-00", "source": ["# Title\n", "Text."]},
            {"id": "code-01", "source": "let a = 1;"},
            {"id": "task-flatten", "source": "let x = y; // change this"},
            {"id": "check-flatten", "source": "check::flatten(&x)"},
            {"id": "hint-flatten", "source": "// hint(\"flatten\")"},
        ]});
        let executed = json!({"cells": [
            {"id": "code-01", "source": "let a = 1;", "outputs": printed("one")},
            {"id": "why-flatten", "source": "Because."},
            {"id": "task-flatten", "source": "let x = y.reshape();", "outputs": printed("two")},
            {"id": "check-flatten", "source": "check::flatten(&x)", "outputs": printed("passed")},
        ]});
        let places = of_tests(Language::German);
        let outputs = Outputs { pictures: Path::new("").to_owned(), language: Language::German };
        let article = of(&places, &outputs, ("01_first", "Title"), &learner, &executed)?;
        let page = article.body.into_string();
        let parts = [
            "<h1 id=\"01-title\">",
            "<code>notebooks/de/01_first.ipynb</code>",
            ">one</pre>",
            "<section class=\"task\" id=\"01-task-flatten\"",
            "// change this",
            "<details>",
            "<p>Because.</p>",
            "reshape",
            ">two</pre>",
            ">passed</pre>",
            "</details></section>",
        ];
        let places: Vec<Option<usize>> = parts.iter().map(|part| page.find(part)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}: {page}");
        assert!(!page.contains("hint(") && page.matches("check::flatten").count() == 1, "{page}");
        Ok(())
    }
}
