"""Checks in a kernel that variables get their types, that completions and docs are those of the whole
standard library, that cells are compiled once, and what all kernels or all cells have in common not again, and
that cargo is asked only where it has to look at something.

Usage: check_cells.py
"""

import os
import pathlib
import re
import sys
import tempfile

import psutil

from kernel_session import LIMIT, Session, error_text, without_colours
from warm import SLIP

# Of a cell's library. It had 24,552 where this was written.
MOST_BYTES = 40_000

# As a notebook begins.
FIRST = [
    ':dep zunder = { path = ".." }\nuse zunder::prelude::*;',
    ':dep zunder-course = { path = "../course" }\nuse zunder_course::prelude::*;',
]

START = """:dep zunder = "0.1"
use zunder::prelude::*;
use std::collections::*;
use std::rc::Rc;
use std::cell::RefCell;
use std::sync::{Arc, Mutex, mpsc};"""

# One variable each; all are looked at again in later cells. A variable without a type is a compiler error.
VARIABLES = [
    "let v = vec![3, 1, 2];",
    'let words = vec!["b".to_owned(), "a".to_owned()];',
    "let squares = v.iter().map(|x| x * x).collect::<Vec<_>>();",
    "let largest = v.iter().copied().max();",
    "let sum = v.iter().sum::<i32>();",
    "let pairs = v.iter().copied().zip(words.iter().cloned()).collect::<Vec<_>>();",
    "let (even, odd): (Vec<i32>, Vec<i32>) = v.iter().copied().partition(|x| x % 2 == 0);",
    "let folded = v.iter().fold(0.5, |sum, x| sum + f64::from(*x));",
    "let windows = v.windows(2).map(|w| w[0] - w[1]).collect::<Vec<_>>();",
    "let chunks = v.chunks(2).map(|c| c.to_vec()).collect::<Vec<_>>();",
    "let found = v.iter().position(|&x| x == 2);",
    "let sorted = { let mut other = v.clone(); other.sort_unstable_by(|a, b| b.cmp(a)); other };",
    "let at = v.binary_search(&7);",
    "let flat = vec![Some(1), None].into_iter().flatten().collect::<Vec<_>>();",
    "let range = (1..=5).rev().step_by(2).collect::<VecDeque<_>>();",
    'let text = words.join("-");',
    "let shout = text.to_uppercase();",
    "let letters = text.chars().filter(|c| c.is_alphabetic()).collect::<String>();",
    "let lines = text.lines().map(str::len).collect::<Vec<_>>();",
    "let bytes = text.as_bytes().to_vec();",
    'let number = "42".parse::<i64>()?;',
    'let failed = "x".parse::<f32>().map_err(|error| error.to_string());',
    "let perhaps = largest.map(|x| x as f32 / 2.0).filter(|x| *x > 1.0);",
    "let or = perhaps.unwrap_or_default();",
    "let mut map = HashMap::new();\nmap.insert(\"a\", vec![1.5]);",
    'let of_map = map.get("a").cloned().unwrap_or_default();',
    "let counts = { let mut c = HashMap::new(); for w in &words { *c.entry(w.clone()).or_insert(0) += 1; } c };",
    "let count = counts.values().copied().max();",
    "let set = v.iter().copied().collect::<HashSet<_>>();",
    "let both = set.intersection(&[1, 9].into_iter().collect::<HashSet<_>>()).copied().collect::<Vec<_>>();",
    "let tree = words.iter().cloned().enumerate().collect::<BTreeMap<_, _>>();",
    "let first = tree.iter().next().map(|(k, v)| (*k, v.len()));",
    "let heap = v.iter().copied().collect::<BinaryHeap<_>>();",
    "let rc = Rc::new(RefCell::new(vec![1]));",
    "let inside = rc.borrow().first().copied();",
    "let shared = Arc::new(Mutex::new(0_usize));",
    "let thread = { let shared = Arc::clone(&shared); std::thread::spawn(move || { *shared.lock().unwrap() += 1; 7_u8 }).join().ok() };",
    "let locked = shared.lock().map(|guard| *guard).unwrap_or(9);",
    "let received = { let (sender, receiver) = mpsc::channel(); sender.send('x')?; receiver.recv()? };",
    'let path = std::env::current_dir()?.join("zunder-check").with_extension("txt");',
    'let written = std::fs::write(&path, "one\\ntwo").is_ok();',
    "let read = std::fs::read_to_string(&path)?;",
    "let length = std::fs::metadata(&path)?.len();",
    "let name = path.file_name().map(|name| name.to_string_lossy().into_owned());",
    "let now = std::time::Instant::now();",
    "let took = now.elapsed().as_secs_f64();",
    "let boxed: Box<dyn Fn(i32) -> i32> = Box::new(|x| x + 1);\nlet called = boxed(1);",
    "let array = [[1.0, 2.0], [3.0, 4.0]].map(|row| row[0]);",
    "let order = 1.5_f64.total_cmp(&2.0);",
    "let bits = 5_u32.count_ones().checked_sub(9);",
    "let parts = 5_u32.to_le_bytes();",
    "let words_of_line = \"a b\".split_whitespace().map(str::to_owned).collect::<Vec<_>>();",
    "let x = Array::from([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]);",
    "let y = to_categorical(&Array::from([0, 1, 1, 0]), 2)?;",
    "let shape = x.shape();",
    "let scaled = x.reshape([2, 4])? / 2.0;",
    "let network = Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Softmax));",
    "let summary = network.summary();",
    "let figure = network.diagram();",
    "let mut model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy])?;",
    "let history = model.fit(&x, &y, Fit::new().epochs(2).verbose(0))?;",
    'let losses = history.get("loss")?;',
    "let score = model.evaluate(&x, &y)?;",
    "let accuracy = score.accuracy()?;",
    "let votes = model.predict(&x)?.argmax();",
    "let weights = model.weights();",
    "let matrix = model.confusion_matrix(&x, &y)?;",
    "let notes = history.notes();",
]

