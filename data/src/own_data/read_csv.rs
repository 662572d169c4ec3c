//! `Csv`: from a file to a table.
//!
//! Over 300 lines: each setting stands beside what it does, and the errors beside what finds them.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use csv::StringRecord;

use crate::base::error::{Error, Result};
use crate::base::files::open_file;
use crate::base::lines::cut;
use crate::base::memory::check;
use crate::base::notes::{say_left_out, say_note};
use crate::base::numbers::{size, thousands};
use crate::base::phrase::{Phrase, phrase, told};
use crate::base::progress::Progress;
use crate::base::table_problem::TableProblem;
use crate::base::too_large::Large;
use crate::own_data::dates::are_dates;
use crate::own_data::decimals::{has_commas, has_surely_commas, notice};
use crate::own_data::decode::{decode, doubt, is_utf16};
use crate::own_data::numbers::{has_decimal_comma, is_identifier, number};
use crate::own_data::odd_rows::{
    again, counts_rows, dated, fraction, names_again, repeated, total,
};
use crate::own_data::outside::{no_table, open_quote, without_blanks_before_quotes};
use crate::own_data::separator::{builder, may_be_several, separator_of};
use crate::own_data::table::{Column, Table};

/// What stands for a missing value, beside nothing at all; `#NV` is German Excel's, `None` Python's.
const MISSING: [&str; 11] =
    ["NA", "N/A", "n/a", "<NA>", "#N/A", "#NV", "NaN", "nan", "NULL", "null", "None"];

/// For each byte of the file so many are needed while it is read, at most.
const BYTES: u64 = 12;

/// A row takes about so many beside its fields: a file of single digits becomes a hundred times as large.
const BYTES_OF_A_ROW: u64 = 200;

/// A row that is longer has a quotation mark that is not closed.
const LONGEST_ROW: usize = 16_000_000;

/// So many bytes are read, or made into rows, between two looks at the clock and the stop button.
const PIECE: u64 = 1 << 20;

/// How to read a table from a CSV file, where [`Table::read_csv`] does not find out by itself.
///
/// ```
/// use zunder::prelude::*;
///
/// # let folder = tempfile::tempdir()?;
/// # let file = folder.path().join("log.txt");
/// # std::fs::write(&file, "1,5:ja\n-999:nein\n")?;
/// let settings = Csv::new().separator(':').decimal(',').header(false).missing(&["-999"]);
/// let table = settings.read(&file)?; // or "log.txt"
/// assert_eq!(table.names(), ["column 1", "column 2"]);
/// assert_eq!(table.num_missing(), [1, 0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "it is a new value: call read"]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Csv {
    separator: Option<char>,
    decimal: Option<char>,
    header: Option<bool>,
    missing: Vec<String>,
    max_rows: Option<usize>,
    skip_bad_lines: bool,
}

impl Csv {
    /// All is found out: separator, decimal comma, encoding. The first line names the columns.
    pub fn new() -> Self {
        Csv::default()
    }

    /// What stands between the columns, such as `';'` or `'\t'`. Several blanks, `' '`, count as one; a
    /// missing value is then written as NA.
    pub fn separator(self, separator: char) -> Self {
        Csv { separator: Some(separator), ..self }
    }

    /// What stands before the fraction of a number: `'.'` or `','`. With a comma, points may stand
    /// between thousands: `1.234,5`.
    pub fn decimal(self, decimal: char) -> Self {
        Csv { decimal: Some(decimal), ..self }
    }

    /// Whether the first line has the names of the columns. Without, they are called `column 1` and so
    /// on.
    pub fn header(self, header: bool) -> Self {
        Csv { header: Some(header), ..self }
    }

    /// What else stands for a missing value, beside an empty cell, NA, NaN, NULL, None and the like: `&["?"]`, or
    /// `&["-999"]`, which is meant by -999.0, too.
    pub fn missing<S: AsRef<str>>(self, missing: &[S]) -> Self {
        let missing = missing.iter().map(|text| text.as_ref().to_owned()).collect();
        Csv { missing, ..self }
    }

