//! The notebook that somebody names, and what is wrong with it, before Python reads it.

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::base::failure::{Explain, Result, fail};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::spoken::{Spoken, spoken};
use crate::kernel::spec::SPECS;

/// The ending of a notebook's file.
const ENDING: &str = ".ipynb";

/// The only format that notebooks have had since 2015.
const FORMAT: u64 = 4;

/// The notebook in this file, or in the one that the repository or the installation has by this name, or the one of
/// the course, if a kernel of Zunder can run it.
pub(crate) fn find(layout: &Layout, named: &Path) -> Result<PathBuf> {
    let of_root = layout.root().join(named);
    let of_course = layout.root().join("notebooks").join(named);
    let mut with_ending = of_course.clone().into_os_string();
    with_ending.push(ENDING);
    let places = [named.to_owned(), of_root, of_course, with_ending.into()];
    let Some(file) = places.iter().find(|place| place.is_file()) else {
        fail!("there is no notebook {}", "das Notebook {} gibt es nicht", named.display());
    };
    check(file)?;
    file.canonicalize().explain(|| spoken!("find {}", "{} zu finden", file.display()))
}

/// The name of a notebook of the course that a person types, perhaps like its file: 03_shapes.ipynb.
pub(crate) fn name_of(typed: &str) -> std::result::Result<String, Infallible> {
    Ok(typed.strip_suffix(ENDING).unwrap_or(typed).to_owned())
}

/// Ends with a sentence where this is no notebook, or none of a kernel of Zunder.
fn check(file: &Path) -> Result<()> {
    let bytes = files::read(file)?;
    let name = file.file_name().unwrap_or_default().display();
    let notebook = match parse(&bytes) {
        Ok(notebook) => notebook,
        Err(why) => fail!("{name} is no notebook: {why}", "{name} ist kein Notebook: {why}"),
    };
    let kernel = notebook["metadata"]["kernelspec"]["name"].as_str();
    // `rust` is evcxr's own name for its kernel. A notebook that names none is run with Zunder's.
    let mut kernels = SPECS.iter().map(|spec| spec.name).chain(["rust"]);
    if let Some(kernel) = kernel.filter(|kernel| !kernels.any(|own| own == *kernel)) {
        let own = SPECS[0].display_name;
        fail!(
            "the kernel of {name} is {kernel}, not {own}: choose {own} in JupyterLab, with Kernel > Change Kernel, \
             and save it",
            "der Kernel von {name} ist {kernel}, nicht {own}: Wähl {own} in JupyterLab, mit \
             Kernel > Kernel wechseln (Change Kernel), und speichere das Notebook"
        );
    }
    Ok(())
}

/// A notebook as far as Python's nbformat wants one, or why it is none.
fn parse(bytes: &[u8]) -> std::result::Result<Value, Spoken> {
    if bytes.trim_ascii().is_empty() {
        return Err(spoken!("the file is empty", "die Datei ist leer"));
    }
    let notebook: Value = serde_json::from_slice(bytes).map_err(|error| {
        if error.is_eof() {
            spoken!("it ends in the middle", "es hört mittendrin auf")
        } else {
            spoken!("it is another kind of file", "die Datei ist von anderer Art")
        }
    })?;
    let format = notebook["nbformat"].as_u64();
    if let Some(other) = format.filter(|format| *format != FORMAT) {
        return Err(spoken!(
            "its format is {other}, not {FORMAT}; open it in JupyterLab and save it",
            "sein Format ist {other}, nicht {FORMAT}; öffne es in JupyterLab und speichere es"
        ));
    }
    if format.is_some() && is_whole(&notebook) {
        Ok(notebook)
    } else {
        Err(spoken!("it is not built like one", "die Datei ist nicht wie eines aufgebaut"))
    }
}

/// Whether all is there, and of the right kind, that nbformat and the scripts take for granted.
fn is_whole(notebook: &Value) -> bool {
    let kernel = &notebook["metadata"]["kernelspec"];
    notebook["nbformat_minor"].is_u64()
        && notebook["metadata"].is_object()
        && (kernel.is_object() || notebook["metadata"].get("kernelspec").is_none())
        && notebook["cells"].as_array().is_some_and(|cells| cells.iter().all(is_cell))
}

