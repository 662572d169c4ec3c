//! Builds the workspace with cargo and reads what came out: the support crate's sources,
//! settings and the compiled crates that it uses.
//!
//! Nothing here is guessed from `Cargo.toml`: cargo says what it built and how.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use crate::base::failure::{Explain, Failure, Result, fail};
use crate::base::tools;

/// The support crate, and the exercises on top of it: what a kernel offers.
pub(crate) const CRATES: [&str; 2] = ["zunder", "zunder-course"];

/// One of them as cargo built it.
#[derive(Debug, PartialEq)]
pub(crate) struct Library {
    /// Its name, as in `Cargo.toml`.
    pub name: &'static str,
    /// Its version, as in `Cargo.toml`.
    pub version: String,
    /// Its Rust edition.
    pub edition: String,
    /// The cargo features that are on.
    pub features: Vec<String>,
    /// The optimisation level of the build.
    pub opt_level: String,
    /// Whether `debug_assert!` checks are in.
    pub debug_assertions: bool,
    /// Whether arithmetic overflow panics.
    pub overflow_checks: bool,
    /// Every file that went into it, `include_str!` ones too.
    pub sources: Vec<PathBuf>,
    /// Its direct dependencies outside the workspace: the name in the code, and the compiled crate.
    pub externs: Vec<(String, PathBuf)>,
    /// All compiled crates of the build that are not of the workspace, where rustc looks for the
    /// indirect ones.
    pub compiled: Vec<PathBuf>,
}

impl Library {
    /// Whether it is the support crate itself, and not what stands on top of it.
    pub(crate) fn is_support(&self) -> bool {
        self.name == CRATES[0]
    }
}

/// Builds the workspace as `cargo test` does, cargo's own progress on the terminal.
pub(crate) fn build(root: &Path) -> Result<Vec<Library>> {
    let metadata = metadata(root)?;
    // The default members, as in `cargo test`: another choice of packages can mean other
    // features of shared crates, and then Burn would be built a second time.
    let mut cargo = tools::cargo(root)
        .args(["build", "--message-format=json-render-diagnostics"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .explain(|| "run cargo; install Rust from https://rustup.rs".to_owned())?;
    let stdout = cargo.stdout.take().ok_or_else(|| Failure::new("cargo has no output"))?;
    let mut artifacts = Vec::new();
    for line in BufReader::new(stdout).lines() {
        let line = line.explain(|| "read cargo's output".to_owned())?;
        if let Ok(message) = serde_json::from_str::<Value>(&line)
            && message["reason"] == "compiler-artifact"
        {
            artifacts.push(message);
        }
    }
    let status = cargo.wait().explain(|| "wait for cargo".to_owned())?;
    if !status.success() {
        fail!(
            "the build failed; cargo's own words stand above. Mend that and run `cargo lab` again"
        );
    }
    CRATES.into_iter().map(|name| read_library(name, &metadata, &artifacts)).collect()
}

fn metadata(root: &Path) -> Result<Value> {
    let version = tools::rustc_version(root)?;
    let host = tools::version_field(&version, "host").unwrap_or_default();
    let text = tools::read(tools::cargo(root).args([
        "metadata",
        "--format-version",
        "1",
        "--filter-platform",
        host,
    ]))?;
    serde_json::from_str(&text).explain(|| "read cargo's metadata".to_owned())
}

fn read_library(name: &'static str, metadata: &Value, artifacts: &[Value]) -> Result<Library> {
    let members = list(&metadata["workspace_members"]);
    let package = list(&metadata["packages"])
        .iter()
        .find(|package| package["name"] == name && members.contains(&package["id"]))
        .ok_or_else(|| Failure::new(format!("the workspace has no package named {name}")))?;
    let libraries: Vec<&Value> = artifacts.iter().filter(|artifact| is_library(artifact)).collect();
    let own =
        libraries.iter().find(|artifact| artifact["package_id"] == package["id"]).ok_or_else(
            || Failure::new(format!("cargo did not build the library of the package {name}")),
        )?;
    let profile = &own["profile"];
    Ok(Library {
        name,
        version: text(&package["version"]),
        edition: text(&own["target"]["edition"]),
        features: list(&own["features"]).iter().map(text).collect(),
        opt_level: text(&profile["opt_level"]),
        debug_assertions: profile["debug_assertions"] == true,
        overflow_checks: profile["overflow_checks"] == true,
        sources: sources(&compiled_file(own, "rmeta")?)?,
        externs: externs(metadata, &package["id"], &libraries, profile)?,
        compiled: libraries
            .iter()
            .filter(|artifact| !members.contains(&artifact["package_id"]))
            .flat_map(|artifact| filenames(artifact))
            .filter(|file| is_compiled_crate(file))
            .collect(),
    })
}

/// The direct dependencies and the files that they were compiled to.
fn externs(
    metadata: &Value,
    package: &Value,
    libraries: &[&Value],
    profile: &Value,
) -> Result<Vec<(String, PathBuf)>> {
    let mut by_package: HashMap<&Value, Vec<&Value>> = HashMap::new();
    for artifact in libraries {
        by_package.entry(&artifact["package_id"]).or_default().push(artifact);
    }
    let node = list(&metadata["resolve"]["nodes"])
        .iter()
        .find(|node| node["id"] == *package)
        .ok_or_else(|| Failure::new(format!("cargo's metadata does not resolve {package}")))?;
    let members = list(&metadata["workspace_members"]);
    let mut externs = Vec::new();
    for dependency in list(&node["deps"]) {
        let normal = list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
        // An optional dependency that is off has no artifact.
        let Some(built) = by_package.get(&dependency["pkg"]).filter(|_| normal) else { continue };
        if members.contains(&dependency["pkg"]) {
            continue; // cargo compiles it with the kernel's own, and hands it over
        }
        // A crate that a build script uses too is built twice, once without optimisation.
        let same_level =
            |artifact: &&&Value| artifact["profile"]["opt_level"] == profile["opt_level"];
        let artifact = match built.as_slice() {
            [only] => only,
            several => several.iter().find(same_level).unwrap_or(&several[0]),
        };
        let extension = if is_macro(artifact) { std::env::consts::DLL_EXTENSION } else { "rlib" };
        externs.push((text(&dependency["name"]), compiled_file(artifact, extension)?));
    }
    externs.sort();
    Ok(externs)
}

/// Reads the dependency file that rustc left beside the compiled crate.
fn sources(rmeta: &Path) -> Result<Vec<PathBuf>> {
    let name = rmeta.file_stem().unwrap_or_default().to_string_lossy();
    let file = rmeta.with_file_name(format!("{}.d", name.trim_start_matches("lib")));
    let text = fs::read_to_string(&file).explain(|| format!("read {}", file.display()))?;
    Ok(parse_dep_info(&text))
}

/// The right-hand side of the first rule: paths separated by blanks, blanks in them escaped.
fn parse_dep_info(text: &str) -> Vec<PathBuf> {
    let rule = text.lines().find_map(|line| line.split_once(": ")).map_or("", |(_, right)| right);
    let mut paths = Vec::new();
    let mut path = String::new();
    let mut chars = rule.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => path.extend(chars.next()),
            ' ' => paths.push(PathBuf::from(std::mem::take(&mut path))),
            _ => path.push(c),
        }
    }
    paths.push(PathBuf::from(path));
    paths.retain(|path| !path.as_os_str().is_empty());
    paths
}

