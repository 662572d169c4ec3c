//! Tables, pictures and texts of one's own, from files as they come.

use std::fs;
use std::path::{Path, PathBuf};

use image::{GrayImage, Luma, RgbImage};
use safetensors::SafeTensors;
use serde::Deserialize;
use tempfile::TempDir;
use zunder::prelude::*;

/// Made by `reference/make_keras_further.py`.
#[derive(Deserialize)]
struct Reference {
    describe: Description,
}

#[derive(Deserialize)]
struct Description {
    numbers: Vec<f64>,
    summary: Vec<f32>,
}

fn written(contents: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("table.csv");
    fs::write(&file, contents).unwrap();
    (folder, file)
}

fn read(contents: &[u8]) -> Table {
    let (_folder, file) = written(contents);
    Table::read_csv(&file).unwrap()
}

#[test]
fn german_excel_is_read_as_it_comes() {
    let text = "Stadt;Fl\u{e4}che in km\u{b2};Einwohner;Preis \u{20ac}\r\n\
                K\u{f6}ln;405,2;1.084.831;\"1,5\"\r\nBonn;141,06;335.975;-0,25\r\n;;;\r\n";
    let windows: Vec<u8> = text
        .chars()
        .map(|c| if c == '\u{20ac}' { 0x80 } else { u8::try_from(u32::from(c)).unwrap() })
        .collect();
    let utf_16: Vec<u8> =
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let told = format!("sep=;\r\n{text}").into_bytes();
    let with_mark = format!("\u{feff}{text}").into_bytes();
    for file in [windows, utf_16, told, with_mark, text.as_bytes().to_vec()] {
        let table = read(&file);
        let names = ["Stadt", "Fl\u{e4}che in km\u{b2}", "Einwohner", "Preis \u{20ac}"];
        assert_eq!((table.names(), table.num_rows()), (names.map(str::to_owned).to_vec(), 2));
        assert_eq!(table.column(names[1]).unwrap(), Array::from([405.2, 141.06]));
        assert_eq!(table.column(names[2]).unwrap(), Array::from([1_084_831.0, 335_975.0]));
        assert_eq!(table.column(names[3]).unwrap(), Array::from([1.5, -0.25]));
        assert_eq!(table.texts("Stadt").unwrap(), ["K\u{f6}ln", "Bonn"]);
    }
}

#[test]
fn the_penguins_are_those_of_the_built_in_table() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/src/load/penguins.csv");
    let table = Table::read_csv(&file).unwrap();
    let measured = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"];
    assert_eq!((table.num_rows(), table.names().len()), (344, 8));
    assert_eq!(table.num_missing(), [0, 0, 2, 2, 2, 2, 11, 0]);
    let whole = table.select(&[&["species"], &measured[..]].concat()).unwrap().drop_missing();
    let (y, species) = whole.classes("species").unwrap();
    assert_eq!(species, penguins::species());
    let (all, labels) = penguins::load_data().unwrap();
    let rows: Vec<usize> = (0..344).filter(|&row| !all.get([row, 0]).unwrap().is_nan()).collect();
    assert_eq!(whole.select(&measured).unwrap().to_array().unwrap(), all.select(&rows).unwrap());
    assert_eq!(y.to_vec(), labels.select(&rows).unwrap().to_vec());
    let more = table.one_hot("island").unwrap();
    let islands = ["island=Biscoe", "island=Dream", "island=Torgersen"];
    assert_eq!(more.names()[1..4], islands);
    let sums = islands.map(|island| more.column(island).unwrap().sum());
    assert_eq!(sums, [168.0, 124.0, 52.0]);
    // The first sex that is missing stands in line 5 of the file.
    let problem = table.one_hot("sex").unwrap_err().to_string();
    assert!(
        problem.contains("penguins.csv, line 5, column \"sex\": there is no value"),
        "{problem}"
    );
    let filled = table.fill_missing("sex", "unknown").unwrap().classes("sex").unwrap().1;
    assert_eq!(filled, ["female", "male", "unknown"]);
    assert_eq!(table.select(&table.names()[..2]).unwrap().names(), &table.names()[..2]);
    assert_eq!(table.without(&table.names()[1..]).unwrap().names(), &table.names()[..1]);
    let empty = read(b"a,b\n1,\n2,NA\n").fill_missing("b", "none").unwrap();
    assert_eq!(empty.texts("b").unwrap(), ["none", "none"]);
    let taken = read(b"color,color=red\nred,5\nblue,6\n").one_hot("color").unwrap_err();
    assert!(taken.to_string().contains("makes a column \"color=red\", but there is"), "{taken}");
}

