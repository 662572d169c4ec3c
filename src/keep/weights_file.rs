//! Files of named tensors: [safetensors](https://huggingface.co/docs/safetensors), which Python
//! reads as well. They hold numbers only, so loading one runs no code.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};
use zunder_data::base::file_problem::FileProblem;
use zunder_data::base::files::{check_name_of_model, open_file, write_whole_with};
use zunder_data::base::phrase::Phrase;
use zunder_data::base::weights_problem::WeightsProblem;
use zunder_data::{Array, Error, Result, Shape};

/// The header of a large language model is well below this.
const LONGEST_HEADER: u64 = 16 * 1024 * 1024;

/// A file of tensors, of which only the list of contents is read yet.
pub(crate) struct WeightsFile {
    path: PathBuf,
    file: File,
    contents: Metadata,
    /// Where the first tensor begins.
    start: u64,
}

impl WeightsFile {
    /// Opens a file and checks that it is whole.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let problem = |problem| cannot_load(path, problem);
        let cannot_read = |error: io::Error| Error::cannot_read(path, &error);
        let mut file = open_file(path).map_err(cannot_read)?;
        let length = file.metadata().map_err(cannot_read)?.len();
        // 8 bytes say how long the header is. A wrong one must not make this read gigabytes.
        let mut start = [0; 9];
        file.read_exact(&mut start).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => problem(WeightsProblem::NotSafetensors),
            _ => cannot_read(error),
        })?;
        // HDF5, and the archives that others make.
        if start.starts_with(b"\x89HDF") || start.starts_with(b"PK\x03\x04") {
            return Err(problem(WeightsProblem::ForeignFormat));
        }
        let [header_length @ .., first] = start;
        let header_length = u64::from_le_bytes(header_length);
        if !(2..=LONGEST_HEADER).contains(&header_length) || first != b'{' {
            return Err(problem(WeightsProblem::NotSafetensors));
        }
        let start = 8 + header_length;
        let cut_short = |expected| problem(WeightsProblem::CutShort { expected, got: length });
        if length < start {
            return Err(cut_short(start));
        }
        let mut header = vec![first];
        (&file).take(header_length - 1).read_to_end(&mut header).map_err(cannot_read)?;
        // Checks also that the tensors fill the file without gaps and have the sizes of their shapes.
        let contents: Metadata = serde_json::from_slice(&header)
            .map_err(|e| problem(WeightsProblem::BrokenHeader { reason: e.to_string() }))?;
        let expected = start.saturating_add(contents.data_len() as u64);
        match length.cmp(&expected) {
            Ordering::Less => Err(cut_short(expected)),
            Ordering::Greater => Err(problem(WeightsProblem::TooLong { expected, got: length })),
            Ordering::Equal => Ok(WeightsFile { path: path.to_owned(), file, contents, start }),
        }
    }

    /// What was written beside the tensors under this name.
    pub(crate) fn note(&self, name: &str) -> Option<&str> {
        self.contents.metadata().as_ref()?.get(name).map(String::as_str)
    }

    /// The names of all tensors.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.contents.tensors().into_keys().collect();
        sort_counting(&mut names);
        names
    }

    /// Reads a tensor, once its type and shape are known to be right; `layer` is whom it is for,
    /// such as `layer 1 (Dense)`.
    pub(crate) fn read(
        &mut self,
        name: &str,
        expected: &Shape,
        layer: &Phrase,
    ) -> Result<Vec<f32>> {
        let info = match self.contents.info(name) {
            Some(info) => info.clone(),
            None => {
                let (tensor, known) = (name.to_owned(), self.names());
                return Err(self.problem(WeightsProblem::MissingTensor { tensor, known }));
            }
        };
        self.check(name, &info, expected, layer)?;
        let (from, to) = info.data_offsets;
        let mut bytes = vec![0; to - from];
        let place = SeekFrom::Start(self.start + from as u64);
        self.file
            .seek(place)
            .and_then(|_| self.file.read_exact(&mut bytes))
            .map_err(|error| Error::cannot_read(&self.path, &error))?;
        let (numbers, _) = bytes.as_chunks::<4>();
        let numbers: Vec<f32> = numbers.iter().map(|number| f32::from_le_bytes(*number)).collect();
        match numbers.iter().find(|number| !number.is_finite()) {
            None => Ok(numbers),
            Some(&value) => {
                Err(self.problem(WeightsProblem::NotFinite { tensor: name.to_owned(), value }))
            }
        }
    }

    fn check(&self, name: &str, info: &TensorInfo, expected: &Shape, layer: &Phrase) -> Result<()> {
        let tensor = name.to_owned();
        let got = Shape::from(info.shape.as_slice());
        if got != *expected {
            let (layer, expected) = (layer.clone(), expected.clone());
            let problem = WeightsProblem::WrongShape { tensor, layer, expected, got };
            return Err(self.problem(problem));
        }
        if info.dtype != Dtype::F32 {
            let dtype = info.dtype.to_string();
            return Err(self.problem(WeightsProblem::WrongDType { tensor, dtype }));
        }
        Ok(())
    }

    /// The error that says what is wrong with this file.
    pub(crate) fn problem(&self, problem: WeightsProblem) -> Error {
        cannot_load(&self.path, problem)
    }
}

