// The playground: a canvas to draw a digit on, and what the network makes of it while it is drawn.
//
// playground.rs puts this function into the page, together with a call that passes the element to
// fill, the network (layers with weights) and the words to show. Nothing is loaded from elsewhere.
function playground(host, network, words) {
  "use strict";
  const FRAME = 28; // the side of MNIST's pictures
  const BOX = 20; // the side of the box that digits fill in them
  const CANVAS = 280; // the side of the canvas, ten times as fine
  const PEN = 22; // the width of a line on it
  const STEP = 7; // how far an arrow key moves

  const layers = network.layers.map((layer) => ({
    ...layer,
    kernel: floats(layer.kernel), // [inputs, units], row after row
    bias: floats(layer.bias), // [units]
  }));
  const outputs = layers[layers.length - 1].units;

  // ---- What the network computes ----

  function floats(base64) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new Float32Array(bytes.buffer);
  }

  const activations = {
    linear: (sums) => sums,
    relu: (sums) => sums.map((sum) => Math.max(sum, 0)),
    sigmoid: (sums) => sums.map((sum) => 1 / (1 + Math.exp(-sum))),
    tanh: (sums) => sums.map(Math.tanh),
    softmax: (sums) => {
      const largest = Math.max(...sums); // taken out first, so that nothing overflows
      const powers = sums.map((sum) => Math.exp(sum - largest));
      const total = powers.reduce((a, b) => a + b);
      return powers.map((power) => power / total);
    },
  };

  /** What the network puts out for the 784 numbers of one picture. */
  function predict(pixels) {
    let values = pixels;
    for (const { units, activation, kernel, bias } of layers) {
      const sums = Array.from(bias);
      values.forEach((value, input) => {
        if (value === 0) return; // most pixels are
        for (let unit = 0; unit < units; unit++) sums[unit] += value * kernel[input * units + unit];
      });
      values = activations[activation](sums);
    }
    return values;
  }

  // ---- From the canvas to what the network sees, as MNIST was made ----

  /** The drawing as 784 numbers from 0 to 1; null while nothing is drawn. */
  function see() {
    const data = pen.getImageData(0, 0, CANVAS, CANVAS).data;
    const ink = (x, y) => data[4 * (y * CANVAS + x) + 3] / 255; // how far the pen covers it
    const bounds = boundsOf(ink);
    if (!bounds) return null;
    const { left, top, width, height } = bounds;
    const longer = Math.max(width, height);
    const columns = Math.max(1, Math.round((width * BOX) / longer));
    const rows = Math.max(1, Math.round((height * BOX) / longer));
    const small = shrink((x, y) => ink(left + x, top + y), width, height, columns, rows);
    return centred(small, columns, rows);
  }

  function boundsOf(ink) {
    let [left, top, right, bottom] = [CANVAS, CANVAS, 0, 0];
    for (let y = 0; y < CANVAS; y++) {
      for (let x = 0; x < CANVAS; x++) {
        if (ink(x, y) < 0.1) continue;
        left = Math.min(left, x);
        right = Math.max(right, x + 1);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y + 1);
      }
    }
    return right > 0 ? { left, top, width: right - left, height: bottom - top } : null;
  }

  /** Each new pixel is the mean of what lies below it. */
  function shrink(ink, width, height, columns, rows) {
    const small = new Array(columns * rows).fill(0);
    const shareX = shares(width, columns);
    const shareY = shares(height, rows);
    for (const [y, row, high] of shareY) {
      for (const [x, column, wide] of shareX) small[row * columns + column] += ink(x, y) * wide * high;
    }
    return small;
  }

  /** Which old pixels lie below which new ones, and how much of the new one each covers. */
  function shares(before, after) {
    const step = before / after;
    const list = [];
    for (let to = 0; to < after; to++) {
      const [start, end] = [to * step, (to + 1) * step];
      for (let from = Math.floor(start); from < Math.min(Math.ceil(end), before); from++) {
        list.push([from, to, (Math.min(end, from + 1) - Math.max(start, from)) / step]);
      }
    }
    return list;
  }

  /** Puts the digit into the frame so that its centre of mass lies in the middle. */
  function centred(small, columns, rows) {
    const total = small.reduce((a, b) => a + b);
    const mean = (place) => small.reduce((sum, value, i) => sum + value * place(i), 0) / total;
    const offset = (centre, side) =>
      Math.min(Math.max(Math.round(FRAME / 2 - centre), 0), FRAME - side);
    const left = offset(mean((i) => i % columns), columns);
    const top = offset(mean((i) => Math.floor(i / columns)), rows);
    const brightest = Math.max(...small);
    const frame = new Array(FRAME * FRAME).fill(0);
    small.forEach((value, i) => {
      const place = (top + Math.floor(i / columns)) * FRAME + left + (i % columns);
      frame[place] = value / brightest;
    });
    return frame;
  }

  // ---- The page ----

  // Apart from the page around it, so that neither changes how the other looks.
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = `
    <style>
      * { box-sizing: border-box; margin: 0; }
      .card { display: flex; flex-wrap: wrap; gap: 20px; padding: 16px; max-width: 780px;
        background: var(--zunder-card, #fff); color: var(--zunder-ink, #1a1a1a);
        border: 1px solid var(--zunder-edge, #767676); border-radius: 8px;
        font: 14px/1.4 system-ui, sans-serif; }
      h3 { font-size: 15px; font-weight: 600; line-height: 22px; margin-bottom: 8px; }
      .drawing { flex: 0 0 280px; }
      .seen { flex: 0 0 168px; }
      .answer { flex: 1 1 220px; min-width: 200px; }
      .paper { position: relative; width: 280px; height: 280px; }
      canvas { display: block; background: #000; border-radius: 4px; }
      .paper canvas { width: 280px; height: 280px; cursor: crosshair; touch-action: none; }
      .paper canvas:focus-visible, button:focus-visible { outline: 3px solid #0072b2; outline-offset: 2px; }
      .seen canvas { width: 168px; height: 168px; image-rendering: pixelated; margin-bottom: 10px; }
      .cursor { position: absolute; width: 22px; height: 22px; margin: -11px 0 0 -11px; display: none;
        border: 3px solid #e69f00; border-radius: 50%; pointer-events: none; }
      .cursor.down { background: #e69f00; }
      .keys .cursor { display: block; }
      .note { font-size: 13px; color: var(--zunder-soft, #444); }
      .foot { display: flex; gap: 12px; align-items: center; margin-top: 10px; }
      button { flex: none; min-width: 76px; min-height: 44px; font: inherit; font-weight: 600;
        color: var(--zunder-on-blue, #fff); background: var(--zunder-blue, #0072b2); border: 0; border-radius: 4px; cursor: pointer; }
      button:hover { filter: brightness(0.85); }
      table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th { width: 1.6em; text-align: left; font-weight: 600; }
      tr { height: 28px; }
      th, td { padding: 0; }
      td:last-child { width: 4.8em; text-align: right; }
      .track { height: 16px; background: var(--zunder-track, #e6e6e6); border-radius: 2px; }
      .bar { height: 100%; width: 0; background: #767676; border-radius: 2px; }
      .vote .bar { background: var(--zunder-blue, #0072b2); }
      .vote td { font-weight: 600; }
      .vote th { color: var(--zunder-blue, #0072b2); }
    </style>
    <div class="card">
      <section class="drawing">
        <h3></h3>
        <div class="paper"><canvas width="280" height="280" tabindex="0" role="img"></canvas><div class="cursor"></div></div>
        <div class="foot"><button type="button"></button><span class="note"></span></div>
      </section>
      <section class="seen"><h3></h3><canvas width="28" height="28" role="img"></canvas><p class="note"></p></section>
      <section class="answer"><h3 role="status"></h3><table><tbody></tbody></table></section>
    </div>`;
  const find = (selector) => root.querySelector(selector);
  const canvas = find(".paper canvas");
  const preview = find(".seen canvas");
  const paper = find(".paper");
  const cursor = find(".cursor");
  const status = find(".answer h3");
  find(".drawing h3").textContent = words.draw;
  canvas.setAttribute("aria-label", words.canvas);
  find("button").textContent = words.clear;
  find(".foot .note").textContent = words.keys;
  find(".seen h3").textContent = words.seen;
  preview.setAttribute("aria-label", words.seen);
  find(".seen p").textContent = words.mnist;
  const rows = Array.from({ length: outputs }, (_, number) => {
    const row = find("tbody").insertRow();
    // A single probability is that of yes.
    const name = outputs > 1 ? number : network.probabilities ? words.yes : "";
    row.innerHTML = `<th scope="row">${name}</th><td><div class="track"><div class="bar"></div></div></td><td></td>`;
    return { row, bar: row.querySelector(".bar"), value: row.lastChild };
  });

  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.lineWidth = PEN;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#fff";

  function written(value) {
    const digits = (number, places) => number.toFixed(places).replace(".", words.point);
    if (!network.probabilities) return digits(value, 3);
    return value >= 0.9995 ? `> ${digits(99.9, 1)} %` : `${digits(value * 100, 1)} %`;
  }

  /** Shows what the network sees and answers now. */
  function update() {
    const pixels = see();
    showPixels(pixels || new Array(FRAME * FRAME).fill(0));
    const values = pixels && predict(pixels);
    const vote = values && outputs > 1 ? values.indexOf(Math.max(...values)) : -1;
    rows.forEach(({ row, bar, value }, number) => {
      const length = values ? Math.min(Math.max(values[number], 0), 1) : 0;
      bar.style.width = `${length * 100}%`;
      value.textContent = values ? written(values[number]) : "";
      row.classList.toggle("vote", number === vote);
    });
    status.textContent = vote < 0 ? words.answer : words.vote.replace("{}", vote);
  }

  function showPixels(pixels) {
    const context = preview.getContext("2d");
    const image = context.createImageData(FRAME, FRAME);
    pixels.forEach((value, i) => {
      const grey = Math.round(value * 255);
      image.data.set([grey, grey, grey, 255], 4 * i);
    });
    context.putImageData(image, 0, 0);
  }

  function line(from, to) {
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    pen.lineTo(to.x, to.y); // a point where both are the same
    pen.stroke();
  }

  function clear() {
    pen.clearRect(0, 0, CANVAS, CANVAS);
    update();
  }

  // ---- Mouse, finger and pen ----

  let last = null; // where the pen was, while it is down

  function place(event) {
    const area = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - area.left) / area.width) * CANVAS,
      y: ((event.clientY - area.top) / area.height) * CANVAS,
    };
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || last) return;
    event.preventDefault(); // no text is selected, no page is scrolled
    canvas.focus({ preventScroll: true });
    paper.classList.remove("keys");
    canvas.setPointerCapture(event.pointerId);
    status.setAttribute("aria-busy", "true"); // read aloud when the line is done
    last = { id: event.pointerId, ...place(event) };
    line(last, last);
    update();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last || event.pointerId !== last.id) return;
    const steps = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const step of steps.length ? steps : [event]) {
      const next = { id: last.id, ...place(step) };
      line(last, next);
      last = next;
    }
    update();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => {
      if (!last || event.pointerId !== last.id) return;
      last = null;
      status.removeAttribute("aria-busy");
    });
  }
  find("button").addEventListener("click", clear);

  // ---- Keyboard ----

  const point = { x: CANVAS / 2, y: CANVAS / 2 };
  let isDown = false;
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in moves) {
      const before = { ...point };
      const clamp = (value) => Math.min(Math.max(value, 0), CANVAS);
      point.x = clamp(point.x + STEP * moves[event.key][0]);
      point.y = clamp(point.y + STEP * moves[event.key][1]);
      if (isDown) line(before, point);
    } else if (event.key === " ") {
      isDown = !isDown;
      if (isDown) line(point, point);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      isDown = false;
      clear();
    } else {
      return; // Tab goes on to the button
    }
    event.preventDefault();
    event.stopPropagation();
    paper.classList.add("keys");
    cursor.style.left = `${(point.x / CANVAS) * 100}%`;
    cursor.style.top = `${(point.y / CANVAS) * 100}%`;
    cursor.classList.toggle("down", isDown);
    update();
  });
  canvas.addEventListener("blur", () => {
    isDown = false;
    paper.classList.remove("keys");
  });

  update();
  host.playground = { predict, see, clear, update }; // for tests and the curious
}
