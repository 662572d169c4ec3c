//! What a cell has printed and drawn, as a part of a page. Pictures become files, which a notebook's page and the
//! page to print share; what runs in a page has a still picture in its place where no script runs.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, PreEscaped, html};
use serde_json::Value;

use crate::base::colours::without_colours;
use crate::base::failure::{Explain, Result};
use crate::base::files;
use crate::base::language::Language;
use crate::base::spoken::spoken;
use crate::course::notebook::text_of;

/// The folder of pictures in a book, and as pages name it.
pub(crate) const PICTURES: &str = "pictures";
const FOLDER: &str = "../pictures";

/// Writes the outputs of one book.
pub(crate) struct Outputs {
    /// Where the pictures go.
    pub(crate) pictures: PathBuf,
    pub(crate) language: Language,
}

impl Outputs {
    /// All outputs of a cell; nothing where it has none.
    pub(crate) fn of(&self, cell: &Value) -> Result<Markup> {
        let mut pieces: Vec<Markup> = Vec::new();
        let mut printed = String::new();
        for output in cell["outputs"].as_array().into_iter().flatten() {
            match output["output_type"].as_str() {
                Some("stream") => printed.push_str(&text_of(&output["text"])),
                Some("error") => printed.push_str(&text_of(&output["traceback"])),
                _ => {
                    pieces.push(text(&std::mem::take(&mut printed)));
                    pieces.push(self.shown(&output["data"])?);
                }
            }
        }
        pieces.push(text(&printed));
        pieces.retain(|piece| !piece.0.is_empty());
        Ok(html! {
            @if !pieces.is_empty() {
                div.output role="group" aria-label=(self.language.either("Output", "Ausgabe")) {
                    @for piece in &pieces { (piece) }
                }
            }
        })
    }

    fn shown(&self, data: &Value) -> Result<Markup> {
        let of = |kind: &str| data.get(kind).map(text_of);
        if let Some(part) = of("text/html") {
            let is_live = part.contains("<script");
            return Ok(if is_live {
                self.live(&part)
            } else {
                html! { div.html { (PreEscaped(part)) } }
            });
        }
        if let Some(svg) = of("image/svg+xml") {
            return self.picture(&svg);
        }
        if let Some(png) = of("image/png") {
            let bytes = STANDARD
                .decode(png.replace('\n', ""))
                .explain(|| spoken!("read a picture", "ein Bild zu lesen"))?;
            let url = self.keep(&bytes, "png")?;
            return Ok(html! { img src=(url) alt=(self.language.either("Picture", "Bild")); });
        }
        Ok(of("text/plain").map(|plain| text(&plain)).unwrap_or_default())
    }

    fn picture(&self, svg: &str) -> Result<Markup> {
        let between = |start: &str, end: &str| Some(svg.split_once(start)?.1.split_once(end)?.0);
        let words = [between("<title>", "</title>"), between("<desc>", "</desc>")];
        let words = words.into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>();
        // They are escaped already.
        let alt = PreEscaped(words.join(". ").replace('"', "&quot;"));
        let [width, height] = [" width=\"", " height=\""].map(|start| between(start, "\""));
        let url = self.keep(svg.as_bytes(), "svg")?;
        Ok(html! { img src=(url) alt=(alt) width=[width] height=[height]; })
    }

    fn keep(&self, content: &[u8], ending: &str) -> Result<String> {
        let name = format!("{}.{ending}", &files::hash(content)[..16]);
        let file = self.pictures.join(&name);
        if !file.is_file() {
            files::write(&file, content)?;
        }
        Ok(format!("{FOLDER}/{name}"))
    }

    /// The playground: it works in the page, and where it cannot there is a picture of what it is.
    fn live(&self, part: &str) -> Markup {
        let words = self.language.either(
            "Here you draw a digit, and the network reads it while you draw: in JupyterLab, and on this \
             page in a browser.",
            "Hier zeichnest du eine Ziffer, und das Netz liest sie, während du zeichnest: in JupyterLab und auf dieser \
             Seite im Browser.",
        );
        html! {
            figure.still {
                svg width="140" height="140" viewBox="0 0 140 140" aria-hidden="true" {
                    rect width="140" height="140" rx="8" fill="#1a1a1a" {}
                    path d="M42 48 C48 24 98 24 92 54 C88 76 50 88 44 108 C58 104 84 104 100 108" fill="none"
                        stroke="#ffffff" stroke-width="11" stroke-linecap="round" stroke-linejoin="round" {}
                }
                figcaption { (words) }
            }
            div.live { (PreEscaped(part)) }
        }
    }
}

