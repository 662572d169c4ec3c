//! Rows in which most numbers are 0, written down without them: the pixels of digits, the words of
//! a text. A sum over such a row then takes a fraction of the time.

/// Up to this share of numbers that are not 0 it is quicker to compute with those alone: measured
/// on MNIST's digits, whose share is 0.19, with zeros filled up at random.
const MOST: f64 = 0.37;
/// So many rows tell the share of all.
const SAMPLE: usize = 256;
/// So many numbers are asked at once whether all of them are 0.
const BLOCK: usize = 16;

/// The numbers of each row that are not 0, from left to right.
///
/// There are at most 256 different ones, as in all that was made of pictures, so a byte says which.
/// Another says how far it lies behind the one before. So an entry has two bytes, and what takes
/// 188 MB as MNIST's 60,000 rows takes 18 MB here.
pub struct SparseRows {
    /// Where the entries of each row begin, and where the last one ends.
    starts: Vec<usize>,
    entries: Vec<Entry>,
    /// The different numbers; the first one is 0.
    values: Box<[f32; 256]>,
}

/// How many columns after the last entry (or the first column), and which of the values.
type Entry = [u8; 2];

impl SparseRows {
    /// None where there is nothing to gain: too many numbers are not 0, or too many differ.
    ///
    /// The numbers alone decide, not the machine or its load. And the results do not depend on it:
    /// a sum without its zeros has the same bits.
    pub(super) fn of(numbers: &[f32], row_len: usize) -> Option<SparseRows> {
        if row_len == 0 || u32::try_from(row_len).is_err() {
            return None;
        }
        let rows = numbers.chunks_exact(row_len);
        let every = rows.len().div_ceil(SAMPLE).max(1);
        let sample = rows.clone().step_by(every);
        let count = |row: &[f32]| row.iter().filter(|&&number| number != 0.0).count();
        let nonzeros: usize = sample.clone().map(count).sum();
        let share = nonzeros as f64 / (sample.len() * row_len).max(1) as f64;
        let mut entries = Vec::new();
        // Without room for them the zeros are computed with as well.
        if share > MOST || entries.try_reserve((share * numbers.len() as f64) as usize).is_err() {
            return None;
        }
        let mut starts = Vec::with_capacity(rows.len() + 1);
        starts.push(0);
        let (mut values, mut columns) = (Values::default(), vec![0; row_len + 1]);
        for row in rows {
            write(row, &mut columns, &mut values, &mut entries)?;
            starts.push(entries.len());
        }
        Some(SparseRows { starts, entries, values: values.all })
    }

    /// Reads a little of some rows. Those of a shuffled batch lie far apart in memory: asked for in
    /// one go, the CPU waits for all of them together.
    #[inline(always)]
    pub fn touch(&self, rows: impl Iterator<Item = usize>) {
        /// So many entries lie in the CPU's unit of memory, 64 bytes.
        const TOGETHER: usize = 64 / size_of::<Entry>();
        let of_row = |row: usize| {
            let entries = &self.entries[self.starts[row]..self.starts[row + 1]];
            entries.iter().step_by(TOGETHER).map(|entry| usize::from(entry[0])).sum::<usize>()
        };
        std::hint::black_box(rows.map(of_row).sum::<usize>());
    }

    /// The columns and numbers of one row, from left to right.
    #[inline(always)]
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, f32)> {
        let entries = &self.entries[self.starts[row]..self.starts[row + 1]];
        let mut column = 0;
        entries.iter().map(move |&[columns, value]| {
            column += usize::from(columns);
            (column, self.values[usize::from(value)])
        })
    }
}

/// Writes down the entries of a row; none when there are too many different numbers.
fn write(
    row: &[f32],
    columns: &mut [u32],
    values: &mut Values,
    entries: &mut Vec<Entry>,
) -> Option<()> {
    let mut last = 0;
    let count = find(row, columns);
    for &column in &columns[..count] {
        let mut step = column - last;
        while step > 255 {
            entries.push([255, 0]); // too far for one step: a zero on the way
            step -= 255;
        }
        entries.push([step as u8, values.place(row[column as usize])?]);
        last = column;
    }
    Some(())
}

/// Writes down the columns that are not 0, and says how many there are. Without a branch for each:
/// where a stroke of the pen begins and ends is nothing that a CPU could guess.
fn find(row: &[f32], columns: &mut [u32]) -> usize {
    let mut count = 0;
    for (block, numbers) in (0u32..).zip(row.chunks(BLOCK)) {
        // All bits but the sign: -0.0 is 0.
        if numbers.iter().fold(0, |all, number| all | (number.to_bits() << 1)) == 0 {
            continue;
        }
        for (at, &number) in (0u32..).zip(numbers) {
            columns[count] = block * BLOCK as u32 + at;
            count += usize::from(number != 0.0);
        }
    }
    count
}

