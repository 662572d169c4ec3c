// The page: it takes what is set, has the worker train with it, and shows what comes back.
//
// The cells are written in cells.js, the curves drawn in curves.js, and the engine runs in worker.js. For tests and
// the curious, `chapter` knows the last training.
"use strict";

const facts = JSON.parse(document.getElementById("facts").textContent);
const { words, training, test } = facts;
const one = (selector) => document.querySelector(selector);
const every = (selector, change) => document.querySelectorAll(selector).forEach(change);
const chapter = { history: [], weights: null, problem: null, state: "waking" };

// ---- Words and numbers ----

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** As the crate writes numbers in this language. */
function written(number, decimals) {
  const text = Number(number).toFixed(decimals);
  return facts.language === "de" ? text.replace(".", ",") : text;
}

function thousands(number) {
  const mark = facts.language === "de" ? "\u202f" : ",";
  return String(number).replace(/\B(?=(\d{3})+$)/g, mark);
}

function show(selector, text) {
  every(selector, (element) => {
    element.textContent = text ?? "";
    element.hidden = !text;
  });
}

// ---- The engine, in a worker ----

const bytes = (id) => Uint8Array.from(atob(one(id).textContent), (character) => character.charCodeAt(0));
const script = URL.createObjectURL(new Blob([facts.worker], { type: "text/javascript" }));
let program; // compiled once, for every worker
let worker;
let waiting = []; // who waits for an answer, first one first

async function wake() {
  program ??= await WebAssembly.compile(bytes("#engine"));
  worker = new Worker(script);
  worker.onmessage = ({ data }) => receive(data);
  worker.onerror = (event) => receive({ broken: event.message });
  await send({ start: { module: program, pictures: bytes("#pictures"), training, test } });
  await ask({ language: facts.language });
}

/** Every message has one answer, in their order; what comes before it is about a training. */
function send(message) {
  return new Promise((resolve, reject) => {
    waiting.push({ resolve, reject });
    worker.postMessage(message);
  });
}

const ask = (request) => send({ ask: request });

function receive(data) {
  if ("epoch" in data) return epochEnded(data);
  if ("weights" in data) return void (chapter.kept = data.weights);
  if ("broken" in data) return ended(Object.assign(new Error(data.broken), { isBroken: true }));
  const { resolve, reject } = waiting.shift();
  if ("error" in data) reject(new Error(data.error));
  else resolve(data.done);
}

/** Ends the worker, and with it what it does; who waits learns why. */
function ended(reason) {
  worker.terminate();
  const left = waiting;
  waiting = [];
  left.forEach(({ reject }) => reject(reason));
}

// ---- What is set ----

const input = (name) => one(`[name=${name}]`);

/** What stands in the fields; throws the first thing that no cell could say. */
function settings() {
  every("[aria-invalid]", (field) => field.removeAttribute("aria-invalid"));
  const wrong = (name, sentence) => {
    input(name).setAttribute("aria-invalid", "true");
    throw new Error(sentence);
  };
  const whole = (name) => {
    const text = input(name).value.trim();
    if (/^\d{1,9}$/.test(text)) return Number(text);
    return wrong(name, filled(words.whole, { name: words.fields[name], example: input(name).defaultValue }));
  };
  const rate = input("learning_rate").value.trim().replace(",", ".");
  const learning_rate = rate === "" ? NaN : Number(rate);
  return {
    layers: [1, 2].map((number) => [whole(`units${number}`), input(`activation${number}`).value]),
    learning_rate: Number.isFinite(learning_rate) ? learning_rate : wrong("learning_rate", words.number),
    seed: whole("seed"),
    batch_size: whole("batch_size"),
    epochs: whole("epochs"),
  };
}

/** The cells always say what is set; the network is drawn when the engine has time. */
function changed() {
  show("#network-problem", null);
  try {
    const set = settings();
    const code = cells(set, words.comments);
    every("code[data-cell]", (element) => (element.textContent = code[element.dataset.cell]));
    chapter.cells = code;
    drawNetwork(set);
  } catch (problem) {
    show("#network-problem", problem.message);
  }
}

let isDrawing = false;
let wanted = null;

async function drawNetwork(set) {
  wanted = set;
  if (isDrawing || chapter.state !== "ready") return;
  isDrawing = true;
  while (wanted && chapter.state === "ready") {
    const now = wanted;
    wanted = null;
    try {
      const { diagram, parameters } = await ask({ network: now });
      one("#diagram").innerHTML = diagram;
      show("#network-problem", null);
      if (!chapter.history.length) say(filled(words.ready, { parameters: thousands(parameters) }));
    } catch (problem) {
      if (!problem.isBroken && !problem.isStop) {
        one("#diagram").replaceChildren();
        show("#network-problem", problem.message);
      }
    }
  }
  isDrawing = false;
}

// ---- The training ----

const say = (text) => every(".state", (element) => (element.textContent = text));

function become(state) {
  chapter.state = state;
  const isBusy = state === "training" || state === "judging";
  every(".train, #others", (button) => (button.disabled = state !== "ready"));
  every(".stop", (button) => (button.hidden = state !== "training"));
  every(".train", (button) => (button.hidden = state === "training"));
  every(".panel", (panel) => panel.setAttribute("aria-busy", String(isBusy)));
}

function epochEnded(numbers) {
  const now = performance.now();
  const seconds = (now - chapter.lastMoment) / 1000;
  chapter.lastMoment = now;
  const { epoch, ...measured } = numbers;
  chapter.history.push({ ...measured, seconds });
  chapter.weights = chapter.kept;
  showTraining();
  say(filled(words.epoch, { epoch, epochs: chapter.settings.epochs }));
}

