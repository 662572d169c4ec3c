//! Notebooks in JupyterLab, and run without it.

pub(crate) mod jupyter;
pub(crate) mod run;