# What ends a cell, and what is shown: a kind of output, and a part of it. Compiled once each.
TEXT, STDOUT, PICTURE = "text/plain", "stdout", "image/svg+xml"
SHOWN = [
    ("1 + 1", TEXT, "2"),
    ("v", TEXT, "[3, 1, 2]"),
    ("&v", TEXT, "[3, 1, 2]"),
    ("&&v", TEXT, "[3, 1, 2]"),
    ("v[0]", TEXT, "3"),
    ('"abc"', TEXT, '"abc"'),
    ("largest", TEXT, "Some(3)"),
    ("(largest, 'x')", TEXT, "(Some(3), 'x')"),
    ("tree.clone()", TEXT, '{0: "b", 1: "a"}'),
    ("v.iter().map(|x| x + 1).collect::<Vec<_>>()", TEXT, "[4, 2, 3]"),
    ('"7".parse::<i32>()?', TEXT, "7"),
    ("#[derive(Debug)] struct Own { held: i32 }\nOwn { held: 5 }", TEXT, "Own { held: 5 }"),
    ('for n in &v { print!("{n} "); }', STDOUT, "3 1 2 "),
    ("x", STDOUT, "(4, 2)"),
    ("Sequential::new().add(Input::new(4)).add(Dense::new(3))", STDOUT, "Total params: 15"),
    ('for n in v.clone() { print!("{n} "); }', STDOUT, "3 1 2 "),
    ("&x", STDOUT, "(4, 2)"),
    ("&&x", TEXT, "(4, 2)"),
    ("model.predict(&x)?.argmax().shape()", TEXT, "(4,)"),
    ("summary", TEXT, "Total params"),
    ("&&summary", TEXT, "Total params"),
    ("&score", TEXT, "accuracy"),
    ("&&score", TEXT, "accuracy"),
    ("&model", STDOUT, "Model compiled with"),
    ("&&history", TEXT, "epoch  seconds"),
    ("figure", PICTURE, "<svg"),
    ("&figure", PICTURE, "<svg"),
    ("&&figure", PICTURE, "<svg"),
    ("&&&figure", PICTURE, "<svg"),
    ("&&matrix", PICTURE, "<svg"),
    ("classification_report(&y, &y)?", TEXT, "precision"),
]

# What stands before the cursor, and what must be among the completions.
COMPLETED = {
    "v.": "push",
    "words[0].": "to_uppercase",
    "v.iter().": "enumerate",
    "largest.": "unwrap_or",
    "counts.": "entry",
    "failed.": "map_err",
    "tree.": "range",
    "set.": "union",
    "rc.": "borrow_mut",
    "model.": "predict",
    "history.": "plot",
    "Option::": "map",
}

# What must not be: what is the crate's own business. A method or a module is known by the sign behind its name.
NOT_OFFERED = {
    "model.": ["engine", "epochs", "fit_until(", "evcxr_display("],
    "x.": ["values", "add_number(", "sparse_rows(", "evcxr_display("],
    "Fit::new().": ["batch_size", "check("],
    "zunder::": ["engine::", "cell_begins("],
    "mnist::": ["parse::", "Dataset"],
}

# What the slips of `docs/compiler-errors.md` are about.
GIVEN = """let images = Array::zeros([60, 28, 28]);
let labels = Array::from([1, 0, 2].repeat(20));
let x_train = images.reshape([60, 784])?;
let y_train = to_categorical(&labels, 10)?;
let (x_test, y_test) = (x_train.clone(), y_train.clone());
let network = Sequential::new().add(Input::new(784)).add(Dense::new(10).activation(Softmax));
let mut model = network.clone().compile(CategoricalCrossentropy, Adam::default(), Accuracy)?;
let history = model.fit(&x_train, &y_train, Fit::new().verbose(0))?;"""

