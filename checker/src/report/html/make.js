// Making elements. Whatever the data says becomes text, never markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of (children || []).flat()) {
    if (child === null || child === undefined || child === false || child === "") continue;
    element.append(child instanceof Node ? child : document.createTextNode(visible(child)));
  }
  return element;
}

function make(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function draw(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function byId(id) {
  return document.getElementById(id);
}

// A button that looks like a link and goes to the state after a step.
function stepLink(step, text) {
  const go = () => player.goTo(step + 1, true);
  return make("button", { type: "button", class: "link", click: go }, text || `step ${step}`);
}

// Text with its middle left out, at most so many characters.
function short(text, most) {
  const all = Array.from(visible(text));
  if (all.length <= most) return all.join("");
  return `${all.slice(0, Math.max(1, most - 1)).join("")}…`;
}

// Words in lines of at most so many characters.
function wrap(text, most) {
  const lines = [];
  let line = "";
  for (const word of visible(text).split(" ")) {
    const longer = line ? `${line} ${word}` : word;
    if (longer.length <= most || !line) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  if (line) lines.push(line);
  return lines.map((one) => short(one, most));
}

const COLOURS = 8;

// The colour and the pattern of a lock, by the order in which locks are taken. From the
// ninth on colours come again, with the next pattern.
function lookOf(number) {
  return { colour: number % COLOURS, pattern: (number + Math.floor(number / COLOURS)) % 5 };
}

// Patterns by which bands are told apart without colour.
function patterns() {
  const all = [];
  for (let colour = 0; colour < COLOURS; colour++) {
    for (let pattern = 0; pattern < 5; pattern++) {
      const ground = draw("rect", { width: 8, height: 8, class: `ground c${colour}` });
      const marks = [
        [],
        [draw("path", { d: "M0 2H8M0 6H8", class: "mark" })],
        [draw("path", { d: "M0 8L8 0M-2 2L2 -2M6 10L10 6", class: "mark" })],
        [draw("circle", { cx: 4, cy: 4, r: 1.7, class: "dot" })],
        [draw("path", { d: "M0 0L8 8M-2 6L2 10M6 -2L10 2", class: "mark" })],
      ][pattern];
      const attributes = {
        id: `held-${colour}-${pattern}`,
        width: 8,
        height: 8,
        patternUnits: "userSpaceOnUse",
      };
      all.push(draw("pattern", attributes, ground, marks));
    }
  }
  const hatch = {
    id: "blocked",
    width: 7,
    height: 7,
    patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)",
  };
  all.push(draw("pattern", hatch, draw("rect", { width: 2, height: 7, class: "hatch" })));
  return all;
}

function bandFill(number) {
  const { colour, pattern } = lookOf(number);
  return `url(#held-${colour}-${pattern})`;
}

function arrowHead(kind, of = "") {
  return draw(
    "marker",
    {
      id: `${of}head-${kind}`,
      viewBox: "0 0 8 8",
      refX: 7,
      refY: 4,
      markerWidth: 7,
      markerHeight: 7,
      orient: "auto",
    },
    draw("path", { class: `head-${kind}`, d: "M0 0L8 4L0 8z" }),
  );
}
