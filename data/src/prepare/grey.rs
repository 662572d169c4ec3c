//! Grey pictures as numbers: averaging, scaling, the largest and smallest value around a pixel.

use crate::arrays::array::Array;

/// A picture of one number for each pixel, row after row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grey {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) values: Vec<f32>,
}

impl Grey {
    /// A picture with every pixel changed.
    pub(crate) fn map(&self, f: impl Fn(f32) -> f32) -> Grey {
        Grey { values: self.values.iter().map(|&value| f(value)).collect(), ..*self }
    }

    /// A picture made of two of the same size.
    pub(crate) fn with(&self, other: &Grey, f: impl Fn(f32, f32) -> f32) -> Grey {
        let pairs = self.values.iter().zip(&other.values);
        Grey { values: pairs.map(|(&a, &b)| f(a, b)).collect(), ..*self }
    }

    /// The largest value in the square around each pixel, `radius` to each side.
    pub(crate) fn largest_around(&self, radius: usize) -> Grey {
        self.around(radius, |a, b| if a > b { a } else { b })
    }

    /// The smallest value in the square around each pixel, `radius` to each side.
    pub(crate) fn smallest_around(&self, radius: usize) -> Grey {
        self.around(radius, |a, b| if a < b { a } else { b })
    }

    fn around(&self, radius: usize, f: impl Fn(f32, f32) -> f32 + Copy) -> Grey {
        self.along_rows(radius, f).transposed().along_rows(radius, f).transposed()
    }

    /// The mean of the square around each pixel, `radius` to each side.
    pub(crate) fn blurred(&self, radius: usize) -> Grey {
        self.means_of_rows(radius).transposed().means_of_rows(radius).transposed()
    }

    /// `f` picks one of two values. Windows of 2, 4, 8, ... pixels are each made of two smaller
    /// ones, so that wide ones take hardly longer than narrow ones.
    fn along_rows(&self, radius: usize, f: impl Fn(f32, f32) -> f32) -> Grey {
        let mut values = Vec::with_capacity(self.values.len());
        for row in self.values.chunks_exact(self.width) {
            let (first, last) = (row[0], row[self.width - 1]);
            let before = std::iter::repeat_n(first, radius);
            let behind = std::iter::repeat_n(last, radius);
            let mut windows: Vec<f32> = before.chain(row.iter().copied()).chain(behind).collect();
            let (mut length, wanted) = (1, 2 * radius + 1);
            while length < wanted {
                let step = length.min(wanted - length);
                for start in 0..windows.len() - step {
                    windows[start] = f(windows[start], windows[start + step]);
                }
                length += step;
            }
            values.extend_from_slice(&windows[..self.width]);
        }
        Grey { values, ..*self }
    }

    fn means_of_rows(&self, radius: usize) -> Grey {
        let mut values = Vec::with_capacity(self.values.len());
        let mut sums = vec![0.0; self.width + 1];
        for row in self.values.chunks_exact(self.width) {
            for (x, value) in row.iter().enumerate() {
                sums[x + 1] = sums[x] + f64::from(*value);
            }
            for x in 0..self.width {
                let (from, to) = (x.saturating_sub(radius), (x + radius + 1).min(self.width));
                values.push(((sums[to] - sums[from]) / (to - from) as f64) as f32);
            }
        }
        Grey { values, ..*self }
    }

    fn transposed(&self) -> Grey {
        let column = |x| self.values.iter().skip(x).step_by(self.width);
        let values = (0..self.width).flat_map(column).copied().collect();
        Grey { width: self.height, height: self.width, values }
    }

    /// The part inside these columns and rows.
    pub(crate) fn cropped(&self, [left, top, right, bottom]: [usize; 4]) -> Grey {
        let rows = self.values.chunks_exact(self.width).take(bottom).skip(top);
        let values = rows.flat_map(|row| &row[left..right]).copied().collect();
        Grey { width: right - left, height: bottom - top, values }
    }

    /// The picture inside a larger one of zeros, its upper left corner at this column and row.
    pub(crate) fn placed(&self, width: usize, height: usize, [left, top]: [usize; 2]) -> Grey {
        let mut values = vec![0.0; width * height];
        for (y, row) in self.values.chunks_exact(self.width).enumerate() {
            values[(top + y) * width + left..][..self.width].copy_from_slice(row);
        }
        Grey { width, height, values }
    }

