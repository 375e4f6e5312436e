// Play the scheduler: the reader picks which task makes the next step.
//
// Every state of the program is known here, so the page says at each state what can still
// be reached, and by how many schedules.

// Whole numbers with groups of three digits.
function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

const plural = (number, word) => `${grouped(number)} ${word}${number == 1 ? "" : "s"}`;

class Play {
  constructor(section, check) {
    const { report, play } = island.checks[check];
    this.check = check;
    this.report = report;
    this.space = new StateSpace(play.graph);
    this.parts = this.build(section);
    this.waitFor = new WaitForGraph(this.space, null, this.parts.graph, this.parts.waits);
    this.waitFor.stepOf = (task, nth) => this.stepOf(task, nth);
    this.waitFor.link = (task, nth) => `step ${this.stepOf(task, nth)}`;
    this.begin();
    this.chooseGoal();
  }

  // The goals: each finding, where there are any; otherwise any end.
  goals() {
    const { findings } = this.space;
    return findings.map(({ kind, level, finding }, nth) => ({
      nth,
      kind,
      level,
      text: finding === undefined ? kind : `${kind}: ${this.report.findings[finding].message}`,
      finding,
    }));
  }

  build(section) {
    const part = (name, attributes) => make(name, attributes);
    const parts = {
      goal: make("select", { id: "play-goal", change: () => this.chooseGoal() }),
      now: part("p", { id: "play-now", "aria-live": "polite" }),
      reach: part("p", { id: "play-reach", class: "told" }),
      ask: part("div", { id: "play-ask", role: "group", "aria-label": "Question", hidden: true }),
      tasks: part("table", { id: "play-tasks" }),
      values: part("table", { id: "play-values" }),
      graph: part("div", { id: "play-graph", class: "graph" }),
      waits: part("ul", { id: "play-waits", class: "waits" }),
      made: part("ol", { id: "play-made", start: 0 }),
      undo: make("button", { type: "button", click: () => this.undo() }, "Undo"),
      again: make("button", { type: "button", click: () => this.begin() }, "Start again"),
      hint: make("button", { type: "button", click: () => this.hint() }, "Hint"),
      copy: make(
        "button",
        { type: "button", click: () => copy(this.schedule(), "schedule") },
        "Copy the schedule",
      ),
    };
    const goals = this.goals();
    const isError = ({ level }) => level === "error";
    const sorted = [...goals.filter(isError), ...goals.filter((goal) => !isError(goal))];
    parts.goal.append(
      ...sorted.map(({ nth, text }) => make("option", { value: String(nth) }, short(text, 90))),
    );
    const label = make("label", { for: "play-goal" }, "Goal: reach this ");
    const goal = goals.length ? make("p", { class: "told" }, label, parts.goal) : "";
    const buttons = [parts.undo, parts.again, parts.hint, parts.copy];
    section.replaceChildren(
      make("h2", { id: "play-title" }, "Play the scheduler"),
      make("p", {}, this.size(), make("span", { class: "told" }, this.says())),
      goal,
      make("div", { id: "play-controls", class: "buttons" }, buttons),
      parts.now,
      parts.reach,
      parts.ask,
      make(
        "div",
        { class: "board" },
        make(
          "div",
          {},
          make("h3", {}, "Tasks: pick the one that makes the next step"),
          make("div", { class: "wide" }, parts.tasks),
          make("h3", {}, "Steps made"),
          parts.made,
        ),
        make(
          "div",
          {},
          make("h3", {}, "Which task waits for which"),
          parts.graph,
          parts.waits,
          make("h3", {}, "Values"),
          make("div", { class: "wide" }, parts.values),
        ),
      ),
    );
    section.addEventListener("keydown", (event) => this.key(event));
    return parts;
  }

  // How much there is to play through.
  size() {
    const { schedules, moves } = this.space;
    const all =
      schedules.all === null
        ? "more schedules than can be counted"
        : plural(schedules.all, "schedule");
    return `You decide which task goes on. The program has ${plural(moves.length, "state")} and ${all}. `;
  }

