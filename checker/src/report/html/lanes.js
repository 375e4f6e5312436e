// The execution as lanes: one for each task, time downwards.
//
// A band beside the steps shows what a task holds, hatching that it is blocked. A line
// goes from the step that lets a task go on to that task, and another from the step that
// wrote a value to one that read it. A long run of one task is folded into one row.
//
// The states of a very long execution are known for its first steps only. Below these,
// steps are drawn without bands and hatching, and a row says so.

const LANE = {
  width: 172,
  least: 150,
  most: 300,
  row: 24,
  gutter: 46,
  band: 7,
  fold: 6,
  letter: 6.7,
};

class Lanes {
  constructor(execution, involved, matter) {
    this.execution = execution;
    this.involved = involved;
    this.matter = matter;
    this.unfolded = new Set();
    // Tasks that have a lane since a step of theirs was asked for.
    this.wanted = new Set();
    const { locks, holdings } = heldIn(execution);
    this.locks = locks;
    this.holdings = holdings;
    this.wakes = wakesIn(execution);
  }

  // The tasks, as they are at the end where that is known.
  allTasks() {
    const { execution } = this;
    const known = execution.tasksAt(execution.last);
    const more = execution.replay.tasks.filter(
      (task) => execution.takesPart(task) && !known.some((one) => one.task === task.task),
    );
    return [...known, ...more];
  }

  // Which tasks have a lane: all of which a step is to be shown.
  tasksShown(showAllTasks, showAllSteps) {
    const all = this.allTasks();
    const makers = new Set(showAllSteps ? this.execution.steps.map((step) => step.task) : []);
    const some = all.filter(({ task }) =>
      [this.involved, this.wanted, makers].some((tasks) => tasks.has(task)),
    );
    return showAllTasks || !some.length ? all : some;
  }

  // The rows: steps, runs that are folded, and steps of tasks that have no lane.
  rows(showAllSteps) {
    const rows = [];
    const { steps, last, leftOut } = this.execution;
    const isShown = (task) => this.lane.has(task);
    const reads = (at) => this.execution.flow[at].reads_from || [];
    const wakes = new Set(
      this.wakes.filter((wake) => isShown(wake.from) && isShown(wake.to)).map((wake) => wake.step),
    );
    let run = [];
    const end = () => {
      const first = run[0];
      const others = run.length > 0 && !isShown(steps[first].task);
      const fold = !showAllSteps && !this.unfolded.has(first) && (others || run.length > LANE.fold);
      if (fold)
        rows.push({ first, last: run[run.length - 1], task: others ? null : steps[first].task });
      else for (const at of run) rows.push({ first: at, last: at, task: steps[at].task });
      run = [];
    };
    steps.forEach((step, at) => {
      if (leftOut && at === last) {
        if (run.length) end();
        rows.push({ first: last, last: last - 1, task: null, unknown: true });
      }
      const key = (one) => (isShown(steps[one].task) ? steps[one].task : null);
      const matters =
        this.matter.has(at) ||
        wakes.has(at) ||
        (isShown(step.task) && reads(at).some((from) => this.matter.has(from)));
      if (run.length && (matters || key(run[0]) !== key(at))) end();
      run.push(at);
      if (matters) end();
    });
    if (run.length) end();
    return rows;
  }

  show(showAllTasks, showAllSteps) {
    const tasks = this.tasksShown(showAllTasks, showAllSteps);
    this.tasks = tasks;
    const room = (byId("lanes").clientWidth - LANE.gutter - 10) / tasks.length;
    LANE.width = Math.floor(Math.max(LANE.least, Math.min(LANE.most, room)));
    this.lane = new Map(tasks.map((task, at) => [task.task, at]));
    this.drawn = this.rows(showAllSteps);
    this.unknown = this.drawn.findIndex((row) => row.unknown);
    this.rowOf = new Map();
    this.drawn.forEach((row, at) => {
      for (let step = row.first; step <= row.last; step++) this.rowOf.set(step, at);
    });
    const width = LANE.gutter + tasks.length * LANE.width + 8;
    const height = (this.drawn.length + 1) * LANE.row + 8;
    const svg = draw("svg", {
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": "Lanes of tasks",
    });
    svg.append(
      draw("defs", {}, patterns(), arrowHead("wakes"), arrowHead("reads")),
      draw("g", { class: "grounds" }, this.grounds(height)),
      draw("g", { class: "blocked" }, this.blocked()),
      draw("g", { class: "bands" }, this.bands()),
      draw("g", { class: "flows" }, this.readLines(), this.wakeLines()),
      (this.cursor = draw("rect", { class: "cursor", x: 0, width, height: LANE.row })),
      draw(
        "g",
        { class: "steps" },
        this.drawn.map((row, at) => this.row(row, at)),
      ),
      this.endRow(),
    );
    const names = tasks.map((task) =>
      make(
        "span",
        { class: "lane-name", style: `width:${LANE.width}px`, title: visible(nameOf(task)) },
        short(nameOf(task), Math.floor((LANE.width - 10) / 7.6)),
      ),
    );
    const head = make(
      "div",
      { class: "lane-names", style: `width:${width}px;padding-left:${LANE.gutter}px` },
      names,
    );
    byId("lanes").replaceChildren(head, svg);
    byId("legend").replaceChildren(...this.legend());
  }