    /// Reads only the first rows, such as those of a file that is larger than the memory.
    pub fn max_rows(self, max_rows: usize) -> Self {
        Csv { max_rows: Some(max_rows), ..self }
    }

    /// Leaves out lines with too few or too many columns, and names them in a line that begins with
    /// `Note:` (default false: such a line is an error).
    pub fn skip_bad_lines(self, skip_bad_lines: bool) -> Self {
        Csv { skip_bad_lines, ..self }
    }

    /// Reads the file.
    ///
    /// # Errors
    ///
    /// As [`Table::read_csv`], and when a setting makes no sense.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<Table> {
        self.read_with(path.as_ref(), &mut Progress::on_stdout())
    }

    // Not generic, so that it is compiled here and not in a notebook cell.
    fn read_with(&self, path: &Path, progress: &mut Progress<'_>) -> Result<Table> {
        self.check()?;
        let mut work = Work { path, progress };
        let text = self.text(&mut work)?;
        let (text, separator, lines_before) = self.separated(&text);
        let text = &without_blanks_before_quotes(text, separator);
        let rows = CsvRows { settings: self, path, separator, lines_before };
        rows.table(text, &mut work)
    }

    fn check(&self) -> Result<()> {
        let is_usable = |c: char| c.is_ascii() && !matches!(c, '"' | '\n' | '\r');
        if let Some(separator) = self.separator.filter(|&separator| !is_usable(separator)) {
            let expected = phrase!(
                "a single simple sign, such as ';' or a tab '\\t'",
                "ein einzelnes einfaches Zeichen, etwa ';' oder ein Tabulator '\\t'"
            );
            return Err(Error::bad_setting("separator", format!("{separator:?}"), expected));
        }
        if let Some(decimal) = self.decimal.filter(|decimal| !matches!(decimal, '.' | ',')) {
            let expected = phrase!("'.' or ','", "'.' oder ','");
            return Err(Error::bad_setting("decimal", format!("{decimal:?}"), expected));
        }
        Error::check_at_least_one("max_rows", self.max_rows.unwrap_or(1))
    }

    /// The whole text, or with `max_rows` as much of it as holds so many rows.
    fn text(&self, work: &mut Work<'_, '_>) -> Result<String> {
        let path = work.path;
        let cannot_read = |error: std::io::Error| Error::cannot_read(path, &error);
        let mut file = open_file(path).map_err(cannot_read)?;
        let mut length = file.metadata().map_err(cannot_read)?.len();
        if let Some(max_rows) = self.max_rows {
            length = self.length_of(work, &mut file, max_rows)?;
            file.rewind().map_err(cannot_read)?;
        }
        let large = &|| Large::File {
            path: path.display().to_string(),
            remedy: phrase!(
                "read a part of it, as in Csv::new().max_rows(10_000).read(...)",
                "lies einen Teil davon, etwa mit Csv::new().max_rows(10_000).read(...)"
            ),
        };
        check(length.checked_mul(BYTES), large)?;
        let mut bytes = Vec::new();
        let mut missing = length;
        while missing > 0 {
            let piece = (&file).take(missing.min(PIECE)).read_to_end(&mut bytes);
            let piece = piece.map_err(cannot_read)? as u64;
            if piece == 0 {
                break; // the file has become shorter
            }
            missing -= piece;
            if missing > 0 {
                let (percent, of) = ((length - missing) * 100 / length, size(length));
                work.look(|| told!("{percent} % of {of} read", "{percent} % von {of} gelesen"))?;
            }
        }
        let problem = |reason| TableProblem::File { path: path.to_owned(), reason };
        let doubt = doubt(path, &bytes);
        let text = decode(bytes).and_then(|text| no_table(&text).map_or(Ok(text), Err));
        let text = text.map_err(problem)?;
        doubt.into_iter().for_each(say_note);
        let rows = text.bytes().filter(|byte| *byte == b'\n').count() as u64;
        check(rows.checked_mul(BYTES_OF_A_ROW), large)?;
        Ok(text)
    }

    /// How many bytes the first rows take.
    fn length_of(&self, work: &mut Work<'_, '_>, file: &mut File, max_rows: usize) -> Result<u64> {
        let path = work.path;
        let cannot_read = |error: std::io::Error| Error::cannot_read(path, &error);
        let mut start = Vec::new();
        file.take(1 << 16).read_to_end(&mut start).map_err(cannot_read)?;
        file.rewind().map_err(cannot_read)?;
        if is_utf16(&start) {
            return Ok(file.metadata().map_err(cannot_read)?.len()); // its lines end otherwise
        }
        let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start); // the mark of UTF-8
        let text = String::from_utf8_lossy(start);
        let (_, separator, lines_before) = self.separated(&text);
        let mut reader = builder(separator).from_reader(file);
        let mut row = csv::ByteRecord::new();
        let others = usize::from(self.header != Some(false)) + lines_before as usize;
        let mut next_look = PIECE;
        let mut rows = 0;
        while rows < max_rows.saturating_add(others) {
            if reader.position().byte() >= next_look {
                next_look += PIECE;
                work.look_at_rows(rows)?;
            }
            let more =
                reader.read_byte_record(&mut row).map_err(|error| cannot_read(error.into()))?;
            if row.as_slice().len() > LONGEST_ROW {
                let line = row.position().map_or(0, csv::Position::line);
                let line = line + u64::from(line > 1 && start.windows(2).any(|two| two == b"\r\n"));
                let (path, reason) = (path.to_owned(), not_closed());
                return Err(TableProblem::Line { path, line, reason }.into());
            }
            if !more {
                break;
            }
            // Rows of separators only do not count: `table` leaves the last of them out.
            rows += usize::from(row.iter().any(|field| !field.trim_ascii().is_empty()));
        }
        Ok(reader.position().byte())
    }

    /// The text, its separator, and how many lines were taken off in front: Excel may tell the separator in a
    /// line of its own, `sep=;`.
    fn separated<'a>(&self, text: &'a str) -> (&'a str, char, u64) {
        let ends = text.split_once('\n').or_else(|| text.split_once('\r'));
        let (first, rest) = ends.unwrap_or((text, ""));
        let first = first.trim_end_matches('\r').trim_matches('"');
        let (name, told) = first.split_at_checked(4).unwrap_or_default();
        let (text, told, lines) = match *told.as_bytes() {
            [separator] if name.eq_ignore_ascii_case("sep=") => (rest, Some(separator.into()), 1),
            _ => (text, None, 0),
        };
        (text, self.separator.or(told).unwrap_or_else(|| separator_of(text)), lines)
    }
}

