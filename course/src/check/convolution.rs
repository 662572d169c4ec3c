//! The checks of `course/12_convolution.md`.

use zunder::words;
use zunder::{
    Activation, Array, Conv2D, Flatten, Input, Layer, MaxPooling2D, Model, Sequential, Shape,
};

use crate::given;
use crate::judged::{
    are_near, classes, dense_layers, has_not_seen, layers_fit, num_outputs, said, share_alike,
    test_digits, training_digits,
};
use crate::sentences::{refuse, say, wrong};
use crate::trials::Random;
use crate::verdict::{Finding, Verdict, judge};

/// The training pictures as a convolution takes them: with a channel, from 0 to 1.
pub fn pictures(x_pictures: &Array) -> Verdict {
    judge("pictures", || {
        let shape = x_pictures.shape();
        match *shape.dims() {
            [60_000, 28, 28, 1] => {}
            [60_000, 28, 28] => return wrong!("pictures.no_channel"),
            [60_000, 1, 28, 28] => return wrong!("pictures.channel_first", shape),
            _ => return wrong!("pictures.shape", shape),
        }
        let (smallest, largest) = (x_pictures.min(), x_pictures.max());
        refuse!("pictures.not_divided", largest; if largest > 1.0);
        let right = said(given::pictures(&training_digits()?.0))?;
        refuse!("pictures.numbers", smallest, largest;
            if !are_near(&x_pictures.to_vec(), &right.to_vec()));
        Ok(())
    })
}

/// The number of weights of a `Conv2D` layer with a square window.
pub fn conv_parameters(parameters: fn(usize, usize, usize) -> usize) -> Verdict {
    judge("conv_parameters", || {
        let mut cases = vec![(3, 1, 1), (3, 1, 8), (5, 1, 4), (3, 8, 16), (1, 3, 2)];
        let mut random = Random::new();
        cases.extend(
            (0..30).map(|_| (1 + random.below(9), 1 + random.below(64), 1 + random.below(64))),
        );
        for (window, channels, filters) in cases {
            let got = parameters(window, channels, filters);
            let weights = window * window * channels * filters;
            if got == weights + filters {
                continue;
            }
            let case = say!("conv_parameters.case", window, channels, filters);
            refuse!("conv_parameters.no_bias", case; if got == weights);
            refuse!("conv_parameters.one_channel", case;
                if got == window * window * filters + filters);
            refuse!("conv_parameters.one_bias", case; if got == weights + 1);
            return wrong!("conv_parameters.other", case, got);
        }
        Ok(())
    })
}

/// The shapes behind the four layers of the notebook's example.
pub fn output_shapes(shapes: &[[usize; 3]]) -> Verdict {
    judge("output_shapes", || {
        refuse!("output_shapes.how_many", number = shapes.len(); if shapes.len() != 4);
        let layers: [Layer; 4] = [
            Layer::Conv2D(Conv2D::new(6, 5)),
            Layer::MaxPooling2D(MaxPooling2D::new(2)),
            Layer::Conv2D(Conv2D::new(12, 3)),
            Layer::MaxPooling2D(MaxPooling2D::new(2)),
        ];
        let mut network = Sequential::new().add(Input::new([28, 28, 1]));
        let mut before = [28, 28, 1];
        for (number, (layer, got)) in (1..).zip(layers.into_iter().zip(shapes)) {
            let kind = layer.kind();
            network = network.add(layer);
            let output = said(network.output_shape())?;
            if output != *got {
                let reason = what_is_wrong(kind, before, *got, output.dims());
                return wrong!("output_shapes.wrong", number, kind, reason);
            }
            before = *got;
        }
        Ok(())
    })
}

fn what_is_wrong(kind: &str, before: [usize; 3], got: [usize; 3], right: &[usize]) -> String {
    let is_conv = kind == "Conv2D";
    if got[2] != right[2] && is_conv {
        say!("output_shapes.filters")
    } else if got[2] != right[2] {
        say!("output_shapes.channels")
    } else if got[..2] == before[..2] && is_conv {
        say!("output_shapes.border")
    } else if is_conv && got[0] + 1 == right[0] {
        say!("output_shapes.nearly")
    } else if is_conv {
        say!("output_shapes.places")
    } else {
        say!("output_shapes.overlap")
    }
}

