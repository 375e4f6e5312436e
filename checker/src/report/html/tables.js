// The tables of one state: tasks, objects, and the lines of the source.

class Tables {
  constructor(execution) {
    this.execution = execution;
    this.file = null;
    this.found = null;
  }

  show(position, graph) {
    this.tasks(position);
    this.objects(position, graph);
    this.source(position);
  }

  // What a task is at, in words.
  state(task) {
    if (task.finished) return task.failure ? "failed" : "has ended";
    if (this.execution.wasKilled(task)) return "was killed";
    if (this.execution.isBlocked(task)) return "blocked";
    return "can go on";
  }

  tasks(position) {
    const { execution } = this;
    const frame = Math.min(position, execution.last);
    const before = new Map(
      (frame ? execution.tasksAt(frame - 1) : []).map((task) => [task.task, task]),
    );
    const head = make(
      "tr",
      {},
      ["task", "state", "next", "at"].map((text) => make("th", { scope: "col" }, text)),
    );
    const rows = execution.tasksAt(frame).map((task) => {
      const then = before.get(task.task);
      const pending = task.finished || execution.wasKilled(task) ? null : task.pending;
      const next = pending ? told({ ...pending, value: null }) : task.failure || "";
      const cells = [
        ["th", nameOf(task), { scope: "row" }, true],
        [
          "td",
          this.state(task),
          { class: `state ${this.state(task).replaceAll(" ", "-")}` },
          then && this.state(then) === this.state(task),
        ],
        ["td", next, {}, then && JSON.stringify(then.pending) === JSON.stringify(task.pending)],
        ["td", pending ? placeLink(pending) : "", {}, true],
      ];
      return make(
        "tr",
        { "data-task": task.task },
        cells.map(([name, text, attributes, same]) => {
          const classes = [attributes.class, position > 0 && !same && "changed"]
            .filter(Boolean)
            .join(" ");
          return make(name, { ...attributes, class: classes || null }, text);
        }),
      );
    });
    byId("tasks").replaceChildren(make("thead", {}, head), make("tbody", {}, rows));
  }

  // What each object is after a number of steps: its value, owners and waiters.
  object(number, position, graph) {
    const { execution } = this;
    const object = execution.objects[number];
    const ids = new Set(
      graph.resources
        .filter(
          (one) =>
            one.label === object.label &&
            one.line === object.created.line &&
            one.file === object.created.file,
        )
        .map((one) => one.id),
    );
    const holds = graph.holds.filter((hold) => ids.has(hold.resource));
    const waits = graph.waits.filter((wait) => ids.has(wait.resource)).map((wait) => wait.task);
    const last = execution.valueAt(number, position);
    return { object, holds, waits: [...new Set(waits)], last };
  }

