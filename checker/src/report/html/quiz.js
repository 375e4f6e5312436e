// The quiz: the page asks before it tells.
//
// What was found stays hidden until the reader has said what to expect, or asks for it.
// Before a step is made the reader says what it will do.

const quiz = {
  // The most answers to a question about a step.
  most: 4,

  begin(check) {
    const { report, said: told } = island.checks[check];
    const sections = ["verdict", "claims", "findings", "outcomes", "player", "flip"];
    const hide = (hidden) => {
      for (const id of sections) byId(id).classList.toggle("unsaid", hidden);
      byId("play").classList.toggle("asks", hidden);
    };
    hide(true);
    const found = report.findings.filter(({ level }) => level === "error").map(({ kind }) => kind);
    const section = byId("quiz");
    const said = make("p", { "aria-live": "polite" });
    const answer = (kind) => {
      [said.textContent, said.className] = this.judge(kind, found, report, told);
    };
    const show = () => {
      hide(false);
      section.hidden = true;
    };
    const button = (text, click) => make("button", { type: "button", click }, text);
    section.replaceChildren(
      make("h2", {}, "Can this program go wrong?"),
      make("p", {}, "Say what you expect, or play the scheduler below and find out."),
      make(
        "div",
        { class: "buttons" },
        button("No schedule fails", () => answer(null)),
        told.errors.map((kind) => button(kind, () => answer(kind))),
      ),
      said,
      button("Show what was found", show),
    );
    section.hidden = false;
  },

  // What is said of an expectation: a kind, or none that fails. That something does not
  // happen is known only where everything was looked at.
  judge(kind, found, report, { verdict, details }) {
    const isFound = kind === null ? found.length > 0 : found.includes(kind);
    if (isFound)
      return kind === null ? ["No: there is a schedule that fails.", "bad"] : ["That is so.", "good"];
    if (!report.exhaustive) {
      const what = kind === null ? "a schedule that fails" : kind;
      const tells = [verdict, details].filter(Boolean).join(" ");
      return [`Not known: ${what} was not found so far. The verdict is ${tells}.`, "open"];
    }
    return kind === null ? ["That is so.", "good"] : [`No: no schedule shows ${kind}.`, "bad"];
  },

  // Other things that the task could do, nearest in its course first.
  others(play, move) {
    const right = told(move.step);
    const of = (isWanted) =>
      play.space.moveSteps
        .filter(isWanted)
        .sort((a, b) => Math.abs(a.step - move.step.step) - Math.abs(b.step - move.step.step))
        .map(told);
    const own = of((step) => step.task === move.step.task);
    const any = of((step) => step.task !== move.step.task);
    return [...new Set([...own, ...any])].filter((text) => text !== right).slice(0, this.most - 1);
  },

  // Asks what the step will do; false where there is nothing to ask.
  ask(play, move) {
    const others = this.others(play, move);
    if (!others.length) return false;
    const box = play.parts.ask;
    const right = told(move.step);
    const answer = (text) => {
      play.score.asked++;
      if (text === right) play.score.right++;
      play.make(move);
      const said = text === right ? "Right." : `No: it did ${right}.`;
      const { right: n, asked } = play.score;
      play.parts.ask.hidden = false;
      play.parts.ask.replaceChildren(
        make("p", { class: text === right ? "good" : "bad" }, `${said} ${n} of ${asked} right.`),
      );
    };
    box.replaceChildren(
      make("p", {}, `What is the next step of ${move.step.task}?`),
      make(
        "div",
        { class: "buttons" },
        [right, ...others]
          .sort()
          .map((text) => make("button", { type: "button", click: () => answer(text) }, text)),
      ),
    );
    box.hidden = false;
    box.querySelector("button").focus({ preventScroll: true });
    return true;
  },
};