  // What is known of all schedules.
  says() {
    const { all, failing } = this.space.schedules;
    if (failing === null) return "";
    if (failing === "0") {
      // What is cut may fail later, and what is excluded does not count.
      const ends = [...this.space.ends.values()];
      if (ends.some((end) => end.ended === "cut"))
        return "None is known to fail, but the limit of steps cuts some.";
      if (ends.every((end) => end.excluded)) return "An assumption excludes every one of them.";
      if (all === "1") return "It does not fail.";
      return all === null
        ? "None of them fails, whatever you pick."
        : `None of these ${grouped(all)} fails, whatever you pick.`;
    }
    if (failing === all) return all === "1" ? "It fails." : "All of them fail.";
    return failing === "1" ? "1 of them fails." : `${grouped(failing)} of them fail.`;
  }

  get state() {
    return this.path.length ? this.path[this.path.length - 1].to : 0;
  }

  get running() {
    return this.path.reduce((before, { step }) => StateSpace.running(before, step), null);
  }

  begin() {
    this.path = [];
    this.score = { right: 0, asked: 0 };
    this.show();
  }

  undo() {
    this.path.pop();
    this.show();
  }

  chooseGoal() {
    const goal = this.parts.goal.value;
    this.goal = goal === "" ? null : Number(goal);
    const isGoal = (end) => this.goal !== null && end.findings.includes(this.goal);
    this.isGoal = isGoal;
    this.reaching = this.space.count(isGoal);
    this.all = this.all || this.space.count(() => true);
    this.show();
  }

  pick(move) {
    if (island.quiz && quiz.ask(this, move)) return;
    this.make(move);
  }

  make(move) {
    const preempts = this.space.preempts(this.state, this.running, move.step);
    this.path.push({ ...move, preempts });
    this.show();
    const next = this.parts.tasks.querySelector("button") || this.parts.undo;
    next.focus({ preventScroll: true });
  }

  // The next step of the simplest schedule that the check knows, while it was followed;
  // otherwise of the simplest one from here.
  hint() {
    const simplest = this.simplest();
    const same = (step, other) =>
      step.task === other.task && String(step.choices || []) === String(other.choices || []);
    let move = null;
    if (simplest && this.path.every(({ step }, at) => simplest[at] && same(step, simplest[at])))
      move = this.space.moves[this.state].find(({ step }) => {
        const wanted = simplest[this.path.length];
        return wanted && same(step, wanted);
      });
    const isCounted = this.goal === null ? () => true : this.isGoal;
    move = move || this.space.hint(this.state, this.running, isCounted);
    for (const button of this.parts.tasks.querySelectorAll("button")) {
      const isIt = move && Number(button.dataset.to) === move.to;
      button.classList.toggle("hinted", isIt);
      if (isIt) button.focus({ preventScroll: true });
    }
    if (!move && !this.space.isEnd(this.state))
      this.parts.now.textContent = "From here the goal cannot be reached any more: undo steps.";
  }

  // The steps of the simplest schedule that the check found for the goal.
  simplest() {
    if (this.goal === null) return null;
    const { finding } = this.space.findings[this.goal];
    return finding === undefined ? null : this.report.findings[finding].steps;
  }

  // The schedule in the form of the command line.
  schedule() {
    const parts = [];
    for (const { step, preempts } of this.path) {
      const choices = (step.choices || []).map((value) => `?${value}`).join("");
      const last = parts[parts.length - 1];
      if (last && last.task === step.task && !choices && !last.choices && !preempts) last.n++;
      else parts.push({ task: step.task, n: 1, choices, preempts });
    }
    const told = ({ task, n, choices, preempts }) =>
      `${preempts ? "! " : ""}${task}${choices || (n > 1 ? `*${n}` : "")}`;
    return parts.map(told).join(" ");
  }

