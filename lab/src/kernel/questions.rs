//! What cargo and rust-analyzer ask the compiler about itself while a kernel starts: some forty questions, for each
//! of which the compiler is loaded. The answers are always the same, so it is asked once, when a template is made.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::base::failure::{Explain, Result};
use crate::base::files;
use crate::base::spoken::spoken;
use crate::kernel::shell::quoted;

/// With this variable a compiler takes settings that are not stable, so that its answers are others.
const UNSTABLE: &str = "RUSTC_BOOTSTRAP";

/// As long as this folder is in a template, the questions are noted in it.
const NOTED: &str = "questions";

/// Answers those that are known.
const ANSWERS: &str = "answers";

/// From now on questions are noted.
pub(crate) fn note(template: &Path) -> Result<()> {
    files::create_folder(&template.join(NOTED))
}

/// The part of a script that answers its arguments if they are such a question. It knows the template as `$here`.
pub(crate) fn answering() -> String {
    format!(
        "case \" $* \" in\n    *\" --print\"* | \" -vV \" | \" -Vv \")\n        \
         if [ -d \"$here/{NOTED}\" ]; then\n            \
         question=$(printf '%s\\n' \"${{{UNSTABLE}-}}\" \"$@\" | cksum)\n            \
         printf '%s\\n' \"${{{UNSTABLE}-}}\" \"$@\" >\"$here/{NOTED}/$question\"\n        \
         elif [ -f \"$here/{ANSWERS}\" ]; then\n            \
         . \"$here/{ANSWERS}\"\n        fi\n        ;;\nesac\n"
    )
}

/// Asks the compiler all that was noted, and writes the answers.
pub(crate) fn ask(template: &Path, toolchain: &Path) -> Result<()> {
    let noted = template.join(NOTED);
    let mut questions = BTreeMap::new();
    for entry in files::entries(&noted)? {
        let question = files::read_text(&entry.path())?;
        let (unstable, arguments) = question.split_once('\n').unwrap_or_default();
        questions.insert(pattern(unstable, arguments), answer(toolchain, unstable, arguments)?);
    }
    let mut text = format!("case \"${{{UNSTABLE}-}} $*\" in\n");
    for (pattern, answer) in questions {
        let _ = writeln!(text, "    {pattern})\n{answer}        ;;");
    }
    files::write(&template.join(ANSWERS), text + "esac\n")?;
    files::remove_folder(&noted)
}

fn pattern(unstable: &str, arguments: &str) -> String {
    quoted(&format!("{unstable} {}", arguments.lines().collect::<Vec<_>>().join(" ")))
}

/// The shell's commands that say what the compiler says, and end as it does.
fn answer(toolchain: &Path, unstable: &str, arguments: &str) -> Result<String> {
    let mut compiler = Command::new(toolchain.join("bin/rustc"));
    compiler.args(arguments.lines()).stdin(Stdio::null()).env_remove(UNSTABLE);
    if !unstable.is_empty() {
        compiler.env(UNSTABLE, unstable);
    }
    let output = compiler.output().explain(|| {
        spoken!("ask the compiler about itself", "den Compiler nach sich selbst zu fragen")
    })?;
    let say = |said: &[u8]| place_of_toolchain_left_open(&String::from_utf8_lossy(said), toolchain);
    let mut commands = String::new();
    if !output.stderr.is_empty() {
        let _ = writeln!(commands, "        printf %s {} >&2", say(&output.stderr));
    }
    let code = output.status.code().unwrap_or(1);
    let _ = writeln!(commands, "        printf %s {}\n        exit {code}", say(&output.stdout));
    Ok(commands)
}

/// An installation has a toolchain of its own, at a place of its own.
fn place_of_toolchain_left_open(text: &str, toolchain: &Path) -> String {
    let around: Vec<String> = text.split(&*toolchain.to_string_lossy()).map(quoted).collect();
    around.join("\"$toolchain\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a script with these parts says to its arguments, and how it ends.
    fn run(template: &Path, toolchain: &str, arguments: &[&str], unstable: &str) -> (String, i32) {
        let script = format!("toolchain={}\n{}echo asked", quoted(toolchain), answering());
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &script, "sh"]).args(arguments).env("here", template);
        shell.env(UNSTABLE, unstable);
        let output = shell.output().expect("there is a shell");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (said, output.status.code().unwrap_or_default())
    }

    #[test]
    fn what_was_asked_is_answered_from_then_on_in_the_compiler_s_words() -> Result<()> {
        let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let toolchain = folder.path().join("the teacher's");
        let compiler = "#!/bin/sh\necho \"it's in ${0%/*}: $RUSTC_BOOTSTRAP $*\"; exit 3\n";
        files::write_program(&toolchain.join("bin/rustc"), compiler)?;
        let template = folder.path().join("template");
        note(&template)?;
        let other = "/other place";
        let asked = ("asked\n".to_owned(), 0);
        for unstable in ["", "1"] {
            assert_eq!(run(&template, other, &["-vV"], unstable), asked);
        }
        assert_eq!(run(&template, other, &["--print", "sysroot"], ""), asked);
        assert_eq!(run(&template, other, &["a.rs", "--emit=link"], ""), asked);
        ask(&template, &toolchain)?;
        let answered = |words: &str| (format!("it's in {other}/bin: {words}\n"), 3);
        assert_eq!(run(&template, other, &["-vV"], ""), answered(" -vV"));
        assert_eq!(run(&template, other, &["-vV"], "1"), answered("1 -vV"));
        assert_eq!(
            run(&template, other, &["--print", "sysroot"], ""),
            answered(" --print sysroot")
        );
        assert_eq!(run(&template, other, &["--print", "sysroot"], "1"), asked, "another question");
        assert_eq!(run(&template, other, &["a.rs", "--emit=link"], ""), asked, "no question");
        Ok(())
    }
}