/// The different numbers so far, and where to find them.
struct Values {
    all: Box<[f32; 256]>,
    len: usize,
    /// A hash table: the place of each number, 0 where there is none.
    places: Box<[u8; 4096]>,
}

impl Default for Values {
    fn default() -> Self {
        Values { all: Box::new([0.0; 256]), len: 1, places: Box::new([0; 4096]) }
    }
}

impl Values {
    /// The place of a number that is not 0; a new one where there is still room.
    #[inline(always)]
    fn place(&mut self, number: f32) -> Option<u8> {
        let mut slot = slot(number);
        loop {
            let place = self.places[slot];
            if place == 0 {
                *self.all.get_mut(self.len)? = number;
                self.places[slot] = self.len as u8;
                self.len += 1;
            } else if self.all[usize::from(place)] == number {
                return Some(place);
            } else {
                slot = (slot + 1) % self.places.len();
            }
        }
    }
}

/// Where the search for a number begins. The constant gives the 255 shades of a picture a slot each,
/// divided by 255 or not. With the usual one, of the golden ratio, 92 of those from 1/255 to 1 find
/// theirs taken, and all takes twice as long.
fn slot(number: f32) -> usize {
    (number.to_bits().wrapping_mul(0x2c1b_3c6d) >> 20) as usize
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::slot;
    use crate::arrays::array::Array;

    fn rows(array: &Array) -> Option<Vec<Vec<(usize, f32)>>> {
        let sparse = array.sparse_rows()?;
        Some((0..array.len()).map(|row| sparse.row(row).collect()).collect())
    }

    #[test]
    fn what_is_not_zero_is_written_down() {
        let mut numbers = vec![0.0; 3 * 40];
        for (at, number) in [(0, 1.5), (15, -2.0), (16, 1.5), (39, 0.1), (41, 1.5), (80, 7.0)] {
            numbers[at] = number;
        }
        numbers[50] = -0.0;
        let array = Array::new([3, 40], numbers).unwrap();
        assert!(array.known_sparse_rows().is_none());
        let first = vec![(0, 1.5), (15, -2.0), (16, 1.5), (39, 0.1)];
        assert_eq!(rows(&array), Some(vec![first, vec![(1, 1.5)], vec![(0, 7.0)]]));
        // A copy shares them; other rows of the same numbers have their own.
        assert!(array.clone().known_sparse_rows().is_some());
        let turned = array.reshape([40, 3]).unwrap();
        assert!(turned.known_sparse_rows().is_none());
        assert_eq!(rows(&turned).unwrap()[13], [(0, 0.1), (2, 1.5)]);
    }

    #[test]
    fn shades_have_a_slot_each() {
        for divisor in [1.0, 100.0, 127.5, 255.0, 256.0] {
            let slots: HashSet<usize> =
                (1..256).map(|shade| slot(shade as f32 / divisor)).collect();
            assert_eq!(slots.len(), 255, "divided by {divisor}");
        }
        assert!((-1_000..1_000).all(|number| slot(number as f32 * 1e33) < 4_096));
    }

    #[test]
    fn numbers_may_lie_far_apart() {
        let mut numbers = vec![0.0; 200_000];
        let expected = [(0, 1.0), (255, 2.0), (511, 3.0), (1_277, 4.0), (199_999, 5.0)];
        expected.iter().for_each(|&(at, number)| numbers[at] = number);
        let array = Array::new([1, 200_000], numbers).unwrap();
        let mut row = rows(&array).unwrap().remove(0);
        row.retain(|&(_, number)| number != 0.0); // those on the way
        assert_eq!(row, expected);
    }

    #[test]
    fn they_are_left_alone_where_nothing_is_gained() {
        let share = |nonzeros: usize| {
            let row = (0..100).map(|column| f32::from(column < nonzeros)).collect::<Vec<_>>();
            Array::new([50, 100], row.repeat(50)).unwrap().sparse_rows().is_some()
        };
        assert!(share(37) && !share(38));
        // 255 different numbers beside 0, in any order, and one too many.
        let different = |count: usize| {
            let number =
                |at: usize| if at.is_multiple_of(4) { (at / 4 % count) as f32 + 1.0 } else { 0.0 };
            let numbers: Vec<f32> = (0..20_000).map(number).collect();
            let array = Array::new([200, 100], numbers.clone()).unwrap();
            let found = rows(&array)?;
            for (row, numbers) in found.iter().zip(numbers.chunks(100)) {
                assert!(row.iter().all(|&(column, number)| numbers[column] == number));
                assert_eq!(row.len(), 25);
            }
            Some(())
        };
        assert!(different(255).is_some() && different(3).is_some() && different(256).is_none());
        assert!(Array::zeros([0, 5]).sparse_rows().is_some());
        assert!(Array::zeros([5, 0]).sparse_rows().is_none());
        assert!(Array::from([1, 0, 0]).sparse_rows().is_none(), "whole numbers");
    }
}
