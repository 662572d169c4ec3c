//! What is read from a CSV file, and what is said about one that cannot be read.
//!
//! Over 300 lines: each sentence stands beside the file that it is said of.

use std::cell::RefCell;
use std::fs;

use super::*;
use crate::arrays::array::Array;
use crate::base::language::in_german;
use crate::base::memory::for_tests::with_memory;
use crate::base::notes::for_tests::notes_of;

fn file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn a_file_that_is_larger_than_the_memory_is_read_in_part_only() {
    let rows: String = (0..1_000).map(|n| format!("{n};{n},5\n")).collect();
    let (_folder, path) = file(&format!("sep=;\na;b\n{rows}"));
    let refused = with_memory(50_000, || Table::read_csv(&path)).unwrap_err().to_string();
    assert!(refused.contains("a.csv takes 1") && refused.contains("max_rows"), "{refused}");
    let part = with_memory(50_000, || Csv::new().max_rows(100).read(&path)).unwrap();
    assert_eq!(part, Table::read_csv(&path).unwrap().rows(0..100).unwrap());
    assert_eq!(part.column("b").unwrap().get([99]).unwrap(), 99.5);
}

#[test]
fn a_file_of_many_short_rows_takes_more_than_its_bytes() {
    let (_folder, path) = file(&format!("a\n{}", "7\n".repeat(10_000)));
    let refused = with_memory(1_000_000, || Table::read_csv(&path)).unwrap_err().to_string();
    assert!(refused.contains("a.csv takes 2,000 KB"), "{refused}");
}

#[test]
fn parts_of_a_table_that_do_not_fit_into_memory_are_refused() {
    let (_folder, path) = file(&format!("a,b\n{}", "7,x\n".repeat(1_000)));
    let table = Table::read_csv(&path).unwrap();
    let column = with_memory(11_999, || table.column("a")).map(drop).unwrap_err().to_string();
    assert!(column.starts_with("an array of shape (1000,) takes 12 KB"), "{column}");
    let rows = with_memory(23_999, || table.rows(0..500)).map(drop).unwrap_err().to_string();
    assert!(rows.starts_with("an array of shape (500, 2) takes 24 KB"), "{rows}");
}

#[test]
fn so_many_rows_as_asked_for_come_whatever_stands_between_them() {
    let rows: String = (0..50).map(|n| format!("{n};1\n;;\n")).collect();
    let (_folder, path) = file(&format!("\u{feff}sep=;\na;b\n{rows}"));
    assert_eq!(Csv::new().max_rows(20).read(&path).unwrap().num_rows(), 20);
}

/// What is said while a file of so many rows is read, and what comes of it; stopped at that line.
fn said(rows: usize, csv: &Csv, stop_at: Option<usize>) -> (Vec<String>, Result<Table>) {
    let text: String = (0..rows).map(|n| format!("{n};{n},5;{:0>40}\n", "x")).collect();
    let (_folder, path) = file(&format!("a;b;c\n{text}"));
    let lines = RefCell::new(Vec::new());
    let table = {
        let write = |line: &str| lines.borrow_mut().push(line.to_owned());
        let progress = Progress::new(write).without_pause();
        let is_stopped = || stop_at.is_some_and(|most| lines.borrow().len() >= most);
        csv.read_with(&path, &mut progress.until(is_stopped))
    };
    (lines.into_inner(), table)
}

#[test]
fn a_large_file_says_how_far_it_is_and_a_small_one_nothing() {
    let (lines, table) = said(10_000, &Csv::new(), None);
    assert_eq!((lines, table.unwrap().num_rows()), (Vec::new(), 10_000));
    // 2,178 KB.
    let (lines, table) = said(40_000, &Csv::new(), None);
    assert_eq!(table.unwrap().num_rows(), 40_000);
    assert_eq!(lines[..2], ["a.csv: 48 % of 2,178 KB read", "a.csv: 96 % of 2,178 KB read"]);
    assert!(lines[2].ends_with(" rows so far"), "{lines:?}");
    assert_eq!(lines[lines.len() - 3..][1], "a.csv: 1 of 3 columns done");
    let (lines, table) = said(40_000, &Csv::new().max_rows(30_000), None);
    assert_eq!(table.unwrap().num_rows(), 30_000);
    assert!(lines[0].ends_with(" rows so far"), "{lines:?}");
    let (lines, _) = in_german(|| said(40_000, &Csv::new(), None));
    assert_eq!(lines[0], "a.csv: 48 % von 2\u{202f}178 KB gelesen");
}

