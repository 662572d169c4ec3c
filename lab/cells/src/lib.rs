//! What the cells of a notebook have in common, compiled once.
//!
//! Each cell is a library of its own, in which rustc compiles generic code anew: the map that keeps the variables,
//! the code that drops a [`Model`], a `println!` of a `String`. Where a crate that is not optimised has the same
//! already, rustc takes it from there; so this one has what cells need most, and is compiled without optimisation
//! (`Cargo.toml` of the repository says so). `lab/python/check_cells.py` fails where cells no longer find it here.
//!
//! Nothing here is ever called but [`cell_begins`], by which each cell names this crate.

use std::any::Any;
use std::collections::HashMap;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};

use zunder::prelude::*;
use zunder::{Error, History, Score};

pub use zunder::cell_begins;

/// Where evcxr keeps the variables from one cell to the next.
type Variables = HashMap<String, Box<dyn Any + 'static>>;

/// Uses all that cells have in common.
pub fn compile_once() {
    variables();
    outcomes();
}

fn variables() {
    let variables = &mut black_box(Variables::new());
    macro_rules! keep {
        ($($type:ty),+ $(,)?) => { $(keep_and_take::<$type>(variables);)+ };
    }
    keep!(Array, Model, Sequential, History, Score, Error);
    keep!(bool, char, i32, i64, u8, u32, u64, usize, f32, f64, String, &'static str);
    keep!(
        Vec<f32>,
        Vec<f64>,
        Vec<usize>,
        Vec<i32>,
        Vec<u8>,
        Vec<String>,
        Vec<&'static str>,
        Vec<Vec<f32>>
    );
    variables.extend(Variables::new().drain());
    drop(black_box(Variables::new()));
}

/// As evcxr does before and after each cell.
fn keep_and_take<T: 'static>(variables: &mut Variables) -> Option<T> {
    let value = black_box(None::<T>)?;
    variables.insert("name".to_owned(), Box::new(value));
    variables.get("name")?.downcast_ref::<T>()?;
    let taken = variables.remove("name")?.downcast::<T>();
    taken.ok().map(|value| *value)
}

fn outcomes() {
    let cell = || -> Result<(), Shown> {
        let error: Error = black_box(None).ok_or(std::fmt::Error)?;
        println!("{error}");
        Err(error)?
    };
    let ended = catch_unwind(AssertUnwindSafe(|| drop(cell())));
    drop(ended);
}

/// evcxr's own error, into which a `?` puts every other.
struct Shown;

impl<T: std::fmt::Display> From<T> for Shown {
    fn from(error: T) -> Self {
        eprintln!("{error}");
        Self
    }
}
