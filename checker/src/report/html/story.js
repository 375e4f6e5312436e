// The story of a finding: what was to be so, why it is not, each reason with its step.
//
// Of tasks that are stuck it is told in the form of a proof: T1 comes after T2, because …;
// however T2 comes after T1, because …: a contradiction. Everything that is said is taken
// from the graph and the steps that prove the finding.

class Story {
  constructor(finding, steps, tasks, graph, sentences) {
    this.finding = finding;
    this.steps = steps;
    this.names = new Map(tasks.map((task) => [task.task, nameOf(task)]));
    this.graph = graph;
    this.sentences = sentences || [];
  }

  name(task) {
    return visible(this.names.get(task) || task);
  }

  // The claim, the reasons, each a list of texts and links, and what follows.
  parts() {
    const { kind } = this.finding;
    if (kind === "deadlock" && this.graph && this.graph.knots.length) return this.deadlock();
    if ((kind === "hang" || kind === "abandoned-lock") && this.graph) return this.stuck();
    if (kind === "lost-update" || kind === "stale-write") return this.lost();
    if (kind === "data-race") return this.race();
    return this.plain();
  }

  deadlock() {
    const knot = this.knot();
    if (knot.tasks.some((task) => this.owners(task).length > 1)) return this.tangle(knot);
    const pairs = knot.cycle.slice(1).map((to, at) => [knot.cycle[at], to]);
    const reasons = pairs.map(([from, to], nth) => {
      const edge = this.graph.wait_for.find((one) => one.from === from && one.to === to);
      const word = nth === 0 ? "" : nth === pairs.length - 1 ? "however, " : "and ";
      return [
        `${word}${this.name(from)} goes on only after ${this.name(to)}, because it `,
        ...this.waits(edge),
      ];
    });
    const all = pairs.map(([from]) => from);
    const never =
      all.length === 1 ? "It never goes on." : `None of ${all.join(", ")} ever goes on.`;
    const end = `So ${this.name(all[0])} would have to go on before itself: a contradiction. ${never}`;
    return { claim: "The tasks in the circle could all go on.", reasons, end, more: this.behind() };
  }

  // The edges to the tasks that alone can end the wait of a task.
  owners(task) {
    return this.graph.wait_for.filter((edge) => edge.from === task && edge.certain);
  }

  // A knot in which a task waits for several others, one of which or all have to go on.
  tangle(knot) {
    const reasons = knot.tasks.map((task, nth) => {
      const edges = this.owners(task);
      const word = nth === 0 ? "" : nth === knot.tasks.length - 1 ? "however, " : "and ";
      const names = edges.map((edge) => this.name(edge.to)).join(", ");
      const reason = [
        `${word}${this.name(task)} goes on only if a step of ${names} lets it, because it `,
      ];
      edges.forEach((edge, at) => reason.push(at ? "; " : "", ...this.waits(edge)));
      return reason;
    });
    const all = knot.tasks.join(", ");
    const end = `So the first of ${all} to go on would have to wait for another of them to go on before: a contradiction. None of them ever goes on.`;
    return { claim: "The tasks in the knot could all go on.", reasons, end, more: this.behind() };
  }

  // The knot that this finding is about, if there are several.
  knot() {
    const { involved, proof } = this.finding;
    const takes = (task) =>
      this.graph.holds.some((hold) => hold.task === task && proof.includes(hold.step));
    const has = (knot) =>
      knot.tasks.some((task) => (involved ? involved.includes(task) : takes(task)));
    return this.graph.knots.find(has) || this.graph.knots[0];
  }

  behind() {
    const behind = this.graph.tasks.filter((task) => task.part === "behind");
    const told = behind.map((task) => `${this.name(task.task)} behind ${task.behind.join(", ")}`);
    const left = told.length - 6;
    const more = left > 0 ? `; and ${left} more` : "";
    return told.length
      ? [[`Further tasks wait for these: ${told.slice(0, 6).join("; ")}${more}.`]]
      : [];
  }

  // What a task waits for, and why that comes from the other task.
  waits(edge) {
    if (!edge) return ["waits for it."];
    const parts = [`waits at `, placeLink(edge), ` `];
    if (edge.since !== null) parts.push("since ", stepLink(edge.since), " ");
    if (edge.mode === "join") return [...parts, `for the end of ${this.name(edge.to)}`];
    parts.push(`for ${edge.label}`);
    if (edge.held) {
      parts.push(
        ", which ",
        this.name(edge.to),
        " holds since ",
        stepLink(edge.held.step),
        " (",
        placeLink(edge.held),
        ")",
      );
    } else if (edge.did) {
      parts.push(", and ", this.name(edge.to), ` did ${edge.did.op} at `, stepLink(edge.did.step));
    }
    return parts;
  }

  stuck() {
    const { involved } = this.finding;
    const isPart = (task) => !involved || !involved.length || involved.includes(task);
    const waits = this.graph.waits.filter((wait) => isPart(wait.task));
    const resources = [...new Set(waits.map((wait) => wait.resource))];
    const reasons = resources.flatMap((id) => this.stuckAt(id, waits));
    const end = "So nothing that is left ends the wait: it is for ever.";
    return { claim: "Every wait ends.", reasons, end, more: this.sentences.map(linked) };
  }

