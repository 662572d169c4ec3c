//! 200 bad files and more: each gives one clear sentence, in both languages, with the name of the file and
//! where in it; none panics.

use std::fs;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use image::{ImageFormat, RgbImage};
use zunder::prelude::*;

/// What is in a file, and what its sentence must hold.
struct Bad {
    about: String,
    contents: Vec<u8>,
    expected: String,
}

fn bad(about: impl ToString, contents: impl Into<Vec<u8>>, expected: impl ToString) -> Bad {
    let (about, expected) = (about.to_string(), expected.to_string());
    Bad { about, contents: contents.into(), expected }
}

/// A good table: a header and 20 rows of numbers, the last column in quotation marks.
fn table(separator: char) -> String {
    let row = |n: usize| {
        let fields = [n.to_string(), format!("{n}.5"), (n * n).to_string(), format!("\"{n}\"")];
        fields.join(&separator.to_string()) + "\n"
    };
    ["a", "b", "c", "d"].join(&separator.to_string()) + "\n" + &(0..20).map(row).collect::<String>()
}

/// Line 7 of a good table in another form.
fn with_line(line: &str) -> String {
    let table = table(',');
    let lines = table.lines().enumerate();
    lines.map(|(at, old)| format!("{}\n", if at == 6 { line } else { old })).collect()
}

fn tables() -> Vec<Bad> {
    let mut all = Vec::new();
    let good = table(',');
    // Cut off within a row, before its last field begins, or within quotation marks.
    for (at, line) in good.lines().enumerate().skip(2) {
        let start: usize = good.lines().take(at).map(|line| line.len() + 1).sum();
        let commas: Vec<usize> = line.match_indices(',').map(|(at, _)| at).collect();
        for keep in [commas[0], commas[1], commas[2], commas[2] + 2] {
            let expected = format!("line {}", at + 1);
            all.push(bad(format!("cut off in line {}", at + 1), &good[..start + keep], expected));
        }
    }
    for separator in [':', ' ', '/', '#', '~', '!', '%', '&'] {
        let no_column = "there is no column \"a\" here, only";
        all.push(bad(format!("separator {separator}"), table(separator), no_column));
    }
    for text in ["x", "1,5e", "--", "twelve", "1.2.3", "12 kg", "\u{20ac}5", "0x1f", "inf", "1e999"]
    {
        let line = format!("5,\"{text}\",25,5");
        let expected = "line 7, column \"b\"";
        all.push(bad(format!("mixed types: {text}"), with_line(&line), expected));
    }
    for line in ["5", "5,5", "5,5,5", "5,5,5,5,5", "5,5,5,5,5,5,5,5", "5;5;5;5", "\"5,5,5,5"] {
        all.push(bad(format!("line {line}"), with_line(line), "line 7"));
    }
    for (column, name) in ["a", "b", "c", "d"].iter().enumerate() {
        for missing in ["", "NA", "NaN", "#NV"] {
            let mut fields = ["5"; 4];
            fields[column] = missing;
            let expected = format!("line 7, column {name:?}: there is no value");
            all.push(bad(format!("{missing} in {name}"), with_line(&fields.join(",")), expected));
        }
        let empty = |line: &str| {
            let mut fields: Vec<&str> = line.split(',').collect();
            fields[column] = if line.starts_with('a') { fields[column] } else { "" };
            fields.join(",") + "\n"
        };
        let expected = format!("line 2, column {name:?}: there is no value");
        all.push(bad(
            format!("empty column {name}"),
            good.lines().map(empty).collect::<String>(),
            expected,
        ));
    }
    let huge = "x".repeat(3_000_000);
    all.push(bad("huge field", with_line(&format!("5,{huge},5,5")), "line 7, column \"b\""));
    all.push(bad("huge number", with_line(&format!("5,{},5,5", "9".repeat(500_000))), "line 7"));
    all.push(bad("huge name", good.replacen('a', &huge, 1), "there is no column \"a\" here, only"));
    all.push(bad("100,000 fields", with_line(&"5,".repeat(100_000)), "line 7"));
    all.push(bad("a quotation mark of megabytes", with_line(&format!("5,\"{huge}")), "line"));
    for (about, text, expected) in [
        ("empty", "", "the file is empty"),
        ("a line end", "\n\n\r\n", "the file is empty"),
        ("a mark only", "\u{feff}", "the file is empty"),
        ("separators only", ";;;\n;;;\n", "the file is empty"),
        ("names only", "a,b,c,d\n", "no rows behind it"),
        ("numbers as names", "1,2\n3,4\n", "only numbers where the names"),
        ("decimal commas as names", "1,5;2\n3;4\n", "only numbers where the names"),
        ("the same name twice", "a,b,a,d\n1,2,3,4\n", "columns 1 and 3 are both called \"a\""),
        ("an open quotation mark", "a,b,c,d\n1,2,3,\"4\n", "is not closed"),
        ("sep= alone", "sep=;\n", "the file is empty"),
    ] {
        all.push(bad(about, text, expected));
    }
    for (about, bytes, expected) in [
        ("Excel", &b"PK\x03\x04\x14\x00\x06\x00"[..], "a file of Excel"),
        ("old Excel", &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1], "a file of Excel"),
        ("zeros", &[0; 100], "this is no text"),
        ("a program", b"\x7fELF\x02\x01\x01\x00\x00", "this is no text"),
        ("half of UTF-16", b"\xff\xfea\x00;\x00b", "cut off or damaged"),
        ("wrong UTF-16", b"\xff\xfe\x00\xd8a\x00", "cut off or damaged"),
        ("UTF-16, other way round", b"\xfe\xff\xd8\x00\x00a", "cut off or damaged"),
        ("a picture", &png(), "this is no text"),
    ] {
        all.push(bad(about, bytes, expected));
    }
    all
}

