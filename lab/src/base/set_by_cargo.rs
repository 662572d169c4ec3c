//! The variables that cargo sets for the programs that it runs. `cargo bench` has this file too.

/// Whether cargo sets this variable for the programs that it runs.
pub(crate) fn is_set_by_cargo(name: &str) -> bool {
    const STARTS: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "DEP_"];
    const NAMES: [&str; 4] = ["CARGO", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"];
    NAMES.contains(&name) || STARTS.iter().any(|start| name.starts_with(start))
}