#[test]
fn the_stop_button_ends_the_reading_at_each_step() {
    let steps = said(40_000, &Csv::new(), None).0.len();
    for step in 0..steps {
        let (lines, table) = said(40_000, &Csv::new(), Some(step));
        let stopped = table.map(|_| ()).unwrap_err();
        assert!(stopped.is_stopped() && lines.len() == step, "{step}: {stopped} {lines:?}");
        let sentence = stopped.to_string();
        assert!(sentence.starts_with("reading a.csv was stopped, as you asked"), "{sentence}");
    }
}

#[test]
fn a_problem_is_said_in_the_language_of_its_reader() {
    let (_folder, path) = file("a,b\n1,2\n3\n");
    let problem = Table::read_csv(&path).unwrap_err();
    let german = in_german(|| problem.to_string());
    assert!(german.contains("a.csv, Zeile 3: die Anzahl der Felder ist 1"), "{german}");
}

#[test]
fn commas_between_thousands_are_named() {
    let said = |number: &str| {
        let (_folder, path) = file(&format!("a,b\n1,\"{number}\"\n"));
        Table::read_csv(&path).unwrap().column("b").unwrap_err().to_string()
    };
    let sure = said("1,234.50");
    let way_out = ": \"1,234.50\" is no number here, as a comma separates its thousands: take it out, \
                   1234.50";
    assert!(sure.ends_with(way_out), "{sure}");
    let unsure = said("1,234");
    assert!(unsure.contains("take it out, 1234; if it stands before the fraction"), "{unsure}");
    assert!(said("a,b").contains("is no number: make categories"), "{}", said("a,b"));
}

#[test]
fn to_leave_lines_out_is_advised_only_where_they_are_not() {
    let irregular = |settings: &Csv| {
        let rows = CsvRows { settings, path: Path::new("a.csv"), separator: ',', lines_before: 0 };
        rows.irregular(3, 2).to_string()
    };
    assert!(irregular(&Csv::new()).ends_with("skip_bad_lines(true).read(...)"));
    let skipped = irregular(&Csv::new().skip_bad_lines(true));
    assert!(skipped.ends_with(", or choose another separator"), "{skipped}");
}

#[test]
fn what_programs_write_around_a_table_is_left_out_or_told() {
    let read = |text: &str| {
        let (_folder, path) = file(text);
        Table::read_csv(&path).map_err(|problem| problem.to_string())
    };
    for text in ["a;b\n1;2;\n3;4;\n", "a;b;;\n1;2;;\n3;4;;\n"] {
        let table = read(text).unwrap();
        assert_eq!((table.names().join(" "), table.num_rows()), ("a b".to_owned(), 2));
    }
    let title = read("Sales 2024;;\nplace;price;count\nRome;1;2\n").unwrap_err();
    assert!(title.contains("line 1: only the first column has a name"), "{title}");
    assert!(read("a,column 1\n1,2\n").is_ok());
    assert!(read("column 2,\n1,2\n").unwrap_err().contains("has a name"));
    assert!(read(",column 1\n1,2\n").unwrap_err().contains("both called \"column 1\""));
    let units = read("time,value\ns,mV\n1,2.5\n2,3.5\n").unwrap();
    let units = units.column("value").unwrap_err().to_string();
    assert!(
        units.contains("line 2, column \"value\": \"mV\" is no number, and all below"),
        "{units}"
    );
    let open = read("sep=,\na,b\n\"x,1\ny,2\n\"w,4\n").unwrap_err();
    assert!(open.contains("line 3: a quotation mark"), "{open}");
    assert!(read("<html>\n<p>a,b</p>").unwrap_err().contains("a web page"));
    let head = |fields: &[&str]| fraction(&StringRecord::from(fields.to_vec())).map(str::to_owned);
    assert_eq!(head(&["5.1", "3.5", "Iris-setosa"]).as_deref(), Some("5.1"));
    assert_eq!(head(&["a", "2,5"]).as_deref(), Some("2,5"));
    assert_eq!(head(&["country", "2019", "1.234", "x.5"]), None);
    let id = read("id\n9007199254740993\n9007199254740992\n").unwrap();
    assert_eq!(id.texts("id").unwrap(), ["9007199254740993", "9007199254740992"]);
    let codes = read("plz;hour\n80331;008\n01067;017\n").unwrap();
    assert_eq!(codes.classes("plz").unwrap().1, ["01067", "80331"]);
    assert_eq!(codes.column("hour").unwrap(), Array::from([8.0, 17.0]));
    let refused = codes.to_array().unwrap_err().to_string();
    assert!(refused.contains("line 3") && refused.contains("begins with zeros"), "{refused}");
}

