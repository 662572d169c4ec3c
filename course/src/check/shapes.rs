//! The checks of `course/03_shapes.md`.

use zunder::Array;

use crate::judged::{are_near, training_digits};
use crate::sentences::{brief, brief_shape, refuse, say, wrong};
use crate::trials::{each, lists};
use crate::verdict::{Finding, Verdict, judge};

/// The shapes of a picture, of a line of it, of a piece of the pictures and of its labels.
pub fn predict_shapes(
    one_picture: &[usize],
    one_line: &[usize],
    piece: &[usize],
    labels: &[usize],
) -> Verdict {
    judge("predict_shapes", || {
        same_shape("ONE_PICTURE", one_picture, &[28, 28])?;
        same_shape("ONE_LINE", one_line, &[28])?;
        same_shape("PIECE", piece, &[200, 28, 28])?;
        same_shape("LABELS", labels, &[200])
    })
}

fn same_shape(name: &str, answer: &[usize], expected: &[usize]) -> Finding {
    if answer == expected {
        return Ok(());
    }
    let shape = brief_shape(answer);
    refuse!("predict_shapes.length_1", name, shape;
        if answer.len() == expected.len() + 1 && answer.first() == Some(&1));
    refuse!("predict_shapes.directions", name, shape; if answer.len() != expected.len());
    wrong!("predict_shapes.lengths", name, shape)
}

/// The pictures of the training data, each as one row of numbers.
pub fn flatten(x_flat: &Array) -> Verdict {
    judge("flatten", || {
        let shape = x_flat.shape();
        refuse!("flatten.not_joined", shape; if shape == [60_000, 28, 28]);
        refuse!("flatten.rows", shape; if shape.num_dims() != 2 || shape.first() != 60_000);
        let (x, _) = training_digits()?;
        refuse!("flatten.pixels", shape; if shape.num_values() != x.shape().num_values());
        if x_flat.to_vec() == x.to_vec() { Ok(()) } else { wrong!("flatten.numbers") }
    })
}

/// The position of a pixel in the flattened picture.
pub fn pixel_position(position: fn(usize, usize) -> usize) -> Verdict {
    judge("pixel_position", || {
        // Whether each pixel, counted row by row, is put at this position.
        let is = |put: fn(usize) -> usize| {
            (0..784).all(|place| position(place / 28, place % 28) == put(place))
        };
        refuse!("pixel_position.columns"; if is(|place| place / 28 + place % 28 * 28));
        refuse!("pixel_position.one_too_far"; if is(|place| place + 1));
        refuse!("pixel_position.row_0", got = position(0, 5); if position(0, 5) != 5);
        refuse!("pixel_position.row_1", got = position(1, 0); if !is(|place| place));
        Ok(())
    })
}

/// Numbers brought between 0 and 1.
pub fn scale_to_one(scale: fn(&[f32]) -> Vec<f32>) -> Verdict {
    judge("scale_to_one", || {
        let gives = |numbers: &[f32], right: &[f32]| {
            let got = scale(numbers);
            if are_near(&got, right) { Ok(()) } else { Err(brief(&got)) }
        };
        gives(&[0.0, 51.0, 255.0], &[0.0, 0.2, 1.0])
            .map_err(|pixels| say!("scale_to_one.pixels", pixels))?;
        gives(&[0.0, 2.0, 4.0], &[0.0, 0.5, 1.0])
            .map_err(|from_zero| say!("scale_to_one.fixed_number", from_zero))?;
        gives(&[-10.0, 0.0, 30.0], &[0.0, 0.25, 1.0])
            .map_err(|degrees| say!("scale_to_one.smallest", degrees))?;
        gives(&[7.0, 9.0], &[0.0, 1.0]).map_err(|above| say!("scale_to_one.above_zero", above))?;
        let equal = scale(&[7.0, 7.0]);
        refuse!("scale_to_one.no_width", equal = brief(&equal);
            if equal.iter().any(|number| !number.is_finite()));
        refuse!("scale_to_one.equal", equal = brief(&equal); if !are_near(&equal, &[0.0, 0.0]));
        let right = |numbers: &Vec<f32>, got: &Vec<f32>| {
            let smallest = numbers.iter().copied().fold(f32::INFINITY, f32::min);
            let largest = numbers.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let width = if largest > smallest { largest - smallest } else { 1.0 };
            let right: Vec<f32> = numbers.iter().map(|value| (value - smallest) / width).collect();
            are_near(got, &right)
        };
        each("scale_to_one", [lists(30.0), lists(1e6)].concat(), |list| scale(list), right)
    })
}