/// A network with two rounds of convolution and pooling.
pub fn build_cnn(network: &Sequential) -> Verdict {
    judge("build_cnn", || {
        refuse!("build_cnn.dropout"; if network.layers().iter().any(is_dropout));
        is_cnn(network, network.layers())
    })
}

/// Whether just the layers that the notebook asks for are there, in their order.
fn is_cnn(network: &Sequential, layers: &[Layer]) -> Finding {
    if let Some(shape) = network.input_shape().filter(|shape| **shape != [28, 28, 1]) {
        return wrong!("cnn.input", shape);
    }
    refuse!("cnn.no_conv"; if !layers.iter().any(is_conv));
    layers_fit(network)?;
    refuse!("cnn.no_flatten"; if !layers.contains(&Layer::Flatten(Flatten::new())));
    let units = num_outputs(&layers[layers.len() - 1..]);
    refuse!("cnn.no_dense"; if units == 0);
    refuse!("layers.not_ten", units; if units != 10);
    refuse!("cnn.no_hidden"; if dense_layers(layers).len() < 2);
    let cnn = given::cnn();
    let (got, wanted) = (described(layers), described(cnn.layers()));
    let other = (0..got.len().max(wanted.len())).find(|&at| got.get(at) != wanted.get(at));
    other.map_or(Ok(()), |number| {
        let kind = layers.get(number).map_or("?", Layer::kind);
        wrong!("cnn.other_layer", number, kind)
    })
}

/// What a layer is and does: its kind and activation, the shape and the number of parameters so far.
type Described = (&'static str, Option<Activation>, Option<Shape>, Option<usize>);

/// The layers, however their windows were written: `3` is the same as `[3, 3]`.
fn described(layers: &[Layer]) -> Vec<Described> {
    let mut network = Sequential::new();
    let one = |layer: &'_ Layer| {
        network = std::mem::take(&mut network).add(layer.clone());
        let (shape, parameters) = (network.output_shape().ok(), network.num_parameters().ok());
        (layer.kind(), layer.activation(), shape, parameters)
    };
    layers.iter().map(one).collect()
}

fn is_dropout(layer: &Layer) -> bool {
    matches!(layer, Layer::Dropout(_))
}

fn is_conv(layer: &Layer) -> bool {
    matches!(layer, Layer::Conv2D(_))
}

/// A convolutional network that reads 98.5 % of the test digits.
pub fn cnn_accuracy(model: &Model) -> Verdict {
    judge("cnn_accuracy", || {
        refuse!("cnn_accuracy.no_conv"; if !model.layers().iter().any(is_conv));
        let (x, labels) = test_digits()?;
        has_not_seen(model, &x)?;
        let outputs = x.reshape([10_000, 28, 28, 1]).and_then(|x| model.predict_silently(&x));
        let outputs = outputs.map_err(|problem| say!("cnn_accuracy.cannot_try", problem))?;
        let accuracy = share_alike(&classes(&outputs), &labels);
        let percent = words::percent(f64::from(accuracy), 2); // near the goal, one digit is too few
        match accuracy {
            accuracy if accuracy >= 0.985 => Ok(()),
            accuracy if accuracy >= 0.975 => wrong!("cnn_accuracy.close", percent),
            accuracy if accuracy >= 0.5 => wrong!("cnn_accuracy.some", percent),
            _ => wrong!("cnn_accuracy.guessing", percent),
        }
    })
}

/// The same network with a dropout where it helps.
pub fn dropout(with_dropout: &Sequential) -> Verdict {
    judge("dropout", || {
        let layers = with_dropout.layers();
        let found: Vec<usize> = (0..layers.len()).filter(|&at| is_dropout(&layers[at])).collect();
        let &[at] = found.as_slice() else {
            return wrong!("dropout.how_many", number = found.len());
        };
        match layers.get(at + 1) {
            None => return wrong!("dropout.last"),
            Some(Layer::Dense(_)) => {}
            Some(_) => return wrong!("dropout.elsewhere"),
        }
        if let Layer::Dropout(dropout) = &layers[at]
            && dropout.rate() != 0.25
        {
            return wrong!("dropout.rate", rate = dropout.rate());
        }
        is_cnn(with_dropout, &[&layers[..at], &layers[at + 1..]].concat())
    })
}