# Slips that the page does not list, each with words of its remedy. `numbers` is a list, `many` a variable, `thrice` a
# function.
MORE_SLIPS = {
    "## 3. The network": "a text cell",
    "- one\n- two": "a text cell",
    "<b>hello</b>": "a text cell",
    "![picture](a.png)": "a text cell",
    "In [1]: 1 + 1": "Copy the code only",
    "pip install numpy": "a terminal",
    "numbers.len?": "Shift+Tab",
    "fn scale(x: f32, factor: f32 = 2.0) -> f32 { x * factor }": "takes no value beforehand",
    "let half = .5;": "`0.5`",
    "let listed = [i for i in range(3)];": "A list made by a loop",
    "let boxed = Box::new(|x: f32| x * 2.0);": "Box<dyn Fn(f32) -> f32>",
    "let later = async { 5 };": "leave out the `async`",
    "let lent = numbers.iter();": "copied().collect",
    "let number = \"5\".parse()?;": "text.parse()?",
    "print(f\"loss {many}\")": "no `f` in front",
    "let place = Place { x: 1.0, y: 2.0 };": "makes this type",
    "let zeros = [0.0; many];": "vec![0.0; n]",
    "[1.0, 2.0] * 2.0": "Array::from(numbers) * 2.0",
    "let Some(first) = numbers.first();": "if let Some(value)",
    "let loss-value = 5;": "loss_value",
    "let large = 1.000.000;": "1_000_000",
    "2many + 1": "Times is always written",
    "2(3 + 4)": "Times is always written",
    "let sum: f32 = numbers.iter().sum();": "sum as f32",
    "let unset: f32;": "begins with a value",
    "enum Kind { Cat, Dog }\nKind::Cat == Kind::Dog": "derive(PartialEq",
    "enum Pet { Cat, Dog }\nmatch Pet::Cat { Cat => 1, Dog => 2 }": "its name in front",
    "enum Sign { Red }\nSign::Blue;": "Press Tab",
    "struct Place { x: f32; y: f32 }": "commas stand between",
    "struct Place { x, y }": "commas stand between",
    "struct Holder { text: &str }": "`String` in place of `&str`",
    "fn larger<T>(a: T, b: T) -> bool { a > b }": "PartialOrd",
    "if many > 2 then { }": "curly brackets",
    "numbers.max()": "numbers.iter().max()",
    "let word = 'hello;": "double quotes",
    "':": "double quotes",
    ":nonsense": "no such command",
    ":dep ndarray = 0.16": "in quotes",
    "let n = 7 // 2;": "begins a comment",
    "let rows: Vec<usize> = (0..2).map(|n| Array::zeros([2, 2]).row(n)?.len()).collect();": "take a loop",
    "fn whole(text: &str) -> zunder::Result<i32> { Ok(text.parse::<i32>()?) }": ".unwrap_or(0)",
    "fn bad() -> zunder::Result<i32> { Err(\"bad\") }": "training.stop()",
    "struct Each; impl Callback for Each { fn on_epoch_end(&mut self, epoch: usize) { } }": "as its trait has it",
    "let mut plan = Sequential::new(); for _ in 0..2 { plan.add(Dense::new(2)); }": "network = network.add",
    "fn count(z: &[f32]) -> usize { let all = z.iter(); all.count() + all.count() }": "make a list of them",
    "let data = Array::zeros([2]); for _ in 0..2 { std::thread::spawn(move || data.mean()); }": "a copy of its own each time",
    "fn first(texts: &[String]) -> String { texts[0] }": "models[0].clone()",
    "fn own(x: Array) -> Array { x }\nfn lent(x: &Array) -> Array { own(x) }": "hand over a copy",
    "let mut grown = vec![1]; for n in &grown { grown.push(*n); }": "does not change meanwhile",
    "let mut grown = vec![1]; grown[grown.len() - 1] = 5;": "in a line of its own",
    "let one = (many == 3) as f32;": "if x > 3",
    "let one = \"5\" as f32;": "text.parse::<f32>()?",
    "numbers.iter().filter(|n| n == 2).count()": "only lent",
    "Array::zeros([2]).exp()": "x.map(f32::exp)",
    "Array::zeros([2]).sort()": "sort_by",
    "Array::from(&numbers[..])": "numbers.to_vec()",
    "input(\"name\")": "read_line",
    "println!(\"{}\", numbers[0, 1]);": "table[0][1]",
    "Array::zeros([2, 2]).flatten()": "x.len(), 784",
    "\"otto\".count('o')": "text.chars()",
    "for x in 0.0..1.0 { }": "counts in whole numbers",
    "for i in many { }": "`for i in 0..n`",
    "Adam::new().learning_rate(0,01)": "no comma",
    "fn double(x: f64) -> f64 { 2.0 * x }\nplot::functions(&[(\"double\", double)])": "the bare name of a function",
    "Conv2D::new(8, 3).padding(\"same\")": "`Same`",
    "Dense::new(2).kernel_regularizer(0.01)": "L2::new",
    "fn less(a: &[f32], b: &[f32]) -> f32 { a - b }": "place by place",
    "fn few() -> Vec<f32> { let few = vec![0; 10]; few }": "vec![0.0; 10]",
    "let few: Vec<f32> = (0..3).map(|n| n == 1).collect();": "yes or no",
    "let few: Vec<i32> = numbers.iter().collect();": "copied()",
    "let few: Vec<String> = \"ab\".chars().collect();": "another kind of value",
    "use zunder::burn::tensor::Tensor;\nfn share(t: Tensor<1>, n: usize) -> Tensor<1> { t / n }": "with another tensor",
    "use zunder::burn::tensor::Tensor;\nfn square(t: Tensor<f32, 2>) -> usize { 2 }": "Tensor<2>`",
    "use zunder::burn::tensor::Tensor;\nfn square(t: &Tensor<2>) -> Tensor<2> { t.clone() * t }": "hand over a copy",
    "let mut keyed = std::collections::HashMap::<f32, i32>::new(); keyed.insert(1.0, 1);": "no key of",
    "let power = 3.0 ^ 2.0;": "x.powi(2)",
    "\"otto\" == 'o'": "compared with a letter",
    "Array::zeros([2]).row(many)?": "is a `usize`",
    "[0.5, 1.0].iter().max_by(|a, b| a.partial_cmp(b))": "total_cmp",
    "fn relu(x: f32) -> f32 { if x < 0.0 { 0.0 } x }": "return 0.0;",
    "let letter: char = \"o\";": "A single letter",
    "let mut text = String::new(); text += 'c';": "text.push",
    "fn lent(text: &str) -> &str { let own = text.to_string(); &own }": "`String` in place of `&str`",
    "const LIMIT: usize = 5;\nlet LIMIT = 6;": "A `const` has this name",
    "#[derive(Clone, Copy)] struct Named { name: String }": "leave `Copy` out",
    "let t: zunder::burn::tensor::Tensor<1> = Array::zeros([2]).to_tensor()?; let u = t.clone();": "`let y: Tensor<2> = ...;`",
    "fn found() -> Option<usize> { 5 }": "`Some(value)`",
    "numbers.first() - numbers.last()": "unwrap_or(&0.0)",
    "let best = vec![Array::zeros([2])][0];": "models[0].clone()",
    "let line = \"-\" * 20;": ".repeat(20)",
    "\"%d points\" % many": "goes into a text by `format!",
    "\"{} and {}\".format(1, 2)": "goes into a text by `format!",
    "let sum = many + \"5\";": "format!(\"{a}{b}\")",
    "text + 5": "values become a text",
    "if many in numbers { }": "numbers.contains(&3)",
    "let double = x => x * 2;": "A function without a name",
    "let double = lambda x: x * 2;": "A function without a name",
    "let double = fn(x: f32) -> f32 { 2.0 * x };": "its name behind the `fn`",
    "del many": "drop(model)",
    "text.upper()": "text.to_uppercase()",
    "text.strip()": "text.trim()",
    "numbers.length": "numbers.len()",
    "numbers.size()": "numbers.len()",
    "text.equals(\"a\")": "are compared by `==`",
    "text is None": "x.is_none()",
    "text.substring(0, 2)": "skip(2).take(3)",
    "text.chars()[0]": "skip(2).take(3)",
    "text.reverse()": ".rev()",
    "let mut grown = vec![1]; grown.add(5);": "numbers.push(value)",
    "let three = [1, 2, 3]; three.push(4);": "vec![1, 2]",
    "let short = \"a\"; short.push('b');": "text.push_str",
    "let mut grown = String::new(); grown.push(\"b\");": "text.push_str",
    "numbers.filter(|n| *n > 2)": "come behind `.iter()`",
    "numbers.index(2)": ".position(",
    "numbers.join(\", \")": "Only texts are joined",
    "numbers.mean()": "Array::from(numbers).mean()",
    "mean(numbers)": "numbers.iter().sum",
    "for (i, n) in numbers.clone() { }": ".enumerate()",
    "let mut sorted = vec![2, 1]; sorted.sort(|a, b| a < b);": "by a rule",
    "let mut sorted = vec![2, 1]; let top = sorted.sort(); top[0]": "changes the list itself",
    "let mut sorted = vec![2, 1]; sorted.reverse().len()": "changes the list itself",
    "let pairs = {\"a\": 1, \"b\": 2};": "HashMap::from",
    "let listed: List<i32> = vec![1];": "is a `Vec`",
    "open(\"a.txt\")": "read_to_string",
    "System.out.println(\"a\");": "A line is shown by",
    "Integer.parseInt(\"5\")": "text.parse::<f32>()?",
    "let whole = (int) 2.5;": "`n as f32`",
    "math.ceil(2.5)": "`x.ceil()`",
    "fn up(x: f32) -> f32 { math.ceil(x) }": "`x.ceil()`",
    "fn up(x: f32) -> f32 { Math.max(x, 0.0) }": "`x.ceil()`",
    "fn up(x: f32) -> f32 { np.exp(x) }": "with a single one `x.exp()`",
    "let wide = 2.0 * pi;": "std::f32::consts::PI",
    "use std::f32::PI;": "std::f32::consts::PI",
    "let nothing = null;": "No value is `None`",
    "pass": "the block is empty",
    "struct Square { side: f32 } impl Square { fn area(&self) -> f32 { side * side } }": "in `self`",
    "struct Square { side: f32 } impl Square { fn area(&self) -> f32 { this.side } }": "in `self`",
    "struct Up { n: i32 } impl Up { fn up() -> i32 { 1 } }\nUp { n: 1 }.up()": "takes `&self` first",
    "struct Up { n: i32 } impl Up { fn up(self) { self.n += 1; } }": "takes `&mut self`",
    "struct Spot { x: f32 }\nlet spot = Spot { x: 1.0 }; spot.x()": "read without brackets",
    "struct Spot { x: f32 }\nlet spot = Spot::new(1.0);": "only when you write one",
    "struct Spot { x: f32 }\nlet spot = Spot { x: 1.0 }; spot.clone()": "derive(Clone)",
    "struct Circle extends Shape { r: f32 }": "It inherits nothing",
    "trait Shape { }\nlet shapes: Vec<Shape> = Vec::new();": "Box<dyn Shape>",
    "struct Link { next: Option<Link> }": "Option<Box<Node>>",
    "let anna = String(\"anna\");": "\"anna\".to_string()",
    "let none = Vec<f32>::new();": "Vec::<f32>::new()",
    "let none = HashMap<String, i32>::new();": "Vec::<f32>::new()",
    "0 < many < 10": "0 < x && x < 10",
    "many === 3": "Equal is `==`",
    "if many == 3 || 4 { }": "a whole comparison",
    "if many > 2 { 1 } else { \"b\" };": "Both parts of an `if`",
    "if many { }": "A condition is a comparison",
    "do { } while (false);": "if done { break; }",
    "for i in 0..9 step 2 { }": "step_by(2)",
    "for (int i = 0; i < 3; i++) { }": "A loop that counts",
    "for n : numbers { }": "for x in &numbers",
    "for n in (1, 2, 3) { }": "in square brackets",
    "let few = 5 if many > 3 else 2;": "A choice is an `if`",
    "match many { 1: 2, _: 3 };": "has an arrow",
    "match many { 1 => 2 3 => 4, _ => 5 };": "Commas stand between",
    "match many { > 3 => 1, _ => 2 };": "n if n > 3",
    "match many { 1 => \"one\", _ => 2 };": "All arms",
    "match words[0].clone() { \"a\" => 1, _ => 2 };": "match name.as_str()",
    "switch (many) { case 1: 2; }": "are told apart by `match",
    "try { many } catch (e) { }": "`match` looks at it",
    "throw new Exception(\"bad\");": "Here nothing is thrown",
    "let point = new Point(1, 2);": "There is no `new`",
    "@decorated\nfn plain() { }": "Rust has no `@`",
    "mut many = 5;": "let mut n = 5;",
    "\"\"\"explains\"\"\"": "one pair of quotes",
    "assert many == 3": "assert!(n == 3)",
    "fn shout(text: str) { }": "`fn shout(text: &str) { ... }`",
    "let lent: [f32] = [1.0, 2.0];": "is written `vec![1.0, 2.0]`",
    "let (one, two) = [1, 2];": "let [a, b]",
    "numbers.iter().enumerate().map(|i, n| i).collect::<Vec<_>>()": "|(i, x)|",
    "Array::from([1.0]).map(f32::max)": "|v| v.max(0.0)",
    "numbers.iter().fold(0, |sum| sum)": "|sum, x| sum + x",
    "fn double(x: f32) -> f32 { 2.0 * x }\ndouble(1.0, 2.0)": "names in its first line",
    "thrice(1.0, 2.0)": "names in its first line",
    "fn half(x: f32) -> f32 { let y = x / 2.0 }": "`{ let y = 2.0 * x; y }`",
    "fn more(x: f32) -> f32 { x += 1.0; x }": "mut x: f32",
    "fn outer(x: f32) -> f32 { fn inner() -> f32 { x } inner() }": "inside of another one",
    "numbers[\"1\"]": "counted from 0: `numbers[1]`",
    "let mut kept = 5; kept = \"text\";": "the kind of its first value",
    "let mixed = [1, \"a\"];": "values of several kinds",
    "2.5_f32.powi(2.0)": "x.powf(0.5)",
    "2.5_f32.pow(2)": "x.powi(2)",
    "many.sqrt()": "(n as f32).sqrt()",
    "'a' + 1": "(b'a' + 1) as char",
    "'a' as f32": "letter.to_digit(10)",
    "2.5_f32 as char": "Only a `u8`",
    "2.5_f32 as String": "x.to_string()",
    "numbers.clone() as Vec<f32>": "*x as f32",
    "true + true": "are not added up",
    "let small: u8 = -1;": "begins with 0",
    "std::thread::spawn(|| println!(\"{}\", many)).join().unwrap();": "move ||",
    "for i in 0..numbers.len { }": "numbers.len()",
    "let wide: f32 = many;": "does not mix kinds",
    "std::thread::sleep(Duration::from_secs(1));": "as it stands behind `help:`",
    "if many > 2 { return; }": "stands behind `if`",
    "fn three() -> i32 { return; }": "promises a value",
    "Array::zeros([2]) % 2.0": "v % 2.0",
    "&Array::zeros([2]) ^ 2": "v.powi(2)",
    "let mut changed = Array::zeros([2]); changed /= 255.0;": "not changed on the spot",
    "let mut growing = \"a\"; growing += \"b\";": "a `String`: `let mut",
    "println!(\"{0} {1}\", many);": "counted from 0",
    "let kept = f\"{many}\";": "format!(",
    "fn whole_number(n: impl Into<usize>) {}\nwhole_number(3.5)": "counted, so it is",
    # These are not given to evcxr.
    "}\nlet shown = 7;": "The `}` in line 1 closes",
    "let early = 4; if early > 3 { return Ok(()); }": "would leave this cell",
    "enum Verdict { Ok, Bad }\nuse Verdict::*;": "Rust's own `Ok`",
}

