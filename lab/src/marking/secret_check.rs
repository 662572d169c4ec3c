//! A check as it is run: what a learner wrote can neither stand before it nor speak for it.

use crate::course::source::Task;

/// The check with its hidden part, out of reach of a learner's own `mod check` or `println!`.
///
/// It says whether it passed under a name that is new each time: what other code prints
/// meanwhile, a thread for example, is not taken for it. It asks for the crate itself, whatever a
/// learner made of the first cell.
pub(crate) fn secret_check(task: &Task, secret: &str) -> String {
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