fn not_closed() -> Phrase {
    phrase!(
        "a quotation mark that begins in this row is not closed: close it, or take it out",
        "ein Anführungszeichen, das in dieser Zeile beginnt, ist nicht geschlossen: Schließe es, oder nimm es heraus"
    )
}

/// A reading that may take long: whoever waits for it sees how far it is, and can stop it.
struct Work<'a, 'b> {
    path: &'a Path,
    progress: &'a mut Progress<'b>,
}

impl Work<'_, '_> {
    fn look(&mut self, so_far: impl FnOnce() -> String) -> Result<()> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        self.progress.check(|| phrase!("reading {name}", "das Lesen von {name}"))?;
        self.progress.tick(|| format!("{}: {}", cut(&name, 40), so_far()));
        Ok(())
    }

    fn look_at_rows(&mut self, rows: usize) -> Result<()> {
        self.look(|| {
            let rows = thousands(rows);
            told!("{rows} rows so far", "bisher {rows} Zeilen")
        })
    }
}

/// Where the text of a row begins. `csv` tells the place before the rest of a line end (the `\n` of `\r\n`)
/// and before empty lines, which it passes over.
fn true_position(found: &csv::Position, text: &str) -> csv::Position {
    let before = text.as_bytes().iter().skip(found.byte() as usize);
    let passed = before.take_while(|byte| b"\r\n".contains(byte));
    let lines = passed.filter(|byte| **byte == b'\n').count() as u64;
    let mut position = found.clone();
    position.set_line(found.line() + lines);
    position
}

