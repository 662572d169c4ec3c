//! Grey pictures as numbers: averaging, scaling, the largest and smallest value around a pixel.

use std::iter::repeat_n;

use ndarray::{Array2, ArrayView2, s};

/// A picture of one number for each pixel: rows, columns.
pub(crate) type Grey = Array2<f32>;

/// The largest value in the square around each pixel, `radius` to each side.
pub(crate) fn largest_around(picture: &Grey, radius: usize) -> Grey {
    along_both(picture, |line| picked(line, radius, |a, b| if a > b { a } else { b }))
}

/// The smallest value in the square around each pixel, `radius` to each side.
pub(crate) fn smallest_around(picture: &Grey, radius: usize) -> Grey {
    along_both(picture, |line| picked(line, radius, |a, b| if a < b { a } else { b }))
}

/// The mean of the square around each pixel, `radius` to each side.
pub(crate) fn blurred(picture: &Grey, radius: usize) -> Grey {
    along_both(picture, |line| means(line, radius))
}

/// The same picture in another size: each new pixel is the mean of what lies below it.
pub(crate) fn scaled(picture: &Grey, width: usize, height: usize) -> Grey {
    let narrow = along_rows(picture.view(), |row| resized(row, width));
    along_rows(narrow.t(), |column| resized(column, height)).reversed_axes()
}

/// Changes all rows, and then all columns.
fn along_both(picture: &Grey, change: impl Fn(&[f32]) -> Vec<f32>) -> Grey {
    along_rows(along_rows(picture.view(), &change).t(), &change).reversed_axes()
}

fn along_rows(picture: ArrayView2<f32>, change: impl Fn(&[f32]) -> Vec<f32>) -> Grey {
    let rows: Vec<Vec<f32>> = picture.rows().into_iter().map(|row| change(&row.to_vec())).collect();
    Grey::from_shape_fn((rows.len(), rows[0].len()), |(y, x)| rows[y][x])
}

/// `pick` picks one of two values. Windows of 2, 4, 8, ... pixels are each made of two smaller
/// ones, so that wide ones take hardly longer than narrow ones.
fn picked(line: &[f32], radius: usize, pick: impl Fn(f32, f32) -> f32) -> Vec<f32> {
    let (before, behind) = (repeat_n(line[0], radius), repeat_n(line[line.len() - 1], radius));
    let mut windows: Vec<f32> = before.chain(line.iter().copied()).chain(behind).collect();
    let (mut length, wanted) = (1, 2 * radius + 1);
    while length < wanted {
        let step = length.min(wanted - length);
        for start in 0..windows.len() - step {
            windows[start] = pick(windows[start], windows[start + step]);
        }
        length += step;
    }
    windows.truncate(line.len());
    windows
}

fn means(line: &[f32], radius: usize) -> Vec<f32> {
    let mut sums = vec![0.0];
    sums.extend(line.iter().scan(0.0, |sum, &value| {
        *sum += f64::from(value);
        Some(*sum)
    }));
    let mean = |place: usize| {
        let (from, to) = (place.saturating_sub(radius), (place + radius + 1).min(line.len()));
        ((sums[to] - sums[from]) / (to - from) as f64) as f32
    };
    (0..line.len()).map(mean).collect()
}

fn resized(line: &[f32], length: usize) -> Vec<f32> {
    let step = line.len() as f32 / length as f32;
    let mean = |place: usize| {
        let (from, to) = (place as f32 * step, (place + 1) as f32 * step);
        let last = (to.ceil() as usize).min(line.len());
        let pixels = line[..last].iter().enumerate().skip(from as usize);
        let shares = pixels.map(|(old, value)| {
            let left = from.max(old as f32);
            value * (to.min((old + 1) as f32) - left)
        });
        shares.sum::<f32>() / step
    };
    (0..length).map(mean).collect()
}

/// The part inside these columns and rows.
pub(crate) fn cropped(picture: &Grey, [left, top, right, bottom]: [usize; 4]) -> Grey {
    picture.slice(s![top..bottom, left..right]).to_owned()
}

/// The picture inside a larger one of zeros, its upper left corner at this column and row.
pub(crate) fn placed(picture: &Grey, size: [usize; 2], [left, top]: [usize; 2]) -> Grey {
    let mut larger = Grey::zeros(size);
    let (height, width) = picture.dim();
    larger.slice_mut(s![top..top + height, left..left + width]).assign(picture);
    larger
}

/// The smallest part that holds all pixels above 0: left, top, right, bottom.
pub(crate) fn bounds(picture: ArrayView2<f32>) -> Option<[usize; 4]> {
    let mut bounds = [usize::MAX, usize::MAX, 0, 0];
    for ((y, x), _) in picture.indexed_iter().filter(|(_, value)| **value > 0.0) {
        let [left, top, right, bottom] = bounds;
        bounds = [left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1)];
    }
    (bounds[2] > 0).then_some(bounds)
}

/// The place where the picture would balance: column and row.
pub(crate) fn centre_of_mass(picture: &Grey) -> (f32, f32) {
    let (mut x, mut y, mut total) = (0.0, 0.0, 0.0);
    for ((row, column), value) in picture.indexed_iter() {
        x += value * column as f32;
        y += value * row as f32;
        total += value;
    }
    (x / total, y / total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: usize, values: &[f32]) -> Grey {
        Grey::from_shape_vec((values.len() / width, width), values.to_vec()).unwrap()
    }

    #[test]
    fn scaling_takes_means_of_areas() {
        let row = picture(3, &[0.0, 3.0, 6.0]);
        assert_eq!(scaled(&row, 1, 1), picture(1, &[3.0]));
        // The first half holds one pixel and half of the second.
        assert_eq!(scaled(&row, 2, 1), picture(2, &[1.0, 5.0]));
        let line = [0.0, 0.0, 3.0, 3.0, 6.0, 6.0];
        assert_eq!(scaled(&row, 6, 2), picture(6, &[line, line].concat()));
    }

    #[test]
    fn windows_end_at_the_edge() {
        let rows = picture(3, &[0.0, 3.0, 6.0, 0.0, 3.0, 6.0]);
        assert_eq!(blurred(&rows, 1), picture(3, &[1.5, 3.0, 4.5, 1.5, 3.0, 4.5]));
        assert_eq!(largest_around(&rows, 1), picture(3, &[3.0, 6.0, 6.0, 3.0, 6.0, 6.0]));
        assert_eq!(smallest_around(&rows, 9), Grey::zeros([2, 3]));
    }

    #[test]
    fn bounds_hold_all_that_is_not_zero() {
        let dots = picture(4, &[0., 0., 0., 0., 0., 0., 1., 0., 0., 1., 0., 0., 0., 0., 0., 0.]);
        assert_eq!(bounds(dots.view()), Some([1, 1, 3, 3]));
        assert_eq!(cropped(&dots, [1, 1, 3, 3]), picture(2, &[0.0, 1.0, 1.0, 0.0]));
        assert_eq!(placed(&cropped(&dots, [1, 1, 3, 3]), [4, 4], [1, 1]), dots);
        assert_eq!(centre_of_mass(&dots), (1.5, 1.5));
        assert_eq!(bounds(Grey::zeros([4, 4]).view()), None);
    }
}
