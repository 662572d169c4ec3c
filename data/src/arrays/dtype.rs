//! The types of the numbers of an array.

use std::fmt;

use crate::base::phrase::write_word;

/// The type of the numbers in an [`Array`](crate::Array).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DType {
    /// Whole numbers from 0 to 255: the grey values of pixels, class numbers.
    UInt8,
    /// Whole numbers, also negative.
    Int64,
    /// Numbers with a fraction, about seven digits: what a network computes with.
    Float32,
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            DType::UInt8 => "uint8",
            DType::Int64 => "int64",
            DType::Float32 => "float32",
        };
        write_word(f, name)
    }
}