    pub(crate) fn is_at_edge(&self, pixel: usize) -> bool {
        let (x, y) = (pixel % self.width, pixel / self.width);
        x == 0 || y == 0 || x + 1 == self.width || y + 1 == self.height
    }

    /// The smallest part that holds all pixels above 0: left, top, right, bottom.
    pub(crate) fn bounds(&self) -> Option<[usize; 4]> {
        let mut bounds = [usize::MAX, usize::MAX, 0, 0];
        for (position, _) in self.values.iter().enumerate().filter(|(_, value)| **value > 0.0) {
            let (x, y) = (position % self.width, position / self.width);
            let [left, top, right, bottom] = bounds;
            bounds = [left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1)];
        }
        (bounds[2] > 0).then_some(bounds)
    }

    /// The same picture in another size: each new pixel is the mean of what lies below it.
    pub(crate) fn scaled(&self, width: usize, height: usize) -> Grey {
        let narrow = self.with_width(width);
        narrow.transposed().with_width(height).transposed()
    }

    fn with_width(&self, width: usize) -> Grey {
        let step = self.width as f32 / width as f32;
        let mut values = Vec::with_capacity(width * self.height);
        for row in self.values.chunks_exact(self.width) {
            for x in 0..width {
                let (from, to) = (x as f32 * step, (x + 1) as f32 * step);
                let last = (to.ceil() as usize).min(self.width);
                let pixels = row[..last].iter().enumerate().skip(from as usize);
                let shares = pixels.map(|(column, value)| {
                    let left = from.max(column as f32);
                    value * (to.min((column + 1) as f32) - left)
                });
                values.push(shares.sum::<f32>() / step);
            }
        }
        Grey { width, height: self.height, values }
    }

    /// The place where the picture would balance: column and row.
    pub(crate) fn centre_of_mass(&self) -> (f32, f32) {
        let (mut x, mut y, mut total) = (0.0, 0.0, 0.0);
        for (position, value) in self.values.iter().enumerate() {
            x += value * (position % self.width) as f32;
            y += value * (position / self.width) as f32;
            total += value;
        }
        (x / total, y / total)
    }

    /// One sample for a network: `(1, width * height)`.
    pub(crate) fn into_sample(self) -> Array {
        let shape = [1, self.values.len()].into();
        Array::from(self.values).with_shape(&shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: usize, values: &[f32]) -> Grey {
        Grey { width, height: values.len() / width, values: values.to_vec() }
    }

    #[test]
    fn scaling_takes_means_of_areas() {
        let picture = picture(3, &[0.0, 3.0, 6.0]);
        assert_eq!(picture.scaled(1, 1).values, [3.0]);
        // The first half holds one pixel and half of the second.
        assert_eq!(picture.scaled(2, 1).values, [1.0, 5.0]);
        assert_eq!(picture.scaled(6, 2).values[..6], [0.0, 0.0, 3.0, 3.0, 6.0, 6.0]);
    }

    #[test]
    fn windows_end_at_the_edge() {
        let picture = picture(3, &[0.0, 3.0, 6.0, 0.0, 3.0, 6.0]);
        assert_eq!(picture.blurred(1).values, [1.5, 3.0, 4.5, 1.5, 3.0, 4.5]);
        assert_eq!(picture.largest_around(1).values, [3.0, 6.0, 6.0, 3.0, 6.0, 6.0]);
        assert_eq!(picture.smallest_around(9).values, [0.0; 6]);
    }

    #[test]
    fn bounds_hold_all_that_is_not_zero() {
        let picture = picture(4, &[0., 0., 0., 0., 0., 0., 1., 0., 0., 1., 0., 0., 0., 0., 0., 0.]);
        assert_eq!(picture.bounds(), Some([1, 1, 3, 3]));
        assert_eq!(picture.cropped([1, 1, 3, 3]).values, [0.0, 1.0, 1.0, 0.0]);
        assert_eq!(picture.centre_of_mass(), (1.5, 1.5));
        assert_eq!(picture.map(|_| 0.0).bounds(), None);
    }
}
