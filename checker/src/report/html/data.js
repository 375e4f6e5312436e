// The data of the page, and the state of an execution after any number of steps.
//
// A position is a number of steps: position 3 is the state after three steps, the last of
// which has the number 2. It is what `unknot graph --at 3` shows.

const island = JSON.parse(document.getElementById("data").textContent);

const LISTS = ["tasks", "nodes", "resources", "waits", "holds", "wait_for", "knots"];

class Execution {
  constructor(entry, number) {
    this.number = number;
    this.of = entry.of;
    this.replay = entry.replay;
    this.schedule = entry.replay.schedule;
    this.command = entry.command.join(this.schedule);
    this.steps = entry.replay.steps;
    this.objects = entry.states.objects;
    this.flow = entry.states.flow;
    this.leftOut = entry.states.left_out || 0;
    this.tables = entry.states.tables;
    this.frames = this.unfold(entry.states.frames);
    this.last = this.frames.length - 1;
    this.values = this.followValues();
  }

  // The numbers of the records of each list, for each position. A list that does not
  // change is shared with the position before.
  unfold(frames) {
    const frame = {};
    for (const list of LISTS) frame[list] = [];
    let before = frame;
    return frames.map((changed) => {
      const now = { ...before };
      for (const list of LISTS) {
        if (!changed[list]) continue;
        const [start, gone, ...added] = changed[list];
        now[list] = now[list].slice();
        now[list].splice(start, gone, ...added);
      }
      before = now;
      return now;
    });
  }

  records(list, position) {
    const table = this.tables[list];
    return this.frames[position][list].map((number) => table[number]);
  }

  // The tasks, with what each is about to do. The machine's own count once they make a step.
  tasksAt(position) {
    return this.records("tasks", position).filter((task) => this.takesPart(task));
  }

  takesPart(task) {
    this.makers = this.makers || new Set(this.steps.map((step) => step.task));
    return task.task.startsWith("T") || this.makers.has(task.task);
  }

  // The document that `unknot graph --at` prints.
  graphAt(position) {
    return {
      tasks: this.records("nodes", position),
      resources: this.records("resources", position),
      waits: this.records("waits", position),
      holds: this.records("holds", position),
      wait_for: this.records("wait_for", position),
      knots: this.records("knots", position),
    };
  }

  // What is known of each object after each step: its value, and the step that changed it
  // last. Only what changes is kept.
  followValues() {
    const changes = this.objects.map(() => []);
    this.flow.forEach((flow, step) => {
      const changed = flow.changes || [];
      for (const object of changed) {
        const value = object === flow.about ? flow.value : undefined;
        changes[object].push({ step, value, by: step });
      }
      if (flow.about !== undefined && flow.value !== undefined && !changed.includes(flow.about)) {
        const known = changes[flow.about];
        const last = known[known.length - 1];
        if (!last || last.value !== flow.value) {
          known.push({ step, value: flow.value, by: last ? last.by : undefined });
        }
      }
    });
    return changes;
  }

  valueAt(object, position) {
    const known = this.values[object].filter((change) => change.step < position);
    return known[known.length - 1] || {};
  }

  // A task that was not killed says nothing of it.
  wasKilled(task) {
    return typeof task.killed === "number";
  }

  isBlocked(task) {
    return (
      !task.finished && !this.wasKilled(task) && Boolean(task.pending) && !task.pending.enabled
    );
  }
}

// The name of a task as people read it.
function nameOf(task) {
  return task.name ? `${task.task} '${task.name}'` : task.task;
}

function placeOf(it) {
  return `${it.file.split("/").pop()}:${it.line}`;
}

// What a step does, in words.
function told(step) {
  let text = step.op;
  const named = / '(.*)'$/s.exec(step.object || "");
  const kind = (step.object || "").split(/[ #]/)[0].toLowerCase();
  if (named && kind && step.op.endsWith(kind)) text += ` '${named[1]}'`;
  else if (step.object) text += ` ${step.object}`;
  if (step.value !== null && step.value !== undefined) text += ` = ${step.value}`;
  if (step.woke) text += step.woke.length ? ` wakes ${step.woke.join(", ")}` : " wakes no task";
  for (const choice of step.choices || []) text += ` ?${choice}`;
  return visible(text);
}

// The same in few letters: a named object without its kind.
function toldShort(step) {
  const named = /^[^' ]+ ('.*')$/s.exec(step.object || "");
  return told(named ? { ...step, object: named[1] } : step);
}

// Characters that a page would not show, as their numbers.
function visible(text) {
  const hidden = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
  return String(text).replace(hidden, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
}