fn cannot_load(path: &Path, problem: WeightsProblem) -> Error {
    FileProblem::CannotLoad { path: path.to_owned(), problem }.into()
}

/// Writes tensors and a note about them, as `float32`.
pub(crate) fn write(path: &Path, note: (&str, String), tensors: &[(String, Array)]) -> Result<()> {
    check_name_of_model(path)?;
    let mut header_entries = Vec::new();
    let mut bytes = Vec::new();
    for (name, array) in tensors {
        let start = bytes.len();
        bytes.extend(array.to_vec().into_iter().flat_map(f32::to_le_bytes));
        let shape = array.shape().dims().to_vec();
        let data_offsets = (start, bytes.len());
        header_entries.push((name.clone(), TensorInfo { dtype: Dtype::F32, shape, data_offsets }));
    }
    let notes = HashMap::from([(note.0.to_owned(), note.1)]);
    let contents = Metadata::new(Some(notes), header_entries)
        .expect("the tensors lie one behind the other, as they were just written");
    let mut header = serde_json::to_vec(&contents).expect("names and numbers are JSON");
    // Numbers begin at a multiple of 8 bytes, so that others can use them where they lie.
    header.resize(header.len().next_multiple_of(8), b' ');
    write_whole_with(path, |file| {
        file.write_all(&(header.len() as u64).to_le_bytes())?;
        file.write_all(&header)?;
        file.write_all(&bytes)
    })
}

/// Sorts names as people do: `layer_2` before `layer_10`.
fn sort_counting(names: &mut [String]) {
    names.sort_by_cached_key(|name| counting_key(name));
}

/// A name cut into words, each with the number behind it.
pub(crate) fn counting_key(name: &str) -> Vec<(String, Option<u64>)> {
    let mut key = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let is_digit = |c: char| c.is_ascii_digit();
        let (word, behind) = rest.split_at(rest.find(is_digit).unwrap_or(rest.len()));
        let end = behind.find(|c| !is_digit(c)).unwrap_or(behind.len());
        let (number, behind) = behind.split_at(end);
        let number = (!number.is_empty()).then(|| number.parse().unwrap_or(u64::MAX));
        key.push((word.to_owned(), number));
        rest = behind;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_as_people_count() {
        let sorted = ["0.bias", "2.bias", "10.bias", "dense", "dense_1", "dense_2", "dense_10"];
        let mut names: Vec<String> = sorted.iter().rev().map(|name| (*name).to_owned()).collect();
        sort_counting(&mut names);
        assert_eq!(names, sorted);
    }
}