function showTraining() {
  const { history } = chapter;
  const epochs = chapter.settings?.epochs ?? 10;
  every(".curves", (host) => drawCurves(host, history, epochs, words));
  every("progress", (bar) => (bar.value = history.length / Math.max(epochs, 1)));
  const lines = history.map((entry, index) => {
    const numbers = { epoch: String(index + 1).padStart(2), epochs, seconds: written(entry.seconds, 2) };
    for (const name of ["loss", "accuracy", "val_loss", "val_accuracy"]) numbers[name] = written(entry[name], 4);
    return filled(words.line, numbers);
  });
  one(".lines").textContent = lines.join("\n");
}

async function train() {
  if (chapter.state !== "ready") return;
  show(".problem, .result", null);
  every(".next, .notes", (element) => (element.hidden = true));
  let set;
  try {
    set = settings();
  } catch (problem) {
    return show(".panel .problem", problem.message);
  }
  Object.assign(chapter, { settings: set, history: [], weights: null, problem: null, score: null });
  become("training");
  every(".stop", (button) => button.parentElement.contains(document.activeElement) && button.focus());
  say(filled(words.epoch, { epoch: 1, epochs: set.epochs }));
  showTraining();
  chapter.lastMoment = performance.now();
  try {
    const { notes } = await ask({ train: set });
    showNotes(notes);
    await judge();
    say(timeTaken());
  } catch (problem) {
    await recover(problem, set);
  }
  become("ready");
  changed();
}

function timeTaken() {
  const seconds = chapter.history.reduce((sum, entry) => sum + entry.seconds, 0);
  return filled(words.time, { seconds: written(seconds, 1), each: written(seconds / chapter.history.length, 2) });
}

/** After a mistake, a stop, or something that must not happen. */
async function recover(problem, set) {
  const epochs = chapter.history.length;
  chapter.problem = problem.message;
  become("judging");
  if (problem.isStop) {
    await wake();
    if (epochs) {
      await ask({ compile: set });
      await send({ restore: chapter.weights.slice(0) });
      await judge();
    }
    return say(filled([words.stopped_none, words.stopped_one][epochs] ?? words.stopped, { epochs }));
  }
  if (problem.isBroken) {
    await wake();
    show(".panel .problem", filled(words.broken, { reason: problem.message }));
  } else {
    show(".panel .problem", problem.message);
  }
  say(epochs ? filled(words.ran_away, { epochs }) : "");
}

function showNotes(notes) {
  one(".notes").replaceChildren(...notes.map((note) => {
    const item = document.createElement("li");
    item.textContent = words.note + note;
    return item;
  }));
  one(".notes").hidden = !notes.length;
}

async function judge() {
  become("judging");
  say(words.judging);
  const score = await ask({ judge: null });
  chapter.score = score;
  const percent = written(100 * score.accuracy, 1);
  show(".result", filled(words.result, { percent, test: thousands(test) }));
  every(".next", (element) => (element.hidden = false));
  one("#score").textContent = filled(words.wrong, {
    loss: written(score.loss, 4), accuracy: written(score.accuracy, 4),
    wrong: Math.round((1 - score.accuracy) * test), test: thousands(test),
  });
  one("#mistakes").innerHTML = score.mistakes;
  showPlayground(score.playground);
}

/** Puts the crate's playground on the page, and into it what was drawn before. */
function showPlayground(result) {
  const host = one("#playground");
  const before = host.querySelector(".zunder-playground")?.shadowRoot?.querySelector(".paper canvas");
  if (!result.Ok) {
    host.textContent = result.Err;
    return;
  }
  const template = document.createElement("template");
  template.innerHTML = result.Ok;
  const code = template.content.querySelector("script");
  const runs = document.createElement("script"); // one that was parsed here would not run
  runs.textContent = code.textContent;
  code.replaceWith(runs);
  host.replaceChildren(template.content);
  if (before) {
    const after = host.querySelector(".zunder-playground");
    after.shadowRoot.querySelector(".paper canvas").getContext("2d").drawImage(before, 0, 0);
    after.playground.update();
  }
}

// ---- Buttons ----

async function showSamples() {
  const rows = new Set();
  while (rows.size < 10) rows.add(Math.floor(Math.random() * training));
  one("#samples").innerHTML = await ask({ samples: [...rows] });
}

async function copy(button) {
  const { cell } = button.dataset;
  const text = cell === "all" ? Object.values(chapter.cells).join("\n\n") : chapter.cells[cell];
  const before = button.dataset.label ?? button.textContent;
  button.dataset.label = before;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = words.copied;
  } catch {
    button.textContent = copiedTheOldWay(text) ? words.copied : words.copy_failed;
  }
  setTimeout(() => (button.textContent = before), 2000);
}

/** Where a page from a disk may not use the clipboard. */
function copiedTheOldWay(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  field.style.opacity = "0";
  document.body.append(field);
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  return isDone;
}

every(".train", (button) => button.addEventListener("click", train));
every(".stop", (button) => button.addEventListener("click", () => {
  if (chapter.state === "training") ended(Object.assign(new Error("stop"), { isStop: true }));
}));
every(".copy", (button) => button.addEventListener("click", () => copy(button)));
every("input, select", (field) => field.addEventListener("input", changed));
one("#others").addEventListener("click", showSamples);

(async () => {
  changed();
  showTraining();
  try {
    await wake();
  } catch (problem) {
    chapter.state = "none";
    show(".panel .problem", filled(words.cannot, { reason: problem.message }));
    return say("");
  }
  become("ready");
  await showSamples();
  changed();
})();
