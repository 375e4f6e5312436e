// What the states of an execution tell together: how long each task held what, and which
// step let which task go on.

// Which tasks hold what, from which position to which.
function heldIn(execution) {
  const locks = [];
  const open = new Map();
  const all = [];
  for (let position = 0; position <= execution.last; position++) {
    const graph = execution.graphAt(position);
    const now = new Set();
    for (const hold of graph.holds) {
      const resource = graph.resources.find((one) => one.id === hold.resource);
      const label = `${resource.label} ${resource.file}:${resource.line}`;
      const key = JSON.stringify([hold.task, label, hold.step]);
      now.add(key);
      if (open.has(key)) continue;
      if (!locks.some((one) => one.key === label))
        locks.push({ key: label, label: resource.label });
      const lock = locks.findIndex((one) => one.key === label);
      const holding = { task: hold.task, lock, label: resource.label, from: hold.step, to: null };
      open.set(key, holding);
      all.push(holding);
    }
    for (const [key, holding] of open) {
      if (now.has(key)) continue;
      holding.to = position - 1;
      open.delete(key);
    }
  }
  return { locks, holdings: all };
}

// Which step let which blocked task go on.
function wakesIn(execution) {
  const wakes = [];
  for (let position = 1; position <= execution.last; position++) {
    const before = new Map(execution.tasksAt(position - 1).map((task) => [task.task, task]));
    for (const task of execution.tasksAt(position)) {
      const then = before.get(task.task);
      const step = execution.steps[position - 1];
      const stays = then && then.since === task.since && task.pending && step.task !== task.task;
      if (stays && execution.isBlocked(then) && task.pending.enabled) {
        wakes.push({ step: position - 1, from: step.task, to: task.task });
      }
    }
  }
  return wakes;
}
