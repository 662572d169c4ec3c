//! Cells are compiled without cargo, which takes its time to find that all crates are as they were, and
//! then calls the compiler as it did for the cell before. So that call is noted, and made again.

use std::env::consts::DLL_SUFFIX;

use crate::kernel::shell::PLACE_LEFT_OPEN;

/// The folders with the call for a build and with that for a check, below the one in which cells are compiled. They go
/// with what cargo has compiled.
const CALLS: &str = "target/call-to-";

/// Tells the compiler's wrapper where to note the call that cargo is about to make.
const NOTE: &str = "ZUNDER_NOTE_CALL";

/// And what was asked of cargo.
const ASKED: &str = "ZUNDER_ASKED";

/// The file in which evcxr then finds the place of the compiled cell. From cargo it takes it by what it prints.
const COMPILED: &str = "EVCXR_EXECUTION_SO_PATH";

/// The part of the stand-in for cargo that compiles or checks a cell, if the same was asked the last time: with these
/// arguments and this manifest. What cargo has to look at each time is left to it: crates that the learner may be
/// writing meanwhile, and other wrappers. The script knows the template as `$here`. It starts no program, since that
/// takes about as long as what it saves.
pub(crate) fn compile_as_before() -> String {
    format!(
        r#"call=
case " $* " in
    *" build "*" --message-format=json "*) call={CALLS}build ;;
    *" check "*" --message-format=json "*) call={CALLS}check ;;
esac
if [ -n "$call" ] && [ -f Cargo.toml ] && [ "${{RUSTC_WRAPPER-}}" = "$here/rustc" ]; then
    asked="${{RUSTFLAGS-}} $*"
    while IFS= read -r line; do
        asked="$asked
$line"
    done <Cargo.toml
    last=
    if [ -f "$call/asked" ]; then
        while IFS= read -r line; do
            last="$last${{last:+
}}$line"
        done <"$call/asked"
    fi
    if [ "$last" = "$asked" ]; then
        . "./$call/environment"
        export CARGO_MANIFEST_DIR="$PWD" CARGO_MANIFEST_PATH="$PWD/Cargo.toml"
        set --
        while IFS= read -r argument; do
            case $before in
                --out-dir) compiled=$PWD/$argument/libctx{DLL_SUFFIX} ;;
            esac
            before=$argument
            set -- "$@" "$argument"
        done <"$call/arguments"
        if [ -n "${{{COMPILED}-}}" ]; then
            printf %s "$compiled" >"${COMPILED}"
        fi
        exec "$here/rustc" rustc "$@"
    fi
    case ${{asked#*"[dependencies]"}} in
        *path*) ;;
        *) export {NOTE}="$call" {ASKED}="$asked" ;;
    esac
fi
"#
    )
}