/// Removes the pictures that no page of a book names: those of earlier runs.
pub(crate) fn remove_unnamed(book: &Path) -> Result<()> {
    let pictures = book.join(PICTURES);
    if !pictures.is_dir() {
        return Ok(());
    }
    let mut named: HashSet<String> = HashSet::new();
    let folders = Language::ALL.map(|language| book.join(language.code()));
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        for page in files::with_ending(folder, "html")? {
            let text = files::read_text(&page)?;
            let rests = text.split(FOLDER).skip(1).filter_map(|rest| rest.strip_prefix('/'));
            named.extend(rests.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
    }
    for entry in files::entries(&pictures)? {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_hash = |stem: &str| stem.len() == 16 && stem.bytes().all(|b| b.is_ascii_hexdigit());
        let is_ours = name.split_once('.').is_some_and(|(stem, _)| is_hash(stem));
        if is_ours && !named.contains(&name) {
            files::remove(&entry.path())?;
        }
    }
    Ok(())
}

/// A page without what runs in it, for paper.
pub(crate) fn without_live(page: &str) -> String {
    let mut parts = page.split("<script");
    let mut still = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        still.push_str(part.split_once("</script>").map_or("", |(_, behind)| behind));
    }
    still
}

fn text(printed: &str) -> Markup {
    let printed = without_colours(printed);
    html! { @if !printed.trim().is_empty() { pre.printed tabindex="0" { (printed.trim_end()) } } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn outputs_are_written_in_their_order() -> Result<()> {
        let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let outputs = Outputs { pictures: folder.path().to_owned(), language: Language::English };
        let svg = "<svg width=\"20\" height=\"10\"><title>a &amp; \"b\"</title><desc></desc></svg>";
        let cell = json!({"outputs": [
            {"output_type": "stream", "name": "stdout", "text": ["a < b\n", "\u{1b}[31mc\u{1b}[0m\n"]},
            {"output_type": "execute_result", "data": {"text/plain": "no", "image/svg+xml": svg}},
            {"output_type": "display_data", "data": {"text/html": "<b>1</b>", "text/plain": "1"}},
            {"output_type": "execute_result", "data": {"text/plain": ["(2, ", "3)"]}},
        ]});
        let page = outputs.of(&cell)?.into_string();
        let parts = [
            "<pre class=\"printed\" tabindex=\"0\">a &lt; b\nc</pre>",
            "alt=\"a &amp; &quot;b&quot;\" width=\"20\" height=\"10\"",
            "<div class=\"html\"><b>1</b></div>",
            "(2, 3)",
        ];
        let places: Vec<Option<usize>> = parts.iter().map(|part| page.find(part)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}: {page}");
        let name = page.split("../pictures/").nth(1).and_then(|rest| rest.split('"').next());
        let kept = std::fs::read_to_string(folder.path().join(name.expect("a picture")));
        assert_eq!(kept.ok().as_deref(), Some(svg));
        assert_eq!(outputs.of(&json!({"outputs": []}))?.into_string(), "");
        Ok(())
    }

    #[test]
    fn pictures_of_earlier_runs_do_not_pile_up() -> Result<()> {
        let book = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let pictures = book.path().join(PICTURES);
        let outputs = Outputs { pictures: pictures.clone(), language: Language::German };
        let draw = |svg: &str| {
            let data = json!({"data": {"image/svg+xml": svg}});
            outputs.of(&json!({"outputs": [data]})).map(Markup::into_string)
        };
        draw("<svg>before</svg>")?;
        files::write(&pictures.join("my-own.png"), "")?;
        files::write(&book.path().join("de/03.html"), draw("<svg>now</svg>")?)?;
        files::write(&book.path().join("en/03.html"), draw("<svg>in English</svg>")?)?;
        assert_eq!(files::entries(&pictures)?.count(), 4);
        remove_unnamed(book.path())?;
        assert_eq!(files::entries(&pictures)?.count(), 3);
        assert!(pictures.join("my-own.png").is_file(), "it is somebody's");
        let before = format!("{}.svg", &files::hash("<svg>before</svg>")[..16]);
        assert!(!pictures.join(before).exists());
        Ok(())
    }

    #[test]
    fn what_runs_has_a_still_picture_for_paper() -> Result<()> {
        let outputs = Outputs { pictures: PathBuf::new(), language: Language::German };
        let html = "<div>Run again</div><script>if (1 < 2) {}</script>";
        let cell =
            json!({"outputs": [{"output_type": "display_data", "data": {"text/html": html}}]});
        let page = outputs.of(&cell)?.into_string();
        assert!(
            page.contains("<script>if (1 < 2) {}</script>")
                && page.contains("figure class=\"still\"")
        );
        let paper = without_live(&page);
        assert!(
            !paper.contains("script") && paper.ends_with("<div>Run again</div></div></div>"),
            "{paper}"
        );
        Ok(())
    }
}