#[test]
fn a_comma_elsewhere_changes_no_points() {
    let first = |text: &str, name: &str| {
        let (_folder, path) = file(text);
        Table::read_csv(&path).unwrap().column(name).unwrap().get([0]).unwrap()
    };
    assert_eq!(first("lat;note\n52.100;x\n52.200;3,5\n", "lat"), 52.1);
    assert_eq!(first("tags;score;x\n\"1,2\";0.125;1.5\n", "score"), 0.125);
    assert_eq!(first("name;kg;price\na;0.250;1,5\nb;0.125;2,5\n", "kg"), 0.25);
    assert_eq!(first("name;kg;price\na;0.250;1,5\nb;0.125;2,5\n", "price"), 1.5);
    assert_eq!(first("place;people\na;1.234,5\nb;1.500\n", "people"), 1234.5);
    assert_eq!(first("a;b\n\u{2212}1,5;2\n3,5;4\n", "a"), -1.5);
}

#[test]
fn no_rows_at_all_are_a_setting_that_makes_no_sense() {
    let (_folder, path) = file("a,b\n1,2\n");
    for csv in [Csv::new(), Csv::new().header(false)] {
        let problem = csv.max_rows(0).read(&path).unwrap_err();
        assert_eq!(problem.to_string(), "max_rows is 0, but must be at least 1");
    }
}

#[test]
fn points_between_thousands_are_read_as_told() {
    let (_folder, path) = file("a;b\n1.234;x\n5.678;y\n");
    let first = |csv: Csv| csv.read(&path).unwrap().column("a").unwrap().get([0]).unwrap();
    assert_eq!(first(Csv::new()), 1.234); // with a note
    assert_eq!(first(Csv::new().decimal(',')), 1234.0);
}

fn read(text: &str) -> Result<Table> {
    let (_folder, path) = file(text);
    Table::read_csv(&path)
}

/// Why the numbers of this column cannot be had.
fn refused(text: &str, column: &str) -> String {
    read(text).unwrap().column(column).unwrap_err().to_string()
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    for ends in ["\n", "\r\n"] {
        for (text, line) in [("a;b|-;1,2|3;4,5|", 2), ("a;b||1;2||x;3|4;5|", 5)] {
            let said = refused(&text.replace('|', ends), "a");
            assert!(said.contains(&format!("line {line}, column")), "{ends:?} {said}");
        }
        let short = read(&"a,b|1,2||3|".replace('|', ends)).map(|_| ()).unwrap_err().to_string();
        assert!(short.contains("line 4: the number of fields is 1"), "{ends:?} {short}");
    }
}

#[test]
fn german_thousands_need_no_decimal_comma() {
    for text in ["a;b\nBonn;335.975\nBerlin;3.677.472\n", "a;b\nBerlin;3.677.472\nBonn;335.975\n"] {
        let people = read(text).unwrap().column("b").unwrap();
        assert_eq!(people.sum(), 3_677_472.0 + 335_975.0);
    }
}

#[test]
fn a_number_that_stands_for_a_gap_does_so_however_it_is_written() {
    let csv = |text: &str| {
        let (_folder, path) = file(text);
        Csv::new().missing(&["-999"]).read(&path).unwrap()
    };
    let table = csv("a,b\n1,-999.0\n2,-999\n3,5\n4,-999.00\n5,-999.5\n");
    assert_eq!(table.drop_missing().column("b").unwrap(), Array::from([5.0, -999.5]));
    let names = Csv::new().missing(&["v1"]);
    let (_folder, path) = file("a,b\n1,v1.0\n2,v1\n");
    assert_eq!(names.read(&path).unwrap().drop_missing().num_rows(), 1);
    let german = csv("a;b\n1;-999,0\n2;0,5\n");
    assert_eq!(german.drop_missing().column("b").unwrap(), Array::from([0.5]));
}

