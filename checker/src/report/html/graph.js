// The wait-for graph after a number of steps.
//
// Every task that waits, or is waited for, at some step has one place in all steps: the
// tasks of a knot on an inner ring in the order of its cycle, the others around them. So
// what moves from step to step are the arrows alone.

// Names are wide, so rings are wider than high.
const WIDER = 1.3;

// How far rings are apart, and how many tasks have room on one.
const RING = 96;
const roomOn = (radius) => Math.max(1, Math.floor((2 * Math.PI * radius * 1.15) / 128));

class WaitForGraph {
  constructor(execution, extra, box = byId("graph"), waits = byId("waits")) {
    this.execution = execution;
    this.drawing = box;
    this.waits = waits;
    // What a check knows of the last state beyond one execution.
    this.extra = extra;
    this.place();
  }

  graphAt(position) {
    return this.extra && position === this.execution.steps.length
      ? this.extra
      : this.execution.graphAt(position);
  }

  place() {
    const seen = new Set();
    let knots = [];
    for (let position = 0; position <= this.execution.last; position++) {
      const graph = this.graphAt(position);
      for (const edge of graph.wait_for) {
        seen.add(edge.from);
        seen.add(edge.to);
      }
      for (const wait of graph.waits) seen.add(wait.task);
      if (graph.knots.length >= knots.length && graph.knots.length) knots = graph.knots;
    }
    // Tasks that only other executions have come last.
    const order = new Map(
      this.execution.tasksAt(this.execution.last).map((task, nth) => [task.task, nth]),
    );
    this.names = new Map(this.execution.tables.tasks.map((task) => [task.task, task.name]));
    this.inner = knots.flatMap((knot) => [
      ...knot.cycle.slice(0, -1),
      ...knot.tasks.filter((task) => !knot.cycle.includes(task)),
    ]);
    this.inner = this.inner.filter((task, at) => this.inner.indexOf(task) === at);
    const outer = [...seen].filter((task) => !this.inner.includes(task));
    outer.sort((a, b) => (order.get(a) ?? 1e9) - (order.get(b) ?? 1e9));
    const ring = (n, gap) => (n < 2 ? 0 : Math.max(110, (n * gap) / (2 * Math.PI)));
    const inside = ring(this.inner.length, 160);
    const outside = this.inner.length ? inside + 112 : ring(outer.length, 140);
    this.at = new Map();
    const put = (tasks, radius, turn) =>
      tasks.forEach((task, nth) => {
        const angle = turn + (nth / tasks.length) * 2 * Math.PI;
        this.at.set(task, {
          x: WIDER * radius * Math.cos(angle),
          y: radius * Math.sin(angle),
          angle,
        });
      });
    const isPair = this.inner.length === 2 || (!this.inner.length && outer.length === 2);
    put(this.inner, inside, isPair ? Math.PI : -Math.PI / 2);
    if (this.inner.length) this.putBehind(outer, outside);
    else if (outer.length > 12) this.putRings(outer);
    else put(outer, outside, isPair ? Math.PI : -Math.PI / 2);
    const xs = [...this.at.values()].map((one) => one.x);
    const ys = [...this.at.values()].map((one) => one.y);
    // Room for half a task, and for an arrow from a task to itself.
    this.box = [
      Math.min(0, ...xs) - 70,
      Math.min(0, ...ys) - 84,
      Math.max(0, ...xs) + 70,
      Math.max(0, ...ys) + 52,
    ];
    this.size = Math.max(...[inside, outside]);
  }

  // Many tasks: the first in the middle, the others on rings around it.
  putRings(tasks) {
    let [ring, first] = [0, 0];
    while (first < tasks.length) {
      const room = ring === 0 ? 1 : roomOn(RING * ring);
      const here = tasks.slice(first, first + room);
      here.forEach((task, nth) => {
        const angle = -Math.PI / 2 + ((nth + (ring % 2) / 2) / here.length) * 2 * Math.PI;
        this.at.set(task, {
          x: WIDER * RING * ring * Math.cos(angle),
          y: RING * ring * Math.sin(angle),
          angle,
        });
      });
      first += room;
      ring++;
    }
  }