  x(task) {
    return LANE.gutter + this.lane.get(task) * LANE.width;
  }

  grounds(height) {
    return this.tasks.map((task, at) =>
      draw("rect", {
        class: at % 2 ? "odd" : "even",
        x: this.x(task.task),
        y: 0,
        width: LANE.width,
        height,
      }),
    );
  }

  // Where the state after `position` steps is drawn: above the row of the next step.
  top(position) {
    if (this.unknown >= 0 && position >= this.execution.last) return this.unknown * LANE.row;
    const row = this.rowOf.get(position);
    return (row === undefined ? this.drawn.length : row) * LANE.row;
  }

  // Where what lasts until the end ends: below the last row of which the state is known.
  bottom() {
    return (this.unknown >= 0 ? this.unknown : this.drawn.length + 1) * LANE.row;
  }

  blocked() {
    const { execution } = this;
    const spans = [];
    for (const { task } of this.tasks) {
      let from = null;
      for (let position = 0; position <= execution.last; position++) {
        const now = execution.tasksAt(position).find((one) => one.task === task);
        const is = now !== undefined && execution.isBlocked(now);
        if (is && from === null) from = position;
        if ((!is || position === execution.last) && from !== null) {
          const to = is ? this.bottom() : this.top(position);
          if (to > this.top(from))
            spans.push({ task, y: this.top(from), height: to - this.top(from) });
          from = null;
        }
      }
    }
    const rect = ({ task, y, height }) =>
      draw("rect", {
        x: this.x(task) + 1,
        y,
        width: LANE.width - 2,
        height,
        fill: "url(#blocked)",
        "data-blocked": task,
      });
    return spans.map(rect);
  }

  bands() {
    const used = new Map();
    return this.holdings
      .filter((held) => this.lane.has(held.task))
      .map((held) => {
        const from = this.top(held.from) + 3;
        const to = held.to === null ? this.bottom() : this.top(held.to) + LANE.row - 3;
        const taken = used.get(held.task) || [];
        used.set(held.task, taken);
        let place = taken.findIndex((until) => until <= from);
        if (place < 0) place = taken.length;
        taken[place] = to;
        const x = this.x(held.task) + 2 + (place % 6) * (LANE.band + 1);
        const title = draw(
          "title",
          {},
          `${held.label} held by ${held.task} since step ${held.from}`,
        );
        const click = () => player.goTo(held.from + 1, true);
        return draw(
          "rect",
          {
            class: "band",
            x,
            y: from,
            width: LANE.band,
            height: Math.max(4, to - from),
            fill: bandFill(held.lock),
            click,
            "data-lock": held.label,
            "data-task": held.task,
          },
          title,
        );
      });
  }

  // How far the steps of a task are moved by the bands beside them.
  indent(task) {
    const mine = this.holdings.filter((held) => held.task === task);
    let most = 0;
    for (const held of mine) {
      const beside = mine.filter(
        (other) => other.from <= held.from && (other.to === null || other.to >= held.from),
      );
      most = Math.max(most, Math.min(6, beside.length));
    }
    return 5 + most * (LANE.band + 1);
  }

