// The graph of all states of a program: what is seen in each, which steps lead where, and
// what can still be reached.
//
// It offers what an execution offers to the drawing of the wait-for graph, with the number
// of a state in place of a number of steps.

class StateSpace {
  constructor(graph) {
    const { findings, schedules, objects, steps, tables, frames, moves, ends } = graph;
    Object.assign(this, { findings, schedules, objects, tables });
    this.moveSteps = steps;
    this.steps = [];
    this.frames = Execution.prototype.unfold.call(this, frames);
    this.last = this.frames.length - 1;
    this.moves = moves.map((all) => all.map(([step, to]) => ({ step: steps[step], to })));
    this.ends = new Map(ends);
    // Every step leads further from the start, so this order has each state before those
    // that follow it.
    this.order = this.sorted();
  }

  sorted() {
    const order = [];
    const seen = new Set();
    const open = [[0, 0]];
    seen.add(0);
    while (open.length) {
      const top = open[open.length - 1];
      const next = this.moves[top[0]][top[1]++];
      if (!next) {
        order.push(top[0]);
        open.pop();
      } else if (!seen.has(next.to)) {
        seen.add(next.to);
        open.push([next.to, 0]);
      }
    }
    return order.reverse();
  }

  records(list, state) {
    return Execution.prototype.records.call(this, list, state);
  }

  // The machine's own tasks count where a step of theirs can be made.
  tasksAt(state) {
    const takesPart = ({ task }) =>
      task.startsWith("T") || this.moves[state].some(({ step }) => step.task === task);
    return this.records("tasks", state).filter(takesPart);
  }

  graphAt(state) {
    return Execution.prototype.graphAt.call(this, state);
  }

  wasKilled(task) {
    return Execution.prototype.wasKilled.call(this, task);
  }

  isEnd(state) {
    return this.ends.has(state);
  }

  // For each state how many schedules lead from it to ends that count.
  count(isCounted) {
    const counts = new Array(this.moves.length).fill(0n);
    for (const state of [...this.order].reverse()) {
      let sum = this.isEnd(state) && isCounted(this.ends.get(state)) ? 1n : 0n;
      for (const { to } of this.moves[state]) sum += counts[to];
      counts[state] = sum;
    }
    return counts;
  }

  // The task that runs after a step: the machine's own tasks run beside it, and after the
  // clock no task does.
  static running(before, step) {
    if (step.task.startsWith("T")) return step.task;
    return step.task.startsWith("C") ? null : before;
  }

  // Whether a step preempts the task that runs.
  preempts(state, running, step) {
    if (!running || running === step.task || !step.task.startsWith("T")) return false;
    return this.moves[state].some((one) => one.step.task === running && !one.step.gives_way);
  }

  // The next step of a schedule with the fewest preemptions, and of these with the fewest
  // steps, that leads from a state to an end that counts.
  hint(state, running, isCounted) {
    const known = new Map();
    const key = (at, task) => `${at} ${task}`;
    const best = (at, task) => known.get(key(at, task));
    const open = [[state, running]];
    while (open.length) {
      const [at, task] = open[open.length - 1];
      if (best(at, task)) {
        open.pop();
        continue;
      }
      const next = this.moves[at].map((move) => [move, StateSpace.running(task, move.step)]);
      const unknown = next.filter(([move, then]) => !best(move.to, then));
      if (unknown.length) {
        for (const [move, then] of unknown) open.push([move.to, then]);
        continue;
      }
      open.pop();
      const none = { preemptions: Infinity, steps: Infinity, move: null };
      let found = none;
      if (this.isEnd(at) && isCounted(this.ends.get(at)))
        found = { preemptions: 0, steps: 0, move: null };
      for (const [move, then] of next) {
        const after = best(move.to, then);
        const preemptions = after.preemptions + (this.preempts(at, task, move.step) ? 1 : 0);
        const steps = after.steps + 1;
        const isBetter =
          preemptions < found.preemptions ||
          (preemptions === found.preemptions && steps < found.steps);
        if (isBetter) found = { preemptions, steps, move };
      }
      known.set(key(at, task), found);
    }
    return best(state, running).move;
  }
}
