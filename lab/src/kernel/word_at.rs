//! Which word somebody asks about who presses Shift-Tab: evcxr looks at what stands before the cursor and explains
//! only a name that ends there.

/// The place behind the name that the cursor touches, counted in characters; behind that of the call in whose
/// brackets it stands, where it touches none.
pub(crate) fn end_of_word(code: &str, cursor: usize) -> usize {
    let code: Vec<char> = code.chars().collect();
    let cursor = cursor.min(code.len());
    let end = end_of_run(&code, cursor);
    if is_name_before(&code, end) {
        return end;
    }
    bracket_around(&code, cursor)
        .filter(|bracket| is_name_before(&code, *bracket))
        .unwrap_or(cursor)
}

fn is_of_name(letter: &char) -> bool {
    letter.is_alphanumeric() || *letter == '_'
}

fn end_of_run(code: &[char], from: usize) -> usize {
    from + code[from..].iter().take_while(|letter| is_of_name(letter)).count()
}

/// A number is no name.
fn is_name_before(code: &[char], end: usize) -> bool {
    let first = code[..end].iter().rev().take_while(|letter| is_of_name(letter)).last();
    first.is_some_and(|letter| !letter.is_numeric())
}

/// The last bracket before the cursor that is still open there.
fn bracket_around(code: &[char], cursor: usize) -> Option<usize> {
    let mut closed = 0;
    (0..cursor).rev().find(|&place| match code[place] {
        ')' => {
            closed += 1;
            false
        }
        '(' if closed > 0 => {
            closed -= 1;
            false
        }
        letter => letter == '(',
    })
}

#[cfg(test)]
mod tests {
    use super::end_of_word;

    /// `|` is the cursor, `^` the place that evcxr is asked about.
    #[test]
    fn the_word_at_the_cursor_is_asked_about_and_else_the_call_around_it() {
        for (typed, asked) in [
            ("|model.fit(&x)", "model^.fit(&x)"),
            ("mo|del.fit(&x)", "model^.fit(&x)"),
            ("model.|fit(&x)", "model.fit^(&x)"),
            ("model.fi|t(&x)", "model.fit^(&x)"),
            ("model.fit|(&x)", "model.fit^(&x)"),
            ("model.fit(|&x)", "model.fit^(&x)"),
            ("model.fit(&|x)", "model.fit(&x^)"),
            ("model.fit(&x, |)", "model.fit^(&x, )"),
            ("model.fit(&y(1), |)?;", "model.fit^(&y(1), )?;"),
            ("Dense::new(2|0)", "Dense::new^(20)"),
            ("let größe| = 1;", "let größe^ = 1;"),
            ("1 +| 2", "1 +^ 2"),
            ("(1, | 2)", "(1, ^ 2)"),
            ("f(1) |", "f(1) ^"),
            ("|", "^"),
        ] {
            let cursor = typed.chars().position(|letter| letter == '|').unwrap_or_default();
            let code = typed.replace('|', "");
            let end = asked.chars().position(|letter| letter == '^').unwrap_or_default();
            assert_eq!(end_of_word(&code, cursor), end, "{typed}");
        }
        assert_eq!(end_of_word("fit", 900), 3);
    }
}