  show() {
    if (!this.reaching) return;
    const { state, space, parts } = this;
    this.showNow();
    this.showReach();
    this.showTasks();
    this.showValues();
    this.waitFor.show(state);
    parts.made.replaceChildren(
      ...this.path.map(({ step, preempts }) =>
        make(
          "li",
          {},
          make("b", {}, step.task),
          ` ${told(step)} `,
          make("small", {}, placeOf(step)),
          preempts ? make("small", {}, " (a preemption)") : "",
        ),
      ),
    );
    parts.undo.disabled = parts.again.disabled = !this.path.length;
    parts.hint.disabled = space.isEnd(state);
    parts.ask.hidden = true;
  }

  // The step of the path that is the nth of a task.
  stepOf(task, nth) {
    let at = -1;
    for (let left = nth; left >= 0; left--)
      at = this.path.findIndex(({ step }, next) => next > at && step.task === task);
    return at;
  }

  showNow() {
    const { space, state, path, parts } = this;
    const made = plural(path.length, "step");
    const preemptions = path.filter(({ preempts }) => preempts).length;
    const end = space.ends.get(state);
    if (!end) {
      const last = path[path.length - 1];
      const text = last
        ? [make("b", {}, last.step.task), ` made its step: ${told(last.step)}. ${made} so far.`]
        : ["Before the first step."];
      parts.now.replaceChildren(...make("p", {}, text).childNodes);
      parts.now.className = "";
      return;
    }
    const words = {
      complete: end.outcome === null ? "The program ends." : `The program ends with ${end.outcome}.`,
      failed: "The main task fails.",
      stuck: "No task can go on.",
      cut: "The limit of steps is reached: what would follow is not known here.",
    };
    const found = [...new Set(end.findings.map((nth) => space.findings[nth].kind))];
    const [what, tone] = end.excluded
      ? ["An assumption excludes this execution: it does not count.", "open"]
      : found.length
        ? [`It shows ${found.join(", ")}.`, this.isGoal(end) ? "bad" : "open"]
        : end.ended === "cut"
          ? ["", "open"]
          : ["It shows nothing wrong.", "good"];
    const reached = this.goal !== null && this.isGoal(end) ? " You reached the goal." : "";
    const count = `${made}, ${plural(preemptions, "preemption")}.`;
    parts.now.className = tone;
    parts.now.replaceChildren(
      make("strong", {}, words[end.ended]),
      ` ${what}${reached} ${count}`,
    );
  }

  showReach() {
    const { state, space, parts } = this;
    const [reaching, all] = [this.reaching[state], this.all[state]];
    if (this.goal === null || space.isEnd(state)) {
      parts.reach.textContent = "";
      return;
    }
    if (reaching > 0n) {
      const verb = reaching === 1n ? "reaches" : "reach";
      parts.reach.textContent = `From here ${grouped(reaching)} of ${plural(all, "schedule")} ${verb} the goal.`;
      return;
    }
    const states = [0, ...this.path.map(({ to }) => to)];
    const back = [...states].reverse().findIndex((at) => this.reaching[at] > 0n);
    parts.reach.textContent =
      back < 0
        ? "No schedule reaches the goal."
        : `From here no schedule reaches the goal any more. ${plural(back, "step")} back one did.`;
  }

  // Why a task cannot make a step.
  reason(task, graph) {
    const waits = graph.waits.filter((wait) => wait.task === task.task);
    const parts = waits.map((wait) => {
      const object = (graph.resources.find((one) => one.id === wait.resource) || {}).label;
      const edges = graph.wait_for.filter(
        (edge) => edge.from === task.task && edge.resource === wait.resource,
      );
      const to = edges.map((edge) => edge.to).join(", ");
      if (wait.mode === "join") return `waits for the end of ${to || object}`;
      const held = edges.some((edge) => edge.held);
      return `waits for ${object}${to ? `, which ${to} ${held ? "holds" : "can open"}` : ""}`;
    });
    return parts.join(" and ") || "waits";
  }