/// A label as ten numbers.
pub fn one_hot(one_hot: fn(usize) -> Vec<f32>) -> Verdict {
    judge("one_hot", || {
        [5, 0, 9].into_iter().chain(0..10).try_for_each(|label| is_one_hot(label, &one_hot(label)))
    })
}

fn is_one_hot(label: usize, row: &[f32]) -> Finding {
    let length = row.len();
    refuse!("one_hot.length", label, length; if length != 10);
    let places: Vec<usize> = (0..10).filter(|&place| row[place] != 0.0).collect();
    match places.as_slice() {
        [] => wrong!("one_hot.all_zero", label),
        [place] if *place != label => wrong!("one_hot.place", label, place),
        [place] if row[*place] != 1.0 => wrong!("one_hot.value", label, value = row[*place]),
        [_] => Ok(()),
        several => wrong!("one_hot.several", label, count = several.len()),
    }
}

/// The place of the largest number of a row.
pub fn argmax_by_hand(argmax: fn(&[f32]) -> usize) -> Verdict {
    judge("argmax_by_hand", || {
        let mut seven = [0.0; 10];
        seven[7] = 1.0;
        let vote = argmax(&seven);
        refuse!("argmax_by_hand.seven", vote; if vote != 7);
        let unsure = [0.02, 0.01, 0.05, 0.35, 0.01, 0.03, 0.2, 0.01, 0.3, 0.02];
        refuse!("argmax_by_hand.unsure"; if argmax(&unsure) != 3);
        let very_unsure = [0.1, 0.2, 0.05, 0.05, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1];
        refuse!("argmax_by_hand.unsure"; if argmax(&very_unsure) != 1);
        refuse!("argmax_by_hand.negative"; if argmax(&[-4.0, -2.0, -1.0, -3.0]) != 2);
        refuse!("argmax_by_hand.close"; if argmax(&[0.301, 0.304, 0.302]) != 1);
        let right =
            |row: &Vec<f32>, got: &usize| *got < row.len() && row.iter().all(|v| *v <= row[*got]);
        each("argmax", lists(5.0), |row| argmax(row), right)
    })
}

/// Training data in two parts, of which the second is the last fifth.
pub fn split_by_hand(x_learn: &Array, y_learn: &Array, x_val: &Array, y_val: &Array) -> Verdict {
    judge("split_by_hand", || {
        for (x_name, x, y_name, y) in
            [("x_learn", x_learn, "y_learn", y_learn), ("x_val", x_val, "y_val", y_val)]
        {
            let (pictures, labels) = (x.len(), y.len());
            refuse!("split_by_hand.labels", x_name, pictures, y_name, labels;
                if pictures != labels);
        }
        let (learn, val) = (x_learn.len(), x_val.len());
        refuse!("split_by_hand.too_many", learn, val; if learn + val > 60_000);
        refuse!("split_by_hand.too_few", learn, val; if learn + val < 60_000);
        refuse!("split_by_hand.no_fifth", val; if val != 12_000);
        let (x, y) = training_digits()?;
        // Pixels may have been divided by 255 before.
        let is = |array: &Array, of: &Array, start: usize, end: usize| {
            let scale = if array.max() <= 1.0 && of.max() == 255.0 { 255.0 } else { 1.0 };
            of.rows(start..end)
                .is_ok_and(|piece| are_near(&(array * scale).to_vec(), &piece.to_vec()))
        };
        refuse!("split_by_hand.first_fifth";
            if is(y_val, y, 0, 12_000) && is(y_learn, y, 12_000, 60_000));
        refuse!("split_by_hand.one_hot"; if y_learn.shape().num_dims() != 1);
        let sorted = |mut labels: Vec<f32>| {
            labels.sort_by(f32::total_cmp);
            labels
        };
        let all = [y_learn.to_vec(), y_val.to_vec()].concat();
        refuse!("split_by_hand.mixed";
            if !is(y_val, y, 48_000, 60_000) && sorted(all) == sorted(y.to_vec()));
        refuse!("split_by_hand.other_labels";
            if !is(y_learn, y, 0, 48_000) || !is(y_val, y, 48_000, 60_000));
        refuse!("split_by_hand.other_pictures";
            if !is(x_val, x, 48_000, 60_000) || !is(x_learn, x, 0, 48_000));
        Ok(())
    })
}