/// The part of the compiler's wrapper that notes cargo's call: the arguments as they are wherever the folder is,
/// and what the compiler finds in its environment about the package. What was asked comes last, so that half a note is
/// not taken for a whole one.
pub(crate) fn note_the_call() -> String {
    format!(
        r#"case " $* " in
    *" --crate-name ctx "*)
        if [ -n "${{{NOTE}-}}" ] && mkdir -p "${NOTE}" && rm -f "${NOTE}/asked"; then
            for argument; do
                {PLACE_LEFT_OPEN}
                printf '%s\n' "$argument"
            done >"${NOTE}/arguments"
            export -p | grep -E '^export CARGO_(CRATE|PKG|PRIMARY)' >"${NOTE}/environment"
            printf '%s\n' "${ASKED}" >"${NOTE}/asked"
        fi
        ;;
esac
"#
    )
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use crate::base::failure::{Explain, Result};
    use crate::base::files;

    use super::*;

    /// A template in which cargo and the compiler say what they are asked.
    struct Bench {
        folder: tempfile::TempDir,
    }

    impl Bench {
        fn new() -> Result<Self> {
            let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
            let bench = Self { folder };
            let here = bench.template();
            let compiler = format!(
                "#!/bin/sh\nshift\nhere=${{0%/*}}\n{}for argument; do echo \"$argument\"; done\n\
                 echo \"$CARGO_PKG_NAME in $CARGO_MANIFEST_DIR\"\n",
                note_the_call()
            );
            let cargo = format!(
                "#!/bin/sh\nhere=${{0%/*/*}}\n{}echo cargo\nexport CARGO_PKG_NAME=\"the learner's\"\n\
                 export CARGO_MANIFEST_DIR=\"$PWD\"\n\
                 exec \"$here/rustc\" rustc --crate-name ctx 'a \"b\" c' --out-dir \"$PWD/target/deps\"\n",
                compile_as_before()
            );
            files::write_program(&here.join("rustc"), compiler)?;
            files::write_program(&here.join("programs/cargo"), cargo)?;
            Ok(bench)
        }

        fn template(&self) -> PathBuf {
            self.folder.path().join("the teacher's template")
        }

        /// A folder in which cells are compiled that need this.
        fn workplace(&self, name: &str, dependencies: &str) -> Result<PathBuf> {
            let place = self.folder.path().join(name);
            files::write(
                &place.join("Cargo.toml"),
                format!("[lib]\npath = \"src/lib.rs\"\n[dependencies]\n{dependencies}\n"),
            )?;
            Ok(place)
        }

        /// What is said when a cell is compiled there with evcxr's arguments and these settings. The place is `@`.
        fn compile(&self, place: &Path, command: &str, settings: &[(&str, &str)]) -> Vec<String> {
            let mut cargo = Command::new(self.template().join("programs/cargo"));
            cargo.args(["--offline", command, "--target", "t", "--message-format=json"]);
            cargo.env("RUSTC_WRAPPER", self.template().join("rustc")).env_remove("RUSTFLAGS");
            cargo.env_remove(COMPILED);
            let output = cargo.envs(settings.iter().copied()).current_dir(place).output();
            let output = output.expect("it runs");
            assert_eq!(String::from_utf8_lossy(&output.stderr), "");
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            said.lines().map(|line| line.replace(&*place.to_string_lossy(), "@")).collect()
        }
    }

    const BY_CARGO: [&str; 7] = [
        "cargo",
        "--crate-name",
        "ctx",
        r#"a "b" c"#,
        "--out-dir",
        "@/target/deps",
        "the learner's in @",
    ];

    const WITHOUT: [&str; 6] =
        ["--crate-name", "ctx", r#"a "b" c"#, "--out-dir", "./target/deps", "the learner's in @"];

    #[test]
    fn cargo_is_asked_once() -> Result<()> {
        let bench = Bench::new()?;
        let place = bench.workplace("kernel's place", "zunder = \"0.1\"")?;
        for command in ["build", "check"] {
            assert_eq!(bench.compile(&place, command, &[]), BY_CARGO);
            assert_eq!(bench.compile(&place, command, &[]), WITHOUT);
            assert_eq!(bench.compile(&place, command, &[]), WITHOUT);
        }
        let copied = bench.workplace("other place", "zunder = \"0.1\"")?;
        assert_eq!(bench.compile(&copied, "build", &[]), BY_CARGO);
        files::remove_folder(&copied.join("target"))?;
        files::copy_tree(&place.join("target"), &copied.join("target"), |_| false)?;
        assert_eq!(bench.compile(&copied, "build", &[]), WITHOUT, "wherever it is copied");
        Ok(())
    }

    #[test]
    fn cargo_is_asked_for_all_that_is_new() -> Result<()> {
        let bench = Bench::new()?;
        let place = bench.workplace("place", "zunder = \"0.1\"")?;
        let compile =
            |settings: &[(&str, &str)]| bench.compile(&place, "build", settings)[0] == "cargo";
        assert!(compile(&[]));
        assert!(!compile(&[]));
        assert!(compile(&[("RUSTFLAGS", "-Clink-arg=-fuse-ld=lld")]), "another linker");
        assert!(compile(&[("RUSTC_WRAPPER", "sccache")]), "another wrapper");
        bench.workplace("place", "zunder = \"0.1\"\nrand = \"0.9\"")?;
        assert!(compile(&[]), "another crate");
        assert!(!compile(&[]));
        assert!(place.join("target").is_dir());
        files::remove_folder(&place.join("target"))?;
        assert!(compile(&[]), "nothing is compiled yet");
        Ok(())
    }

    #[test]
    fn cargo_is_asked_each_time_about_the_learner_s_own_crate() -> Result<()> {
        let bench = Bench::new()?;
        let place = bench.workplace("place", "mine = { path = \"/home/me/mine\" }")?;
        for _ in 0..2 {
            assert_eq!(bench.compile(&place, "build", &[]), BY_CARGO);
        }
        assert!(!place.join("target").exists());
        Ok(())
    }

    #[test]
    fn evcxr_is_told_where_the_cell_is() -> Result<()> {
        let bench = Bench::new()?;
        let place = bench.workplace("place", "")?;
        let file = bench.folder.path().join("compiled");
        let settings = [(COMPILED, file.to_str().unwrap_or_default())];
        bench.compile(&place, "build", &settings);
        assert!(!file.exists(), "cargo says it");
        bench.compile(&place, "build", &settings);
        let told = fs::read_to_string(&file).explain(|| "read the place".to_owned())?;
        assert_eq!(told, format!("{}/./target/deps/libctx{DLL_SUFFIX}", place.display()));
        Ok(())
    }

    #[test]
    fn half_a_note_is_none() -> Result<()> {
        let bench = Bench::new()?;
        let place = bench.workplace("place", "")?;
        bench.compile(&place, "build", &[]);
        let asked = place.join(format!("{CALLS}build/asked"));
        fs::remove_file(asked).explain(|| "remove its end".to_owned())?;
        assert_eq!(bench.compile(&place, "build", &[]), BY_CARGO);
        assert_eq!(bench.compile(&place, "build", &[]), WITHOUT);
        Ok(())
    }
}
