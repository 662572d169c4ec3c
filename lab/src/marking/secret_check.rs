//! A check as it is run: what a learner wrote can neither stand before it nor speak for it.

use crate::course::source::Task;

/// The check with its hidden part, out of reach of a learner's own modules, macros and traits.
///
/// It says whether it passed under a name that is new each time: what other code prints meanwhile, a
/// thread for example, is not taken for it. Everything is called by its whole path, since a method of
/// a learner's trait could be found before that of the verdict, and the cell ends with a statement,
/// so that nothing is added to it. It asks for the crate itself, whatever a learner made of the first
/// cell. A plain name such as `verdict` could be that of a learner's constant: `let` would then compare with it.
pub(crate) fn secret_check(task: &Task, secret: &str) -> String {
    let check = qualified(&format!("{}\n{}", task.check, task.hidden));
    let content = format!(
        "::std::println!(\"EVCXR_BEGIN_CONTENT {secret}\\n{{}}\\nEVCXR_END_CONTENT\", \
         ::zunder_course::Verdict::is_pass(&verdict_of_the_course));\n"
    );
    shown(&check, &content)
}

/// The check as the learner has it: nothing that it prints gives a hidden part away.
pub(crate) fn visible_check(task: &Task) -> String {
    shown(&qualified(&task.check), "")
}

fn shown(check: &str, content: &str) -> String {
    format!(
        ":dep zunder-course = \"0.1\"\n\
         let () = {{\nlet verdict_of_the_course: ::zunder_course::Verdict = {{\n{check}\n}};\n{content}\
         ::zunder_course::Verdict::evcxr_display(&verdict_of_the_course);\n}};"
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

    #[test]
    fn checks_cannot_be_stood_before() {
        let code =
            qualified("check::a(&x)\n.and(|| check::b(&my_check::c, zunder_course::check::d))");
        assert_eq!(
            code,
            "::zunder_course::check::a(&x)\n.and(|| ::zunder_course::check::b(&my_check::c, zunder_course::check::d))"
        );
    }

    #[test]
    fn a_check_calls_everything_by_its_path_and_ends_with_a_statement() {
        let task = Task {
            check: "check::a(&x)".into(),
            hidden: ".and(|| x == 1)".into(),
            ..Task::default()
        };
        let code = secret_check(&task, "secret");
        assert!(
            code.ends_with("::zunder_course::Verdict::evcxr_display(&verdict_of_the_course);\n};"),
            "{code}"
        );
        assert!(
            code.contains("::zunder_course::Verdict::is_pass(&verdict_of_the_course)"),
            "{code}"
        );
        assert!(!visible_check(&task).contains("x == 1"));
    }
}
