//! The book of one notebook in both languages: its pages, its links, and what a browser makes of it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{book, in_browser, lab, root};

const NOTEBOOK: &str = "01_first_neural_network";

/// All pages of the book.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the book").flatten().map(|entry| entry.path());
    let inside = |path: PathBuf| if path.is_dir() { pages(&path) } else { vec![path] };
    entries.flat_map(inside).filter(|path| path.extension().is_some_and(|e| e == "html")).collect()
}

/// The values of an attribute in a page, with the tags that they stand in.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<(&'a str, &'a str)> {
    let start = format!(" {attribute}=\"");
    let tags = page.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag));
    let value = |tag: &'a str| Some((tag, tag.split_once(start.as_str())?.1.split_once('"')?.0));
    tags.filter_map(value).collect()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|problem| panic!("{}: {problem}", file.display()))
}

#[test]
fn all_pages_are_there_and_all_links_of_the_book_lead_somewhere() {
    let book = &book().site;
    let chapter = format!("{NOTEBOOK}.html");
    for name in ["index.html", &chapter, "glossary.html", "compiler-errors.html", "print.html"] {
        for language in ["en", "de"] {
            assert!(book.join(language).join(name).is_file(), "{language}/{name}");
        }
    }
    let mut seen = 0;
    for page in pages(book) {
        let text = read(&page);
        let inside = values(&text, "href").into_iter().chain(values(&text, "src"));
        for (tag, url) in inside.filter(|(_, url)| !url.starts_with("https://")) {
            let (file, anchor) = url.split_once('#').unwrap_or((url, ""));
            let target = if file.is_empty() { page.clone() } else { page.with_file_name(file) };
            assert!(target.is_file(), "{}: nothing at <{tag}>", page.display());
            let is_there =
                anchor.is_empty() || read(&target).contains(&format!(" id=\"{anchor}\""));
            assert!(is_there, "{}: no such place at <{tag}>", page.display());
            seen += 1;
        }
    }
    assert!(seen > 200, "only {seen} links");
}

#[test]
fn no_page_loads_anything_from_elsewhere_and_no_place_has_two_names() {
    for page in pages(&book().site) {
        let text = read(&page);
        let loaded = ["src", "href"].into_iter().flat_map(|attribute| values(&text, attribute));
        for (tag, url) in loaded.filter(|(tag, _)| !tag.starts_with("a ")) {
            assert!(!url.contains("http") && !url.starts_with("//"), "{}: <{tag}>", page.display());
        }
        let mut places: Vec<&str> = values(&text, "id").into_iter().map(|(_, id)| id).collect();
        let all = places.len();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), all, "{}", page.display());
    }
    let (style, script) = (read(&book().site.join("book.css")), read(&book().site.join("book.js")));
    assert!(!style.contains("url(") && !style.contains("@import") && !script.contains("http"));
}

#[test]
fn words_are_explained_in_both_languages_and_the_page_to_print_has_everything() {
    let page = |name: &str| read(&book().site.join(name));
    let german = page("de/glossary.html");
    assert!(german.contains("<div id=\"word-uberanpassung\"><dt>Überanpassung <span class=\"english\" lang=\"en\">overfitting"));
    assert!(page("en/glossary.html").contains("<div id=\"word-layer-unit\"><dt>layer, unit"));
    let chapter = page(&format!("de/{NOTEBOOK}.html"));
    assert!(chapter.contains("<a class=\"term\" href=\"glossary.html#word-"));
    assert!(chapter.contains(&format!("<code>notebooks/de/{NOTEBOOK}.ipynb</code>")));
    // What a cell has printed, in the reader's language, and what it has drawn.
    assert!(chapter.contains("Total params: 16,144") || chapter.contains("16\u{202f}144"));
    assert!(chapter.matches("<img src=\"../pictures/").count() >= 4);
    let paper = page("de/print.html");
    for part in [
        "id=\"01_first_neural_network\"",
        "id=\"01-2-beispiele-ansehen\"",
        "id=\"word-epoche\"",
        "id=\"compiler-errors\"",
    ] {
        assert!(paper.contains(part), "{part}");
    }
    assert_eq!(paper.matches("<script").count(), 1, "only the search");
}

#[test]
fn a_notebook_that_is_not_there_is_named() {
    let said = crate::common::failing_lab(["book", "--notebook", "99_gone"]);
    assert!(
        said.contains("there is no notebook 99_gone; there are 00_just_enough_rust, 01_first"),
        "{said}"
    );
}

#[test]
fn what_was_executed_is_not_executed_again() {
    let made = book();
    let other = tempfile::tempdir().expect("a folder");
    let executed = made.executed.as_os_str();
    let said = lab([
        "book".as_ref(),
        "--notebook".as_ref(),
        NOTEBOOK.as_ref(),
        "--language".as_ref(),
        "de".as_ref(),
        "--executed".as_ref(),
        executed,
        "--output".as_ref(),
        other.path().as_os_str(),
    ]);
    assert!(said.contains("01_first_neural_network (de): as before"), "{said}");
    let chapter = format!("de/{NOTEBOOK}.html");
    // One language alone has no way to the other.
    assert!(!read(&other.path().join(&chapter)).contains("../en/"));
    assert!(read(&made.site.join(&chapter)).contains(&format!("href=\"../en/{NOTEBOOK}.html\"")));
}

#[test]
fn the_book_is_read_and_searched_in_a_browser() {
    let notebook = root().join(format!("notebooks/{NOTEBOOK}.ipynb"));
    let said = in_browser(&notebook, &book().site, "check_book.py");
    assert!(said.contains("Überanpassung is found at"), "{said}");
}