# Two lines with an error each, and words of their remedies.
TWO_SLIPS = "let one: f32 = \"5\";\nlet two: usize = 2.5;"
REMEDIES_OF_TWO = ["without quotes: `5`", "written without a point: `20`"]

# Cells, of which the last one looks for something that is not there, and what is said of it.
FATES = [
    (["struct Point { x: f32 }", "let point = Point { x: 1.0 };", "struct Point { x: f32, y: f32 }", "point.x"],
     "run the cell again that makes it"),
    (["struct Twin { x: f32 }", "let twin = Twin { x: 1.0 };", "struct Twin { x: f32, y: f32 }\ntwin.x"],
     "run the cell again that makes it"),
    # Of a type that has the name of the crate's: the cell that makes the variable anew loses it, and not again.
    (["struct Model { x: f32 }", "let model = 5;", "model"], "run the cell again that makes it"),
    (["for i in 0..2 { let looped = i; }", "looped"], "lives only there"),
    (["{ let within = 1; }\nwithin"], "lives only there"),
    (["fn negative(x: f32) -> f32 { 0 }", "negative(1.0)"], ", which makes `negative`, did not run"),
    (["let counted = vec![1];", "const COUNT: usize = counted.len();"], "A constant is fixed"),
    (["fn count() -> usize { counted.len() }"], "A function does not see"),
    (["fn count(values: &[f32]) -> usize { value.len() }"], "misspelt"),
]

