// The page: what was found, and how the reader comes from there to the executions.

// Which execution of the page shows a finding or gives an outcome.
function executionOf(check, list, at) {
  return executions.findIndex(
    ({ entry }) => entry.of.check === check && entry.of[list].includes(at),
  );
}

// A button that loads an execution, or the command that replays it.
function loadButton(number, words, finding, command) {
  if (number < 0)
    return make("span", { class: "none" }, "not in this page: ", make("code", {}, command));
  const load = () => {
    player.load(number, undefined, finding);
    byId("player").scrollIntoView({ block: "start" });
  };
  return make("button", { type: "button", click: load }, words);
}

// A finding with its story. The steps that the story names are those of one execution of
// the page, which is loaded when one of them is asked for.
function card(finding, story, number, at, more) {
  const shown = make("div", { class: "story" }, story.show());
  const links = shown.querySelectorAll("button.link:not(.place)");
  if (number < 0) links.forEach((link) => link.replaceWith(link.textContent));
  const isOther = () => player.execution?.number !== number || player.finding !== finding;
  const load = ({ target }) => {
    if (at !== undefined && target.closest(".link:not(.place)") && isOther())
      player.load(number, undefined, at);
  };
  shown.addEventListener("click", load, { capture: true });
  const mark = finding.level === "error" ? "FAIL" : "note";
  return make(
    "article",
    { class: `finding ${finding.level}`, "data-kind": finding.kind },
    make("h3", {}, make("span", { class: `mark ${finding.level}` }, mark), ` ${finding.kind}`),
    make("p", { class: "message" }, finding.message),
    shown,
    more,
  );
}

function showFinding(check, at) {
  const { report, said } = island.checks[check];
  const finding = report.findings[at];
  const number = executionOf(check, "findings", at);
  const story = new Story(finding, finding.steps, finding.tasks, finding.graph, said.sentences[at]);
  const preemptions = `${finding.preemptions} ${finding.preemptions === 1 ? "preemption" : "preemptions"}`;
  const simple = finding.fewest ? `${preemptions}, the fewest possible` : `at most ${preemptions}`;
  const count = `shown by ${finding.executions} of ${said.executions}; ${simple}`;
  return card(finding, story, number, at, [
    make("p", { class: "count" }, count),
    loadButton(number, "Show it step by step", at, said.replay.join(finding.schedule)),
  ]);
}

function showReplayFindings(number) {
  const { replay } = executions[number].entry;
  return replay.findings.map((finding) => {
    const story = new Story(finding, replay.steps, replay.tasks, replay.graph, []);
    return card(finding, story, number);
  });
}

// Errors as cards, and notes folded away below them.
function showStories(all) {
  const of = (level) =>
    all.filter(({ finding }) => (finding.level === "error") === level).map(({ shown }) => shown);
  const [errors, notes] = [of(true), of(false)];
  const words = `${notes.length} ${notes.length === 1 ? "note" : "notes"}: what fails no check by itself`;
  const folded = notes.length
    ? make("details", {}, make("summary", {}, words), make("div", { class: "stories" }, notes))
    : "";
  byId("stories").replaceChildren(make("div", { class: "stories" }, errors), folded);
}

function showOutcomes(check) {
  const { report, said } = island.checks[check];
  const head = make(
    "tr",
    {},
    ["executions", "what main returned, or the end", ""].map((text) =>
      make("th", { scope: "col" }, text),
    ),
  );
  const rows = report.outcomes.map((outcome, at) =>
    make(
      "tr",
      {},
      make("td", { class: "amount" }, String(outcome.executions)),
      make("td", {}, make("code", {}, outcome.value ?? outcome.ended ?? "")),
      make(
        "td",
        {},
        loadButton(
          executionOf(check, "outcomes", at),
          "Load one",
          undefined,
          said.replay.join(outcome.schedule),
        ),
      ),
    ),
  );
  byId("outcome-table").replaceChildren(make("thead", {}, head), make("tbody", {}, rows));
  byId("outcomes").hidden = !rows.length;
}