fn is_cell(cell: &Value) -> bool {
    let source = &cell["source"];
    let is_text = source.is_string()
        || source.as_array().is_some_and(|lines| lines.iter().all(Value::is_string));
    let is_known =
        cell["cell_type"].as_str().is_some_and(|kind| ["code", "markdown", "raw"].contains(&kind));
    is_known && is_text && cell["metadata"].is_object()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_file_that_is_no_notebook_is_refused_in_one_sentence() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("halb.ipynb");
        let says = |content: &str| {
            files::write(&file, content).expect("there is room");
            check(&file).err().map(|failure| failure.to_string()).unwrap_or_default()
        };
        let cells = r#""cells": [{"cell_type": "code", "metadata": {}, "source": ["1 + 1"]}]"#;
        let whole = format!(r#"{{"nbformat": 4, "nbformat_minor": 5, "metadata": {{}}, {cells}}}"#);
        assert_eq!(says(&whole), "");
        assert_eq!(
            says(&whole[..whole.len() - 5]),
            "halb.ipynb is no notebook: it ends in the middle"
        );
        let german = check(&file).expect_err("it is cut off").spoken().german().to_owned();
        assert_eq!(german, "halb.ipynb ist kein Notebook: es hört mittendrin auf");
        for (content, why) in [
            ("\n", "the file is empty"),
            ("# A text", "another kind of file"),
            ("{}", "not built like one"),
            ("[]", "not built like one"),
            (r#"{"nbformat": 4, "cells": [3]}"#, "not built like one"),
            (r#"{"nbformat": 3, "worksheets": []}"#, "its format is 3"),
        ] {
            let said = says(content);
            assert!(
                said.starts_with("halb.ipynb is no notebook: ") && said.contains(why),
                "{said}"
            );
        }
        for (part, other) in [
            (r#""metadata": {}, "cells""#, r#""metadata": [], "cells""#),
            (r#""metadata": {}, "cells""#, r#""cells""#),
            (r#""metadata": {}, "cells""#, r#""metadata": {"kernelspec": null}, "cells""#),
            (r#""metadata": {}, "source""#, r#""metadata": [], "source""#),
            (r#"["1 + 1"]"#, "[3]"),
            (r#""code""#, r#""heading""#),
            (r#""nbformat_minor": 5"#, r#""nbformat_minor": "5""#),
        ] {
            let said = says(&whole.replace(part, other));
            assert!(said.ends_with("it is not built like one"), "{part} as {other}: {said}");
        }
    }

    #[test]
    fn a_notebook_of_another_kernel_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.ipynb");
        let refusal = |kernel: &str| {
            let metadata = json!({"kernelspec": {"name": kernel}});
            let notebook =
                json!({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": []});
            files::write(&file, notebook.to_string()).expect("there is room");
            check(&file).err().map(|failure| failure.to_string())
        };
        assert_eq!(["zunder", "zunder-de", "rust"].map(refusal), [None, None, None]);
        let said = refusal("python3").unwrap_or_default();
        assert!(said.starts_with("the kernel of a.ipynb is python3, not Rust (Zunder)"), "{said}");
    }

    #[test]
    fn a_notebook_of_the_course_is_found_by_its_name_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let layout = Layout::at(folder.path());
        let of_course = folder.path().join("notebooks/de/03_shapes.ipynb");
        let empty = r#"{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}"#;
        files::write(&of_course, empty).expect("there is room");
        let real = of_course.canonicalize().ok();
        for named in ["de/03_shapes", "de/03_shapes.ipynb", "notebooks/de/03_shapes.ipynb"] {
            assert_eq!(find(&layout, named.as_ref()).ok(), real, "{named}");
        }
        assert_eq!(find(&layout, &of_course).ok(), real);
        assert!(find(&layout, Path::new("04_none")).is_err());
        for typed in ["03_shapes", "03_shapes.ipynb"] {
            assert_eq!(name_of(typed).as_deref(), Ok("03_shapes"));
        }
    }
}