# The last line of the picture in which the compiler shows the place.
FRAME_END = "───╯"

EXPLAINED = [
    "v.push(", "text.len(", "largest.map(", "counts.get(", "v.iter(", "String::from(", "Option::map(",
    "Vec::with_capacity(", "std::fs::read_to_string(", "model.fit(", "Fit::new().epochs",
]

# Where the cursor stands, `|`, when somebody presses Shift-Tab, and what is explained there.
AT_THE_CURSOR = {
    "mod|el.fit(&x, &x, Fit::new())?;": "model: Model",
    "model.fi|t(&x, &x, Fit::new())?;": "fn fit(",
    "model.fit(&x, &x, |)?;": "fn fit(",
    "Den|se::new(20)": "struct Dense",
    "Dense::new(2|0)": "fn new(units",
}


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ZUNDER_WAITING_KERNEL"] = "0"
        compiler = Compiler(folder)
        check_begun(compiler, folder)
        with Session.of_name("zunder", folder) as session:
            run(session, START)
            check_shared(session)
            for code in VARIABLES:
                runs, _ = compiler.runs_for(session, code)
                if runs != 1:
                    sys.exit(f"the compiler ran {runs} times for:\n{code}")
            print(f"{len(VARIABLES)} cells with variables have their types")
            for cell in SHOWN:
                check_shown(session, compiler, *cell)
            print(f"{len(SHOWN)} cells show a value and are compiled once")
            run(session, "let drawn = figure.svg().map(|_| figure.clone());")
            check_shown(session, compiler, "drawn?", PICTURE, "<svg", compiled=2)
            print("what uses a variable up shows itself in its own way")
            cut = looked_up(session)
            check_not_offered(session)
            check_explained_anywhere(session)
            check_fate(session)
            check_more_slips(session)
            check_without_cargo(session)
            check_own_crate(session, pathlib.Path(folder) / "my own crate")
            check_lost(session)  # the last, as the other checks need variables
        check_refused(folder)
        os.environ["ZUNDER_WHOLE_LIBRARY"] = "1"
        with Session.of_name("zunder", folder) as session:
            run(session, START)
            run(session, "\n".join(VARIABLES))
            whole = looked_up(session)
    for asked, found in cut.items():
        compare(asked, found, whole[asked])
    print(f"{len(cut)} look-ups are as in the whole library")


