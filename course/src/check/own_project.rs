//! The checks of `course/18_your_own_project.md`.

use zunder::{Array, History, Model};

use crate::given;
use crate::judged::{
    accuracy, are_near, ends_with_softmax, knows_nothing_of, percent, said, share_alike,
};
use crate::sentences::{brief, refuse, say, wrong};
use crate::trials::{Random, answered};
use crate::verdict::{Verdict, judge};

/// The penguins of a file without gaps, as numbers and classes.
pub fn table_arrays(x: &Array, y: &Array) -> Verdict {
    judge("table_arrays", || {
        let (right_x, right_y) = said(given::penguin_table())?;
        let (shape, rows, right) = (x.shape(), x.len(), right_x.len());
        let columns = shape.dims().get(1).copied().unwrap_or(0);
        refuse!("table_arrays.label_inside", columns; if columns > 4);
        refuse!("table_arrays.columns", shape; if shape.num_dims() != 2 || columns != 4);
        refuse!("table_arrays.gaps"; if x.to_vec().iter().any(|number| !number.is_finite()));
        refuse!("table_arrays.filled", rows; if rows > right);
        refuse!("table_arrays.rows", rows, right; if rows < right);
        refuse!("table_arrays.labels", labels = y.len(), rows; if y.len() != rows);
        refuse!("own_project.one_hot", shape = y.shape(); if y.shape().num_dims() != 1);
        refuse!("table_arrays.other_numbers"; if x.to_vec() != right_x.to_vec());
        refuse!("table_arrays.other_labels"; if y.to_vec() != right_y.to_vec());
        Ok(())
    })
}

/// The share of the most frequent class.
pub fn baseline(answer: fn(&[f32]) -> f32) -> Verdict {
    judge("baseline", || {
        let mut random = Random::new();
        // The first label, the rarest and chance have other shares.
        let mut trials = vec![vec![0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 2.0], vec![3.0]];
        for trial in 0..20 {
            let classes = 2 + trial % 9;
            trials.push((0..3 + trial).map(|_| random.below(classes) as f32).collect());
        }
        for labels in trials {
            let call = || format!("baseline(&{})", brief(&labels));
            let came = answered(call, || answer(&labels))?;
            let right = given::baseline(&labels);
            let all = labels.len() as f32;
            let is = |share: f32| (came - share).abs() < 1e-4;
            if is(right) {
                continue;
            }
            let count = |class: &f32| labels.iter().filter(|label| *label == class).count() as f32;
            let shares = labels.iter().map(|class| count(class) / all);
            let highest = labels.iter().copied().fold(0.0, f32::max);
            let reason = if is(right * all) {
                say!("baseline.count")
            } else if is(right * 100.0) {
                say!("baseline.percent")
            } else if is(1.0 / (highest + 1.0)) {
                say!("baseline.chance")
            } else if is(count(&labels[0]) / all) {
                say!("baseline.first")
            } else if is(shares.fold(1.0, f32::min)) {
                say!("baseline.rarest")
            } else {
                say!("baseline.other")
            };
            return wrong!("baseline.gives", labels = brief(&labels), came, reason);
        }
        Ok(())
    })
}

/// A network for the penguins of the file, stopped by its validation.
pub fn classifier(model: &Model, history: &History) -> Verdict {
    judge("classifier", || {
        let ((x, _), (x_test, y_test)) = said(given::penguin_parts())?;
        let shape = model.input_shape();
        refuse!("classifier.input", shape; if *shape != [4]);
        refuse!("classifier.no_validation"; if history.get("val_loss").is_err());
        let (epochs, samples) = (history.num_epochs(), model.seen().num_samples());
        let batch = model.seen().batch_sizes().first().copied().unwrap_or(1);
        refuse!("classifier.again"; if model.num_steps() != epochs * samples.div_ceil(batch));
        refuse!("classifier.too_long", epochs; if epochs > 200);
        knows_nothing_of(model, &x_test)?;
        let right = accuracy(model, &x_test, &y_test)?;
        if right < 0.95 {
            ends_with_softmax(model.layers())?;
            return wrong!("classifier.not_enough", percent = percent(right));
        }
        let all = x.len();
        refuse!("classifier.fifth", samples, all; if samples.abs_diff(all * 4 / 5) > 3);
        Ok(())
    })
}

