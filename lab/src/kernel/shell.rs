//! Texts in the scripts of a template.

use std::path::Path;

/// The text as one word of a shell's script, whatever stands in it.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The same of a place.
pub(crate) fn quoted_path(path: &Path) -> String {
    quoted(&path.display().to_string())
}

/// The part of a script that leaves open in `$argument` where it is run.
pub(crate) const PLACE_LEFT_OPEN: &str = r#"case $argument in
    *"$PWD"*) argument=${argument%%"$PWD"*}.${argument#*"$PWD"} ;;
esac"#;
