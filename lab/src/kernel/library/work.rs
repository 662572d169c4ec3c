//! How much work the build is, for its progress.

use crate::base::progress::Work;

/// What the build consists of: seconds by `cargo build --timings` on two cores, and the number of crates by `cargo tree`.
pub(super) const WORK: Work = Work {
    heavy: &[
        ("burn-flex", 451.3),
        ("burn-dispatch", 50.6),
        ("zunder-data", 46.1),
        ("burn-std", 42.7),
        ("burn-nn", 39.2),
        ("zunder", 34.6),
        ("image", 30.9),
        ("rustls", 27.9),
        ("moxcms", 26.9),
        ("clap_builder", 22.9),
        ("burn-optim", 20.2),
        ("pxfm", 18.2),
        ("gemm-c32", 18.2),
        ("ring", 17.5),
        ("burn-tensor", 17.3),
        ("zunder-course", 15.7),
        ("regex-automata", 13.5),
        ("burn-ir", 13.4),
        ("regex-syntax", 13.1),
        ("object", 10.9),
        ("burn-autodiff", 10.0),
        ("gemm-c64", 10.0),
        ("ureq", 9.9),
        ("gemm-f64", 8.8),
        ("ndarray", 8.6),
        ("syn", 7.3), // each of two
    ],
    light: 1.3,
    crates: 255,
};

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;
    use crate::base::tools;

    /// Else the progress of the build would be told wrongly.
    #[test]
    fn the_crates_of_the_build_are_counted() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it is in the repository");
        let options = ["tree", "--locked", "--edges", "normal,build", "--prefix", "none"];
        let tree = tools::read(tools::cargo(root).args(options)).expect("cargo lists them");
        let crates: HashSet<&str> =
            tree.lines().filter_map(|line| line.split(" v").next()).collect();
        let versions: HashSet<&str> =
            tree.lines().map(|line| line.split(" (").next().unwrap_or(line)).collect();
        assert!(versions.len().abs_diff(WORK.crates) < 15, "{} crates", versions.len());
        for (heavy, _) in WORK.heavy {
            assert!(crates.contains(heavy), "{heavy} is no longer part of the build");
        }
    }
}