/// The pictures of the folders, mixed, from 0 to 1.
pub fn folder_pictures(x: &Array, y: &Array) -> Verdict {
    judge("folder_pictures", || {
        let (shape, largest) = (x.shape(), x.max());
        refuse!("folder_pictures.colours", shape; if shape.dims().get(3) == Some(&3));
        refuse!("folder_pictures.size", shape; if !matches!(*shape.dims(), [_, 28, 28, 1]));
        let (pictures, labels) = (x.len(), y.len());
        refuse!("folder_pictures.how_many", pictures, labels; if (pictures, labels) != (600, 600));
        refuse!("folder_pictures.range", largest; if !are_near(&[largest], &[1.0]));
        refuse!("own_project.one_hot", shape = y.shape(); if y.shape().num_dims() != 1);
        let classes = y.to_vec();
        refuse!("folder_pictures.one_class"; if classes.iter().all(|class| *class == classes[0]));
        refuse!("folder_pictures.sorted"; if classes.is_sorted());
        let (_, right_x, right_y) = said(given::folder_pictures())?;
        // In any order: each picture is known by its light.
        let marks = |x: &Array, classes: &[f32]| -> Result<Vec<(u64, u64)>, String> {
            let light = |row: usize| Ok(said(x.row(row))?.sum());
            let lights: Vec<f32> = (0..x.len()).map(light).collect::<Result<_, String>>()?;
            let whole = |number: f32| (number * 255.0).round() as u64;
            let pairs = lights.iter().zip(classes);
            let mut marks: Vec<(u64, u64)> =
                pairs.map(|(light, class)| (whole(*light), *class as u64)).collect();
            marks.sort_unstable();
            Ok(marks)
        };
        let (came, right) = (marks(x, &classes)?, marks(&right_x, &right_y.to_vec())?);
        if share_alike(&came, &right) > 0.9 { Ok(()) } else { wrong!("folder_pictures.labels") }
    })
}

/// The share of right answers in each group.
pub fn by_group(answer: fn(&[bool], &[usize]) -> Vec<f32>) -> Verdict {
    judge("by_group", || {
        let mut random = Random::new();
        let mut trials = vec![(vec![true, false, true, true], vec![0, 0, 1, 0])];
        for trial in 0..20 {
            let groups = 1 + trial % 5;
            // Each group is there at least once.
            let numbers: Vec<usize> =
                (0..groups).chain((0..3 + trial).map(|_| random.below(groups))).collect();
            trials.push((numbers.iter().map(|_| random.below(3) > 0).collect(), numbers));
        }
        for (right, groups) in trials {
            let call = || format!("by_group(&{}, &{})", brief(&right), brief(&groups));
            let came = answered(call, || answer(&right, &groups))?;
            let shares = given::by_group(&right, &groups);
            if are_near(&came, &shares) {
                continue;
            }
            let size = |group: usize| groups.iter().filter(|other| **other == group).count() as f32;
            let divided_by = |whole: f32| -> Vec<f32> {
                let of = shares.iter().enumerate();
                of.map(|(group, share)| share * size(group) / whole.max(1.0)).collect()
            };
            let all_right = right.iter().filter(|is_right| **is_right).count() as f32;
            let wrong_ones: Vec<f32> = shares.iter().map(|share| 1.0 - share).collect();
            let reason = if came.len() != shares.len() {
                say!("by_group.how_many")
            } else if are_near(&came, &divided_by(right.len() as f32)) {
                say!("by_group.of_all")
            } else if are_near(&came, &divided_by(all_right)) {
                say!("by_group.of_the_right")
            } else if are_near(&came, &wrong_ones) {
                say!("by_group.wrong_ones")
            } else {
                say!("by_group.other")
            };
            let (right, groups, came) = (brief(&right), brief(&groups), brief(&came));
            return wrong!("by_group.gives", right, groups, came, reason);
        }
        Ok(())
    })
}