  // The tasks that wait for one thing, and why it does not let them go on.
  stuckAt(id, all) {
    const waits = all.filter((wait) => wait.resource === id);
    const { label } = this.graph.resources.find((one) => one.id === id);
    const [first, ...others] = waits;
    const names = waits.slice(0, 6).map((wait) => this.name(wait.task));
    if (waits.length > 6) names.push(`${waits.length - 6} more`);
    const only = others.length ? `${names.join(", ")} go on` : `${names[0]} goes on`;
    const reason = [`${only} only after ${label} lets ${others.length ? "them" : "it"}, because `];
    reason.push(others.length ? "they wait there at " : "it waits there at ", placeLink(first));
    if (typeof first.since === "number" && !others.length) {
      reason.push(" since ", stepLink(first.since));
    }
    const story = [...new Set(waits.flatMap((wait) => wait.story || []))];
    // A sentence of the story tells of a holding and of what became of its task.
    const isTold = (hold) => story.some((one) => one.includes(`at step ${hold.step} `));
    const holds = this.graph.holds.filter((hold) => hold.resource === id && !isTold(hold));
    const held = holds.map((hold) => {
      const node = this.graph.tasks.find((task) => task.task === hold.task) || {};
      const ends = { ended: "has ended with it", killed: "was killed with it" };
      const became = ends[node.part] || "holds it";
      return [
        `${this.name(hold.task)} ${became}, taken at `,
        stepLink(hold.step),
        " (",
        placeLink(hold),
        ")",
      ];
    });
    const told = [...held, ...story.map(linked)];
    const left = told.length - 8;
    const shown = told.slice(0, 8).map((one, nth) => [nth ? "and " : "however, ", ...one]);
    return [reason, ...shown, ...(left > 0 ? [[`and ${left} reasons more`]] : [])];
  }

  lost() {
    const [read, write, lost, lostRead] = this.finding.proof.map((at) => this.steps[at]);
    if (!read || !write || !lost) return this.plain();
    const [a, b] = [this.name(write.task), this.name(lost.task)];
    const reasons = [
      this.step(read, `${a} read the value for its write: `),
      lostRead && this.step(lostRead, `${b} read it too: `),
      this.step(lost, `however, ${b} wrote before ${a} did: `),
      this.step(write, `and ${a} wrote over that without having seen it: `),
    ].filter(Boolean);
    const claim = `Between the read and the write of ${a} no other task writes.`;
    const isLost = this.finding.kind === "lost-update";
    const end = isLost ? `So what ${b} wrote at step ${lost.step} is lost.` : "";
    return { claim, reasons, end, more: this.sentences.map(linked) };
  }

  race() {
    const reasons = this.finding.proof.map((at) => this.step(this.steps[at]));
    const locks = (this.finding.locks || []).map((held, nth) => {
      const step = this.finding.proof[nth];
      return [`step ${step} is made under ${held.length ? held.join(", ") : "no lock"}`];
    });
    const end = "So nothing orders these two: either may come first.";
    return {
      claim: "Accesses to one variable, one of them a write, are ordered.",
      reasons,
      end,
      more: locks,
    };
  }

  plain() {
    const shown = this.finding.proof.slice(0, 20);
    const reasons = (this.finding.written_by || []).map((at) =>
      this.step(this.steps[at], "because of the write: "),
    );
    reasons.push(...shown.map((at) => this.step(this.steps[at])));
    if (this.finding.condition)
      reasons.push(["the program says what must hold at ", placeLink(this.finding.condition)]);
    if (this.finding.raised) reasons.push(["it was made at ", placeLink(this.finding.raised)]);
    if (this.finding.suspended)
      reasons.push(["it is suspended at ", placeLink(this.finding.suspended)]);
    const left = this.finding.proof.length - shown.length;
    if (left > 0) reasons.push([`and ${left} steps more`]);
    const { rounds } = this.finding;
    if (rounds) reasons.push([`these steps repeat: ${rounds} rounds were made`]);
    for (const one of this.finding.starved || []) {
      reasons.push([
        `however, ${this.name(one.task)} never gets ${one.object} (`,
        placeLink(one),
        `): ${one.how.replace("-", " ")}`,
      ]);
    }
    const claims = {
      "invariant-violation": "What the program says must hold does hold.",
      exception: "No exception leaves its task.",
      livelock: "Some task gets on.",
      "busy-wait": "A task that waits lets others go on.",
      starvation: "Each task gets what it waits for at some time.",
      leak: "What is taken is given back.",
      nondeterminism: "The program does the same under the same decisions.",
    };
    const more = this.sentences.map(linked);
    return { claim: claims[this.finding.kind] || "", reasons, end: "", more };
  }

  step(step, before) {
    if (!step) return [];
    return [
      before || "",
      stepLink(step.step),
      `: ${this.name(step.task)} `,
      make("code", {}, told(step)),
      " at ",
      placeLink(step),
    ];
  }

  show() {
    const { claim, reasons, end, more } = this.parts();
    const items = reasons.filter((reason) => reason.length).map((reason) => make("li", {}, reason));
    return [
      claim && make("p", { class: "claim" }, make("b", {}, "It should be so: "), claim),
      items.length && make("p", { class: "but" }, make("b", {}, "It is not, because")),
      items.length && make("ol", { class: "because" }, items),
      end && make("p", { class: "contradiction" }, end),
      more.map((one) => make("p", { class: "more" }, one)),
    ]
      .flat()
      .filter(Boolean);
  }
}

// A sentence in which the steps that it names are links.
function linked(sentence) {
  return sentence
    .split(/(\bstep \d+)/)
    .map((part, at) => (at % 2 ? stepLink(Number(part.slice(5))) : part));
}

// A place in the source, which shows it there.
function placeLink(it) {
  const show = () => player.showSource(it.file, it.line);
  return make("button", { type: "button", class: "link place", click: show }, placeOf(it));
}
