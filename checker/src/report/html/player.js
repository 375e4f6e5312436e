// The player: it loads one execution, and moves through its steps.

const executions = island.executions.map((entry, number) => new LazyExecution(entry, number));

// An execution is unfolded when it is first shown.
function LazyExecution(entry, number) {
  this.entry = entry;
  this.get = () => (this.made = this.made || new Execution(entry, number));
}

const player = {
  execution: null,
  position: 0,
  check: 0,

  // So many tasks get a lane unasked, beside those that make a step of the finding.
  mostLanes: 12,

  load(number, position, finding) {
    this.execution = executions[number].get();
    const { execution } = this;
    const check = execution.of.check === undefined ? null : island.checks[execution.of.check];
    const findings = check
      ? execution.of.findings.map((at) => check.report.findings[at])
      : execution.replay.findings;
    const one = check && finding !== undefined ? check.report.findings[finding] : findings[0];
    const own = execution.leftOut === 0 && one && one.graph ? one.graph : null;
    this.graph = new WaitForGraph(execution, own);
    this.finding = one;
    this.matter = this.matterOf(findings.length ? (finding === undefined ? findings : [one]) : []);
    this.lanes = new Lanes(execution, this.involvedIn(findings, one), new Set(this.matter));
    this.tables = new Tables(execution);
    byId("player").hidden = false;
    byId("slider").max = execution.last;
    this.which(check, execution, finding);
    this.drawLanes();
    this.goTo(position === undefined || position === null ? this.best() : position);
  },

  // Where the finding shows: at the end of what is stuck, or after its last step.
  best() {
    const { execution, matter, finding } = this;
    if (!finding || finding.closed_at !== undefined || !matter.length) return execution.last;
    return Math.min(execution.last, Math.max(...finding.proof, 0) + 1);
  },

  // The steps that a finding rests on.
  matterOf(findings) {
    const steps = new Set();
    for (const finding of findings) {
      for (const step of [...finding.proof, ...(finding.written_by || [])]) steps.add(step);
      for (const what of finding.missing || []) {
        for (const one of [what.notified, what.set, what.cleared, what.changed])
          if (one) steps.add(one.step);
      }
      const graph = this.graphOf(finding);
      const involved = this.tasksOf(finding);
      const isPart = (task) => involved.includes(task);
      for (const wait of graph.waits)
        if (isPart(wait.task) && typeof wait.since === "number") steps.add(wait.since);
      for (const hold of graph.holds) if (isPart(hold.task)) steps.add(hold.step);
    }
    return [...steps].filter((step) => step < this.execution.steps.length).sort((a, b) => a - b);
  },

  // The graph of a finding of tasks that are stuck.
  graphOf(finding) {
    const isStuck = finding.closed_at !== undefined;
    const graph = finding.graph || (isStuck && this.execution.replay.graph);
    return graph || { tasks: [], waits: [], holds: [], knots: [] };
  },

  // The tasks that a finding is about. The document of one execution does not list them:
  // there they are those of its knots, and otherwise those that wait for what is missing.
  tasksOf(finding) {
    if (finding.involved && finding.involved.length) return finding.involved;
    const graph = this.graphOf(finding);
    if (finding.kind === "deadlock") return graph.knots.flatMap((knot) => knot.tasks);
    const missing = (finding.missing || []).flatMap((what) => what.tasks || []);
    const stuck = graph.tasks.filter((task) => task.part === "stuck").map((task) => task.task);
    return missing.length ? missing : stuck;
  },

  // The tasks that take part: those of the steps of the finding, and of those that it is
  // about, or else of all that ever wait, so many that their lanes can be read.
  involvedIn(findings, one) {
    const { execution } = this;
    const tasks = new Set(this.matter.map((step) => execution.steps[step].task));
    const add = (task) => tasks.size < this.mostLanes && tasks.add(task);
    for (const finding of one ? [one] : findings) this.tasksOf(finding).forEach(add);
    if (tasks.size < 2) [...this.graph.at.keys()].forEach(add);
    if (!findings.length) for (const step of execution.steps) tasks.add(step.task);
    return tasks;
  },

  which(check, execution, finding) {
    const { of, schedule, replay } = execution;
    const parts = [];
    if (check) {
      const shown = of.findings
        .filter((at) => finding === undefined || at === finding)
        .map((at) => check.report.findings[at].kind);
      const ends = of.outcomes
        .map((at) => check.report.outcomes[at])
        .map((one) => one.value ?? one.ended);
      if (shown.length) parts.push(`The simplest schedule known that shows ${shown.join(", ")}. `);
      else if (ends.length)
        parts.push(`A schedule that ends with ${ends.join(", ")}. `);
    }
    const result = replay.outcome === null ? replay.ended : `complete, outcome ${replay.outcome}`;
    parts.push(
      `${replay.steps.length} steps, ${result}. Schedule: `,
      make("code", { class: "schedule" }, schedule),
    );
    if (execution.leftOut)
      parts.push(
        ` Only the first ${execution.last} steps can be gone through here; ${execution.leftOut} come after them.`,
      );
    byId("which").replaceChildren(...make("p", {}, parts).childNodes);
    byId("copied").textContent = "";
  },

  drawLanes() {
    this.lanes.show(byId("all-tasks").checked, byId("all-steps").checked);
    if (this.position <= this.execution.last) this.lanes.mark(this.position);
  },

  goTo(position, scroll) {
    const { execution } = this;
    if (!execution) return;
    this.position = Math.max(0, Math.min(position, execution.last));
    const beyond = position > execution.last ? execution.steps[position - 1] : undefined;
    this.tables.found = null;
    byId("slider").value = this.position;
    const step = execution.steps[this.position - 1];
    const text = step
      ? [
          `After step ${step.step} (${this.position} of ${execution.steps.length} made): `,
          make(
            "b",
            {},
            nameOf(
              execution.tasksAt(this.position).find((task) => task.task === step.task) || step,
            ),
          ),
          " ",
          make("code", {}, told(step)),
          " at ",
          placeLink(step),
          step.preempts ? " (a preemption: the task before could have gone on)" : "",
        ]
      : ["Before the first step."];
    if (beyond)
      text.unshift(
        `The state after step ${beyond.step} (${beyond.task} `,
        make("code", {}, told(beyond)),
        ") is not in this page; the last one that is: ",
      );
    byId("now").replaceChildren(...make("p", {}, text).childNodes);
    byId("slider").setAttribute("aria-valuetext", byId("now").textContent);
    const graph = this.graph.graphAt(this.position);
    this.lanes.mark(this.position);
    this.graph.show(this.position);
    this.tables.show(this.position, graph);
    const before = this.matter.some((one) => one + 1 < this.position);
    const after = this.matter.some((one) => one + 1 > this.position);
    byId("back").disabled = byId("to-start").disabled = this.position === 0;
    byId("forth").disabled = byId("to-end").disabled = this.position === execution.last;
    byId("finding-before").disabled = !before;
    byId("finding-after").disabled = !after;
    remember(execution.number, this.position);
    if (scroll) byId("player").scrollIntoView({ block: "start" });
  },

  findingStep(forth) {
    const places = this.matter
      .map((step) => step + 1)
      .filter((at) => (forth ? at > this.position : at < this.position));
    if (places.length) this.goTo(forth ? places[0] : places[places.length - 1]);
  },

  showSource(file, line) {
    if (!this.execution) return;
    this.tables.found = { file, line };
    this.tables.source(this.position);
    this.tables.found = null;
    byId("source-view").scrollIntoView({ block: "nearest" });
  },

  // Whether a key is for something else: a field, the board, or a box that it scrolls.
  isTaken(event) {
    const { target, key } = event;
    if (target.matches("select, textarea, input[type=text]") || target.closest("#play"))
      return true;
    const box = target.closest("#lanes, #source");
    if (!box) return false;
    if (key.startsWith("Arrow")) return box.scrollWidth > box.clientWidth;
    return (key === "Home" || key === "End") && box.scrollHeight > box.clientHeight;
  },

  key(event) {
    const isHidden = byId("player").hidden || byId("player").classList.contains("unsaid");
    if (event.ctrlKey || event.altKey || event.metaKey || !this.execution || isHidden) return;
    if (this.isTaken(event)) return;
    const keys = {
      ArrowLeft: () => this.goTo(this.position - 1),
      ArrowRight: () => this.goTo(this.position + 1),
      Home: () => this.goTo(0),
      End: () => this.goTo(this.execution.last),
      n: () => this.findingStep(true),
      p: () => this.findingStep(false),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  },
};

// The address names the execution and the position, so that it can be handed on.
function remember(number, position) {
  try {
    history.replaceState(null, "", `#${number}.${position}`);
  } catch {
    // A page without an address of its own has nothing to remember.
  }
}
