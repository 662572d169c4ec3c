//! The windows of a picture: laid out as rows of numbers, and added back into a picture.

use crate::define::window::Window;

/// How windows lie on pictures of one size; the channels come last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Windows {
    /// Height, width and channels of the picture.
    pub(super) input: [usize; 3],
    size: [usize; 2],
    strides: [usize; 2],
    /// How many rows and columns of zeros stand before the picture.
    before: [usize; 2],
    /// How many windows there are, one below the other and side by side.
    pub(super) output: [usize; 2],
}

/// The part of one line of a window that lies on the picture.
struct Segment {
    /// Where it begins in the picture.
    picture: usize,
    /// Where it begins in the line.
    line: usize,
    length: usize,
}

impl Windows {
    pub(super) fn new(window: Window, input: [usize; 3]) -> Self {
        let sides = [input[0], input[1]];
        let zeros = window.padding(sides);
        let output = std::array::from_fn(|side| {
            let padded = sides[side] + zeros[side].0 + zeros[side].1;
            padded.saturating_sub(window.size[side]) / window.strides[side] + 1
        });
        let before = zeros.map(|(before, _)| before);
        Windows { input, size: window.size, strides: window.strides, before, output }
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
        self.size[0] * self.size[1] * self.input[2]
    }

    /// Height and width of a window.
    pub(super) fn size(&self) -> [usize; 2] {
        self.size
    }

    /// Where the upper left corner of a window lies, counted in the picture with its zeros.
    pub(super) fn corner(&self, window: usize) -> [usize; 2] {
        let [row, column] = [window / self.output[1], window % self.output[1]];
        [row * self.strides[0], column * self.strides[1]]
    }

    /// The part of a line that lies on the picture, from its place in the picture with its zeros.
    #[inline(always)]
    fn segment(&self, top: usize, left: usize) -> Option<Segment> {
        let [height, width, channels] = self.input;
        let row = top.checked_sub(self.before[0]).filter(|&row| row < height)?;
        let skipped = self.before[1].saturating_sub(left);
        let column = (left + skipped).saturating_sub(self.before[1]);
        let columns = self.size[1].saturating_sub(skipped).min(width.saturating_sub(column));
        Some(Segment {
            picture: (row * width + column) * channels,
            line: skipped.min(self.size[1]) * channels,
            length: columns * channels,
        })
    }

    /// Writes each window as a row: `patches [count, window_len]`.
    pub(super) fn gather(&self, picture: &[f32], patches: &mut [f32]) {
        let line_len = self.size[1] * self.input[2];
        for (window, patch) in patches.chunks_exact_mut(self.window_len()).enumerate() {
            let [top, left] = self.corner(window);
            for (row, line) in patch.chunks_exact_mut(line_len).enumerate() {
                match self.segment(top + row, left) {
                    None => line.fill(0.0),
                    Some(segment) => {
                        if segment.length < line_len {
                            line.fill(0.0);
                        }
                        let to = &mut line[segment.line..][..segment.length];
                        copy(&picture[segment.picture..][..segment.length], to);
                    }
                }
            }
        }
    }

    /// Adds each row of `patches`, which lie `stride` numbers apart, to where it came from.
    pub(super) fn scatter(&self, patches: &[f32], stride: usize, picture: &mut [f32]) {
        let line_len = self.size[1] * self.input[2];
        for (window, patch) in patches.chunks_exact(stride).enumerate() {
            let [top, left] = self.corner(window);
            for (row, line) in patch.chunks_exact(line_len).take(self.size[0]).enumerate() {
                if let Some(segment) = self.segment(top + row, left) {
                    let from = &line[segment.line..][..segment.length];
                    let to = &mut picture[segment.picture..][..segment.length];
                    to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
                }
            }
        }
    }
}

/// As `copy_from_slice`, which for a line of a grey picture would take longer to call than to do.
#[inline(always)]
fn copy(from: &[f32], to: &mut [f32]) {
    match (from.first_chunk::<3>(), to.first_chunk_mut::<3>()) {
        (Some(three), Some(to)) if from.len() == 3 => *to = *three,
        _ => to.copy_from_slice(from),
    }
}
