// Two curves that grow over the epochs: the loss and the accuracy, each in training and validation.
"use strict";

/** Draws them anew into an element: `history` has an entry for each epoch up to now, of `epochs`. */
function drawCurves(host, history, epochs, words) {
  host.replaceChildren(
    ...["loss", "accuracy"].map((measure) => figure(measure, history, epochs, words)),
  );
}

function figure(measure, history, epochs, words) {
  const [width, height, left, right, top, bottom] = [340, 216, 42, 12, 32, 34];
  const value = (entry, name) => (Number.isFinite(entry[name]) ? entry[name] : null);
  const names = [measure, `val_${measure}`];
  const values = history.flatMap((entry) => names.map((name) => value(entry, name)));
  const known = values.filter((number) => number !== null);
  const [low, high] = span(known, measure);
  const x = (epoch) =>
    epochs < 2 ? (left + width - right) / 2 : left + ((epoch - 1) / (epochs - 1)) * (width - left - right);
  const y = (number) => top + ((high - number) / (high - low)) * (height - top - bottom);
  const svg = element("svg", {
    viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": said(history, words),
  });
  const write = (x, y, text, attributes) => {
    const node = element("text", { x, y, ...attributes });
    node.textContent = text;
    svg.append(node);
  };
  write(left, 18, words[measure], { class: "title" });
  for (let part = 0; part <= 4; part++) {
    const number = low + ((high - low) * part) / 4;
    svg.append(element("line", { x1: left, x2: width - right, y1: y(number), y2: y(number), class: "grid" }));
    write(left - 6, y(number) + 4, written(number, 2), { "text-anchor": "end" });
  }
  const marks = epochs < 2 ? [1] : [1, ...(epochs > 3 ? [Math.round((epochs + 1) / 2)] : []), epochs];
  for (const epoch of marks) write(x(epoch), height - bottom + 17, epoch, { "text-anchor": "middle" });
  write((left + width - right) / 2, height - 3, words.epochs_axis, { "text-anchor": "middle" });
  if (!history.length) {
    write((left + width - right) / 2, (top + height - bottom) / 2 - 6, words.empty, { "text-anchor": "middle", class: "empty" });
  }
  names.forEach((name, number) => {
    const kind = number === 0 ? "training" : "validation";
    const points = history.map((entry, index) => [x(index + 1), value(entry, name)]);
    let path = "";
    let isDown = false;
    for (const [at, now] of points) {
      if (now !== null) path += `${isDown ? "L" : "M"}${at.toFixed(1)} ${y(now).toFixed(1)}`;
      isDown = now !== null;
    }
    svg.append(element("path", { d: path, class: `curve ${kind}` }));
    if (points.length <= 40) {
      for (const [at, now] of points) if (now !== null) svg.append(mark(kind, at, y(now)));
    }
    const legend = width - right - (number === 0 ? 158 : 78);
    svg.append(mark(kind, legend, 14));
    write(legend + 8, 18, words[kind], {});
  });
  return svg;
}

/** Where the axis begins and ends. */
function span(known, measure) {
  if (measure === "accuracy") {
    const lowest = Math.min(0.9, ...known);
    return [Math.max(0, Math.floor(lowest * 10) / 10), 1];
  }
  const highest = Math.max(0.4, ...known);
  const step = 10 ** Math.floor(Math.log10(highest));
  return [0, Math.ceil(highest / (step / 5)) * (step / 5)];
}

/** A circle for the training, a triangle for the validation: told apart without colours, too. */
function mark(kind, x, y) {
  return kind === "training"
    ? element("circle", { cx: x, cy: y, r: 3.2, class: kind })
    : element("path", { d: `M${x} ${y - 4.2}l4 7h-8z`, class: kind });
}

/** The curves in words, for those who do not see them. */
function said(history, words) {
  const last = history[history.length - 1];
  if (!last) return words.empty;
  const numbers = { epochs: history.length };
  for (const name of ["loss", "accuracy", "val_loss", "val_accuracy"]) numbers[name] = written(last[name], 3);
  return filled(words.no_curves, numbers);
}

function element(name, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}
