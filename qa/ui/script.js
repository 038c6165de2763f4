// Runs once, when Gradio has put the page into `element`. All HTML that is inserted here comes from
// the templates, which escape every value, or is a paragraph that was given a text.

const page = element.querySelector(".underline");
const find = (selector) => page.querySelector(selector);
const box = find("#question");
const answer = find("#answer");
const reader = find("#document");

const LOST = "The server does not answer. Is Underline still running?";
const BROKEN = "Is Underline still running? Instead of an answer has come error";
const LOADING = "Waking up: the first question takes a few seconds longer…";
const SLOW = 250; // milliseconds after which waiting is worth a word
const VERY_SLOW = 2500;

let passages = []; // of the answer shown, in the order of its cards
let asked = 0; // counts questions, so that an answer which comes late is not shown
let opened = 0; // the same for documents
let mark = 0; // the mark we are at in the open document, of `marks`
let marks = 0;
let asText = false; // whether a document with pages is shown as its text
let opener = null; // the button that opened the document, to go back to

// The server

// What the server makes of a request: HTML, and what belongs to it. A failure is a notice.
async function call(name, request) {
  const body = JSON.stringify(request);
  const sent = { method: "POST", headers: { "Content-Type": "application/json" }, body };
  try {
    const reply = await fetch(new URL(name, document.baseURI), sent);
    return reply.ok ? await reply.json() : notice(await reason(reply));
  } catch {
    return notice(LOST);
  }
}

async function reason(reply) {
  const isSentence = reply.headers.get("content-type")?.startsWith("text/plain");
  return (isSentence && (await reply.text()).trim()) || `${BROKEN} ${reply.status}.`;
}

function notice(sentence) {
  const html = paragraph("notice", sentence).outerHTML;
  return { html, status: sentence, passages: [], marks: 0, first: 0 };
}

function paragraph(className, text) {
  const made = document.createElement("p");
  made.className = className;
  made.textContent = text;
  return made;
}

// Asking

async function ask(question) {
  const turn = ++asked;
  box.value = question;
  close();
  const stop = wait(turn);
  const reply = await call("answer", { question });
  stop();
  if (turn !== asked) return;
  passages = reply.passages;
  answer.innerHTML = reply.html;
  find(".status").textContent = reply.status;
  page.classList.add("asked");
  // Browsers offer the clipboard only to pages they trust: this machine, or https.
  const copies = answer.querySelectorAll(".copy");
  for (const button of copies) button.hidden = !navigator.clipboard;
  // Out of the box, so that the keys work; "/" leads back.
  if (passages.length && document.activeElement === box) answer.focus({ preventScroll: true });
}

function wait(turn) {
  answer.classList.add("waiting");
  const say = (sentence) => () => {
    if (turn !== asked) return;
    page.classList.add("asked");
    answer.replaceChildren(paragraph("notice looking", sentence));
    find(".status").textContent = sentence;
  };
  const timers = [setTimeout(say("Looking…"), SLOW), setTimeout(say(LOADING), VERY_SLOW)];
  return () => {
    timers.forEach(clearTimeout);
    if (turn === asked) answer.classList.remove("waiting");
  };
}

// The address holds the question, so that a link asks it, and so does the browser's Back.

function askAnew(question) {
  const same = question.trim() === (questionInAddress() ?? "").trim();
  if (!same) history.pushState(null, "", addressWith("q", question));
  ask(question);
}

function askFromAddress() {
  const question = questionInAddress();
  if (question === null) empty();
  else ask(question);
}

function empty() {
  asked++; // an answer that is on its way is not wanted any more
  close();
  passages = [];
  box.value = "";
  answer.classList.remove("waiting");
  answer.replaceChildren();
  find(".status").textContent = "";
  page.classList.remove("asked");
}

function questionInAddress() {
  return new URL(location.href).searchParams.get("q");
}

function addressWith(name, value) {
  const address = new URL(location.href);
  if (value.trim()) address.searchParams.set(name, value.trim());
  else address.searchParams.delete(name);
  return address;
}

// Reading a document