  row(row, at) {
    const { execution } = this;
    const y = at * LANE.row;
    const middle = y + LANE.row / 2 + 4;
    if (row.unknown) return this.unknownRow(middle);
    const n = row.last - row.first + 1;
    const isFold = n > 1 || row.task === null;
    if (isFold) {
      const unfold = () => {
        for (let at = row.first; at <= row.last; at++) {
          this.unfolded.add(at);
          this.wanted.add(execution.steps[at].task);
        }
        player.drawLanes();
      };
      const words =
        row.task === null ? `… ${n} ${n === 1 ? "step" : "steps"} of other tasks` : `… ${n} steps`;
      const x = row.task === null ? LANE.gutter + 5 : this.x(row.task) + this.indent(row.task);
      const title = draw("title", {}, `steps ${row.first} to ${row.last}; select to show them`);
      return draw(
        "g",
        { class: "fold", click: unfold },
        title,
        draw("text", { x: LANE.gutter - 6, y: middle, class: "number" }, `${row.first}…`),
        draw("text", { x, y: middle }, words),
      );
    }
    const step = execution.steps[row.first];
    const x = this.x(step.task) + this.indent(step.task);
    const room = Math.floor((LANE.width - this.indent(step.task) - 6) / LANE.letter);
    const text = told(step);
    const brief = toldShort(step);
    const classes = ["step", this.matter.has(step.step) && "matter", step.preempts && "preempts"]
      .filter(Boolean)
      .join(" ");
    const go = () => player.goTo(step.step + 1);
    const isKnown = step.step < execution.last;
    const title = draw(
      "title",
      {},
      `step ${step.step}: ${nameOf(this.tasks[this.lane.get(step.task)])} ${text} at ${placeOf(step)}${step.preempts ? "; the task of the step before could have gone on" : ""}${isKnown ? "" : "; the state after it is not in this page"}`,
    );
    return draw(
      "g",
      { class: classes, "data-step": step.step, click: go },
      title,
      draw("rect", {
        class: "cell",
        x: this.x(step.task) + this.indent(step.task) - 3,
        y: y + 2,
        width: LANE.width - this.indent(step.task),
        height: LANE.row - 4,
        rx: 3,
      }),
      draw("text", { x: LANE.gutter - 6, y: middle, class: "number" }, `${step.step}`),
      draw("text", { x, y: middle }, short(brief, room)),
    );
  }

  // Between the steps after which the state is known and the others.
  unknownRow(middle) {
    const { leftOut } = this.execution;
    const words = `What is held and blocked in the last ${leftOut} ${leftOut === 1 ? "step" : "steps"} is not in this page.`;
    const room = Math.floor((this.tasks.length * LANE.width) / LANE.letter);
    return draw(
      "g",
      { class: "unknown" },
      draw("title", {}, words),
      draw("text", { x: LANE.gutter + 5, y: middle }, short(words, room)),
    );
  }

  // Below the last step: where each task stands at the end, which is known of every
  // execution.
  endRow() {
    const y = this.drawn.length * LANE.row;
    const words = this.tasks.map(({ task }) => {
      const one = this.execution.replay.tasks.find((other) => other.task === task);
      let text = "can go on";
      if (one.finished) text = one.failure ? "failed" : "has ended";
      else if (this.execution.wasKilled(one)) text = "was killed";
      else if (this.execution.isBlocked(one))
        text = `BLOCKED: ${toldShort({ ...one.pending, value: null })}`;
      const x = this.x(task) + this.indent(task);
      const room = Math.floor((LANE.width - this.indent(task) - 6) / LANE.letter);
      const title = draw(
        "title",
        {},
        `${nameOf(one)}: ${text}${one.failure ? ` (${one.failure})` : ""}`,
      );
      return draw(
        "text",
        { x, y: y + LANE.row / 2 + 4, class: text.startsWith("BLOCKED") ? "stuck" : "ended" },
        title,
        short(text, room),
      );
    });
    return draw(
      "g",
      { class: "end" },
      draw("text", { x: LANE.gutter - 6, y: y + LANE.row / 2 + 4, class: "number" }, "end"),
      words,
    );
  }

  wakeLines() {
    const shown = this.wakes.filter(
      (wake) => this.lane.has(wake.from) && this.lane.has(wake.to) && wake.from !== wake.to,
    );
    return shown.map((wake) => {
      const row = this.rowOf.get(wake.step);
      const y = row * LANE.row + LANE.row - 3;
      const right = this.lane.get(wake.to) > this.lane.get(wake.from);
      const from = this.x(wake.from) + (right ? LANE.width - 40 : this.indent(wake.from) + 22);
      const to = this.x(wake.to) + (right ? 3 : LANE.width - 3);
      const title = draw("title", {}, `step ${wake.step} of ${wake.from} lets ${wake.to} go on`);
      return draw(
        "path",
        {
          class: "wakes",
          d: `M${from} ${y}H${to}`,
          "marker-end": "url(#head-wakes)",
          "data-step": wake.step,
          "data-to": wake.to,
        },
        title,
      );
    });
  }

