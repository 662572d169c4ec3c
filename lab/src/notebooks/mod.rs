//! Notebooks in JupyterLab, and run without it. Uses `base`, `kernel` and `setup`.

pub(crate) mod own;
pub(crate) mod jupyter;
pub(crate) mod numbers;
pub(crate) mod find;
pub(crate) mod run;
