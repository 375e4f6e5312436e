// Reads a page as a person sees it: what is drawn, where, and whether it fits.
globalThis.reader = {
  // What reaches beyond the right edge of the screen.
  overflow() {
    const width = document.documentElement.clientWidth;
    return document.documentElement.scrollWidth > width
      ? [`${document.documentElement.scrollWidth} > ${width}`]
      : [];
  },

  // The part of a box that the scrolled boxes around it show.
  shown(element, rect) {
    let box = { left: rect.left, top: rect.top, right: rect.right, bottom: rect.bottom };
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (getComputedStyle(at).overflowX === "visible") continue;
      const by = at.getBoundingClientRect();
      box = {
        left: Math.max(box.left, by.left),
        top: Math.max(box.top, by.top),
        right: Math.min(box.right, by.right),
        bottom: Math.min(box.bottom, by.bottom),
      };
    }
    return box.right - box.left > 1 && box.bottom - box.top > 1 ? box : null;
  },

  // Pairs of texts that lie over one another by more than a pixel or two.
  overlaps() {
    scrollTo(0, 0);
    for (const id of ["lanes", "graph", "source"]) byId(id).scrollTop = 0;
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node.parentElement;
      if (
        !node.data.trim() ||
        element.closest("script, noscript, title, option, .skip, .offscreen")
      )
        continue;
      if (!element.checkVisibility()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        const box = this.shown(element, rect);
        if (box) texts.push({ ...box, text: node.data.trim().slice(0, 40), element });
      }
    }
    texts.sort((a, b) => a.top - b.top);
    const found = [];
    texts.forEach((one, at) => {
      for (let next = at + 1; next < texts.length && texts[next].top < one.bottom - 2; next++) {
        const other = texts[next];
        const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const down = Math.min(one.bottom, other.bottom) - other.top;
        // Lines of one text touch, and letters are lower than their boxes.
        if (across > 2 && down > 5)
          found.push(`${one.text} | ${other.text}: ${across.toFixed(1)} x ${down.toFixed(1)}`);
      }
    });
    return found.slice(0, 5);
  },

  // The arrows of the graph that is drawn.
  edges() {
    const all = [...byId("graph").querySelectorAll("path.edge")];
    // Tasks that share a box share their arrows.
    return all
      .flatMap(({ dataset: { from, to, label, certain } }) =>
        from.split(" ").map((one) => [one, to, label, certain]),
      )
      .map((edge) => edge.join(" "))
      .sort();
  },

  // The tasks of the graph that are drawn as part of a knot.
  knotted() {
    return [...byId("graph").querySelectorAll("[data-part=knot]")]
      .map(({ dataset }) => dataset.task)
      .sort();
  },

  // Where the tasks of the graph are drawn.
  places() {
    const all = [...byId("graph").querySelectorAll("[data-task]")];
    return Object.fromEntries(
      all.map((node) => [
        node.dataset.task,
        ["x", "y"].map((name) => node.querySelector("rect").getAttribute(name)).join(),
      ]),
    );
  },

  // The rows of the table of objects: label, owners, waiters.
  objects() {
    const cell = (row, what) => (row.querySelector(`[data-what=${what}]`) || {}).textContent || "";
    return [...byId("objects").querySelectorAll("[data-object]")].map((row) => ({
      object: row.dataset.object,
      value: cell(row, "value"),
      owner: cell(row, "owner"),
      waiting: cell(row, "waiting"),
    }));
  },

  // The rows of the table of tasks: path and state.
  tasks() {
    return Object.fromEntries(
      [...byId("tasks").querySelectorAll("[data-task]")].map((row) => [
        row.dataset.task,
        row.querySelector(".state").textContent,
      ]),
    );
  },
};
0;
