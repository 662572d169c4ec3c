//! What a text is that should be a table, before it is cut into fields.

use std::borrow::Cow;

use crate::base::phrase::{Phrase, phrase};

/// What is often saved in place of a file that was meant: the page around it.
pub(crate) fn no_table(text: &str) -> Option<Phrase> {
    let start: String = text.chars().filter(|c| !c.is_whitespace()).take(40).collect();
    let start = start.to_lowercase();
    let begins = |with: &[&str]| with.iter().any(|with| start.starts_with(with));
    if begins(&["<!doctypehtml", "<html", "<head>", "<body", "<table", "<!--"]) {
        return Some(phrase!(
            "this is a web page, not the file itself: download the file, on GitHub with \"Download raw file\"",
            "das ist eine Webseite, nicht die Datei selbst: Lade die Datei herunter, bei GitHub mit „Download raw \
             file“"
        ));
    }
    if begins(&["versionhttps://git-lfs"]) {
        return Some(phrase!(
            "this only says where the file lies (Git LFS): download the file itself, on GitHub with \"Download raw \
             file\"",
            "hier steht nur, wo die Datei liegt (Git LFS): Lade sie selbst herunter, bei GitHub mit „Download raw \
             file“"
        ));
    }
    let kinds: [(&str, &[&str]); 2] =
        [("JSON", &["{\"", "[{", "[[", "{}", "[]"]), ("XML", &["<?xml", "<svg"])];
    let (kind, _) = kinds.into_iter().find(|(_, starts)| begins(starts))?;
    Some(phrase!(
        "this is {kind}, not a table: save it as CSV, a line for each row",
        "das ist {kind} und keine Tabelle: Speichere sie als CSV, mit einer Zeile für jede Reihe"
    ))
}

/// `1, "a, b"` as it is meant, `1,"a, b"`: else the mark would count as a part of the text, and the comma
/// behind it would divide it.
pub(crate) fn without_blanks_before_quotes(text: &str, separator: char) -> Cow<'_, str> {
    if separator == ' ' || !text.contains(" \"") {
        return text.into();
    }
    let ends = |rest: &str| {
        let rest = rest.trim_start_matches(' ');
        rest.is_empty() || rest.starts_with([separator, '\r', '\n'])
    };
    let mut result = String::with_capacity(text.len());
    // By turns outside of quotation marks and inside; two marks that stand for one have nothing between them.
    let mut pieces = text.split('"');
    while let Some(outside) = pieces.next() {
        let start = outside.trim_end_matches(' ');
        let is_start = start.is_empty() && result.is_empty() || start.ends_with([separator, '\n']);
        result += if is_start && pieces.clone().nth(1).is_some_and(ends) { start } else { outside };
        if let Some(inside) = pieces.next() {
            result.extend(["\"", inside]);
            if pieces.clone().next().is_some() {
                result.push('"');
            }
        }
    }
    result.into()
}

/// The line, counted from 1, of a quotation mark at the start of a field that is not closed: the text ends within
/// it, or it swallows lines up to a mark behind which the field goes on.
pub(crate) fn open_quote(text: &str, separator: char) -> Option<u64> {
    if !text.contains('"') {
        return None;
    }
    let bytes = text.as_bytes();
    let (mut line, mut is_start) = (1, true);
    // The line where the field in quotation marks begins that is being read.
    let mut quoted: Option<u64> = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        match quoted {
            Some(_) if byte == b'"' && next == Some(b'"') => at += 1,
            Some(start) if byte == b'"' => {
                let ends =
                    next.is_none_or(|next| next == separator as u8 || b"\r\n ".contains(&next));
                if line > start && !ends {
                    return quoted;
                }
                quoted = None;
            }
            None if byte == b'"' && is_start => quoted = Some(line),
            _ => {}
        }
        is_start = byte == separator as u8 || byte == b'\n';
        line += u64::from(byte == b'\n');
        at += 1;
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_table_is_known() {
        let told = |text| no_table(text).map(|reason| reason.to_string()).unwrap_or_default();
        assert!(told("\n<!DOCTYPE html>\n<html>").contains("web page"));
        assert!(told("version https://git-lfs.github.com/spec/v1\n").contains("Git LFS"));
        assert!(told("[{\"a\": 1}]").contains("JSON") && told("{\n \"a\": 1}").contains("JSON"));
        for json in ["[\n  {\n    \"a\": 1}]", " { \"a\" : 1 }", "[[1, 2]]", "[ ]"] {
            assert!(told(json).contains("this is JSON, not a table"), "{json}");
        }
        assert!(told("<?xml version=\"1.0\"?>\n<rows/>").contains("this is XML, not"));
        assert!(told("  <!-- saved -->\n<html>").contains("web page"));
        let tables = ["a,b\n1,2", "", "[kg],[m]\n1,2", "<TICKER>,<DATE>\nA,1", "{a},b\n1,2"];
        assert_eq!(tables.map(told), [""; 5]);
    }

    #[test]
    fn blanks_before_quotation_marks_are_taken_out() {
        let plain = |text| without_blanks_before_quotes(text, ',').into_owned();
        assert_eq!(plain("n, \"t\"\n1,  \"a, b\"\n \"2\" ,x\n"), "n,\"t\"\n1,\"a, b\"\n\"2\" ,x\n");
        assert_eq!(plain(" \"a\", \"say, \"\"x\"\", y\""), "\"a\",\"say, \"\"x\"\", y\"");
        for other in ["1, \"Nick\" Smith\n", "a \"b\",c\n", "\"x, \"\"y\"\"\",1", "a, \"b", "1,2\n"]
        {
            assert_eq!(plain(other), other);
        }
    }

    #[test]
    fn quotation_marks_that_stay_open_are_found() {
        assert_eq!(open_quote("a,b\n\"x,1\ny,2\n\"w,4\n", ','), Some(2));
        assert_eq!(open_quote("a,b\n1,2\n3,\"4\n5,6", ','), Some(3));
        for closed in [
            "a,b\n\"x\ny\",1\n",
            "a\n\"say \"\"x\"\" \n\"\n",
            "5\" pipe,\"a\"b\n1,2\n",
            "a;b\n\"x\ny\";1",
        ] {
            assert_eq!(
                open_quote(closed, if closed.contains(';') { ';' } else { ',' }),
                None,
                "{closed}"
            );
        }
    }
}
