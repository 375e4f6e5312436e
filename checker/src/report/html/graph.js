// The wait-for graph after a number of steps.
//
// Every task that waits, or is waited for, at some step has one place in all steps: the
// tasks of a knot on an inner ring in the order of its cycle, the others around them. So
// what moves from step to step are the arrows alone.
//
// Where there are many tasks, those that wait in the same way at the end, never hold
// anything and are never waited for share one box, as in the picture of `--format svg`.

// Names are wide, so rings are wider than high.
const WIDER = 1.3;

// How far rings are apart, and how many tasks have room on one.
const RING = 96;
// So many tasks have room without any of them sharing a box, and so many share one.
const FEW = 12;
const MANY = 3;
const roomOn = (radius) => Math.max(1, Math.floor((2 * Math.PI * radius * 1.15) / 128));

// The first of some names.
function some(names, most) {
  return `${names.slice(0, most).join(", ")}${names.length > most ? ", …" : ""}`;
}

// Tasks that do the same, in few words.
function someTasks(tasks) {
  return tasks.length > 1 ? `${tasks.length} tasks (${some(tasks, 4)})` : tasks[0];
}

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
    this.fold(seen);
    this.inner = knots.flatMap((knot) => [
      ...knot.cycle.slice(0, -1),
      ...knot.tasks.filter((task) => !knot.cycle.includes(task)),
    ]);
    this.inner = this.inner.filter((task, at) => this.inner.indexOf(task) === at);
    const outer = [...seen].filter(
      (task) => !this.inner.includes(task) && this.boxOf(task) === task,
    );
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
    else if (outer.length > FEW) this.putRings(outer);
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

  // Finds the tasks that share a box; its place is that of the first of them.
  fold(seen) {
    this.groups = new Map();
    this.first = new Map();
    // The states of a graph of all states have no last one.
    if (seen.size <= FEW || !this.execution.steps.length) return;
    const alone = new Set();
    for (let position = 0; position <= this.execution.last; position++) {
      const { wait_for, holds, knots } = this.graphAt(position);
      for (const edge of wait_for) alone.add(edge.to);
      for (const hold of holds) alone.add(hold.task);
      for (const task of knots.flatMap((knot) => knot.tasks)) alone.add(task);
    }
    const last = this.graphAt(this.execution.last);
    const key = (task) => {
      const node = last.tasks.find((one) => one.task === task) || {};
      const waits = last.waits.filter((wait) => wait.task === task);
      const how = ({ resource, op, file, line, certain }) => [resource, op, file, line, certain];
      const to = last.wait_for.filter((edge) => edge.from === task).map((edge) => edge.to);
      return JSON.stringify([node.part, node.process, waits.map(how), to]);
    };
    const same = new Map();
    for (const task of [...seen].filter((one) => !alone.has(one)))
      same.set(key(task), [...(same.get(key(task)) || []), task]);
    for (const tasks of [...same.values()].filter((all) => all.length >= MANY)) {
      this.groups.set(tasks[0], tasks);
      for (const task of tasks) this.first.set(task, tasks[0]);
    }
  }

  boxOf(task) {
    return this.first.get(task) ?? task;
  }

  // The edges with those of one box to one task as one, each with the tasks that it is of.
  folded(edges) {
    const drawn = new Map();
    for (const edge of edges) {
      const from = this.boxOf(edge.from ?? edge.task);
      const key = JSON.stringify([from, edge.to, edge.resource, edge.mode, edge.certain]);
      const one = drawn.get(key) || { ...edge, box: from, of: [] };
      one.of.push(edge.from ?? edge.task);
      drawn.set(key, one);
    }
    return [...drawn.values()];
  }

  // What the box of a task says: two short lines, the second in smaller letters.
  lines(task) {
    const group = this.groups.get(task);
    return group ? [`${group.length} tasks`, some(group, 2)] : [task, this.names.get(task)];
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
    const edges = this.folded(graph.wait_for)
      .filter((edge) => this.at.has(edge.box) && this.at.has(edge.to))
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
            "data-from": edge.of.join(" "),
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
    const group = this.groups.get(task) || [task];
    const parts = group.map((one) => this.partOf(one, graph, position));
    // Tasks that share a box wait in the same way at the end; before that some may wait.
    const part = ["stuck", "behind", "free", ...parts].find((one) => parts.includes(one));
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
    const [head, name] = this.lines(task);
    const counts = [...new Set(parts)].map((one) => {
      const n = parts.filter((other) => other === one).length;
      return n === parts.length ? words[one] : `${words[one]}: ${n}`;
    });
    const told = group.length > 1 ? `${head}: ${group.join(", ")}` : name ? `${task} '${name}'` : task;
    const title = draw("title", {}, `${told}: ${counts.join(", ")}`);
    return draw(
      "g",
      { class: `node ${part}`, "data-task": task, "data-part": part },
      title,
      draw("rect", { ...box, rx: 15 }),
      draw("text", { x: at.x, y: name ? at.y - 2.5 : at.y + 4.5, class: "path" }, short(head, 9)),
      name && draw("text", { x: at.x, y: at.y + 11.5, class: "name" }, short(name, 16)),
    );
  }

  // What a task does after a number of steps.
  partOf(task, graph, position) {
    const node = graph.tasks.find((one) => one.task === task);
    if (node) return node.part;
    const now = this.execution
      .tasksAt(Math.min(position, this.execution.last))
      .find((one) => one.task === task);
    if (!now) return "absent";
    if (now.finished) return "ended";
    return this.execution.wasKilled(now) ? "killed" : "free";
  }

  // The place of a task, and so much around it.
  nodeBox(task, around) {
    const { x, y } = this.at.get(task);
    const [head, name] = this.lines(task);
    const letters = Math.min(16, Array.from(visible(name || "")).length);
    const width = Math.max(48, Math.min(9, head.length) * 8 + 16, letters * 6.7 + 16) + 2 * around;
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
    const [a, b] = [this.at.get(edge.box), this.at.get(edge.to)];
    if (edge.box === edge.to) {
      const d = `M${a.x - 16} ${a.y - 20}C${a.x - 50} ${a.y - 70} ${a.x + 50} ${a.y - 70} ${a.x + 16} ${a.y - 21}`;
      return { d, point: () => ({ x: a.x, y: a.y - 66 }) };
    }
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const far = Math.hypot(dx, dy);
    const bow = Math.min(54, far * 0.24);
    const c = { x: (a.x + b.x) / 2 + (-dy / far) * -bow, y: (a.y + b.y) / 2 + (dx / far) * -bow };
    const [s, e] = [this.border(edge.box, c), this.border(edge.to, c)];
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
      `${someTasks(edge.of)} ${edge.of.length > 1 ? "wait" : "waits"} for ${edge.mode === "join" ? `the end of ${edge.to}` : `${edge.label}: ${edge.to}`}`,
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
    const verb = ({ of }) => (of.length > 1 ? " wait for " : " waits for ");
    const items = this.folded(graph.wait_for).map((edge) => {
      const parts = [
        make("b", {}, someTasks(edge.of)),
        verb(edge),
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
    for (const wait of this.folded(alone)) {
      const object = (graph.resources.find((one) => one.id === wait.resource) || {}).label;
      items.push(
        make(
          "li",
          {},
          make("b", {}, someTasks(wait.of)),
          `${verb(wait)}${object}; no task is known that ends the wait`,
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