def run(session, code):
    outputs, reply, _ = session.run(code, LIMIT, drain=0.02)
    error = error_text(outputs, reply)
    if error:
        sys.exit(f"{code}\n{error}")
    return outputs


def check_begun(compiler, folder):
    """What all kernels begin with is compiled already, and what they ask the compiler is answered."""
    for code in FIRST:
        with Session.of_name("zunder", folder) as session:
            run(session, code)
            runs = compiler.runs()
            if runs != 0:
                sys.exit(f"the compiler ran {runs} times until there was an answer to:\n{code}")
            runs, _ = compiler.runs_for(session, "let seven = 7;")
            if runs != 1:
                sys.exit(f"the compiler ran {runs} times for a cell that no kernel begins with")
            before = compiler.runs()
            outputs, reply, _ = session.run(SLIP, LIMIT)
            runs = compiler.runs() - before
            if runs != 1 or "mismatched types" not in error_text(outputs, reply):
                sys.exit(f"the compiler ran {runs} times for\n{SLIP}\nand said {error_text(outputs, reply)}")
        compiler.log.write_text("")
    print(f"{len(FIRST)} first cells ask nothing of the compiler")


def check_shared(session):
    """What cells have in common is compiled already, so that a cell's own library is small."""
    run(session, 'let words = vec!["b".to_owned(), "a".to_owned()];')
    run(session, 'println!("{}", words.len());')
    folder = pathlib.Path(psutil.Process(session.process_id).environ()["EVCXR_TMPDIR"])
    libraries = folder.glob("target/*/debug/libcode_*")
    size = max(libraries, key=lambda file: file.stat().st_mtime).stat().st_size
    print(f"a cell's library has {size} bytes")
    if size > MOST_BYTES:
        sys.exit(f"so many of them that it must hold what `zunder-cells` has: at most {MOST_BYTES}")