#[test]
fn a_table_shows_itself_and_describes_its_columns() {
    let table = read(b"name,mass\na,1\nb,2.5\nb,NA\n");
    assert_eq!(
        table.to_string(),
        "name  mass\na        1\nb      2.5\nb       ..\n3 rows, 2 columns"
    );
    let long = "n\n".to_owned() + &(0..100).map(|n| format!("{n}\n")).collect::<String>();
    let shown = read(long.as_bytes()).to_string();
    assert!(shown.lines().count() == 13 && shown.contains("\u{2026}\n95\n"), "{shown}");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/keras_further.json");
    let reference = fs::read_to_string(file).unwrap();
    let Description { numbers, summary } =
        serde_json::from_str::<Reference>(&reference).unwrap().describe;
    let numbers: String = numbers.iter().map(|number| format!("{number},x\n")).collect();
    let about = read(format!("a,b\n{numbers},y\n").as_bytes()).describe();
    let head = ["column", "count", "missing", "mean", "std", "min", "25%", "50%", "75%", "max"];
    assert_eq!(about.names()[..10], head);
    for (name, expected) in head[3..].iter().zip(summary) {
        let got = about.column(name).unwrap().get([0]).unwrap();
        assert!(
            (got - expected).abs() < 1e-5 * expected.abs().max(1.0),
            "{name}: {got} {expected}"
        );
    }
    assert_eq!(about.column("missing").unwrap(), Array::from([1.0, 0.0]));
    assert_eq!(about.texts("column").unwrap(), ["a", "b"]);
    assert_eq!(about.column("distinct").unwrap(), Array::from([6.0, 2.0]));
}

#[test]
fn settings_read_what_is_not_found() {
    let (_folder, file) = written(b"1:2,5\n-9:3\n4:5:6\n7:8\n");
    let settings = Csv::new().separator(':').decimal(',').header(false).missing(&["-9"]);
    let problem = settings.read(&file).unwrap_err().to_string();
    assert!(problem.contains("table.csv, line 3: the number of fields is 3"), "{problem}");
    let table = settings.clone().skip_bad_lines(true).read(&file).unwrap();
    assert_eq!((table.num_rows(), table.num_missing()), (3, vec![1, 0]));
    assert_eq!(table.column("column 2").unwrap(), Array::from([2.5, 3.0, 8.0]));
    // The bad line is not reached.
    let first = settings.max_rows(2).read(&file).unwrap();
    assert_eq!(first.num_rows(), 2);
    for (settings, expected) in [
        (Csv::new().separator('\u{e4}'), "separator is '\u{e4}'"),
        (Csv::new().separator('"'), "separator is '\"'"),
        (Csv::new().decimal(';'), "decimal is ';', but must be '.' or ','"),
    ] {
        let problem = settings.read(&file).unwrap_err().to_string();
        assert!(problem.contains(expected), "{problem}");
    }
    let quoted = read(b"a,b\n\"x, \"\"y\"\"\nz\",1\nw,2\n");
    assert_eq!(quoted.texts("a").unwrap(), ["x, \"y\"\nz", "w"]);
    let problem = quoted.column("a").unwrap_err().to_string();
    assert!(
        problem.contains("line 2, column \"a\": \"x, \\\"y\\\"\\nz\" is no number"),
        "{problem}"
    );
    assert_eq!(
        quoted.without(&["a"]).unwrap().rows(1..2).unwrap().to_array().unwrap(),
        Array::from([[2.0]])
    );
    assert!(quoted.without(&["c"]).is_err());
    assert_eq!(
        quoted.rows(1..3).unwrap_err().to_string(),
        "there are no rows 1..3 in a table of shape (2, 2): counting starts at 0, so the last row is 1"
    );
}

/// The pictures that Keras read, and what it made of them.
struct Pictures(Vec<u8>);

