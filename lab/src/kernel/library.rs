//! Builds the workspace with cargo and reads what came out: the support crate's sources,
//! settings and the compiled crates that it uses.
//!
//! Nothing here is guessed from `Cargo.toml`: cargo says what it built and how.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use cargo_metadata::{
    Artifact, ArtifactProfile, DependencyKind, Metadata, MetadataCommand, PackageId, TargetKind,
};

use crate::base::failure::{Explain, Failure, Result};
use crate::base::files;
use crate::base::spoken::spoken;
use crate::base::tools;
use crate::base::watched::{self, Board};

mod work;

/// What a kernel offers, each standing on those before it: the support crate in its two halves, of which
/// cells see the second one alone, what cells have in common, and the exercises.
pub(crate) const CRATES: [&str; 4] = ["zunder-data", "zunder", "zunder-cells", "zunder-course"];

/// One of them as cargo built it.
#[derive(Debug, PartialEq)]
pub(crate) struct Library {
    /// Its name, as in `Cargo.toml`.
    pub name: &'static str,
    /// Its folder in the repository; empty for that of the repository itself.
    pub folder: PathBuf,
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
    /// Its direct dependencies in the workspace, by their names.
    pub members: Vec<&'static str>,
    /// Its direct dependencies outside the workspace: the name in the code, and the compiled crate.
    pub externs: Vec<(String, PathBuf)>,
    /// All compiled crates of the build that are not of the workspace, where rustc looks for the
    /// indirect ones.
    pub compiled: Vec<PathBuf>,
}

impl Library {
    /// Whether it is the half of the support crate that the other one takes in.
    pub(crate) fn is_inside_another(&self) -> bool {
        self.name == CRATES[0]
    }
}

/// Builds the workspace as `cargo test` does.
pub(crate) fn build(root: &Path) -> Result<Vec<Library>> {
    build_on(root, &Board::new())
}

/// The same, with its progress on a board.
pub(crate) fn build_on(root: &Path, board: &Board) -> Result<Vec<Library>> {
    let metadata = metadata(root)?;
    // The default members, as in `cargo test`: another choice of packages can mean other
    // features of shared crates, and then Burn would be built a second time.
    let mut cargo = tools::cargo(root);
    cargo.args(["build", "--message-format=json-render-diagnostics"]);
    let artifacts = watched::run(cargo, "Burn", work::WORK, board)?;
    CRATES.into_iter().map(|name| read_library(name, &metadata, &artifacts)).collect()
}

fn metadata(root: &Path) -> Result<Metadata> {
    let text = tools::read(tools::cargo(root).args([
        "metadata",
        "--format-version",
        "1",
        "--filter-platform",
        &tools::host(root)?,
    ]))?;
    MetadataCommand::parse(text)
        .explain(|| spoken!("read cargo's metadata", "die Metadaten von cargo zu lesen"))
}

fn read_library(
    name: &'static str,
    metadata: &Metadata,
    artifacts: &[Artifact],
) -> Result<Library> {
    let package = metadata
        .workspace_packages()
        .into_iter()
        .find(|package| *package.name == name)
        .ok_or_else(|| {
        Failure::new(spoken!(
            "the workspace has no package named {name}",
            "im Workspace gibt es kein Paket namens {name}"
        ))
    })?;
    let libraries: Vec<&Artifact> =
        artifacts.iter().filter(|artifact| is_library(artifact)).collect();
    let own =
        libraries.iter().find(|artifact| artifact.package_id == package.id).ok_or_else(|| {
            Failure::new(spoken!(
                "cargo did not build the library of the package {name}",
                "cargo hat die Bibliothek des Pakets {name} nicht kompiliert"
            ))
        })?;
    let manifest = package.manifest_path.strip_prefix(&metadata.workspace_root);
    let folder = manifest.ok().and_then(|manifest| manifest.parent());
    let stands_on = |name: &&str| {
        let mut normal = package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal);
        normal.any(|dependency| dependency.name == **name)
    };
    Ok(Library {
        name,
        folder: folder.map(|folder| folder.as_std_path().to_owned()).unwrap_or_default(),
        members: CRATES.into_iter().filter(stands_on).collect(),
        version: package.version.to_string(),
        edition: own.target.edition.to_string(),
        features: own.features.clone(),
        opt_level: own.profile.opt_level.clone(),
        debug_assertions: own.profile.debug_assertions,
        overflow_checks: own.profile.overflow_checks,
        sources: sources(&compiled_file(own, "rmeta")?)?,
        externs: externs(metadata, &package.id, &libraries, &own.profile)?,
        compiled: libraries
            .iter()
            .filter(|artifact| !metadata.workspace_members.contains(&artifact.package_id))
            .flat_map(|artifact| filenames(artifact))
            .filter(|file| is_compiled_crate(file))
            .collect(),
    })
}