class Compiler:
    """Counts the runs of rustc. The kernel's wrapper starts it by `setsid`, in whose place this puts a
    program that writes a line."""

    def __init__(self, folder):
        self.log = pathlib.Path(folder) / "runs"
        self.log.write_text("")
        stand_in = pathlib.Path(folder) / "bin/setsid"
        stand_in.parent.mkdir()
        stand_in.write_text(f"""#!/bin/sh
echo run >> '{self.log}'
exec "$@"
""")
        stand_in.chmod(0o755)
        os.environ["PATH"] = f"{stand_in.parent}:{os.environ['PATH']}"

    def runs(self):
        return self.log.read_text().count("run")

    def runs_for(self, session, code):
        before = self.runs()
        outputs = run(session, code)
        return self.runs() - before, outputs


def check_shown(session, compiler, code, kind, part, compiled=1):
    runs, outputs = compiler.runs_for(session, code)
    session.wait_until(lambda: outputs)
    shown = "".join(
        output.text if output.output_type == "stream" else output.data.get(kind, "")
        for output in outputs
        if (output.output_type == "stream") == (kind == STDOUT)
    )
    if runs != compiled or part not in shown or any(output.get("data", {}).get(TEXT) == "()" for output in outputs):
        sys.exit(f"{code}\ncompiled {runs} times, shows as {kind}: {shown[:300]!r}\nof {str(outputs)[:600]}")


def slips(section):
    rows = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return [(slip.strip().strip("`").replace("\\|", "|").replace("⏎", "\n"), message) for slip, message, _ in rows]


def refused(session, code):
    """What the compiler says, and the remedy below its first error."""
    outputs, reply, _ = session.run(code, LIMIT, drain=0.02)
    error = " ".join(without_colours(error_text(outputs, reply)).split())
    last = next((output.traceback[-1] for output in outputs if output.output_type == "error"), "")
    return error, "" if FRAME_END in last else " ".join(last.split())


def check_refused(folder):
    """What `docs/compiler-errors.md` says that the compiler refuses."""
    page = (pathlib.Path(__file__).parents[2] / "docs/compiler-errors.md").read_text(encoding="utf-8")
    compiled, rest = page.split("## What is said only when the cell runs")
    only_here = slips(rest.split("## What only a notebook refuses")[1].split("\n## ")[0])
    # A session of their own: with more variables the compiler says other words about some of them.
    with Session.of_name("zunder", folder) as session:
        run(session, START)
        run(session, "let x_train = Array::zeros([60, 784]);")
        for code, message in only_here:
            error, _ = refused(session, code)
            if not any(words.strip() in error for words in message.split("`")[1::2]):
                sys.exit(f"{code}\nis refused with other words than {message}:\n{error or 'not at all'}")
    print(f"{len(only_here)} slips are refused as the page says")
    everywhere = [code for code, _ in slips(compiled) if "first cell not run" not in code]
    said = {}
    for name, sign in ("zunder", "Put|put"), ("zunder-de", "Setz|setz"):
        with Session.of_name(name, folder) as session:
            run(session, START)
            for code in everywhere:
                run(session, GIVEN)  # again, as some slips use it up
                error, remedy = refused(session, code)
                if not remedy:
                    sys.exit(f"{code}\nis refused without a remedy:\n{error or 'not at all'}")
                said.setdefault(code, remedy)
            _, remedy = refused(session, "images.reshape([60, 784]) / 255.0")
            if not re.search(sign, remedy):
                sys.exit(f"{name} says for a missing question mark: {remedy}")
    print(f"{len(everywhere)} slips have a remedy in both languages")
    # In an exercise, where the compiler has longer names for the crate's types, and in cells for which evcxr draws no
    # picture.
    with Session.of_name("zunder", folder) as session:
        run(session, FIRST[1])
        run(session, START.split("\n", 2)[2])
        for code in everywhere:
            run(session, GIVEN)
            error, remedy = refused(session, f"// größer\n{code}")
            numberless = [re.sub(r"\[\d+\]", "[]", text) for text in (remedy, said[code])]
            if numberless[0] != numberless[1] or "zunder_course" in error:
                sys.exit(f"{code}\nin an exercise and with an umlaut, it has another remedy than\n{said[code]}\n{error}")
    print(f"{len(said)} slips have the same remedy in an exercise, with an umlaut in the cell")


def check_fate(session):
    """A variable that is not there: the kernel says which cell has taken it, or was to make it."""
    run(session, "let fated = Array::from([1.0, 2.0]);")
    for code, name, words in [
        ("fated / 2", "fated", " has used `fated` up"),
        ("let refused = Array::from([1.0, 2.0];", "refused", ", which makes `refused`, did not run"),
    ]:
        _, reply, _ = session.run(code, LIMIT)
        number = reply["execution_count"]
        _, remedy = refused(session, f"{name}.len()")
        if f"Cell [{number}]{words}" not in remedy:
            sys.exit(f"{name}, for which cell [{number}] is the reason, is said to be lost by: {remedy}")
    print("a variable that is used up, and one whose cell was refused, has that cell named")
    for cells, words in FATES:
        *before, last = cells
        for code in before:
            session.run(code, LIMIT, drain=0.02)
        said, _ = refused(session, last)
        if said.count(words) != 1:
            sys.exit(f"{last}\nis explained without the words {words!r}, or with them twice:\n{said}")
    run(session, "let point = Point { x: 1.0, y: 2.0 };\nlet model = 5;")
    run(session, "assert_eq!((point.y, model), (2.0, 5));")
    run(session, "let point = 5;")  # one of a type of its own is lost with the next `:dep`
    print(f"{len(FATES)} more times it is told why something is not there")


