//! `text_dataset_from_directory`: a folder of texts for each class.

use std::fmt;
use std::path::Path;

use crate::arrays::array::Array;
use crate::base::error::Result;
use crate::base::files::{ends_in, read_whole};
use crate::base::language::either;
use crate::base::memory::check;
use crate::base::notes::say_note;
use crate::base::numbers::counted;
use crate::base::phrase::phrase;
use crate::base::progress::Progress;
use crate::base::table_problem::TableProblem;
use crate::base::too_large::Large;
use crate::own_data::decode::{decode, doubt};
use crate::own_data::folder::ClassFolder;

/// For each byte of the files so many are needed while they are read, at most.
const BYTES: u64 = 4;

/// Texts with their class numbers: what [`text_dataset_from_directory`] reads.
#[derive(Clone, PartialEq)]
pub struct TextDataset {
    texts: Vec<String>,
    y: Array,
    class_names: Vec<String>,
}

impl TextDataset {
    /// The texts.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// The class number of each, `(n,)`.
    pub fn y(&self) -> Array {
        self.y.clone()
    }

    /// The names of the folders, in the order of their class numbers.
    pub fn class_names(&self) -> Vec<String> {
        self.class_names.clone()
    }
}

/// How many texts of which classes.
impl fmt::Debug for TextDataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = counted(self.texts.len(), ["text", "texts"], ["Text", "Texte"]);
        write!(f, "{texts}: {}", self.class_names.join(", "))
    }
}

/// Reads the texts of a folder that has a folder for each class, with a file `.txt` for each text.
///
/// The folders are the classes, numbered in the order of the alphabet (capitals before small letters, umlauts
/// last, and 10 before 2); the texts are mixed, by `seed`. As Keras's
/// [`text_dataset_from_directory`](https://keras.io/api/data_loading/text/#textdatasetfromdirectory-function).
/// Files in UTF-8, UTF-16 and Windows-1252 are read. Texts in a table are a column of it:
/// [`Table::texts`](crate::Table::texts).
///
/// # Errors
///
/// When a folder cannot be read or has none for a class, when a file is no text, and before any is read
/// when all together take more memory than there is.
///
/// ```
/// use zunder::prelude::*;
///
/// # let folder = tempfile::tempdir()?;
/// # for (class, text) in [("praise", "lovely"), ("blame", "dull")] {
/// #     std::fs::create_dir(folder.path().join(class))?;
/// #     std::fs::write(folder.path().join(class).join("1.txt"), text)?;
/// # }
/// # let folder = folder.path(); // or "reviews"
/// let reviews = text_dataset_from_directory(folder, 1)?;
/// assert_eq!(reviews.class_names(), ["blame", "praise"]);
/// let vectorizer = TextVectorization::new().adapt(reviews.texts())?;
/// # let _ = vectorizer;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn text_dataset_from_directory(directory: impl AsRef<Path>, seed: u64) -> Result<TextDataset> {
    read_all(directory.as_ref(), seed, &mut Progress::on_stdout())
}

// Not generic, so that it is compiled here and not in a notebook cell.
fn read_all(directory: &Path, seed: u64, progress: &mut Progress<'_>) -> Result<TextDataset> {
    let kind = phrase!("files that end in .txt", "Dateien, die auf .txt enden");
    let mut folder =
        ClassFolder::open(directory, usize::MAX, kind, &|path| ends_in(path, "txt"), progress)?;
    folder.shuffle(seed);
    let sizes = folder.files.iter().filter_map(|(path, _)| std::fs::metadata(path).ok());
    let bytes = sizes.map(|found| found.len()).fold(0, u64::saturating_add);
    let remedy = phrase!("take fewer files", "nimm weniger Dateien");
    check(bytes.checked_mul(BYTES), || Large::File {
        path: directory.display().to_string(),
        remedy: remedy.clone(),
    })?;
    let (mut texts, mut labels, mut doubts) = (Vec::new(), Vec::new(), None);
    let count = folder.files.len();
    for (index, (path, class)) in folder.files.iter().enumerate() {
        progress.check(|| phrase!("reading the texts", "das Lesen der Texte"))?;
        progress.tick_of(index, count, either("texts read", "Texten gelesen"));
        let bytes = read_whole(path, remedy.clone())?;
        doubts = doubts.or_else(|| doubt(path, &bytes)); // the first one
        let problem = |reason| TableProblem::File { path: path.clone(), reason };
        texts.push(decode(bytes).map_err(problem)?);
        labels.push(*class);
    }
    doubts.into_iter().for_each(say_note);
    Ok(TextDataset { texts, y: Array::from(labels), class_names: folder.class_names })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::base::language::in_german;
    use crate::base::notes::for_tests::notes_of;

    #[test]
    fn a_single_text_is_no_plural() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("only")).unwrap();
        std::fs::write(folder.path().join("only/1.txt"), "text").unwrap();
        let shown = || format!("{:?}", text_dataset_from_directory(folder.path(), 1).unwrap());
        assert_eq!((shown(), in_german(shown)), ("1 text: only".into(), "1 Text: only".into()));
        std::fs::write(folder.path().join("only/2.txt"), "text").unwrap();
        assert_eq!((shown(), in_german(shown)), ("2 texts: only".into(), "2 Texte: only".into()));
    }

    #[test]
    fn a_folder_says_how_far_it_is_and_can_be_stopped() {
        let folder = tempfile::tempdir().unwrap();
        for class in ["a", "b"] {
            std::fs::create_dir(folder.path().join(class)).unwrap();
            std::fs::write(folder.path().join(class).join("1.txt"), "text").unwrap();
        }
        let lines = RefCell::new(Vec::new());
        let progress =
            || Progress::new(|line: &str| lines.borrow_mut().push(line.to_owned())).without_pause();
        read_all(folder.path(), 1, &mut progress()).unwrap();
        assert_eq!(lines.take(), ["0 of 2 texts read", "1 of 2 texts read"]);
        let is_stopped = || !lines.borrow().is_empty();
        let stopped = read_all(folder.path(), 1, &mut progress().until(is_stopped)).unwrap_err();
        assert!(stopped.is_stopped(), "{stopped}");
        assert!(stopped.to_string().starts_with("reading the texts was stopped"), "{stopped}");
        let stopped = read_all(folder.path(), 1, &mut progress().until(|| true)).unwrap_err();
        assert!(stopped.to_string().starts_with("looking through the folders was"), "{stopped}");
    }
    #[test]
    fn a_foreign_encoding_is_noticed_once() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("only")).unwrap();
        for name in ["1.txt", "2.txt"] {
            std::fs::write(folder.path().join("only").join(name), b"gr\x81n").unwrap();
        }
        let said = notes_of(|| text_dataset_from_directory(folder.path(), 1));
        assert_eq!(said.matches(".txt is in an encoding that is not known").count(), 1, "{said}");
    }
}
