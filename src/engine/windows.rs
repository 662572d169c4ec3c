//! The windows of a picture: laid out as rows of numbers, and added back into a picture.

use std::sync::Arc;

use crate::define::window::Window;
use crate::engine::room::add;
use crate::engine::simd::LANES;

/// How windows lie on pictures of one size; the channels come last.
#[derive(Clone, Debug)]
pub(super) struct Windows {
    /// Height, width and channels of the picture.
    pub(super) input: [usize; 3],
    pub(super) window: Window,
    /// How many windows there are, one below the other and side by side.
    output: [usize; 2],
    /// The lines of all windows, one window after another; none where the windows are not laid out.
    lines: Arc<[Line]>,
}

/// The part of one line of a window that lies on the picture.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// Where it begins in the picture.
    picture: usize,
    /// How many numbers of the line come before it.
    before: usize,
    len: usize,
}

impl Windows {
    pub(super) fn new(window: Window, input: [usize; 3]) -> Self {
        let output = window.places([input[0], input[1]]);
        Windows { input, window, output, lines: Arc::default() }
    }

    /// The same for a convolution, which lays them out line by line.
    pub(super) fn with_lines(window: Window, input: [usize; 3]) -> Self {
        let mut windows = Windows::new(window, input);
        let ([height, width, channels], size) = (input, window.size);
        // Corners are counted in the picture with its zeros, which come before and behind it.
        let ([(above, _), (left_of, _)], mut lines) = (window.padding([height, width]), Vec::new());
        for [top, left] in windows.corners() {
            let before = left_of.saturating_sub(left).min(size[1]);
            let column = (left + before).saturating_sub(left_of);
            let columns = (size[1] - before).min(width.saturating_sub(column));
            lines.extend((top..top + size[0]).map(|row| match row.checked_sub(above) {
                Some(row) if row < height => Line {
                    picture: (row * width + column) * channels,
                    before: before * channels,
                    len: columns * channels,
                },
                _ => Line { picture: 0, before: 0, len: 0 },
            }));
        }
        windows.lines = lines.into();
        windows
    }

    /// How many numbers a picture has.
    pub(super) fn picture_len(&self) -> usize {
        self.input.iter().product()
    }

    pub(super) fn channels(&self) -> usize {
        self.input[2]
    }

    /// How many windows there are.
    pub(super) fn count(&self) -> usize {
        self.output[0] * self.output[1]
    }

    /// How many numbers lie in a window.
    pub(super) fn window_len(&self) -> usize {
        self.window.size[0] * self.window.size[1] * self.input[2]
    }

    /// Where the upper left corner of each window lies, counted in the picture with its zeros.
    #[inline(always)]
    pub(super) fn corners(&self) -> impl Iterator<Item = [usize; 2]> {
        let [strides, [rows, columns]] = [self.window.strides, self.output];
        let of_row = move |row| (0..columns).map(move |column| [row, column * strides[1]]);
        (0..rows).flat_map(move |row| of_row(row * strides[0]))
    }

    /// Writes each window as a row: `rows [count, window_len]`.
    pub(super) fn gather(&self, picture: &[f32], rows: &mut [f32]) {
        let line_len = self.window.size[1] * self.input[2];
        for (to, line) in rows.chunks_exact_mut(line_len).zip(&*self.lines) {
            if line.len < line_len {
                to.fill(0.0);
            }
            copy(&picture[line.picture..][..line.len], &mut to[line.before..][..line.len]);
        }
    }

    /// Adds each row, which lie `stride` numbers apart, to where it came from.
    pub(super) fn scatter(&self, rows: &[f32], stride: usize, picture: &mut [f32]) {
        let [height, width] = self.window.size;
        let line_len = width * self.input[2];
        for (row, lines) in rows.chunks_exact(stride).zip(self.lines.chunks_exact(height)) {
            for (from, line) in row.chunks_exact(line_len).zip(lines) {
                let to = &mut picture[line.picture..][..line.len];
                add(&from[line.before..][..line.len], to);
            }
        }
    }
}

/// As `copy_from_slice`, which for lines as short as these would take longer to call than to do.
#[inline(always)]
fn copy(from: &[f32], to: &mut [f32]) {
    let (vectors, rest) = from.as_chunks::<LANES>();
    let (to_vectors, to_rest) = to.as_chunks_mut::<LANES>();
    to_vectors.iter_mut().zip(vectors).for_each(|(to, from)| *to = *from);
    match (rest.first_chunk::<3>(), to_rest.first_chunk_mut::<3>()) {
        (Some(three), Some(to)) if rest.len() == 3 => *to = *three,
        _ => to_rest.iter_mut().zip(rest).for_each(|(to, from)| *to = *from),
    }
}