fn picture() -> RgbImage {
    RgbImage::from_fn(40, 30, |x, y| {
        image::Rgb([(x * 6) as u8, (y * 8) as u8, (x * y % 251) as u8])
    })
}

fn png() -> Vec<u8> {
    encoded(ImageFormat::Png)
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The header of a PNG that says it has so many pixels, its sum of bytes made anew.
fn png_of(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let mut sum = !0u32;
    for byte in &bytes[12..29] {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = sum >> 1 ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
        }
    }
    bytes[29..33].copy_from_slice(&(!sum).to_be_bytes());
    bytes
}

fn pictures() -> Vec<Bad> {
    let (png, jpeg) = (png(), encoded(ImageFormat::Jpeg));
    let mut all = Vec::new();
    for (kind, whole) in [("PNG", &png), ("JPEG", &jpeg)] {
        for tenth in 0..20 {
            let cut = &whole[..whole.len() * tenth / 20];
            all.push(bad(format!("{kind}, {tenth}/20 of it"), cut, "is not a picture"));
        }
    }
    for at in [1, 8, 12, 17, 26, 30, 45, 60, 100] {
        let mut broken = png.clone();
        broken[at] ^= 0x55;
        all.push(bad(format!("PNG, byte {at} changed"), broken, "is not a picture"));
    }
    for (width, height) in [(200_000, 200_000), (4_000_000, 1_000), (u32::MAX / 2, 1_000_000)] {
        let about = format!("PNG of {width} x {height}");
        all.push(bad(about, png_of(width, height), ""));
    }
    let others =
        ["", "no picture", "<svg></svg>", "GIF89a", "BM\0\0", "\u{feff}text", "RIFF\0\0\0\0WEBP"];
    for contents in others {
        all.push(bad(format!("{contents:?}"), contents, "is not a picture"));
    }
    all
}

/// A file in a folder of its own, with a name that may be no UTF-8.
fn put(folder: &Path, number: usize, ending: &str, contents: &[u8]) -> PathBuf {
    #[cfg(unix)]
    let name = {
        use std::os::unix::ffi::OsStringExt;
        let mark = if number.is_multiple_of(3) { vec![0xff, 0xfe] } else { vec![b'x'] };
        let name = [&mark[..], format!("{number}.{ending}").as_bytes()].concat();
        std::ffi::OsString::from_vec(name)
    };
    #[cfg(not(unix))]
    let name = format!("x{number}.{ending}");
    let file = folder.join(name);
    fs::write(&file, contents).unwrap();
    file
}