  // What became of a task that has nothing to do next.
  over(task) {
    if (task.failure) return "failed";
    if (this.space.wasKilled(task)) return "was killed";
    return task.finished ? "has ended" : "is starting";
  }

  // Whether a task can go on, and why not.
  standing(task, moves, graph) {
    if (moves.length) return "can go on";
    const isCut = this.space.isEnd(this.state) && task.pending.enabled;
    return isCut ? "was cut" : this.reason(task, graph);
  }

  showTasks() {
    const { state, space, parts } = this;
    const graph = space.graphAt(state);
    const titles = ["task", "state", ...(island.quiz ? [] : ["next", "at"]), ""];
    const head = make(
      "tr",
      {},
      titles.map((text) => make("th", { scope: "col" }, text)),
    );
    let number = 0;
    const rows = space.tasksAt(state).map((task) => {
      const moves = space.moves[state].filter(({ step }) => step.task === task.task);
      const isOver = task.finished || space.wasKilled(task) || !task.pending;
      const words = isOver ? this.over(task) : this.standing(task, moves, graph);
      const next = isOver ? task.failure || "" : told({ ...task.pending, value: null });
      const buttons = moves.map((move) => {
        number++;
        const choices = (move.step.choices || []).map((value) => `?${value}`).join("");
        const words = `${number}: ${task.task}${choices}`;
        const attributes = { type: "button", click: () => this.pick(move), "data-to": move.to };
        return make("button", { ...attributes, "data-task": task.task }, words);
      });
      const isBlocked = !isOver && !moves.length;
      return make(
        "tr",
        { "data-task": task.task, class: isBlocked ? "greyed" : null },
        make("th", { scope: "row" }, nameOf(task)),
        make("td", { class: isBlocked ? "why" : "state" }, words),
        island.quiz ? null : make("td", {}, next),
        island.quiz ? null : make("td", { class: "place" }, isOver ? "" : placeOf(task.pending)),
        make("td", { class: "buttons" }, buttons),
      );
    });
    parts.tasks.replaceChildren(make("thead", {}, head), make("tbody", {}, rows));
  }

  // What is known to be in the variables, from the steps that were made.
  showValues() {
    const { space, parts } = this;
    const known = new Map();
    for (const { step } of this.path) {
      for (const object of step.changes || []) known.delete(object);
      if (step.about !== undefined && step.shows !== undefined) known.set(step.about, step.shows);
    }
    const last = this.path[this.path.length - 1];
    const rows = space.objects
      .map((object, nth) => ({ object, nth }))
      .filter(({ object, nth }) => object.is_variable && known.has(nth))
      .map(({ object, nth }) => {
        const isNew = last && (last.step.changes || []).includes(nth);
        return make(
          "tr",
          {},
          make("th", { scope: "row" }, object.label),
          make("td", { class: isNew ? "changed" : null }, make("code", {}, known.get(nth))),
        );
      });
    const none = make("tr", {}, make("td", { class: "none" }, "No value was read or written."));
    parts.values.replaceChildren(make("tbody", {}, rows.length ? rows : none));
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches("select, textarea, input")) return;
    const buttons = [...this.parts.tasks.querySelectorAll("button")];
    const nth = Number(event.key);
    const keys = { u: () => this.undo(), h: () => this.hint() };
    const then =
      nth >= 1 && buttons[nth - 1] ? () => buttons[nth - 1].click() : keys[event.key];
    if (!then) return;
    event.preventDefault();
    event.stopPropagation();
    then();
  }
}

// The section of a check: the board, or why there is none.
function showPlay(check) {
  const section = make("section", { id: "play", "aria-labelledby": "play-title" });
  byId("play").replaceWith(section);
  const { play } = island.checks[check];
  section.hidden = !play;
  byId("play-keys").hidden = !play || !play.graph;
  if (!play) return;
  if (play["left-out"])
    section.replaceChildren(
      make("h2", { id: "play-title" }, "Play the scheduler"),
      make("p", { class: "none" }, play["left-out"]),
    );
  else island.checks[check].board = new Play(section, check);
}