  // Puts each task on the outer ring behind the task of the inner ring that it leads to.
  putBehind(outer, radius) {
    const last = this.graphAt(this.execution.last).wait_for;
    const leads = (task) => {
      const seen = new Set();
      for (let at = task; at !== undefined && !seen.has(at);) {
        if (this.inner.includes(at)) return at;
        seen.add(at);
        at = (last.find((edge) => edge.from === at) || {}).to;
      }
      return this.inner[0];
    };
    const angleOf = (task) => this.at.get(leads(task)).angle;
    let [rings, room] = [1, roomOn(radius)];
    while (room < outer.length) room += roomOn(radius + RING * rings++);
    const apart = Math.min((2 * Math.PI) / outer.length, 122 / radius / rings);
    const sorted = outer
      .map((task, nth) => ({ task, nth, angle: angleOf(task) }))
      .sort((a, b) => a.angle - b.angle || a.nth - b.nth);
    for (const inner of this.inner) {
      const group = sorted.filter((one) => leads(one.task) === inner);
      group.forEach((one, nth) => (one.angle += (nth - (group.length - 1) / 2) * apart));
    }
    // Groups that would meet are moved on.
    sorted.sort((a, b) => a.angle - b.angle || a.nth - b.nth);
    for (let nth = 1; nth < sorted.length; nth++) {
      sorted[nth].angle = Math.max(sorted[nth].angle, sorted[nth - 1].angle + apart);
    }
    const over = sorted.length
      ? sorted[sorted.length - 1].angle - sorted[0].angle - (2 * Math.PI - apart)
      : 0;
    if (over > 0)
      sorted.forEach(
        (one, nth) => (one.angle = sorted[0].angle + (nth / sorted.length) * 2 * Math.PI),
      );
    sorted.forEach(({ task, angle }, nth) => {
      const far = radius + RING * (nth % rings);
      this.at.set(task, { x: WIDER * far * Math.cos(angle), y: far * Math.sin(angle), angle });
    });
  }

  show(position) {
    const graph = this.graphAt(position);
    const box = this.drawing;
    if (!this.at.size) {
      box.replaceChildren(make("p", { class: "none" }, "No task ever waits for another."));
      this.waits.replaceChildren();
      return;
    }
    const [left, top, right, bottom] = this.box;
    const [width, height] = [right - left, bottom - top];
    // A little too wide is made smaller; much too wide is scrolled.
    const scale = Math.max(0.72, Math.min(1, (box.clientWidth - 4) / width));
    const svg = draw("svg", {
      viewBox: `${left} ${top} ${width} ${height}`,
      width: width * scale,
      height: height * scale,
      role: "img",
      "aria-label": this.label(graph),
    });
    const inKnot = (edge) =>
      edge.certain &&
      graph.knots.some((knot) => knot.tasks.includes(edge.from) && knot.tasks.includes(edge.to));
    // A head in a graph that is hidden would be drawn nowhere.
    const of = `${box.id}-`;
    const heads = ["certain", "possible", "knot"].map((kind) => arrowHead(kind, of));
    const labels = [];
    const taken = [...this.at.keys()].map((task) => this.nodeBox(task, 2));
    const edges = graph.wait_for
      .filter((edge) => this.at.has(edge.from) && this.at.has(edge.to))
      .map((edge) => {
        const kind = inKnot(edge) ? "knot" : edge.certain ? "certain" : "possible";
        const curve = this.curve(edge);
        const label = this.edgeLabel(edge, curve, taken);
        if (label) labels.push(label);
        return draw(
          "path",
          {
            class: `edge ${kind}`,
            d: curve.d,
            "marker-end": `url(#${of}head-${kind})`,
            "data-from": edge.from,
            "data-to": edge.to,
            "data-certain": String(edge.certain),
            "data-label": edge.label,
          },
          draw("title", {}, this.told(edge, graph)),
        );
      });
    const nodes = [...this.at].map(([task, at]) => this.node(task, at, graph, position));
    svg.append(
      draw("defs", {}, heads),
      draw("g", {}, edges),
      draw("g", {}, nodes),
      draw("g", {}, labels),
    );
    box.replaceChildren(svg);
    this.list(graph);
  }