/// Whether a call fails with one sentence that holds what it must.
fn check(about: &str, expected: &str, call: impl FnOnce() -> zunder::Result<()>) {
    let outcome = catch_unwind(AssertUnwindSafe(call));
    let Ok(outcome) = outcome else { panic!("{about}: a panic") };
    let Err(problem) = outcome else { panic!("{about}: nothing was found wrong") };
    let english = problem.to_string();
    assert!(english.contains(expected), "{about}: {english}");
    assert!(english.lines().count() == 1 && english.len() < 1_000, "{about}: {english}");
    for foreign in ["unwrap", "overflow", "index out of", "assertion", "Err(", "Some("] {
        assert!(!english.contains(foreign), "{about}: {english}");
    }
    assert_ne!(english, german(&problem), "{about}");
}

fn german(problem: &zunder::Error) -> String {
    zunder::words::in_german(|| problem.to_string())
}

#[test]
fn every_bad_table_gives_one_clear_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let tables = tables();
    assert!(tables.len() >= 130, "{}", tables.len());
    for (number, Bad { about, contents, expected }) in tables.iter().enumerate() {
        let file = put(folder.path(), number, "csv", contents);
        check(about, expected, || {
            let table = Table::read_csv(&file)?;
            println!("{table}\n{}", table.describe());
            table.select(&["a", "b", "c", "d"])?.to_array().map(drop)
        });
    }
}

#[test]
fn every_bad_picture_gives_one_clear_sentence() {
    let pictures = pictures();
    assert!(pictures.len() >= 55, "{}", pictures.len());
    for (number, Bad { about, contents, expected }) in pictures.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let class = folder.path().join("class");
        fs::create_dir(&class).unwrap();
        put(&class, number, ["png", "jpg"][number % 2], contents);
        let read = |settings| image_dataset_from_directory(folder.path(), settings).map(drop);
        check(about, expected, || read(Images::new()));
        // Left out, nothing is left.
        check(about, "no picture of this class", || read(Images::new().skip_bad(true)));
    }
}

#[cfg(unix)]
#[test]
fn every_bad_place_gives_one_clear_sentence() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let read = |name: &str| Table::read_csv(at(name)).map(drop);
    symlink(at("nowhere"), at("broken link.csv")).unwrap();
    symlink(at("circle.csv"), at("circle.csv")).unwrap();
    fs::create_dir(at("folder.csv")).unwrap();
    for name in ["missing.csv", "broken link.csv", "circle.csv", "folder.csv", "missing/a.csv"] {
        check(name, "cannot read", || read(name));
        check(name, "cannot read", || Csv::new().max_rows(3).read(at(name)).map(drop));
    }
    check("device", "no file", || Table::read_csv("/dev/zero").map(drop));
    let images = |name: &str| image_dataset_from_directory(at(name), Images::new()).map(drop);
    let texts = |name: &str| text_dataset_from_directory(at(name), 1).map(drop);
    fs::create_dir_all(at("pictures/class")).unwrap();
    for (name, expected) in [
        ("missing", "cannot read"),
        ("broken link.csv", "cannot read"),
        ("folder.csv", "no folders in it"),
        ("pictures", "in this folder"),
    ] {
        check(name, expected, || images(name));
        check(name, expected, || texts(name));
    }
    symlink(at("nowhere"), at("pictures/class/a.png")).unwrap();
    check("a broken link as picture", "cannot read", || images("pictures"));
    fs::write(at("pictures/class/a.txt"), [b'a', 0, b'b']).unwrap();
    check("no text", "this is no text", || texts("pictures"));
    // A link that leads in a circle is not followed, and good files beside it are read.
    fs::remove_file(at("pictures/class/a.png")).unwrap();
    fs::write(at("pictures/class/a.png"), png()).unwrap();
    symlink(at("pictures"), at("pictures/class/circle")).unwrap();
    let settings = Images::new().image_size([4, 4]);
    assert_eq!(image_dataset_from_directory(at("pictures"), settings).unwrap().x().len(), 1);
}
