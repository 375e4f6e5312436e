//! Claims about the life of tasks and processes, pools and executors (K52 to K70).

use unknot_checker::Judgement::{Holds, OnlyIf, Refuted};
use unknot_checker::{Claim, Exhibit, Kind, Topic};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "Life cycle, pools and executors", claims: CLAIMS };

const CLAIMS: &[Claim] = &[
    Claim {
        number: "K52",
        says: "a start makes a task ready, not running",
        documents: &["000", "002"],
        judgement: Holds(
            "it runs when it is picked, and its response time is what it waits until then",
        ),
        exhibits: &[Exhibit::gives(
            "process-states/start-is-ready",
            "waits, response=[[0, 0], [5, 5]] ends=10",
        )],
    },
    Claim {
        number: "K53",
        says: "terminate stops a process at once",
        documents: &["000", "002"],
        judgement: Refuted("it is a request: the process may still be alive at the next two looks"),
        exhibits: &[
            Exhibit::may_give("terminate-not-immediate/test-after-terminate", "[true, true, true]"),
            Exhibit::gives("terminate-not-immediate/join-then-test", "[true, false, false]"),
        ],
    },
    Claim {
        number: "K54",
        says: "`is_alive` may still be true after terminate, and later it is false",
        documents: &["001"],
        judgement: OnlyIf("main has joined the process before the later look"),
        exhibits: &[
            Exhibit::may_give(
                "terminate-not-immediate/test-after-terminate",
                "[true, true, false]",
            ),
            Exhibit::may_give("terminate-not-immediate/test-after-terminate", "[true, true, true]"),
            Exhibit::gives("terminate-not-immediate/join-then-test", "[true, false, false]"),
        ],
    },
    Claim {
        number: "K55",
        says: "a join in the loop of the starts destroys concurrency",
        documents: &["001", "003"],
        judgement: Holds(
            "each task is waited for before the next is started, so their times add up",
        ),
        exhibits: &[
            Exhibit::gives("serial-join/threads-in-loop", "seconds=10"),
            Exhibit::gives("serial-join/threads-after", "seconds=2"),
            Exhibit::gives(
                "join-placement/join-in-loop",
                "[music begins, music ends, blog begins, blog ends, over]",
            ),
        ],
    },
    Claim {
        number: "K56",
        says: "to join one thread waits for that one only",
        documents: &["003"],
        judgement: Holds("the other one may end behind the end line"),
        exhibits: &[
            Exhibit::may_give(
                "join-placement/join-first",
                "[music begins, music ends, over, blog begins, blog ends]",
            ),
            Exhibit::may_give(
                "join-placement/join-second",
                "[blog begins, blog ends, over, music begins, music ends]",
            ),
        ],
    },
    Claim {
        number: "K57",
        says: "daemon is set before the start; a daemon ends with main",
        documents: &["000", "001", "002", "003"],
        judgement: Holds("if main ends in order: a killed main leaves its daemonic child alive"),
        exhibits: &[
            Exhibit::may_give("daemon-exit/first-daemon", "[blog begins, blog ends, over]"),
            Exhibit::may_give("daemon-exit/orderly-parent", "[]"),
            Exhibit::may_give("daemon-exit/killed-parent", "[begin, end, child of init]"),
        ],
    },
    Claim {
        number: "K58",
        says: "without daemon the program hangs",
        documents: &["002", "003"],
        judgement: Refuted("the exit waits for all threads and then ends"),
        exhibits: &[
            Exhibit::passes("daemon-exit/no-daemon"),
            Exhibit::may_give(
                "daemon-exit/no-daemon",
                "[music begins, blog begins, over, music ends, blog ends]",
            ),
            Exhibit::passes("daemon-exit/no-daemon-timed"),
        ],
    },
    Claim {
        number: "K59",
        says: "threads share the number of their process, processes have one each",
        documents: &["001"],
        judgement: Holds("and the parent of a process is the process that started it"),
        exhibits: &[
            Exhibit::gives("pid-identity/threads", "main=p0 workers=[[p0, p0], [p0, p0]]"),
            Exhibit::gives("pid-identity/processes", "main=p0 workers=[[p1, p0], [p2, p0]]"),
        ],
    },
    Claim {
        number: "K60",
        says: "a thread starts faster than a process, so its line is first",
        documents: &["001"],
        judgement: Refuted(
            "nothing orders the two lines without a join: the line of a process may be first",
        ),
        exhibits: &[Exhibit::may_give("start-print-order/thread-and-process", "[2.1, 1.1, end]")],
    },
    Claim {
        number: "K61",
        says: "a call of `run` starts nothing",
        documents: &["001"],
        judgement: Holds("the body runs in the caller, and the caller goes on behind it"),
        exhibits: &[
            Exhibit::gives("run-versus-start/run-of-process", "[main in p0, end of main]"),
            Exhibit::gives("run-versus-start/run-of-thread", "[main in p0, end of main]"),
            Exhibit::may_give("run-versus-start/start-of-thread", "[end of main, greeter 1 in p0]"),
        ],
    },
    Claim {
        number: "K62",
        says: "`enumerate` and `activeCount` see a thread from its start to its end",
        documents: &["000", "001", "002"],
        judgement: Holds("before and after it they see main only"),
        exhibits: &[
            Exhibit::gives(
                "thread-enumerate/held",
                "[[main], [main, thread 1, thread 2, thread 3], [main]]",
            ),
            Exhibit::may_give("thread-enumerate/free", "listed=[main] count=1"),
        ],
    },
    Claim {
        number: "K63",
        says: "apply does one task after the other, `apply_async` several at once",
        documents: &["000", "002", "003"],
        judgement: Holds("apply waits for each result before the next is handed in"),
        exhibits: &[
            Exhibit::gives("pool-apply-versus-async/apply", "seconds=6"),
            Exhibit::gives("pool-apply-versus-async/apply-async", "seconds=2"),
        ],
    },
    Claim {
        number: "K64",
        says: "a task waits while no worker of the pool is free",
        documents: &["000", "002", "003"],
        judgement: Holds(
            "so of four tasks for two workers the first two are done in any order, and never are the last two the first ones",
        ),
        exhibits: &[
            Exhibit::may_give("pool-completion-order/as-they-come", "[0, 1, 3, 2]"),
            Exhibit::may_give("pool-completion-order/as-they-come", "[1, 2, 3, 0]"),
            Exhibit::gives("pool-apply-versus-async/apply-async", "seconds=2"),
        ],
    },
    Claim {
        number: "K65",
        says: "a pool that is closed takes no more tasks",
        documents: &["000"],
        judgement: Holds("the submission raises"),
        exhibits: &[Exhibit::always("pool-life-cycle/submit-after-close", Kind::Exception)],
    },
    Claim {
        number: "K66",
        says: "a join must come after close or terminate",
        documents: &["000", "002", "003"],
        judgement: Holds("otherwise it raises"),
        exhibits: &[
            Exhibit::always("pool-life-cycle/join-before-close", Kind::Exception),
            Exhibit::passes("pool-life-cycle/close-then-join"),
            Exhibit::passes("pool-life-cycle/terminate-then-join"),
        ],
    },
    Claim {
        number: "K67",
        says: "close waits for the workers",
        documents: &["002", "003"],
        judgement: Refuted("it ends submission; it is join that waits"),
        exhibits: &[
            Exhibit::may_give("pool-life-cycle/close-does-not-wait", "false"),
            Exhibit::gives("pool-life-cycle/close-then-join", "true"),
        ],
    },
    Claim {
        number: "K68",
        says: "a callback of a pool gets what the task returned, one of an executor the future",
        documents: &["000", "001"],
        judgement: Holds("the former can add the results up, the latter has to ask for them"),
        exhibits: &[
            Exhibit::gives("pool-callback/adds", "6"),
            Exhibit::gives("executor-callback/futures-list", "[0, 1, 2]"),
            Exhibit::may_give("executor-callback/appends", "[1, 0, 2]"),
        ],
    },
    Claim {
        number: "K69",
        says: "shutdown waits for all tasks",
        documents: &["001"],
        judgement: Holds("unless it is told not to; what is handed in later raises"),
        exhibits: &[
            Exhibit::gives("executor-life-cycle/shutdown-last", "[true, true]"),
            Exhibit::may_give("executor-life-cycle/without-waiting", "[false, false]"),
            Exhibit::always("executor-life-cycle/submit-after-shutdown", Kind::Exception),
        ],
    },
    Claim {
        number: "K70",
        says: "map is the same as a loop of submissions",
        documents: &["001"],
        judgement: OnlyIf(
            "the results alone are compared: both give them in the order of the inputs, but map hands out no futures",
        ),
        exhibits: &[
            Exhibit::gives("executor-result-order/submit", "[0, 1, 4, 9, 16]"),
            Exhibit::gives("executor-result-order/map", "[0, 1, 4, 9, 16]"),
        ],
    },
];