#[test]
fn the_field_that_is_no_number_is_named_and_not_its_neighbours() {
    let gap = refused("id;temp\n1;20,5\n2;21,3\n3;k.A.\n", "temp");
    assert!(gap.contains("line 4") && gap.contains(r#"missing(&["k.A."])"#), "{gap}");
    let commas = refused("a,b\nx,\"12,5\"\ny,\"1.234,50\"\n", "b");
    assert!(commas.contains("or read the file with Csv::new().decimal(',')"), "{commas}");
    for sign in ["-", "?", "none"] {
        let said = refused(&format!("a,b\n1,{sign}\n2,3\n"), "b");
        assert!(said.contains(&format!("missing(&[{sign:?}])")), "{said}");
    }
    for (field, plain) in
        [("12,5 %", "write 12,5"), ("1 234,50", "out, 1234,50"), ("1'234.50", "out, 1234.50")]
    {
        let said = refused(&format!("a;b\nx;{field}\ny;{field}\n"), "b");
        assert!(said.ends_with(plain), "{said}");
    }
}

#[test]
fn a_first_line_that_is_a_row_is_noticed() {
    let head = |text: &str| {
        let rows: Vec<StringRecord> = text.lines().map(|line| line.split(',').collect()).collect();
        repeated(&rows[0], &rows[1..]).map(str::to_owned)
    };
    let people = head("39,State-gov,Bachelors\n50,Private,Bachelors\n38,State-gov,HS-grad");
    assert_eq!(people.as_deref(), Some("State-gov"));
    assert_eq!(head("age,kind\n1,kind\n2,b"), None);
    let twice = read("vhigh,vhigh,2\nlow,low,3\n").unwrap_err().to_string();
    assert!(twice.contains("both called") && twice.contains("header(false)"), "{twice}");
}

#[test]
fn several_blanks_between_columns_are_one() {
    let (_folder, path) = file("kind    weight  height\nA   1.5     20\n BB  10.25   3 \n");
    let table = Csv::new().separator(' ').read(&path).unwrap();
    assert_eq!(table.column("height").unwrap(), Array::from([20.0, 3.0]));
}

#[test]
fn a_blank_before_a_quotation_mark_is_none() {
    let table = read("id, text\n1, \"a, b\"\n2, \"c\"\n").unwrap();
    assert_eq!(table.texts("text").unwrap(), ["a, b", "c"]);
}

#[test]
fn a_row_of_separators_is_one_unless_it_is_the_last() {
    let table = read(",\na,b\n1,2\n,\n   \n3,4\n,\n , \n").unwrap();
    assert_eq!((table.names().join(" "), table.num_rows()), ("a b".to_owned(), 3));
    assert_eq!(table.num_missing(), [1, 1]);
    let problem = table.to_array().unwrap_err().to_string();
    assert!(problem.contains("line 4, column \"a\": there is no value"), "{problem}");
}

#[test]
fn a_separator_that_is_told_counts_also_for_a_part() {
    let (_folder, path) = file("sep=:\na:b\n1:\"x\ny\"\n2:z\n");
    assert_eq!(Csv::new().max_rows(1).read(&path).unwrap().texts("b").unwrap(), ["x\ny"]);
}

#[test]
fn zero_has_no_sign() {
    let zeros = read("a,b\n0,x\n-0,y\n").unwrap();
    assert_eq!(zeros.one_hot("a").unwrap().names(), ["a=0", "b"]);
}

#[test]
fn rows_between_two_quotation_marks_are_noticed() {
    let swallowing = |text: &str, separator| {
        let mut reader = builder(separator).from_reader(text.as_bytes());
        reader.records().flatten().filter(|row| swallows(row, separator)).count()
    };
    assert_eq!(swallowing("ham\t\"Gimme a few\nspam\tsee you\nham\tok\"\nham\tbye\n", '\t'), 1);
    assert_eq!(swallowing("1,\"Well,\nthat, too\"\n2,\"Dear\nhello\"\n", ','), 0);
    assert_eq!(swallowing("a,b,c\n1,\"hello\n\",3\n", ','), 0);
    assert_eq!(swallowing("a,b,c\n\"x,1,2\ny,1,2\",3,4\n", ','), 1);
}

#[test]
fn days_and_times_are_no_numbers_in_a_file_with_commas_either() {
    for day in ["01.02", "07.30", "01.2024"] {
        for text in [format!("day;x\n{day};1\n"), format!("day;x\n{day};1,5\n{day};2,5\n")] {
            let said = refused(&text, "day");
            assert!(said.contains(&format!("{day:?} is a date or a time and no number")), "{said}");
        }
    }
}

#[test]
fn months_are_no_numbers_unless_the_decimal_sign_is_told() {
    let text = "Monat;x\n01.2024;1\n02.2024;2\n12.2024;3\n";
    let said = refused(text, "Monat");
    assert!(said.contains("\"01.2024\" is a date or a time and no number"), "{said}");
    let (_folder, path) = file(text);
    let told = Csv::new().decimal('.').read(&path).unwrap().column("Monat").unwrap();
    assert_eq!(told.get([0]).unwrap(), 1.2024);
    for numbers in ["x\n10.2024\n12.2024\n", "x\n01.2024\n13.2024\n", "x\n01.2024\n02.3\n"] {
        assert!(read(numbers).unwrap().column("x").is_ok(), "{numbers}");
    }
}

#[test]
fn the_line_of_the_separator_is_known_however_it_is_written() {
    for first in ["sep=:\n", "SEP=:\r\n", "\"sep=:\"\n"] {
        let table = read(&format!("{first}a:b\n1:2\nx:3\n")).unwrap();
        assert_eq!(table.names(), ["a", "b"], "{first:?}");
        let said = table.column("a").unwrap_err().to_string();
        assert!(said.contains("line 4"), "{said}");
    }
    let mac = "sep=:\ra:b\r1:2\rx:3\r";
    let said = refused(mac, "a");
    assert!(said.contains("line 4"), "{said}");
    let (_folder, path) = file(mac);
    assert_eq!(Csv::new().max_rows(1).read(&path).unwrap().names(), ["a", "b"]);
}

#[test]
fn names_that_are_read_as_a_row_are_told_from_units() {
    let (_folder, path) = file("age,weight\n1,2\n3,4\n");
    let table = Csv::new().header(false).read(&path).unwrap();
    let said = table.to_array().unwrap_err().to_string();
    let german = in_german(|| table.to_array().unwrap_err().to_string());
    assert!(said.contains("line 1") && said.ends_with("leave out .header(false)"), "{said}");
    assert!(german.ends_with("lass .header(false) weg"), "{german}");
    let said = refused("age,weight\nyears,kg\n1,2\n", "age");
    assert!(said.ends_with("take it out of the file"), "{said}");
}

#[test]
fn times_that_become_the_same_are_noticed() {
    let rows: String = (0..20).map(|n| format!("{}.123,2{n}.5\n", 1_732_799_266 + n)).collect();
    let table = read(&format!("time,temp\n{rows}")).unwrap();
    let said = notes_of(|| table.to_array());
    assert!(said.starts_with(
        "different numbers in column \"time\" become the same, such as 1732799266.123"
    ));
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(notes_of(|| table.column("time")), said);
    let german = in_german(|| notes_of(|| table.to_array()));
    assert!(german.ends_with("Zieh in der Datei von allen die kleinste ab"), "{german}");
    assert_eq!(notes_of(|| table.column("temp")), "");
}

#[test]
fn german_thousands_between_commas_are_noticed() {
    let sheet = "Stadt,Einwohner,km2\nA,95.123,\"419,6\"\nB,12.500,\"81,2\"\nC,850,\"12,1\"\n";
    let said = notes_of(|| read(sheet));
    assert!(
        said.starts_with("the points in column \"Einwohner\" are read as those of fractions"),
        "{said}"
    );
    let (_folder, path) = file(sheet);
    assert_eq!(notes_of(|| Csv::new().decimal(',').read(&path)), "");
    for english in [
        "a,b\n1.234,\"12,500\"\n2.345,\"1,234\"\n",
        "a,b\n1.234,\"1,2\"\n2.345,x\n",
        "a,b\n0.250,\"1,2\"\n0.125,\"1,5\"\n",
        "a,b\n1.234,5\n",
    ] {
        assert_eq!(notes_of(|| read(english)), "", "{english}");
    }
}

#[test]
fn a_first_row_that_looks_like_a_number_is_no_line_of_units() {
    for (first, second, said) in [
        ("\"1,234.50\"", "999.00", "take it out, 1234.50"),
        ("3.677.472", "2.5", "where '.' stands before fractions"),
        ("3 677 472", "335", "take them out, 3677472"),
        ("12 %", "13", "take \"%\" out of the column"),
        ("2024-01-02", "13", "is a date or a time"),
    ] {
        let told = refused(&format!("name,amount\nAnn,{first}\nBob,{second}\n"), "amount");
        assert!(told.contains("line 2") && told.contains(said), "{told}");
    }
    for unit in ["mV", "[kg]", "m2", "%", "1/min", "-"] {
        let told = refused(&format!("name,amount\ntext,{unit}\nBob,999.00\n"), "amount");
        assert!(told.contains("if the line holds units"), "{told}");
    }
}

#[test]
fn a_foreign_encoding_is_noticed() {
    let (_folder, path) = file("");
    fs::write(&path, b"Gr\x94\xe1e;x\ngr\x81n;1\n").unwrap();
    let said = notes_of(|| Table::read_csv(&path));
    assert!(said.starts_with("a.csv is in an encoding that is not known"), "{said}");
    let german = in_german(|| notes_of(|| Table::read_csv(&path)));
    assert!(german.ends_with("Speichere die Datei noch einmal als UTF-8"), "{german}");
}

#[test]
fn a_column_that_counts_the_rows_is_noticed() {
    for text in [",a\n0,5\n1,7\n2,6\n", "\"\",\"a\"\n\"1\",5\n\"2\",7\n\"3\",6\n"] {
        let said = notes_of(|| read(text)).replace("\n", " ");
        assert!(said.contains("leave it out with without(&[\"column 1\"])"), "{said}");
    }
    assert!(
        notes_of(|| read("Unnamed: 0,a\n0,5\n1,7\n2,6\n")).contains("without(&[\"Unnamed: 0\"])")
    );
    for other in ["n,a\n0,5\n1,7\n2,6\n", ",a\n1,5\n3,7\n2,6\n", ",a\n2001,5\n2002,7\n2003,6\n"] {
        assert_eq!(notes_of(|| read(other)), "", "{other}");
    }
    let (_folder, path) = file("1,5\n2,7\n3,6\n");
    assert_eq!(notes_of(|| Csv::new().header(false).read(&path)), "");
}

#[test]
fn names_that_come_again_are_noticed() {
    let text = "time,temp,light\n1,20.5,7\n2,20.7,8\ntime,temp, light\n1,20.9,7\n";
    let said = notes_of(|| read(text)).replace("\n", " ");
    let again = "line 4: the names of the columns come again here";
    assert!(said.contains(again) && !said.contains("header(false)"), "{said}");
    let told = refused(text, "temp");
    let again = "line 4, column \"temp\": the names of the columns come again here";
    assert!(told.contains(again), "{told}");
    let kinds = "kind,size\nkind,3\nunkind,4\n";
    assert_eq!(notes_of(|| read(kinds)), "");
    let nameless = notes_of(|| read("low,high\nlow,high\nmiddle,low\n"));
    assert!(nameless.contains("header(false)"), "{nameless}");
    assert!(refused(kinds, "kind").contains("is no number: make categories"));
}

#[test]
fn names_that_are_lost_as_numbers_are_noticed_where_they_are_asked_for() {
    let of = |text: &str| {
        let table = read(text).unwrap().drop_missing();
        (notes_of(|| table.classes("a")), notes_of(|| table.to_array()))
    };
    for (text, said) in [
        ("a,b\n1.1,1\n1.2,2\n1.10,3\n", "1.10 in column \"a\" is read as the number 1.1"),
        ("a;b\n1,1;1\n1,2;2\n1,10;3\n", "1,10 in column \"a\" is read as the number 1.1"),
        ("a,b\n1E1,1\n1E2,2\n2E1,3\n", "1E1 in column \"a\" is read as the number 10"),
    ] {
        let (noticed, as_numbers) = of(text);
        assert!(noticed.starts_with(said) && as_numbers.is_empty(), "{noticed}");
    }
    for plain in ["a,b\n1.50,1\n2.25,2\n", "a,b\n1,1\n1.0,2\n", "a,b\n10,1\n100,2\n"] {
        assert_eq!(of(plain), (String::new(), String::new()), "{plain}");
    }
}

#[test]
fn a_day_in_the_first_line_is_noticed_above_others() {
    for (text, found) in [
        (
            "2024-03-05 10:00:00;21;45\n2024-03-05 10:01:00;22;46\n",
            "2024-03-05 10:00:00 is taken for",
        ),
        ("08:00,21,300\n08:10,22,310\n", "08:00 is taken for the name of a column"),
    ] {
        let said = notes_of(|| read(text));
        assert!(said.starts_with(found), "{said}");
    }
    let wide = "country,2020-01-22,2020-01-23\nA,1,2\nB,3,4\n";
    assert_eq!(notes_of(|| read(wide)), "");
}

#[test]
fn rows_with_a_name_in_front_as_r_writes_them_are_told() {
    let of_r = "\"length\" \"kind\"\n\"1\" 5.1 \"a\"\n\"2\" 4.9 \"b\"\n";
    for (text, separator) in [(of_r.to_owned(), ' '), (of_r.replace(' ', ","), ',')] {
        let (_folder, path) = file(&text);
        let csv = Csv::new().separator(separator);
        for csv in [csv.clone(), csv.skip_bad_lines(true)] {
            let said = csv.read(&path).map(drop).unwrap_err().to_string();
            assert!(
                said.contains("line 2: each row has 3 fields, but the first line only 2 names"),
                "{said}"
            );
        }
    }
    for other in ["a,b\n1,2,3\n", "a,b\n1,2,3\n4,5,6,7\n", "a,b\n1,2,3\n4,5\n"] {
        let said = read(other).map(drop).unwrap_err().to_string();
        assert!(said.contains("the number of fields is 3"), "{said}");
    }
}

#[test]
fn a_row_of_sums_at_the_end_is_noticed() {
    for last in ["Summe;451;165", " total: ;451;", "Mittelwert;13,5;2"] {
        let said = notes_of(|| read(&format!("a;b;c\nx;200;100\ny;251;65\n{last}\n")));
        assert!(
            said.starts_with("line 4 says") && said.ends_with("leave it out with rows(0..2)"),
            "{said}"
        );
    }
    for other in ["Summer;451;165", "Total;x;y"] {
        assert_eq!(notes_of(|| read(&format!("a;b;c\nx;200;1\n{other}\n"))), "", "{other}");
    }
    assert_eq!(notes_of(|| read("level;n\ntotal;3\npart;2\ntotal;5\n")), "");
}

#[test]
fn names_that_are_numbers_can_be_told() {
    let (_folder, path) = file("2019;2020;2021\n1;2;3\n");
    let said = Table::read_csv(&path).map(drop).unwrap_err().to_string();
    assert!(
        said.contains("if these are the names, such as years, with Csv::new().header(true)"),
        "{said}"
    );
    let table = Csv::new().header(true).read(&path).unwrap();
    assert_eq!((table.names().join(" "), table.num_rows()), ("2019 2020 2021".to_owned(), 1));
}

#[test]
fn classes_that_differ_in_capitals_are_noticed() {
    let of = |text: &str| notes_of(|| read(text).unwrap().classes("a").unwrap());
    let said = of("a,b\nyes,1\nYes,2\nno,3\n");
    assert!(said.starts_with("\"Yes\" and \"yes\" in column \"a\" are two classes"), "{said}");
    for good in ["a,b\na,1\nA,2\n", "a,b\nyes,1\nno,2\nyes,3\n"] {
        assert_eq!(of(good), "", "{good}");
    }
    let gaps = read("a,b\nyes,1\nNone,2\nno,3\n").unwrap();
    assert_eq!(gaps.num_missing(), [1, 0]);
}

#[test]
fn a_good_table_is_read_without_a_note() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/load/penguins.csv");
    let said = notes_of(|| {
        let table = Table::read_csv(&path).unwrap().drop_missing();
        table.names().iter().for_each(|name| drop(table.classes(name).unwrap()));
        table.without(&["species", "island", "sex"]).unwrap().to_array().unwrap();
    });
    assert_eq!(said, "");
}
