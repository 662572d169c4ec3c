//! The checks of `course/12_convolution.md`.

use zunder::words;
use zunder::{Activation, Array, Conv2D, Flatten, Input, Layer, MaxPooling2D, Model, Sequential};

use crate::judged::{dense_layers, layers_fit, said, share, test_digits};
use crate::sentences::{brief, say, wrong};
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
        let values = x_pictures.to_vec();
        let largest = values.iter().copied().fold(0.0f32, f32::max);
        if largest > 1.0 {
            return wrong!("pictures.not_divided", largest);
        }
        if largest < 0.5 {
            return wrong!("pictures.divided_twice", largest);
        }
        Ok(())
    })
}

/// The number of weights of a `Conv2D` layer with a square window.
pub fn conv_parameters(parameters: fn(usize, usize, usize) -> usize) -> Verdict {
    judge("conv_parameters", || {
        for (window, channels, filters) in [(3, 1, 1), (3, 1, 8), (5, 1, 4), (3, 8, 16), (1, 3, 2)]
        {
            let got = parameters(window, channels, filters);
            let weights = window * window * channels * filters;
            if got == weights + filters {
                continue;
            }
            let case = say!("conv_parameters.case", window, channels, filters);
            if got == weights {
                return wrong!("conv_parameters.no_bias", case);
            }
            if got == window * window * filters + filters {
                return wrong!("conv_parameters.one_channel", case);
            }
            if got == weights + 1 {
                return wrong!("conv_parameters.one_bias", case);
            }
            return wrong!("conv_parameters.other", case, got);
        }
        Ok(())
    })
}

/// The shapes behind the four layers of the notebook's example.
pub fn output_shapes(shapes: &[[usize; 3]]) -> Verdict {
    judge("output_shapes", || {
        if shapes.len() != 4 {
            return wrong!("output_shapes.how_many", number = shapes.len());
        }
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
            if output == *got {
                before = *got;
                continue;
            }
            let reason = what_is_wrong(kind, before, *got, output.dims());
            return wrong!("output_shapes.wrong", number, kind, reason);
        }
        Ok(())
    })
}

fn what_is_wrong(kind: &str, before: [usize; 3], got: [usize; 3], right: &[usize]) -> String {
    let is_conv = kind == "Conv2D";
    match () {
        () if got[2] != right[2] && is_conv => say!("output_shapes.filters"),
        () if got[2] != right[2] => say!("output_shapes.channels"),
        () if got[..2] == before[..2] && is_conv => say!("output_shapes.border"),
        () if is_conv && got[0] + 1 == right[0] => say!("output_shapes.nearly"),
        () if is_conv => say!("output_shapes.places"),
        () => say!("output_shapes.overlap"),
    }
}

/// A network with two rounds of convolution and pooling.
pub fn build_cnn(network: &Sequential) -> Verdict {
    judge("build_cnn", || {
        looks_like_cnn(network)?;
        if network.layers().iter().any(|layer| matches!(layer, Layer::Dropout(_))) {
            return wrong!("build_cnn.dropout");
        }
        Ok(())
    })
}

/// Whether the layers that the notebook asks for are there, in their order.
fn looks_like_cnn(network: &Sequential) -> Finding {
    let layers = network.layers();
    if let Some(shape) = network.input_shape().filter(|shape| **shape != [28, 28, 1]) {
        return wrong!("cnn.input", shape);
    }
    let convs: Vec<&Layer> = layers.iter().filter(|layer| is_conv(layer)).collect();
    if convs.is_empty() {
        return wrong!("cnn.no_conv");
    }
    let num_pools = layers.iter().filter(|l| matches!(l, Layer::MaxPooling2D(_))).count();
    if convs.len() != 2 || num_pools != 2 {
        return wrong!("cnn.how_many", number = convs.len(), num_pools);
    }
    if convs.iter().any(|conv| conv.activation() != Some(Activation::Relu)) {
        return wrong!("cnn.no_relu");
    }
    layers_fit(network)?;
    if !layers.contains(&Layer::Flatten(Flatten::new())) {
        return wrong!("cnn.no_flatten");
    }
    match dense_layers(&layers[layers.len() - 1..]).as_slice() {
        [] => wrong!("cnn.no_dense"),
        [last, ..] if last.units != 10 => wrong!("layers.not_ten", units = last.units),
        [last, ..] if last.activation != Activation::Softmax => wrong!("cnn.no_softmax"),
        _ => in_order(layers),
    }
}

fn in_order(layers: &[Layer]) -> Finding {
    let kinds: Vec<&str> =
        layers.iter().map(Layer::kind).filter(|kind| kind.ends_with("2D")).collect();
    if kinds != ["Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D"] {
        return wrong!("cnn.order");
    }
    let filters: Vec<usize> = layers.iter().filter_map(filters_of).collect();
    if filters != [8, 16] {
        return wrong!("cnn.filters", filters = brief(&filters));
    }
    match dense_layers(layers).first() {
        Some(hidden) if hidden.activation == Activation::Relu => Ok(()),
        _ => wrong!("cnn.no_hidden"),
    }
}

fn is_conv(layer: &Layer) -> bool {
    filters_of(layer).is_some()
}

fn filters_of(layer: &Layer) -> Option<usize> {
    match layer {
        Layer::Conv2D(conv) => Some(conv.filters()),
        _ => None,
    }
}

/// A convolutional network that reads 98.5 % of the test digits.
pub fn cnn_accuracy(model: &Model) -> Verdict {
    judge("cnn_accuracy", || {
        if !model.layers().iter().any(is_conv) {
            return wrong!("cnn_accuracy.no_conv");
        }
        let (x, labels) = test_digits()?;
        let outputs = x.reshape([10_000, 28, 28, 1]).and_then(|x| model.predict(&x));
        let votes = match outputs {
            Ok(outputs) => outputs.argmax().to_vec(),
            Err(problem) => return wrong!("cnn_accuracy.cannot_try", problem),
        };
        let right = votes.iter().zip(&labels).map(|(vote, label)| *vote as usize == *label);
        let accuracy = share(right);
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
        let is_dropout = |layer: &Layer| matches!(layer, Layer::Dropout(_));
        let found: Vec<usize> = (0..layers.len()).filter(|&at| is_dropout(&layers[at])).collect();
        let &[at] = found.as_slice() else {
            return wrong!("dropout.how_many", number = found.len());
        };
        if at + 1 == layers.len() {
            return wrong!("dropout.last");
        }
        let flatten = layers.iter().position(|layer| matches!(layer, Layer::Flatten(_)));
        if flatten.is_none_or(|flatten| at < flatten) || at + 2 != layers.len() {
            return wrong!("dropout.elsewhere");
        }
        if let Layer::Dropout(dropout) = &layers[at]
            && !(0.05..=0.5).contains(&dropout.rate())
        {
            return wrong!("dropout.rate", rate = dropout.rate());
        }
        looks_like_cnn(with_dropout)
    })
}