fn is_library(artifact: &Value) -> bool {
    const KINDS: [&str; 4] = ["lib", "rlib", "dylib", "proc-macro"];
    let kinds = list(&artifact["target"]["kind"]);
    artifact["profile"]["test"] != true
        && kinds.iter().any(|kind| KINDS.contains(&kind.as_str().unwrap_or("")))
}

fn is_macro(artifact: &Value) -> bool {
    list(&artifact["target"]["kind"]).iter().any(|kind| kind == "proc-macro")
}

fn is_compiled_crate(file: &Path) -> bool {
    let extension = file.extension().unwrap_or_default();
    extension == "rlib" || extension == std::env::consts::DLL_EXTENSION
}

fn compiled_file(artifact: &Value, extension: &str) -> Result<PathBuf> {
    let file = filenames(artifact)
        .into_iter()
        .find(|file| file.extension().is_some_and(|e| e == extension));
    file.ok_or_else(|| {
        Failure::new(format!("cargo made no .{extension} file of {}", artifact["package_id"]))
    })
}

fn filenames(artifact: &Value) -> Vec<PathBuf> {
    list(&artifact["filenames"]).iter().map(|name| PathBuf::from(text(name))).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn dep_info_paths_may_hold_blanks() {
        let text = "out.rmeta: src/lib.rs src/my\\ file.rs\n\nsrc/lib.rs:\n";
        assert_eq!(
            parse_dep_info(text),
            [PathBuf::from("src/lib.rs"), PathBuf::from("src/my file.rs")]
        );
    }

    #[test]
    fn picks_the_optimised_build_of_a_dependency() {
        let artifact = |level: &str, file: &str| {
            json!({"package_id": "rand", "target": {"kind": ["lib"]}, "profile": {"opt_level": level},
                   "filenames": [file]})
        };
        let own = json!({"package_id": "zunder", "target": {"kind": ["lib"]}, "profile": {"opt_level": "3"},
                         "filenames": ["libzunder.rlib"]});
        let (slow, fast) = (artifact("0", "librand-1.rlib"), artifact("3", "librand-2.rlib"));
        let metadata = json!({"workspace_members": ["zunder"], "resolve": {"nodes": [{"id": "course", "deps": [
            {"name": "zunder", "pkg": "zunder", "dep_kinds": [{"kind": null}]},
            {"name": "rand", "pkg": "rand", "dep_kinds": [{"kind": null}]},
            {"name": "unused", "pkg": "unused", "dep_kinds": [{"kind": null}]},
            {"name": "only_tests", "pkg": "rand", "dep_kinds": [{"kind": "dev"}]},
        ]}]}});
        let found =
            externs(&metadata, &json!("course"), &[&slow, &fast, &own], &json!({"opt_level": "3"}));
        assert_eq!(found.ok(), Some(vec![("rand".to_owned(), PathBuf::from("librand-2.rlib"))]));
    }
}
