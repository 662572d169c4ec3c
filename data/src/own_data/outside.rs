//! What a text is that should be a table, before it is cut into fields.

use crate::base::phrase::{Phrase, phrase};

/// What is often saved in place of a file that was meant: the page around it.
pub(crate) fn no_table(text: &str) -> Option<Phrase> {
    let start: String = text.trim_start().chars().take(40).collect();
    let start = start.to_lowercase();
    let begins = |with: &[&str]| with.iter().any(|with| start.starts_with(with));
    if begins(&["<!doctype html", "<html"]) {
        return Some(phrase!(
            "this is a web page, not the file itself: download the file, on GitHub with \"Download raw file\"",
            "das ist eine Webseite, nicht die Datei selbst: Lade die Datei herunter, bei GitHub mit „Download raw \
             file“"
        ));
    }
    if begins(&["version https://git-lfs"]) {
        return Some(phrase!(
            "this only says where the file lies (Git LFS): download the file itself, on GitHub with \"Download raw \
             file\"",
            "hier steht nur, wo die Datei liegt (Git LFS): Lade sie selbst herunter, bei GitHub mit „Download raw \
             file“"
        ));
    }
    begins(&["{\"", "[{\"", "{\n"]).then(|| {
        phrase!(
            "this is JSON, not a table: save it as CSV, a line for each row",
            "das ist JSON und keine Tabelle: Speichere sie als CSV, mit einer Zeile für jede Reihe"
        )
    })
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
        assert_eq!(["a,b\n1,2", "", "[kg],[m]\n1,2"].map(told), ["", "", ""]);
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