async function open(card) {
  const turn = ++opened;
  const passage = passages[Number(card.dataset.card)];
  const same = passages.filter((other) => other.document === passage.document);
  const at = same.indexOf(passage);
  const request = { document: passage.document, passages: same, at, text: asText };
  const view = await call("document", request);
  if (turn !== opened) return;
  point(card);
  reader.innerHTML = view.html;
  if (!view.marks) reader.prepend(closeButton());
  reader.hidden = false;
  page.classList.add("reading");
  marks = view.marks;
  go(view.first, "instant");
  find(".document-body")?.focus({ preventScroll: true });
  // The column has become narrower, and the card has moved; under a sheet that does not show.
  if (getComputedStyle(reader).position === "sticky") card.scrollIntoView({ block: "nearest" });
}

// From the pages of a file to its text, and back; at the mark one was at.
async function switchView(text) {
  asText = text;
  const at = mark;
  await open(opener.closest(".card"));
  go(at, "instant");
}

function closeButton() {
  const made = document.createElement("button");
  made.className = "quiet close";
  made.textContent = "Close";
  return made;
}

function close() {
  opened++; // one that is on its way is not wanted any more
  reader.hidden = true;
  reader.replaceChildren();
  page.classList.remove("reading");
  marks = mark = 0;
  point(null);
}

function closeAndReturn() {
  const button = opener;
  close();
  button?.focus();
}

function point(card) {
  for (const other of answer.querySelectorAll(".card")) {
    other.classList.toggle("opened", other === card);
    other.querySelector(".open").setAttribute("aria-expanded", String(other === card));
  }
  opener = card?.querySelector(".open") ?? null;
}

// A mark may be in several pieces: the answer, and its sentence before and after it.
function go(number, behavior = "auto") {
  if (!marks) return;
  mark = ((number - 1 + marks) % marks) + 1;
  find(".place").textContent = `Mark ${mark} of ${marks}`;
  for (const piece of reader.querySelectorAll("mark")) {
    piece.classList.toggle("current", Number(piece.dataset.mark) === mark);
  }
  const [first] = reader.querySelectorAll("mark.current");
  const body = find(".document-body");
  const above = first.getBoundingClientRect().top - body.getBoundingClientRect().top;
  const way = above - body.clientHeight * 0.28; // a mark stands where one starts to read
  // To glide past pages of text makes one dizzy; a short way shows where one is going.
  if (Math.abs(way) > 1.5 * body.clientHeight) behavior = "instant";
  body.scrollTo({ top: body.scrollTop + way, behavior });
}

// Light or dark: Gradio reads `__theme` from the address when the page is loaded again.

function switchTheme() {
  const dark = document.body.classList.toggle("dark");
  history.replaceState(history.state, "", addressWith("__theme", dark ? "dark" : "light"));
}

// Copying

async function copy(button) {
  const card = button.closest(".card");
  const title = card.querySelector(".open").textContent;
  const source = card.querySelector(".source").textContent.replace(/\s+/g, " ").trim();
  await navigator.clipboard.writeText(`“${button.dataset.quote}”\n${title} (${source})`);
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy quote"), 1600);
}

// What the visitor does

find(".ask").addEventListener("submit", (event) => {
  event.preventDefault();
  askAnew(box.value);
});

box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  askAnew(box.value);
});

page.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  if (on(".example")) askAnew(on(".example").textContent);
  else if (on(".theme")) switchTheme();
  else if (on(".copy")) copy(on(".copy"));
  else if (on(".close")) closeAndReturn();
  else if (on(".switch")) switchView(on(".switch").dataset.text === "true");
  else if (on(".next")) go(mark + 1);
  else if (on(".previous")) go(mark - 1);
  else if (on(".card") && (on(".open") || getSelection().isCollapsed)) open(on(".card"));
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && !reader.hidden) closeAndReturn();
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const first = answer.querySelector(".card");
  if (event.key === "/") {
    event.preventDefault(); // it would be typed into the box
    box.focus();
    box.select();
  } else if (event.key === "n" && reader.hidden && first) open(first);
  else if (event.key === "n") go(mark + 1);
  else if (event.key === "p") go(mark - 1);
});

window.addEventListener("popstate", askFromAddress);

if (questionInAddress() !== null) askFromAddress();
else if (matchMedia("(hover: hover)").matches) box.focus(); // a phone would open its keyboard