impl Pictures {
    fn array(&self, name: &str) -> (Vec<usize>, Vec<f32>) {
        let tensors = SafeTensors::deserialize(&self.0).unwrap();
        let tensor = tensors.tensor(&format!("pictures/{name}")).unwrap();
        let (numbers, _) = tensor.data().as_chunks::<4>();
        (tensor.shape().to_vec(), numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }
}

#[test]
fn pictures_of_a_folder_are_resized_as_keras_does() {
    let fixture =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/keras_further.safetensors");
    let pictures = Pictures(fs::read(fixture).unwrap());
    for (mode, name, tolerance) in [(Rgb, "rgb", 0.51), (Grayscale, "grayscale", 0.51)] {
        let folder = tempfile::tempdir().unwrap();
        for class in ["high", "wide"] {
            let (shape, pixels) = pictures.array(&format!("{name}/{class}"));
            let pixels = pixels.iter().map(|&pixel| pixel as u8).collect();
            let picture = RgbImage::from_raw(shape[1] as u32, shape[0] as u32, pixels).unwrap();
            fs::create_dir(folder.path().join(class)).unwrap();
            picture.save(folder.path().join(class).join("1.png")).unwrap();
        }
        fs::write(folder.path().join("wide/notes.txt"), "no picture").unwrap();
        for size in [[4, 7], [12, 12]] {
            let settings = Images::new().image_size(size).color_mode(mode).shuffle(false);
            let ours = image_dataset_from_directory(folder.path(), settings).unwrap();
            assert_eq!(ours.class_names(), ["high", "wide"]);
            assert_eq!(ours.y().to_vec(), [0.0, 1.0]);
            let (shape, keras) = pictures.array(&format!("{name}/{}x{}", size[0], size[1]));
            assert_eq!(ours.x().shape().dims(), shape);
            let numbers = ours.x().to_vec();
            let differences = numbers.iter().zip(&keras).map(|(a, b)| (a - b).abs());
            let largest = differences.fold(0.0, f32::max);
            println!("{name} {size:?}: largest difference from Keras {largest} of 255");
            assert!(largest <= tolerance, "{name} {size:?}: {largest}");
        }
    }
}

#[test]
fn a_folder_of_pictures_is_mixed_and_limited_and_shows_samples() {
    let folder = tempfile::tempdir().unwrap();
    for (class, grey) in [("b night", 10), ("a day", 250)] {
        let inside = folder.path().join(class).join("more");
        fs::create_dir_all(&inside).unwrap();
        for number in 0..10 {
            let picture = GrayImage::from_pixel(3, 2, Luma([grey]));
            let at = if number < 5 { inside.clone() } else { folder.path().join(class) };
            picture.save(at.join(format!("{number}.{}", ["png", "JPG"][number % 2]))).unwrap();
        }
    }
    fs::write(folder.path().join("b night/!broken.png"), "no picture").unwrap();
    let settings = Images::new().image_size([8, 8]).color_mode(Grayscale);
    let problem = image_dataset_from_directory(folder.path(), settings.clone()).unwrap_err();
    assert!(problem.to_string().contains("broken.png is not a picture"), "{problem}");
    let settings = settings.skip_bad(true);
    let read = |settings: Images| image_dataset_from_directory(folder.path(), settings).unwrap();
    let all = read(settings.clone());
    assert_eq!(
        (all.x().shape().dims(), all.class_names()),
        (&[20, 8, 8, 1][..], vec!["a day".into(), "b night".into()])
    );
    let labels = all.y().to_vec();
    assert!(labels[..10].contains(&0.0) && labels[..10].contains(&1.0), "{labels:?}");
    for (row, label) in labels.iter().enumerate() {
        let expected = if *label == 0.0 { 250.0 } else { 10.0 };
        assert!((all.x().get([row, 4, 4, 0]).unwrap() - expected).abs() < 3.0);
    }
    assert_eq!(read(settings.clone()), all);
    assert_ne!(read(settings.clone().seed(1)).y(), all.y());
    assert_eq!(read(settings.clone().max_per_class(3)).x().len(), 6);
    let svg = all.samples(12).svg().unwrap().to_owned();
    assert!(svg.matches("<image").count() == 12 && svg.contains("a day</text>"), "{svg:.300}");
    let coloured = read(settings.color_mode(Rgb)).samples(5).svg().map(str::len).unwrap();
    assert!(coloured > 1_000);
    for (size, expected) in
        [(vec![0, 3], "image_size is"), (vec![5], "image_size is"), (vec![10_000, 10_000], "")]
    {
        let settings = Images::new().image_size(size.as_slice());
        let refused = image_dataset_from_directory(folder.path(), settings);
        let problem = refused.map(drop).unwrap_err().to_string();
        assert!(problem.contains(expected) && !problem.is_empty(), "{problem}");
    }
}

#[test]
fn a_folder_of_texts_is_read_whatever_wrote_them() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    write("lob/1.txt", "sch\u{f6}n".as_bytes());
    write("lob/2.txt", b"sch\xf6n");
    write("tadel/1.TXT", b"n\xf6");
    write("tadel/.DS_Store", &[0, 1]);
    write("tadel/notes.md", &[0, 1]);
    let data = text_dataset_from_directory(folder.path(), 3).unwrap();
    assert_eq!(data.class_names(), ["lob", "tadel"]);
    let mut rows: Vec<(String, f32)> =
        data.texts().iter().cloned().zip(data.y().to_vec()).collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [("n\u{f6}", 1.0), ("sch\u{f6}n", 0.0), ("sch\u{f6}n", 0.0)];
    assert_eq!(rows, expected.map(|(text, label)| (text.to_owned(), label)));
    let orders: Vec<Vec<f32>> = (0..20)
        .map(|seed| text_dataset_from_directory(folder.path(), seed).unwrap().y().to_vec())
        .collect();
    assert!(orders.iter().any(|order| *order != orders[0]));
}
