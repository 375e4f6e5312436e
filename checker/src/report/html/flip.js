// What to flip: which order of steps decides that an execution fails.

function flipEvent(event) {
  const object = event.object ? ` ${event.object}` : "";
  const name = event.name ? ` '${event.name}'` : "";
  const file = event.file.split("/").pop();
  return [
    make("strong", {}, `${event.task}${name}`),
    ` ${event.op}${object} `,
    make("small", {}, `${file}:${event.line}`),
  ];
}

// One condition as a sentence. What does not come before another step comes after it, or
// never.
function flipCondition({ holds, first, second, value }) {
  if (!second) return make("li", {}, flipEvent(first), ` chooses ${holds ? "" : "not "}${value}`);
  const [earlier, later] = holds ? [first, second] : [second, first];
  return make("li", {}, flipEvent(earlier), " comes before ", flipEvent(later));
}

const FLIP_CLAIMS = {
  always: "Every execution fails, whatever the order.",
  "if-and-only-if": "It fails if and only if",
  if: "It fails if",
  undecided:
    "The order of these steps does not decide: with the same order it fails and passes.",
};

function flipExtent(reason) {
  const all = reason.failing + reason.passing;
  const where = reason.exhaustive
    ? `Checked in all ${all} classes`
    : `Checked in ${all} executions, not in all there are`;
  const explained =
    reason.claim === "if" ? `; this explains ${reason.explained} of those that fail` : "";
  const neither = reason.neither ? `; ${reason.neither} were cut or excluded` : "";
  return `${where}: ${reason.failing} fail, ${reason.passing} pass${explained}${neither}.`;
}

function flipNone({ proven, executions }) {
  const none = proven
    ? "No execution passes: all that there are, up to the order of independent steps, fail"
    : "No execution that passes was found among those that leave it last";
  return make("p", {}, `${none} (${executions} were made).`);
}

function flipNearest({ reason, nearest, none_passes: none }) {
  // Of a search that went through everything the reason says it already.
  const isSaid = reason.claim === "always" && reason.exhaustive && none?.proven;
  if (!nearest) return isSaid ? null : flipNone(none);
  const after = nearest.proven
    ? "Every execution that leaves it later fails as well"
    : "Whether others leave it later and pass is not known";
  const where = nearest.common ? `after step ${nearest.common - 1}` : "at its first step";
  return make(
    "p",
    {},
    `The nearest execution that passes leaves it ${where}. ${after} `,
    `(${nearest.executions} were made). Its schedule: `,
    make("code", {}, nearest.schedule),
  );
}

function flipPair({ first, second, flipped }) {
  const became = !flipped ? "cannot be flipped" : flipped.fails ? "still fails" : "passes";
  return make(
    "tr",
    {},
    make("td", {}, flipEvent(first)),
    make("td", {}, flipEvent(second)),
    make("td", {}, make("strong", { class: became === "passes" ? "good" : "open" }, became)),
  );
}

function showFlip({ flip, unexplained }) {
  const section = byId("flip");
  section.hidden = !flip && !unexplained;
  if (unexplained) {
    const why = `Which order of steps decides was not found out: ${unexplained}.`;
    section.replaceChildren(make("h2", {}, "What to flip"), make("p", {}, why));
  }
  if (!flip) return;
  const { reason, pairs } = flip;
  const sets = reason.alternatives.map((set, at) => [
    at ? make("p", {}, "or if") : null,
    make("ul", { class: "conditions" }, set.map(flipCondition)),
  ]);
  const head = ["comes before", "this", "with this alone flipped"];
  const table = make(
    "table",
    {},
    make("thead", {}, make("tr", {}, head.map((word) => make("th", { scope: "col" }, word)))),
    make("tbody", {}, pairs.map(flipPair)),
  );
  const inOrder = "What is made in another order there:";
  section.replaceChildren(
    make("h2", {}, "What to flip"),
    make("p", {}, FLIP_CLAIMS[reason.claim]),
    ...sets.flat().filter(Boolean),
    make("p", {}, flipExtent(reason)),
    ...[flipNearest(flip)].filter(Boolean),
    ...(pairs.length ? [make("p", {}, inOrder), make("div", { class: "wide" }, table)] : []),
  );
}
