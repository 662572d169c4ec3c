//! An error of the compiler as evcxr publishes it, in the words and the picture that a learner is to see.

use crate::base::tokens::words;

/// The words with names as everywhere, and without what evcxr has put behind the cell.
pub(crate) fn in_usual_words(error: &str, code: &str) -> String {
    without_function_of_evcxr(&with_usual_names(error), code)
}

/// Behind the course's prelude, the compiler calls `zunder::Array` by the way on which the cell has come to it.
fn with_usual_names(error: &str) -> String {
    const COURSE: &str = "zunder_course::prelude::";
    let mut parts = error.split(COURSE);
    let mut named = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        named += match part {
            _ if part.starts_with('*') => COURSE, // the cell's own `use`
            _ if part.starts_with("zunder::") => "",
            _ => "zunder::",
        };
        named += part;
    }
    named
}

/// With other words for what is behind a line without its end: evcxr has put a function of its own there.
fn without_function_of_evcxr(error: &str, code: &str) -> String {
    const FOUND: &str = "found keyword `fn`";
    if !error.contains(FOUND) || words(code).iter().any(|word| word == "fn") {
        return error.to_owned();
    }
    error.replace(FOUND, "found the next line")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_course_are_the_usual_ones() {
        let said =
            "found `Result<zunder_course::prelude::Array, zunder_course::prelude::zunder::Error>`";
        assert_eq!(in_usual_words(said, ""), "found `Result<zunder::Array, zunder::Error>`");
        let own = "1 │ use zunder_course::prelude::*;";
        assert_eq!(in_usual_words(own, ""), own);
    }
}
