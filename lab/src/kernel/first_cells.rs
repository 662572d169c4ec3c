//! The cells that every kernel compiles before the learner's second one: evcxr's own first words, those of its
//! settings, and the first cell of a notebook. They are the same in each kernel, so they are compiled once, when
//! a template is made.

use std::env::consts::DLL_SUFFIX;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::base::failure::{Explain, Failure, Result};
use crate::base::files;
use crate::base::spoken::spoken;
use crate::kernel::shell::PLACE_LEFT_OPEN;

/// Their folder in a template. Each has one in it, with what went in and what came out.
const FOLDER: &str = "first-cells";

/// As long as it is there, cells are noted in the folder.
const NOTED: &str = "noted";

/// The cell as evcxr writes it, seen from where it is compiled.
const SOURCE: &str = "src/lib.rs";

/// From now on cells are noted.
pub(crate) fn note(template: &Path) -> Result<()> {
    files::write(&template.join(FOLDER).join(NOTED), "")
}

/// The part of the compiler's wrapper that has a cell compiled already, if it is one of these: it looks whether
/// source and arguments are the same, but for the folder in which cells are compiled.
pub(crate) fn compiled_already() -> String {
    format!(
        r#"case " $* " in
    *" --crate-name ctx "*--emit=dep-info,link*)
        cell=$(cksum <{SOURCE})
        cell=$here/{FOLDER}/${{cell%% *}}
        if [ -f "$cell/stderr" ] || [ -f "$here/{FOLDER}/{NOTED}" ]; then
            arguments=
            for argument; do
                {PLACE_LEFT_OPEN}
                arguments="$arguments
$argument"
            done
        fi
        if [ -f "$here/{FOLDER}/{NOTED}" ]; then
            mkdir -p "$cell"
            cp {SOURCE} "$cell/source"
            printf %s "$arguments" >"$cell/arguments"
        elif [ -f "$cell/stderr" ] && cmp -s {SOURCE} "$cell/source" &&
            [ "$arguments" = "$(cat "$cell/arguments")" ]; then
            if ! [ -f "$cell/compiled" ]; then
                cat "$cell/stderr" >&2
                exit 1
            fi
            out=${{arguments#*--out-dir?}}
            out=${{out%%
*}}
            # A kernel may have loaded what has this name, so that is not written over.
            if cp "$cell/compiled" "$out/$$" && mv -f "$out/$$" "$out/libctx{DLL_SUFFIX}" &&
                echo "ctx: {SOURCE}" >"$out/ctx.d"; then
                cat "$cell/stderr" >&2
                exit 0
            fi
        fi
        ;;
esac
"#
    )
}

/// Compiles all that were noted by this wrapper, in the folder in which they were compiled.
pub(crate) fn compile(template: &Path, wrapper: &Path, workplace: &Path) -> Result<()> {
    let folder = template.join(FOLDER);
    let noted = folder.join(NOTED);
    files::remove(&noted)?;
    for entry in files::entries(&folder)? {
        compile_one(&entry.path(), wrapper, workplace)?;
    }
    Ok(())
}

fn compile_one(cell: &Path, wrapper: &Path, workplace: &Path) -> Result<()> {
    files::copy(&cell.join("source"), &workplace.join(SOURCE))?;
    let arguments = cell.join("arguments");
    let arguments = files::read_text(&arguments)?;
    let here = |argument: &str| match argument.split_once("./") {
        Some((name, below)) => format!("{name}{}/{below}", workplace.display()),
        None => argument.to_owned(),
    };
    let arguments: Vec<String> = arguments.lines().skip(1).map(here).collect();
    let out = arguments.iter().skip_while(|argument| *argument != "--out-dir").nth(1);
    let out = out.map(PathBuf::from).ok_or_else(|| {
        Failure::new(spoken!(
            "cells are compiled to no folder",
            "es fehlt der Ordner, in den Zellen kompiliert werden"
        ))
    })?;
    let mut command = Command::new(wrapper);
    command.arg("rustc").args(&arguments).current_dir(workplace).stdin(Stdio::null());
    let output = command
        .output()
        .explain(|| spoken!("compile a first cell", "eine erste Zelle zu kompilieren"))?;
    if output.status.success() {
        files::copy(&out.join(format!("libctx{DLL_SUFFIX}")), &cell.join("compiled"))?;
    }
    // Where it was compiled is no matter to others.
    let stderr = String::from_utf8_lossy(&output.stderr);
    let lines = stderr.lines().filter(|line| !line.contains(r#""$message_type":"artifact""#));
    let stderr: String = lines.flat_map(|line| [line, "\n"]).collect();
    files::write(&cell.join("stderr"), stderr)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A place to compile cells in, and a wrapper that says what it was asked to compile.
    struct Bench {
        folder: tempfile::TempDir,
    }

    impl Bench {
        fn new() -> Result<Self> {
            let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
            let wrapper = format!(
                "#!/bin/sh\nshift\nhere=${{0%/*}}\n{}echo compiled\ngrep -q wrong {SOURCE} && {{ \
                 echo why >&2; exit 1; }}\nfor out; do :; done\n\
                 echo '{{\"$message_type\":\"artifact\"}}' >&2\necho warning >&2\n\
                 cp {SOURCE} \"$out/libctx{DLL_SUFFIX}\"\n",
                compiled_already()
            );
            files::write_program(&folder.path().join("template/rustc"), wrapper)?;
            Ok(Self { folder })
        }

        fn template(&self) -> PathBuf {
            self.folder.path().join("template")
        }

        /// Compiles a cell in a folder. What is printed, what is said about it, and what came out.
        fn compile(&self, folder: &str, source: &str, level: &str) -> [String; 3] {
            let place = self.folder.path().join(folder);
            let out = place.join("target/deps");
            files::create_folder(&out).expect("it can be made");
            files::write(&place.join(SOURCE), source).expect("it can be written");
            let _ = fs::remove_file(out.join("ctx.d"));
            let library = out.join(format!("libctx{DLL_SUFFIX}"));
            files::write(&library, "loaded").expect("it can be written");
            let loaded = fs::File::open(&library).expect("it is there");
            let mut command = Command::new(self.template().join("rustc"));
            command.args([
                "rustc",
                "--crate-name",
                "ctx",
                "--emit=dep-info,link",
                level,
                "--out-dir",
            ]);
            let output = command.arg(&out).current_dir(&place).output().expect("it runs");
            let kept = std::io::read_to_string(loaded).expect("it is text");
            let text = |said: &[u8]| String::from_utf8_lossy(said).trim().replace('\n', "; ");
            let came = if output.status.success() {
                fs::read_to_string(library).expect("it is text")
            } else {
                "none".to_owned()
            };
            if text(&output.stdout).is_empty() {
                assert_eq!(kept, "loaded", "what is loaded is not written over");
                assert!(came == "none" || out.join("ctx.d").is_file(), "cargo reads it");
            }
            [text(&output.stdout), text(&output.stderr), came]
        }
    }

    #[test]
    fn a_first_cell_is_compiled_once() -> Result<()> {
        let bench = Bench::new()?;
        let template = bench.template();
        let artifact = r#"{"$message_type":"artifact"}; warning"#;
        note(&template)?;
        assert_eq!(bench.compile("where made", "let x", "-O1"), ["compiled", artifact, "let x"]);
        assert_eq!(bench.compile("where made", "wrong", "-O1"), ["compiled", "why", "none"]);
        let place = bench.folder.path().join("where made");
        compile(&template, &template.join("rustc"), &place)?;
        assert_eq!(bench.compile("kernel's", "let x", "-O1"), ["", "warning", "let x"]);
        assert_eq!(bench.compile("kernel's", "wrong", "-O1"), ["", "why", "none"]);
        Ok(())
    }

    #[test]
    fn any_other_cell_is_compiled() -> Result<()> {
        let bench = Bench::new()?;
        let template = bench.template();
        note(&template)?;
        bench.compile("made", "let x", "-O1");
        compile(&template, &template.join("rustc"), &bench.folder.path().join("made"))?;
        assert_eq!(bench.compile("k", "let y", "-O1")[0], "compiled");
        assert_eq!(bench.compile("k", "let x", "-O2")[0], "compiled", "with other settings");
        let known = fs::read_dir(template.join(FOLDER)).expect("it is there").flatten().next();
        let known = known.expect("there is one").path();
        files::write(&known.join("source"), "let z")?;
        assert_eq!(
            bench.compile("k", "let x", "-O1")[0],
            "compiled",
            "the sum was that of another"
        );
        Ok(())
    }
}
