//! Notebooks in JupyterLab, and run without it. Uses `base`, `kernel` and `setup`.

pub(crate) mod own;
pub(crate) mod jupyter;
pub(crate) mod run;