/// The direct dependencies and the files that they were compiled to.
fn externs(
    metadata: &Metadata,
    package: &PackageId,
    libraries: &[&Artifact],
    profile: &ArtifactProfile,
) -> Result<Vec<(String, PathBuf)>> {
    let mut by_package: HashMap<&PackageId, Vec<&Artifact>> = HashMap::new();
    for artifact in libraries {
        by_package.entry(&artifact.package_id).or_default().push(artifact);
    }
    let mut nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let node = nodes.find(|node| node.id == *package).ok_or_else(|| {
        Failure::new(spoken!(
            "cargo's metadata does not resolve {package}",
            "die Metadaten von cargo sagen nicht, was {package} braucht"
        ))
    })?;
    let mut externs = Vec::new();
    for dependency in &node.deps {
        let normal = dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
        // An optional dependency that is off has no artifact.
        if metadata.workspace_members.contains(&dependency.pkg) {
            continue; // cargo compiles it with the kernel's own, and hands it over
        }
        let Some(built) = by_package.get(&dependency.pkg).filter(|_| normal) else { continue };
        // A crate that a build script uses too is built twice, once without optimisation.
        let same_level = |artifact: &&&Artifact| artifact.profile.opt_level == profile.opt_level;
        let artifact = match built.as_slice() {
            [only] => only,
            several => several.iter().find(same_level).unwrap_or(&several[0]),
        };
        let is_macro = artifact.target.is_kind(TargetKind::ProcMacro);
        let extension = if is_macro { std::env::consts::DLL_EXTENSION } else { "rlib" };
        externs.push((dependency.name.clone(), compiled_file(artifact, extension)?));
    }
    externs.sort();
    Ok(externs)
}

/// Reads the dependency file that rustc left beside the compiled crate.
fn sources(rmeta: &Path) -> Result<Vec<PathBuf>> {
    let name = rmeta.file_stem().unwrap_or_default().to_string_lossy();
    let file = rmeta.with_file_name(format!("{}.d", name.trim_start_matches("lib")));
    let text = files::read_text(&file)?;
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

fn is_library(artifact: &Artifact) -> bool {
    use TargetKind::{DyLib, Lib, ProcMacro, RLib};
    let is_kind = |kind: &TargetKind| matches!(kind, Lib | RLib | DyLib | ProcMacro);
    !artifact.profile.test && artifact.target.kind.iter().any(is_kind)
}

fn is_compiled_crate(file: &Path) -> bool {
    let extension = file.extension().unwrap_or_default();
    extension == "rlib" || extension == std::env::consts::DLL_EXTENSION
}

fn compiled_file(artifact: &Artifact, extension: &str) -> Result<PathBuf> {
    let mut files = filenames(artifact);
    files.find(|file| file.extension().is_some_and(|e| e == extension)).ok_or_else(|| {
        Failure::new(spoken!(
            "cargo made no .{extension} file of {}",
            "cargo hat aus {} keine Datei mit der Endung .{extension} gemacht",
            artifact.package_id
        ))
    })
}

fn filenames(artifact: &Artifact) -> impl Iterator<Item = PathBuf> {
    artifact.filenames.iter().map(PathBuf::from)
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
        let artifact = |level: &str, file: &str| -> Artifact {
            let target = json!({"name": "rand", "kind": ["lib"], "src_path": "lib.rs"});
            let profile = json!({"opt_level": level, "debug_assertions": false,
                                 "overflow_checks": false, "test": false});
            let artifact = json!({"package_id": "rand", "target": target, "profile": profile,
                                  "features": [], "filenames": [file], "fresh": true});
            serde_json::from_value(artifact).expect("an artifact as cargo writes it")
        };
        let (slow, fast) = (artifact("0", "librand-1.rlib"), artifact("3", "librand-2.rlib"));
        let own: Artifact = {
            let mut own = artifact("3", "libzunder.rlib");
            own.package_id = PackageId { repr: "zunder".to_owned() };
            own
        };
        let dependency = |name: &str, kind: Option<&str>| {
            let package = match name {
                "unused" => "unused",
                "zunder" => "zunder",
                _ => "rand",
            };
            json!({"name": name, "pkg": package, "dep_kinds": [{"kind": kind, "target": null}]})
        };
        let deps = [
            dependency("zunder", None),
            dependency("rand", None),
            dependency("unused", None),
            dependency("only_tests", Some("dev")),
        ];
        let metadata = json!({
            "packages": [], "workspace_members": ["zunder"], "workspace_root": "/", "version": 1,
            "target_directory": "/target", "build_directory": null,
            "resolve": {
                "root": null, "nodes": [{"id": "course", "deps": deps, "dependencies": []}],
            },
        });
        let metadata = serde_json::from_value(metadata).expect("metadata as cargo writes it");
        let course = PackageId { repr: "course".to_owned() };
        let found = externs(&metadata, &course, &[&slow, &fast, &own], &fast.profile);
        assert_eq!(found.ok(), Some(vec![("rand".to_owned(), PathBuf::from("librand-2.rlib"))]));
    }
}
