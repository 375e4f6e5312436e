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

// One condition as a sentence. Where a first step does not come before a second one, the
// second one may come before it, or the first one may never be made, or neither of them.
function flipCondition({ form, first, second, value }) {
  const item = (...parts) => make("li", {}, ...parts);
  if (form === "never") return item(flipEvent(first), " is never made");
  const not = form === "not" ? "not: " : "";
  if (!second) {
    const other = form === "reversed" ? "other than " : "";
    return item(not, flipEvent(first), ` chooses ${other}${value}`);
  }
  const [earlier, later] = form === "reversed" ? [second, first] : [first, second];
  return item(not, flipEvent(earlier), " comes before ", flipEvent(later));
}

const FLIP_CLAIMS = {
  always: "Every execution fails, whatever the order.",
  "all-asked":
    "Every execution that was made to its end fails; whether others pass is not known.",
  "if-and-only-if": "It fails if and only if",
  if: "It fails if",
  undecided:
    "The order of these steps does not decide: with the same order it fails and passes.",
};

const flipExecutions = (n) => (n === 1 ? "1 execution" : `${n} executions`);

// What is claimed, within the executions that were made unless these are all.
function flipClaim({ claim, exhaustive, failing, passing, only_nearest: onlyNearest }) {
  const isWithin = !exhaustive && FLIP_CLAIMS[claim].startsWith("It fails");
  const made = flipExecutions(failing + passing);
  const head = isWithin
    ? FLIP_CLAIMS[claim].replace("It fails", `In the ${made} made, it fails`)
    : FLIP_CLAIMS[claim];
  const nearest =
    " Only the nearest pairs of steps were compared; others may decide as well.";
  return make("p", {}, head, onlyNearest ? nearest : "");
}

function flipExtent(reason) {
  const all = reason.failing + reason.passing;
  const where = reason.exhaustive
    ? `Checked in ${all === 1 ? "the only class" : `all ${all} classes`}`
    : `Checked in ${flipExecutions(all)}, not in all there are`;
  const more = reason.more_alternatives ? ", and for others nothing was looked for" : "";
  const explained =
    reason.claim === "if" ? `; this explains ${reason.explained} of those that fail${more}` : "";
  const neither = reason.neither
    ? `; ${reason.neither} neither (cut, excluded or not settled)`
    : "";
  return `${where}: ${reason.failing} fail, ${reason.passing} pass${explained}${neither}.`;
}

function flipNone({ proven, executions }) {
  const none = proven
    ? "No execution passes: all that there are, up to the order of independent steps, fail"
    : "No execution that passes was found among those that leave it last";
  return make("p", {}, `${none} (${executions} were made).`);
}

function flipLater({ proven, later, executions }) {
  if (!proven) {
    return `Whether others leave it later and pass is not known (${executions} were made).`;
  }
  if (later === 0) return "Nothing leaves it later, but for the order of independent steps.";
  if (later === 1) return "The one execution that leaves it later fails as well.";
  return `The ${later} executions that leave it later fail as well.`;
}

function flipNearest({ reason, nearest, none_passes: none }) {
  // Of a search that went through everything the reason says it already.
  const isSaid = reason.claim === "always" && reason.exhaustive && none?.proven;
  if (!nearest) return isSaid ? null : flipNone(none);
  const where = nearest.common ? `after step ${nearest.common - 1}` : "at its first step";
  return make(
    "p",
    {},
    `The nearest execution that passes leaves it ${where}. ${flipLater(nearest)} `,
    "Its schedule: ",
    make("code", {}, nearest.schedule),
  );
}

function flipPair({ first, second, flipped }) {
  const words = { true: "still fails", false: "passes", null: "not settled" };
  const became = flipped ? words[flipped.fails] : "not flipped";
  const others = flipped?.others ? ` with ${flipped.others} others flipped` : "";
  return make(
    "tr",
    {},
    make("td", {}, flipEvent(first)),
    make("td", {}, flipEvent(second)),
    make("td", {}, make("strong", { class: became === "passes" ? "good" : "open" }, became), others),
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
  const head = ["comes before", "this", "flipped"];
  const table = make(
    "table",
    {},
    make("thead", {}, make("tr", {}, head.map((word) => make("th", { scope: "col" }, word)))),
    make("tbody", {}, pairs.map(flipPair)),
  );
  const inOrder = "What is made in another order there:";
  section.replaceChildren(
    make("h2", {}, "What to flip"),
    flipClaim(reason),
    ...sets.flat().filter(Boolean),
    make("p", {}, flipExtent(reason)),
    ...[flipNearest(flip)].filter(Boolean),
    ...(pairs.length ? [make("p", {}, inOrder), make("div", { class: "wide" }, table)] : []),
  );
}