fn is_empty(row: &StringRecord) -> bool {
    row.iter().all(|field| field.trim().is_empty())
}

fn unnamed(place: usize) -> String {
    format!("column {}", place + 1)
}

/// A text that is being made into a table.
struct CsvRows<'a> {
    settings: &'a Csv,
    path: &'a Path,
    separator: char,
    lines_before: u64,
}

impl CsvRows<'_> {
    fn table(&self, text: &str, work: &mut Work<'_, '_>) -> Result<Table> {
        if let Some(line) = open_quote(text, self.separator) {
            return Err(self.problem(line + self.lines_before, not_closed()));
        }
        let mut reader = builder(self.separator).from_reader(text.as_bytes());
        let mut rows: Vec<StringRecord> = Vec::new();
        let mut next_look = PIECE;
        for row in reader.records() {
            let mut row = row.map_err(|error| Error::cannot_read(self.path, &error.into()))?;
            let position = row.position().map(|position| true_position(position, text));
            if self.separator == ' ' {
                row = row.iter().filter(|field| !field.is_empty()).collect(); // columns of even width
            }
            row.set_position(position);
            if row.position().map_or(0, csv::Position::byte) >= next_look {
                next_look += PIECE;
                work.look_at_rows(rows.len())?;
            }
            // A line of blanks is none, and above the names nothing is meant.
            if row.len() > 1 && !rows.is_empty() || !is_empty(&row) {
                rows.push(row);
            }
        }
        // Excel leaves rows of separators behind the last one.
        while rows.pop_if(|row| is_empty(row)).is_some() {}
        without_empty_end(&mut rows);
        let names = self.names(&mut rows)?;
        rows.truncate(self.settings.max_rows.unwrap_or(usize::MAX));
        let rows = self.regular(rows, names.len())?;
        self.notice_one_column(&names, &rows);
        self.notice_swallowed(&rows);
        self.notice_total(&rows);
        let lines = rows.iter().map(|row| self.line(row)).collect();
        let is_of_commas = self.separator == ',';
        let has_commas = if is_of_commas { has_surely_commas } else { has_commas };
        let has_commas = self.settings.decimal.is_none()
            && (0..names.len()).any(|place| has_commas(&known(&self.fields(&rows, place))));
        let found = if has_commas && !is_of_commas { ',' } else { '.' };
        let decimal = self.settings.decimal.unwrap_or(found);
        let is_noticed = self.settings.decimal.is_none() && (has_commas || !is_of_commas);
        let (mut columns, mut names_lost) = (Vec::new(), Vec::new());
        for (place, name) in names.iter().enumerate() {
            if text.len() as u64 > PIECE {
                work.look(|| {
                    let (done, of) = (thousands(place), thousands(names.len()));
                    told!("{done} of {of} columns done", "{done} von {of} Spalten fertig")
                })?;
            }
            let fields = self.fields(&rows, place);
            columns.push(self.column(&fields, decimal, is_noticed.then_some(name)));
            if let Some(Column::Numbers(numbers)) = columns.last() {
                names_lost
                    .extend(lost_name(name, &fields, numbers).map(|lost| (name.clone(), lost)));
            }
        }
        if columns.first().is_some_and(counts_rows) {
            self.notice_counting(&names[0]);
        }
        Ok(Table { path: self.path.to_owned(), columns, names, lines, decimal, names_lost })
    }

    fn line(&self, row: &StringRecord) -> u64 {
        row.position().map_or(0, csv::Position::line) + self.lines_before
    }

    fn problem(&self, line: u64, reason: Phrase) -> Error {
        TableProblem::Line { path: self.path.to_owned(), line, reason }.into()
    }

    /// The names of the columns, taken out of the rows.
    fn names(&self, rows: &mut Vec<StringRecord>) -> Result<Vec<String>> {
        if rows.is_empty() {
            let reason = phrase!(
                "the file is empty: a table has a line with the names of its columns and at least one row",
                "die Datei ist leer: Eine Tabelle hat eine Zeile mit den Namen ihrer Spalten und \
                 mindestens eine weitere"
            );
            return Err(TableProblem::File { path: self.path.to_owned(), reason }.into());
        }
        if self.settings.header == Some(false) {
            return Ok((0..rows[0].len()).map(unnamed).collect());
        }
        self.check_head(&rows[0])?;
        let head = rows.remove(0);
        self.notice_head(&head, rows);
        let names = self.names_in(&head)?;
        if rows.is_empty() {
            let reason = phrase!(
                "the file has a first line, but no rows behind it",
                "die Datei hat eine erste Zeile, aber keine weiteren"
            );
            return Err(TableProblem::File { path: self.path.to_owned(), reason }.into());
        }
        Ok(names)
    }

    /// Refuses a first line that holds no names.
    fn check_head(&self, head: &StringRecord) -> Result<()> {
        let is_number =
            |field: &str| number(field.trim(), '.').is_some() || has_decimal_comma(field.trim());
        if self.settings.header.is_none() && head.iter().all(is_number) {
            let reason = phrase!(
                "there are only numbers where the names of the columns are expected: if the table has no \
                 names, read it with Csv::new().header(false).read(...); if these are the names, such as years, with \
                 Csv::new().header(true).read(...)",
                "hier stehen nur Zahlen, wo die Namen der Spalten erwartet werden: Hat die Tabelle keine \
                 Namen, lies sie mit Csv::new().header(false).read(...); sind das die Namen, etwa Jahre, mit \
                 Csv::new().header(true).read(...)"
            );
            return Err(self.problem(self.line(head), reason));
        }
        if head.len() > 1 && head.iter().skip(1).all(|name| name.trim().is_empty()) {
            let reason = phrase!(
                "only the first column has a name here: if the line is a title, take it out; else name all columns",
                "hier hat nur die erste Spalte einen Namen: Ist die Zeile eine Überschrift, nimm sie heraus; \
                 sonst gib allen Spalten Namen"
            );
            return Err(self.problem(self.line(head), reason));
        }
        Ok(())
    }

    /// Says what in the first line looks like a value rather than a name.
    fn notice_head(&self, head: &StringRecord, rows: &[StringRecord]) {
        if let Some(again) = again(head, rows) {
            say_note(Phrase::of(&self.problem(self.line(again), names_again())));
            return;
        }
        let found = fraction(head).or_else(|| repeated(head, rows)).or_else(|| dated(head, rows));
        if let Some(found) = found.filter(|_| self.settings.header.is_none()) {
            let found = cut(found, 60);
            say_note(phrase!(
                "{found} is taken for the name of a column, as it stands in the first line: if that is a row as the \
                 others, read the file with Csv::new().header(false).read(...)",
                "{found} gilt als Name einer Spalte, denn es steht in der ersten Zeile: Ist sie eine Zeile wie die \
                 anderen, lies die Datei mit Csv::new().header(false).read(...)"
            ));
        }
    }

    /// The names in the first line, each of them once.
    fn names_in(&self, head: &StringRecord) -> Result<Vec<String>> {
        let mut names: Vec<String> = Vec::new();
        for (place, name) in head.iter().map(str::trim).enumerate() {
            let name = &if name.is_empty() { unnamed(place) } else { name.to_owned() };
            if let Some(first) = names.iter().position(|known| known == name) {
                let (name, first, second) = (cut(name, 60), first + 1, place + 1);
                let reason = phrase!(
                    "the columns {first} and {second} are both called {name:?}: give one of them another name, or, \
                     if this line is a row as the others, read the file with Csv::new().header(false).read(...)",
                    "die Spalten {first} und {second} heißen beide {name:?}: Gib einer von ihnen einen \
                     anderen Namen, oder, wenn dies eine Zeile wie die anderen ist, lies die Datei mit \
                     Csv::new().header(false).read(...)"
                );
                return Err(self.problem(self.line(head), reason));
            }
            names.push(name.clone());
        }
        Ok(names)
    }

    /// The rows with as many fields as there are columns; others are an error, or named.
    fn regular(&self, rows: Vec<StringRecord>, columns: usize) -> Result<Vec<StringRecord>> {
        let (good, bad): (Vec<StringRecord>, Vec<StringRecord>) =
            rows.into_iter().partition(|row| row.len() == columns);
        let is_wider = |row: &StringRecord| columns > 1 && row.len() == columns + 1;
        let lacks_name = good.is_empty() && bad.len() > 1 && bad.iter().all(is_wider);
        let reason =
            |got| if lacks_name { no_first_name(got) } else { self.irregular(got, columns) };
        let problem = |row: &StringRecord| self.problem(self.line(row), reason(row.len()));
        match bad.first() {
            Some(first) if !self.settings.skip_bad_lines || good.is_empty() => Err(problem(first)),
            _ => {
                say_left_out(bad.iter().map(problem));
                Ok(good)
            }
        }
    }

    /// A separator that is not found, a line above the names, or quotation marks around whole lines.
    fn notice_one_column(&self, names: &[String], rows: &[StringRecord]) {
        let [name] = names else { return };
        let fields: Vec<&str> = rows.iter().filter_map(|row| row.get(0)).collect();
        if self.settings.separator.is_some() || !may_be_several(name, &fields) {
            return;
        }
        let name = cut(name, 60);
        say_note(phrase!(
            "there is one column only, {name:?}. If there should be more: the first line must hold their names, no \
             line may stand in quotation marks as a whole, and Csv::new().separator(' ').read(...) says what \
             stands between them, here a blank",
            "es gibt nur eine Spalte, {name:?}. Sollten es mehr sein: In der ersten Zeile müssen ihre Namen stehen, \
             keine Zeile darf als Ganzes in Anführungszeichen stehen, und Csv::new().separator(' ').read(...) sagt, \
             was dazwischen steht, hier ein Leerzeichen"
        ));
    }

    /// A quotation mark that belongs to a text, with another one at the end of a later line.
    fn notice_swallowed(&self, rows: &[StringRecord]) {
        let Some(row) = rows.iter().find(|row| swallows(row, self.separator)) else { return };
        let (first, lines) = (self.line(row), row.iter().map(|field| field.lines().count()));
        let last = first + lines.max().unwrap_or(1) as u64 - 1;
        say_note(phrase!(
            "the lines {first} to {last} are one row, as a quotation mark opens in the first and closes in the last \
             of them: if they should be several, take these marks out of the file",
            "die Zeilen {first} bis {last} sind eine einzige Zeile der Tabelle, denn in der ersten beginnt ein \
             Anführungszeichen, das in der letzten endet: Sollten es mehrere sein, nimm diese Zeichen aus der Datei"
        ));
    }

    /// A first column that had no name, and only counts.
    fn notice_counting(&self, name: &str) {
        if self.settings.header == Some(false) || !matches!(name, "column 1" | "Unnamed: 0") {
            return;
        }
        say_note(phrase!(
            "the column {name:?} only counts the rows, as R and pandas write it: leave it out with \
             without(&[{name:?}]), else a network learns the numbers of the rows",
            "die Spalte {name:?} zählt nur die Zeilen, wie R und pandas sie schreiben: Lass sie mit \
             without(&[{name:?}]) weg, sonst lernt ein Netz die Nummern der Zeilen"
        ));
    }

    /// A row that is none of the data, though it has their form.
    fn notice_total(&self, rows: &[StringRecord]) {
        let (Some(word), Some(last)) = (total(rows), rows.last()) else { return };
        let (word, line) = (cut(word, 40), thousands(self.line(last) as usize));
        let others = rows.len() - 1;
        say_note(phrase!(
            "line {line} says {word:?} and seems to hold sums or means of the rows above: if so, take it out of \
             the file, or leave it out with rows(0..{others})",
            "in Zeile {line} steht {word:?}, sie scheint Summen oder Mittelwerte der anderen zu enthalten: Ist es so, \
             nimm sie aus der Datei heraus, oder lass sie mit rows(0..{others}) weg"
        ));
    }

    fn irregular(&self, got: usize, columns: usize) -> Phrase {
        let separator = self.separator;
        if columns == 1 {
            return phrase!(
                "the number of fields is {got}, but the first line has only one: if that is a title, take it \
                 out, so that the names of the columns come first",
                "die Anzahl der Felder ist {got}, die erste Zeile hat aber nur eines: Ist sie eine \
                 Überschrift, nimm sie heraus, damit die Namen der Spalten zuerst kommen"
            );
        }
        // Not where it is so already.
        let or_skip = match self.settings.skip_bad_lines {
            true => phrase!("", ""),
            false => phrase!(
                ", or leave such lines out with Csv::new().skip_bad_lines(true).read(...)",
                ", oder lass solche Zeilen mit Csv::new().skip_bad_lines(true).read(...) weg"
            ),
        };
        phrase!(
            "the number of fields is {got}, but the first line has {columns}: mend the line, put a field \
             that holds {separator:?} into quotation marks (\"), or choose another separator{or_skip}",
            "die Anzahl der Felder ist {got}, die erste Zeile hat aber {columns}: Berichtige die Zeile, \
             setz ein Feld, das {separator:?} enthält, in Anführungszeichen (\"), oder wähle ein anderes \
             Trennzeichen (separator){or_skip}"
        )
    }

    /// The fields of a column, none where one is missing.
    fn fields<'a>(&self, rows: &'a [StringRecord], place: usize) -> Vec<Option<&'a str>> {
        let field = |row: &'a StringRecord| {
            let field = row.get(place).unwrap_or_default().trim();
            let is_missing = field.is_empty()
                || MISSING.contains(&field)
                || self.settings.missing.iter().any(|text| text == field || text == whole(field));
            (!is_missing).then_some(field)
        };
        rows.iter().map(field).collect()
    }

    /// A column of numbers, if all of it are numbers with this decimal sign, or with a point. Of one that is named
    /// it is said where they may be others.
    fn column(&self, fields: &[Option<&str>], decimal: char, name: Option<&String>) -> Column {
        let is_told = self.settings.decimal.is_some();
        let numbers = |decimal| -> Option<Vec<f64>> {
            let number =
                |field: &Option<&str>| field.map_or(Some(f64::NAN), |f| number(f, decimal));
            fields.iter().map(|field| number(field).map(|number| number + 0.0)).collect() // no -0
        };
        let (decimal, numbers) = match numbers(decimal) {
            None if !is_told && decimal != '.' => ('.', numbers('.')),
            numbers => (decimal, numbers),
        };
        let known = known(fields);
        let is_other =
            known.iter().any(|field| is_identifier(field)) || !is_told && are_dates(&known);
        let Some(numbers) = numbers.filter(|_| !is_other) else {
            let text = |field: &Option<&str>| field.map(str::to_owned);
            return Column::Texts(fields.iter().map(text).collect());
        };
        if let Some(name) = name {
            notice(name, &known, decimal);
        }
        Column::Numbers(numbers)
    }
}

