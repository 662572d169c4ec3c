// The page's worker: it runs the engine, so that the page stays awake meanwhile.
"use strict";
let engine;

const bytesAt = (start, length) => engine.memory.buffer.slice(start, start + length);
const imports = {
  tell(start, length) {
    postMessage(JSON.parse(new TextDecoder().decode(bytesAt(start, length))));
  },
  keep(start, length) {
    const weights = bytesAt(start, length);
    postMessage({ weights }, [weights]);
  },
};

/** Writes bytes where the engine reads them. */
function write(bytes) {
  const start = engine.room(bytes.length);
  new Uint8Array(engine.memory.buffer, start, bytes.length).set(bytes);
}

async function handle({ start, ask, restore }) {
  if (start) {
    engine = (await WebAssembly.instantiate(start.module, { env: imports })).exports;
    write(start.pictures);
    engine.bring(start.training, start.test);
  } else if (ask) {
    write(new TextEncoder().encode(JSON.stringify(ask)));
    engine.ask();
  } else if (restore) {
    write(new Uint8Array(restore));
    engine.restore();
  }
}

// What the engine cannot go on after ends here, and the page starts another worker.
onmessage = ({ data }) => handle(data).catch((problem) => postMessage({ broken: String(problem) }));