function showCheck(check) {
  player.check = check;
  const { report, said } = island.checks[check];
  const params = Object.entries(report.params)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
  title(report.scenario, params);
  const tone = { pass: "good", fail: "bad" }[report.verdict] || "open";
  const declared =
    report.as_expected === true && report.verdict === "fail"
      ? " as declared"
      : report.as_expected === false
        ? ", otherwise than declared"
        : "";
  byId("verdict").replaceChildren(
    make("strong", { class: `verdict ${tone}` }, `${said.verdict}${declared}`),
    ` ${said.details} — ${said.executions}`,
  );
  byId("claims").replaceChildren(...said.claims.map((claim) => make("li", {}, claim)));
  const all = report.findings.map((finding, at) => ({ finding, shown: showFinding(check, at) }));
  showStories(all);
  byId("findings").hidden = !report.findings.length;
  showOutcomes(check);
  showFlip(island.checks[check]);
  showPlay(check);
  if (island.quiz) quiz.begin(check);
  const first = Math.max(
    executionOf(check, "findings", 0),
    executions.findIndex(({ entry }) => entry.of.check === check),
  );
  byId("player").hidden = true;
  player.execution = null;
  if (first >= 0)
    player.load(
      report.findings.length ? Math.max(0, executionOf(check, "findings", 0)) : first,
      undefined,
      report.findings.length ? 0 : undefined,
    );
  byId("tool").textContent = `${report.tool} · ${said.command}`;
}

function title(name, params) {
  document.title = `${visible(name)} — unknot`;
  byId("name").replaceChildren(visible(name), params ? make("small", {}, ` ${params}`) : "");
}

function showReplay() {
  const { replay, command } = executions[0].entry;
  title(replay.scenario, "");
  byId("verdict").replaceChildren(
    make("strong", { class: "verdict open" }, "One execution"),
    ` of ${replay.steps.length} steps, ${replay.ended}`,
  );
  byId("claims").replaceChildren(
    make("li", {}, "It shows what one schedule does, and says nothing of other schedules."),
    replay.excluded
      ? make("li", {}, "An assumption excludes it: nothing that it shows counts.")
      : "",
  );
  const shown = showReplayFindings(0);
  showStories(replay.findings.map((finding, at) => ({ finding, shown: shown[at] })));
  byId("findings").hidden = !replay.findings.length;
  byId("tool").textContent = `${replay.tool} · ${command.join(replay.schedule)}`;
  player.load(0, island.place ? island.place.step : undefined);
}

// Shows what the address names, if it names something.
function recall(address) {
  const [, number, position] = /^#(\d+)\.(\d+)$/.exec(address) || [];
  const named = executions[Number(number)];
  if (!named) return;
  const { check } = named.entry.of;
  if (check !== undefined && check !== player.check) {
    byId("check").value = String(check);
    showCheck(check);
  }
  player.load(Number(number), Number(position));
}

function copy(text, what) {
  const say = () => (byId("copied").textContent = `${what} copied`);
  const area = make("textarea", { class: "offscreen", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch {
    done = false;
  }
  area.remove();
  if (done) say();
  else if (navigator.clipboard)
    navigator.clipboard.writeText(text).then(say, () => (byId("copied").textContent = text));
  else byId("copied").textContent = text;
}

function begin() {
  const on = (id, event, then) => byId(id).addEventListener(event, then);
  on("to-start", "click", () => player.goTo(0));
  on("back", "click", () => player.goTo(player.position - 1));
  on("forth", "click", () => player.goTo(player.position + 1));
  on("to-end", "click", () => player.goTo(player.execution.last));
  on("finding-before", "click", () => player.findingStep(false));
  on("finding-after", "click", () => player.findingStep(true));
  on("slider", "input", () => player.goTo(Number(byId("slider").value)));
  on("all-tasks", "change", () => player.drawLanes());
  on("all-steps", "change", () => player.drawLanes());
  // A step that was picked leaves the keys to the player.
  on("lanes", "click", () => byId("lanes").blur());
  on("copy-schedule", "click", () => copy(player.execution.schedule, "schedule"));
  on("copy-command", "click", () => copy(player.execution.command, "command"));
  document.addEventListener("keydown", (event) => player.key(event));
  addEventListener("hashchange", () => recall(location.hash));
  const address = location.hash;
  if (!island.checks.length) {
    showReplay();
    recall(address);
    return;
  }
  const options = island.checks.map(({ report, said }, at) =>
    make(
      "option",
      { value: String(at) },
      island.quiz ? report.scenario : `${report.scenario}: ${said.verdict}`,
    ),
  );
  byId("check").append(...options);
  byId("chooser").hidden = options.length < 2;
  on("check", "change", () => showCheck(Number(byId("check").value)));
  showCheck(0);
  recall(address);
}

begin();