/// What to say where all rows have one field more than the first line, as R writes them.
fn no_first_name(got: usize) -> Phrase {
    let names = got - 1;
    phrase!(
        "each row has {got} fields, but the first line only {names} names: if the first column has none, as where R \
         wrote the file, put one in front of the first line; else choose another separator, or put fields that hold \
         it into quotation marks (\")",
        "jede Zeile hat {got} Felder, die erste aber nur {names} Namen: Hat die erste Spalte keinen, wie in Dateien \
         von R, setz einen vor die erste Zeile; sonst wähle ein anderes Trennzeichen (separator), oder setz Felder, \
         die es enthalten, in Anführungszeichen (\")"
    )
}

/// Whether a field goes over lines that look like rows themselves. One comma in a line is none: texts have them.
fn swallows(row: &StringRecord, separator: char) -> bool {
    let separators = row.len() - 1;
    let is_row = |line: &str| line.matches(separator).count() == separators;
    let is_swallowed = |field: &str| {
        field.contains('\n') && field.lines().count() > 1 && field.lines().skip(1).all(is_row)
    };
    (separators > 1 || separators == 1 && separator != ',') && row.iter().any(is_swallowed)
}

/// Takes off the columns that are empty everywhere behind the last one: many programs end each line with a
/// separator.
fn without_empty_end(rows: &mut [StringRecord]) {
    let used = |row: &StringRecord| (0..row.len()).rfind(|&place| !row[place].trim().is_empty());
    let width = rows.iter().filter_map(used).max().map_or(0, |last| last + 1);
    rows.iter_mut().for_each(|row| row.truncate(width));
}