  objects(position, graph) {
    const { execution } = this;
    const hasValues = execution.objects.some((object) => object.is_variable);
    const names = ["object", hasValues && "value", "owner", "waiting", "changed last"].filter(
      Boolean,
    );
    const head = make(
      "tr",
      {},
      names.map((text) => make("th", { scope: "col" }, text)),
    );
    const before = position > 0 ? player.graph.graphAt(position - 1) : null;
    const rows = execution.objects.map((_, number) => {
      const now = this.object(number, position, graph);
      const then = before && this.object(number, position - 1, before);
      const owners = (all) => all.map((hold) => `${hold.task}@${hold.step}`).join();
      const differs = (one, other) => Boolean(then) && one !== other;
      const hasValue = now.object.is_variable && now.last.value !== undefined;
      const value = hasValue
        ? now.last.by === undefined
          ? visible(now.last.value)
          : stepLink(now.last.by, short(now.last.value, 60))
        : "";
      const owner = now.holds.flatMap((hold, at) => [
        at ? ", " : "",
        stepLink(
          hold.step,
          hold.amount > 1 && hold.mode === "permit" ? `${hold.task} (${hold.amount})` : hold.task,
        ),
      ]);
      const by = now.last.by;
      const last =
        by === undefined
          ? ""
          : [`${execution.steps[by].task} ${execution.steps[by].op} `, stepLink(by)];
      const cell = (content, changed, name) =>
        make("td", { class: changed ? "changed" : null, "data-what": name }, content);
      return make(
        "tr",
        { "data-object": now.object.label },
        make(
          "th",
          { scope: "row", title: placeOf(now.object.created) },
          short(now.object.label, 40),
        ),
        hasValues && cell(value, then && differs(now.last.value, then.last.value), "value"),
        cell(owner, then && differs(owners(now.holds), owners(then.holds)), "owner"),
        cell(now.waits.join(", "), then && differs(now.waits.join(), then.waits.join()), "waiting"),
        cell(last, then && differs(now.last.by, then.last.by), "last"),
      );
    });
    const none = make(
      "tr",
      {},
      make("td", { colspan: 5, class: "none" }, "No step touches an object of the program."),
    );
    byId("objects").replaceChildren(
      make("thead", {}, head),
      make("tbody", {}, rows.length ? rows : none),
    );
  }

  // The lines at which tasks are, by file.
  marks(position) {
    const marks = new Map();
    for (const task of this.execution.tasksAt(Math.min(position, this.execution.last))) {
      if (task.finished || this.execution.wasKilled(task) || !task.pending) continue;
      const { file, line } = task.pending;
      const key = `${file}:${line}`;
      marks.set(key, [...(marks.get(key) || []), task]);
    }
    return marks;
  }

  source(position) {
    const step = this.execution.steps[position - 1];
    const marks = this.marks(position);
    const files = island.sources.map((one) => one.file);
    const first = [...marks.keys()]
      .map((key) => key.slice(0, key.lastIndexOf(":")))
      .find((file) => files.includes(file));
    const file = this.found
      ? this.found.file
      : step && files.includes(step.file)
        ? step.file
        : first || files[0];
    byId("source-view").hidden = file === undefined || !files.includes(file);
    if (byId("source-view").hidden) return;
    if (this.file !== file) this.open(file);
    const tab = (one) =>
      make(
        "button",
        {
          type: "button",
          "aria-pressed": String(one === file),
          click: () => player.showSource(one, 1),
        },
        one.split("/").pop(),
      );
    byId("files").replaceChildren(
      ...(files.length > 1 ? files.map(tab) : [make("span", {}, files[0])]),
    );
    let target = null;
    for (const line of byId("source").children) {
      const number = Number(line.dataset.line);
      const here = marks.get(`${file}:${number}`) || [];
      const made = Boolean(step) && step.file === file && step.line === number;
      const found = Boolean(this.found) && this.found.line === number;
      line.className = ["line", here.length && "here", made && "made", found && "found"]
        .filter(Boolean)
        .join(" ");
      const badge =
        here.map((task) => task.task).join(" ") +
        (made ? `${here.length ? " " : ""}✓${step.task}` : "");
      if (line.firstChild.textContent !== badge) line.firstChild.textContent = badge;
      if (found || (made && !target) || (!target && !step && here.length)) target = line;
    }
    if (target) {
      const box = byId("source");
      const y = target.offsetTop;
      if (y < box.scrollTop + 8 || y > box.scrollTop + box.clientHeight - 30)
        box.scrollTop = Math.max(0, y - box.clientHeight / 3);
    }
  }

  open(file) {
    this.file = file;
    const { text } = island.sources.find((one) => one.file === file);
    const lines = text
      .split("\n")
      .map((line, at) =>
        make(
          "div",
          { class: "line", "data-line": at + 1 },
          make("span", { class: "badge" }),
          make("span", { class: "nr" }, String(at + 1)),
          make("code", {}, line || " "),
        ),
      );
    byId("source").replaceChildren(...lines);
  }
}
