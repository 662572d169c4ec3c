//! Notebooks name the crates by their folder: `:dep zunder = { path = ".." }` is understood by every
//! evcxr kernel, and is no name that a stranger could register. Here they are compiled already,
//! wherever the notebook lies.

/// What every kernel has compiled.
const CRATES: [&str; 2] = ["zunder", "zunder-course"];

/// The code as evcxr is to get it: with the crates of the template in place of those of a folder.
pub(crate) fn with_prepared_crates(code: &str) -> String {
    let line = |line: &str| match crate_of_folder(line) {
        Some(name) => line.replace(line.trim(), &format!(":dep {name} = \"0.1\"")),
        None => line.to_owned(),
    };
    code.split_inclusive('\n').map(line).collect()
}

fn crate_of_folder(line: &str) -> Option<&'static str> {
    let (name, value) = line.trim().strip_prefix(":dep")?.split_once('=')?;
    let name = CRATES.into_iter().find(|known| *known == name.trim())?;
    let settings = value.trim().strip_prefix('{')?.strip_suffix('}')?;
    let has_path = settings
        .split(',')
        .any(|setting| setting.split_once('=').is_some_and(|(key, _)| key.trim() == "path"));
    has_path.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::with_prepared_crates;

    #[test]
    fn a_folder_becomes_the_prepared_crate() {
        let cell = ":dep zunder = { path = \"..\" }\nuse zunder::prelude::*;\n";
        let expected = ":dep zunder = \"0.1\"\nuse zunder::prelude::*;\n";
        assert_eq!(with_prepared_crates(cell), expected);
        let cell = "  :dep zunder-course={path=\"../course\", features = [\"a\"]}\r\nlet x = 1;";
        assert_eq!(with_prepared_crates(cell), "  :dep zunder-course = \"0.1\"\r\nlet x = 1;");
    }

    #[test]
    fn all_else_stays_as_it_is() {
        for cell in [
            "",
            ":dep zunder = \"0.1\"",
            ":dep zunder-other = { path = \"..\" }",
            ":dep rand = { path = \"..\" }",
            ":dep zunder = { version = \"0.1\", features = [\"path\"] }",
            "let text = \":dep zunder = { path = 1 }\";",
            "\n\nlet x = 1;\n",
        ] {
            assert_eq!(with_prepared_crates(cell), cell);
        }
    }
}