/// A whole number that is written as a fraction, without its zeros: `-999` of `-999.0`, and of `-999,00`. Three of
/// them would be a thousand.
fn whole(field: &str) -> &str {
    let zeros = [".0", ",0", ".00", ",00"];
    let whole = zeros.iter().find_map(|zeros| field.strip_suffix(zeros));
    whole.filter(|whole| number(whole, '.').is_some()).unwrap_or(field)
}

/// What to say of numbers that are names: a text of which nothing is left, such as `1.10` beside `1.1`, or `1E2`.
fn lost_name(column: &str, fields: &[Option<&str>], numbers: &[f64]) -> Option<Phrase> {
    let may_be_lost = |field: &str| {
        let is_filled = field.ends_with('0') && field.contains(['.', ',']);
        is_filled && whole(field) == field || field.contains(['e', 'E'])
    };
    let cells = fields.iter().zip(numbers).filter_map(|(field, number)| Some(((*field)?, number)));
    let mut lost = cells.filter(|(field, _)| may_be_lost(field)).peekable();
    lost.peek()?;
    let all: HashSet<&str> = fields.iter().copied().flatten().collect();
    let is_lost = |&(field, number): &(&str, &f64)| {
        let shown = number.to_string();
        field.contains(['e', 'E'])
            || all.contains(shown.as_str())
            || all.contains(shown.replace('.', ",").as_str())
    };
    let (field, number) = lost.find(is_lost)?;
    let (column, field) = (cut(column, 60), cut(field, 40));
    Some(phrase!(
        "{field} in column {column:?} is read as the number {number}: if it is a name, write a letter in front of \
         all of them in the file",
        "{field} in der Spalte {column:?} wird als die Zahl {number} gelesen: Ist es ein Name, schreib in der Datei \
         vor alle einen Buchstaben"
    ))
}

fn known<'a>(fields: &[Option<&'a str>]) -> Vec<&'a str> {
    fields.iter().copied().flatten().collect()
}

impl Table {
    /// Reads a table from a CSV file. Separator (`,` `;` tab `|`), decimal comma and encoding (UTF-8,
    /// UTF-16, Windows-1252) are found; the first line names the columns. [`Csv`] has settings where that
    /// is not so. Rows without any value count as rows, but for those at the end.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is no table, or takes more memory than there is; each names file and
    /// line.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("pets.csv");
    /// # std::fs::write(&file, "weight;kind\n3,5;cat\n12;dog\n")?;
    /// let pets = Table::read_csv(&file)?; // or "pets.csv"
    /// assert_eq!(pets.names(), ["weight", "kind"]);
    /// assert_eq!(pets.column("weight")?, Array::from([3.5, 12.0]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_csv(path: impl AsRef<Path>) -> Result<Table> {
        Csv::new().read(path)
    }
}

#[cfg(test)]
mod tests;
