// The search of the book. The list of what can be found is a script of its own, search.js, which is loaded when
// somebody begins to search: a page that is opened from a folder may read no other file.
"use strict";

(() => {
  const form = document.querySelector("form.search");
  if (!form) return;
  const SHOWN = 30;
  const input = form.querySelector("input");
  const found = form.querySelector(".found");
  const status = found.querySelector("p");
  const list = found.querySelector("ol");
  const isGerman = document.documentElement.lang === "de";
  let sections = null;
  form.hidden = false;

  /** Small letters without accents; in German also ue for ü, so that both ways of typing find it. */
  function fold(text) {
    const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");
    return isGerman ? plain.replace(/([aou])e/g, "$1") : plain;
  }

  function load(then) {
    if (sections) return then();
    const script = document.createElement("script");
    script.src = "search.js";
    script.onload = () => {
      sections = window.bookIndex.map(([page, title, anchor, heading, text]) => (
        { page, title, anchor, heading, text, head: fold(`${heading} ${title}`), body: ` ${fold(text)}` }
      ));
      then();
    };
    document.head.append(script);
  }

  /** How well a section answers: 0 is not at all. Headings count most, then beginnings of words. */
  function score({ head, body }, terms) {
    let sum = 0;
    for (const term of terms) {
      if (head.includes(term)) sum += head.startsWith(term) ? 12 : 8;
      else if (body.includes(` ${term}`)) sum += 3;
      else if (body.includes(term)) sum += 1;
      else return 0;
    }
    return sum;
  }

  /** The words around the first one that is searched, which is marked. */
  function excerpt(text, terms) {
    const words = text.split(" ");
    const isHit = (word) => terms.some((term) => fold(word).includes(term));
    const first = Math.max(words.findIndex(isHit), 0);
    const start = Math.max(first - 6, 0);
    const line = document.createElement("span");
    if (start > 0) line.append("… ");
    for (const word of words.slice(start, start + 20)) {
      const mark = isHit(word) ? document.createElement("mark") : null;
      if (mark) mark.textContent = word;
      line.append(mark || word, " ");
    }
    if (start + 20 < words.length) line.append("…");
    return line;
  }

  function entry({ page, title, anchor, heading, text }, terms) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `${page}#${anchor}`;
    const head = document.createElement("strong");
    head.textContent = heading;
    link.append(head);
    if (title !== heading) link.append(document.createElement("small"));
    if (title !== heading) link.lastChild.textContent = title;
    link.append(excerpt(text, terms));
    link.addEventListener("click", close);
    item.append(link);
    return item;
  }

  function show() {
    const terms = fold(input.value).split(/\s+/).filter(Boolean);
    found.hidden = terms.length === 0;
    if (found.hidden) return;
    const hits = sections.map((section) => [score(section, terms), section]).filter(([points]) => points > 0);
    hits.sort(([a], [b]) => b - a);
    const { none, one, some } = status.dataset;
    status.textContent = hits.length === 0 ? none : hits.length === 1 ? one : some.replace("#", hits.length);
    list.replaceChildren(...hits.slice(0, SHOWN).map(([, section]) => entry(section, terms)));
  }

  function close() {
    found.hidden = true;
  }

  input.addEventListener("input", () => load(show));
  input.addEventListener("focus", () => { if (input.value) load(show); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    load(() => { show(); list.querySelector("a")?.click(); });
  });
  form.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") { input.focus(); close(); }
    if (event.key === "ArrowDown" && !found.hidden) links[Math.min(at + 1, links.length - 1)]?.focus();
    if (event.key === "ArrowUp" && at >= 0) (links[at - 1] || input).focus();
    if (event.key.startsWith("Arrow") && event.key !== "ArrowLeft" && event.key !== "ArrowRight") event.preventDefault();
  });
  document.addEventListener("click", (event) => { if (!form.contains(event.target)) close(); });
})();