  label(graph) {
    if (graph.knots.length)
      return `A knot: ${graph.knots.map((knot) => knot.cycle.join(" waits for ")).join("; ")}`;
    return `${graph.wait_for.length} edges from tasks that wait to tasks that can end the wait`;
  }

  node(task, at, graph, position) {
    const node = graph.tasks.find((one) => one.task === task);
    const now = this.execution
      .tasksAt(Math.min(position, this.execution.last))
      .find((one) => one.task === task);
    let part = node ? node.part : "free";
    if (!node && !now) part = "absent";
    else if (!node && now.finished) part = "ended";
    else if (!node && this.execution.wasKilled(now)) part = "killed";
    const box = this.nodeBox(task, 0);
    const words = {
      knot: "in a knot",
      behind: "behind a knot",
      stuck: "waits",
      free: "can go on",
      ended: "has ended",
      killed: "was killed",
      absent: "not started",
    };
    const name = this.names.get(task);
    const title = draw("title", {}, `${name ? `${task} '${name}'` : task}: ${words[part]}`);
    return draw(
      "g",
      { class: `node ${part}`, "data-task": task, "data-part": part },
      title,
      draw("rect", { ...box, rx: 15 }),
      draw("text", { x: at.x, y: name ? at.y - 2.5 : at.y + 4.5, class: "path" }, short(task, 9)),
      name && draw("text", { x: at.x, y: at.y + 11.5, class: "name" }, short(name, 16)),
    );
  }

  // The place of a task, and so much around it.
  nodeBox(task, around) {
    const { x, y } = this.at.get(task);
    const letters = Math.min(16, Array.from(visible(this.names.get(task) || "")).length);
    const width = Math.max(48, Math.min(9, task.length) * 8 + 16, letters * 6.7 + 16) + 2 * around;
    const height = 36 + 2 * around;
    return { x: x - width / 2, y: y - height / 2, width, height };
  }

  // Where a line from the middle of a task to another point leaves its box.
  border(task, to) {
    const { x, y } = this.at.get(task);
    const box = this.nodeBox(task, 3);
    const [dx, dy] = [to.x - x, to.y - y];
    const by = Math.min(
      box.width / 2 / Math.abs(dx || 1e-9),
      box.height / 2 / Math.abs(dy || 1e-9),
    );
    return { x: x + dx * by, y: y + dy * by };
  }

  // An arrow that bows away from the middle, so that two in opposite directions part.
  curve(edge) {
    const [a, b] = [this.at.get(edge.from), this.at.get(edge.to)];
    if (edge.from === edge.to) {
      const d = `M${a.x - 16} ${a.y - 20}C${a.x - 50} ${a.y - 70} ${a.x + 50} ${a.y - 70} ${a.x + 16} ${a.y - 21}`;
      return { d, point: () => ({ x: a.x, y: a.y - 66 }) };
    }
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const far = Math.hypot(dx, dy);
    const bow = Math.min(54, far * 0.24);
    const c = { x: (a.x + b.x) / 2 + (-dy / far) * -bow, y: (a.y + b.y) / 2 + (dx / far) * -bow };
    const [s, e] = [this.border(edge.from, c), this.border(edge.to, c)];
    const point = (t) => ({
      x: (1 - t) * (1 - t) * s.x + 2 * t * (1 - t) * c.x + t * t * e.x,
      y: (1 - t) * (1 - t) * s.y + 2 * t * (1 - t) * c.y + t * t * e.y,
    });
    return { d: `M${s.x} ${s.y}Q${c.x} ${c.y} ${e.x} ${e.y}`, point };
  }