  readLines() {
    const { steps, flow } = this.execution;
    const lines = [];
    flow.forEach((one, at) => {
      for (const from of one.reads_from || []) {
        const [writer, reader] = [steps[from].task, steps[at].task];
        if (writer === reader || !this.lane.has(writer) || !this.lane.has(reader)) continue;
        const right = this.lane.get(reader) > this.lane.get(writer);
        const x1 = this.x(writer) + (right ? LANE.width - 8 : 2);
        const x2 = this.x(reader) + (right ? 2 : LANE.width - 8);
        const y1 = this.rowOf.get(from) * LANE.row + LANE.row / 2;
        const y2 = this.rowOf.get(at) * LANE.row + LANE.row / 2;
        const bend = right ? 14 : -14;
        const title = draw("title", {}, `step ${at} reads what step ${from} wrote`);
        const classes = this.matter.has(at) ? "reads matter" : "reads";
        lines.push(
          draw(
            "path",
            {
              class: classes,
              d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`,
              "marker-end": "url(#head-reads)",
              "data-from": from,
              "data-to": at,
            },
            title,
          ),
        );
      }
    });
    return lines;
  }

  legend() {
    const swatch = (children) =>
      draw("svg", { width: 26, height: 14, "aria-hidden": "true" }, children);
    const items = this.locks
      .slice(0, 24)
      .map((lock, at) =>
        make(
          "li",
          {},
          swatch([draw("rect", { width: 26, height: 14, fill: bandFill(at) })]),
          ` holds ${lock.label}`,
        ),
      );
    if (this.locks.length > 24) items.push(make("li", {}, `and ${this.locks.length - 24} more`));
    items.push(
      make(
        "li",
        {},
        swatch([draw("rect", { width: 26, height: 14, fill: "url(#blocked)" })]),
        " blocked",
      ),
    );
    if (this.wakes.length)
      items.push(
        make(
          "li",
          {},
          swatch([
            draw("path", { class: "wakes", d: "M1 7H20", "marker-end": "url(#head-wakes)" }),
          ]),
          " lets go on",
        ),
      );
    if (this.execution.flow.some((one) => one.reads_from))
      items.push(
        make(
          "li",
          {},
          swatch([
            draw("path", { class: "reads", d: "M1 7H20", "marker-end": "url(#head-reads)" }),
          ]),
          " reads what was written there",
        ),
      );
    if (this.matter.size)
      items.push(
        make(
          "li",
          {},
          swatch([draw("rect", { class: "cell matter", x: 1, y: 1, width: 24, height: 12 })]),
          " a step of the finding",
        ),
      );
    const hidden = this.allTasks().length - this.tasks.length;
    if (hidden > 0)
      items.push(make("li", {}, `${hidden} ${hidden === 1 ? "task has" : "tasks have"} no lane`));
    return items;
  }

  // Marks how far the execution has come.
  mark(position) {
    const row = position === 0 ? -1 : this.rowOf.get(position - 1);
    this.cursor.setAttribute("y", row === undefined ? 0 : row * LANE.row);
    this.cursor.setAttribute("visibility", position === 0 ? "hidden" : "visible");
    for (const element of byId("lanes").querySelectorAll("[data-step]")) {
      element.classList.toggle("later", Number(element.dataset.step) >= position);
      element.classList.toggle("current", Number(element.dataset.step) === position - 1);
    }
    const box = byId("lanes");
    const y = Math.max(0, row) * LANE.row;
    if (y < box.scrollTop + 10 || y > box.scrollTop + box.clientHeight - 3 * LANE.row) {
      box.scrollTop = Math.max(0, y - box.clientHeight / 2);
    }
    const step = this.execution.steps[position - 1];
    if (!step || !this.lane.has(step.task)) return;
    const x = this.x(step.task);
    if (x < box.scrollLeft || x + LANE.width > box.scrollLeft + box.clientWidth)
      box.scrollLeft = Math.max(0, x - LANE.gutter);
  }
}
