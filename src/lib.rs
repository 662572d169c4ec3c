//! Zunder: train your first neural network in Rust, cell by cell.