  // The label of an arrow where there is room for it. The list below has all of them.
  edgeLabel(edge, curve, taken) {
    const lines = wrap(edge.mode === "join" ? "its end" : edge.label, 18).slice(0, 2);
    const width = Math.max(...lines.map((line) => Array.from(line).length)) * 6.3 + 8;
    const height = lines.length * 14 + 3;
    const [left, top, right, bottom] = this.box;
    for (const t of [0.5, 0.4, 0.6, 0.3, 0.7]) {
      const middle = curve.point(t);
      const box = { x: middle.x - width / 2, y: middle.y - height / 2, width, height };
      const meets = (other) =>
        box.x < other.x + other.width &&
        other.x < box.x + width &&
        box.y < other.y + other.height &&
        other.y < box.y + height;
      const fits = box.x > left && box.y > top && box.x + width < right && box.y + height < bottom;
      if (!fits || taken.some(meets)) continue;
      taken.push(box);
      const texts = lines.map((line, at) =>
        draw("text", { x: middle.x, y: box.y + 13 + at * 14 }, line),
      );
      return draw(
        "g",
        { class: "edge-label" },
        draw("rect", { x: box.x, y: box.y, width, height, rx: 3 }),
        texts,
      );
    }
    return null;
  }

  told(edge) {
    const parts = [
      `${edge.from} waits for ${edge.mode === "join" ? `the end of ${edge.to}` : `${edge.label}: ${edge.to}`}`,
    ];
    if (edge.held) parts.push(` holds it since step ${this.stepOf(edge.to, edge.held.step)}`);
    else if (edge.did)
      parts.push(
        ` did ${edge.did.op} at step ${this.stepOf(edge.to, edge.did.step)}${edge.did.ended ? " and has ended" : ""}`,
      );
    else if (edge.elsewhere) parts.push(` does ${edge.elsewhere.op} in other executions`);
    else if (edge.mode !== "join") parts.push(" can end the wait");
    return `${parts.join("")}${edge.certain ? "" : " (possible)"}`;
  }

  // The same in words, with links.
  list(graph) {
    const items = graph.wait_for.map((edge) => {
      const parts = [
        make("b", {}, edge.from),
        " waits for ",
        edge.mode === "join" ? "the end of " : `${edge.label} of `,
        make("b", {}, edge.to),
      ];
      if (edge.held) parts.push(", held since ", this.link(edge.to, edge.held.step));
      else if (edge.did) parts.push(`, which did ${edge.did.op} at `, this.link(edge.to, edge.did.step));
      else if (edge.elsewhere) parts.push(`, which does ${edge.elsewhere.op} in other executions`);
      parts.push(edge.certain ? "" : " (possible)");
      return make("li", {}, parts);
    });
    const alone = graph.waits.filter(
      (wait) =>
        !graph.wait_for.some((edge) => edge.from === wait.task && edge.resource === wait.resource),
    );
    for (const wait of alone) {
      const object = (graph.resources.find((one) => one.id === wait.resource) || {}).label;
      items.push(
        make(
          "li",
          {},
          make("b", {}, wait.task),
          ` waits for ${object}; no task is known that ends the wait`,
        ),
      );
    }
    for (const knot of graph.knots)
      items.unshift(make("li", { class: "knot" }, `knot: ${knot.cycle.join(" → ")}`));
    if (!items.length) items.push(make("li", { class: "none" }, "No task waits after this step."));
    this.waits.replaceChildren(...items);
  }

  // The number of a step of a task. A graph of all states has its number within the task.
  stepOf(task, step) {
    return step;
  }

  link(task, step) {
    return stepLink(step);
  }
}