def check_lost(session):
    """A variable that was lost with all others has the cell named that makes it."""
    _, reply, _ = session.run("let before = 1;", LIMIT)
    session.run("std::process::exit(3)", LIMIT)
    _, remedy = refused(session, "before")
    if f"Cell [{reply['execution_count']}], which makes `before`, ran before all variables were lost" not in remedy:
        sys.exit(f"a variable that was lost with all others is explained by: {remedy}")
    print("a variable that was lost with all others has its cell named")


def check_more_slips(session):
    """Each has the remedy that was written for it."""
    run(session, "let (numbers, many) = (vec![1, 2, 3], 3);\nfn thrice(x: f32) -> f32 { 3.0 * x }")
    for code, words in MORE_SLIPS.items():
        error, remedy = refused(session, code)
        if words not in remedy:
            sys.exit(f"{code}\nis refused without the remedy for it:\n{error or 'not at all'}\n{remedy}")
    error, _ = refused(session, TWO_SLIPS)
    if not all(words in error for words in REMEDIES_OF_TWO):
        sys.exit(f"{TWO_SLIPS}\nis refused without a remedy for each line:\n{error}")
    print(f"{len(MORE_SLIPS)} more slips have the remedy that was written for them")


def check_without_cargo(session):
    """Cells run where cargo could not, and it makes no difference to them."""
    lock = pathlib.Path(psutil.Process(session.process_id).environ()["EVCXR_TMPDIR"]) / "Cargo.lock"
    text = lock.read_text()
    lock.write_text("cargo cannot read this")
    run(session, 'let package = (env!("CARGO_PKG_NAME"), env!("CARGO_MANIFEST_DIR"));')
    run(session, 'assert_eq!(package, ("ctx", env!("CARGO_MANIFEST_DIR")));')
    slip = 'let number: u8 = "a";'
    outputs, reply, _ = session.run(slip, LIMIT)
    if "mismatched types" not in error_text(outputs, reply):
        sys.exit(f"{slip}\nis refused with other words: {error_text(outputs, reply)}")
    lock.write_text(text)
    print("cells are compiled without cargo")


def check_own_crate(session, folder):
    """What the learner changes in an own crate is in the next cell."""
    (folder / "src").mkdir(parents=True)
    (folder / "Cargo.toml").write_text('[package]\nname = "mine"\nversion = "0.1.0"\nedition = "2024"\n')
    for number in (1, 2, 3):
        source = f"pub fn number() -> u64 {{ {number} }}"
        (folder / "src/lib.rs").write_text(source)
        begin = f':dep mine = {{ path = "{folder}" }}\n' if number == 1 else ""
        run(session, f"{begin}assert_eq!(mine::number(), {number});")
    print("a change in the learner's own crate is in the next cell")


def looked_up(session):
    found = {}
    for code in COMPLETED:
        reply = session.client.complete(code, reply=True, timeout=LIMIT)["content"]
        found[code] = {match.split("(")[0] for match in reply.get("matches", [])}
    for code in EXPLAINED:
        reply = session.client.inspect(code, reply=True, timeout=LIMIT)["content"]
        found[code] = reply.get("data", {}).get("text/plain", str(reply))
    return found


def check_explained_anywhere(session):
    """evcxr itself explains a name only behind its last letter."""
    for typed, expected in AT_THE_CURSOR.items():
        code, cursor = typed.replace("|", ""), typed.index("|")
        found = session.client.inspect(code, cursor, reply=True, timeout=LIMIT)["content"]
        if expected not in found.get("data", {}).get("text/plain", ""):
            sys.exit(f"Shift-Tab at {typed} explains {found}")
    print(f"Shift-Tab explains what is there at {len(AT_THE_CURSOR)} places")


def check_not_offered(session):
    for code, names in NOT_OFFERED.items():
        matches = session.client.complete(code, reply=True, timeout=LIMIT)["content"]["matches"]
        offered = [name for name in names for match in matches
                   if match == name or name[-1] in "(:" and match.startswith(name)]
        if offered or len(matches) < 2:
            sys.exit(f"Tab after {code} offers {offered} among {matches}")
    print(f"Tab offers nothing of the crate's own at {len(NOT_OFFERED)} places")


def compare(asked, cut, whole):
    if asked in COMPLETED:
        missing = whole - cut
        if COMPLETED[asked] not in cut or missing:
            sys.exit(f"completions of {asked}: {COMPLETED[asked]} is {COMPLETED[asked] in cut}, missing {missing}")
    elif "No documentation" in cut or len(cut) < 60 or cut != whole:
        sys.exit(f"what is said about {asked}:\n{cut}\n\nin the whole library:\n{whole}")


if __name__ == "__main__":
    main()
