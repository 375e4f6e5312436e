//! Claims about shared data, locks and the interpreter lock (K01 to K25).

use unknot_checker::Judgement::{Holds, OnlyIf, Refuted};
use unknot_checker::{Claim, Exhibit, Kind, Topic};

/// The topic.
pub(super) const TOPIC: Topic =
    Topic { name: "Shared data, locks and the interpreter lock", claims: CLAIMS };

const CLAIMS: &[Claim] = &[
    Claim {
        number: "K01",
        says: "100 threads that decrement an unprotected counter do not reach 0",
        documents: &["002 2.4", "003"],
        judgement: OnlyIf("two of them overlap: one after the other they do reach 0"),
        exhibits: &[
            Exhibit::sometimes("lost-update-decrement/no-lock", Kind::LostUpdate),
            Exhibit::may_give("lost-update-decrement/no-lock", "0"),
            Exhibit::may_give("lost-update-decrement/no-lock", "3"),
        ],
    },
    Claim {
        number: "K02",
        says: "the length of the pause decides the result",
        documents: &["003"],
        judgement: Refuted(
            "it makes results more or less likely; which are possible is the same for every pause, and a clock without jitter shows one of them",
        ),
        exhibits: &[
            Exhibit::may_give("lost-update-decrement/no-lock", "0"),
            Exhibit::may_give("lost-update-decrement/no-lock", "1"),
            Exhibit::may_give("lost-update-decrement/no-lock", "2"),
            Exhibit::may_give("lost-update-decrement/no-lock", "3"),
            Exhibit::gives("lost-update-decrement/no-lock-timed", "left=3 ms=1")
                .with(&[("pause", 1)]),
            Exhibit::gives("lost-update-decrement/no-lock-timed", "left=3 ms=1000")
                .with(&[("pause", 1000)]),
        ],
    },
    Claim {
        number: "K03",
        says: "acquire and release around the access make it 0",
        documents: &["000", "002", "003"],
        judgement: Holds("no execution reads between the read and the write of another thread"),
        exhibits: &[
            Exhibit::gives("lost-update-decrement/locked", "0"),
            Exhibit::passes("lost-update-decrement/locked"),
        ],
    },
    Claim {
        number: "K04",
        says: "locking makes the threads run one after another",
        documents: &["000", "003"],
        judgement: OnlyIf(
            "all of their work is inside the lock: the time is the sum of what is inside, and what is outside overlaps",
        ),
        exhibits: &[
            Exhibit::gives("lost-update-decrement/locked-timed", "left=0 ms=400"),
            Exhibit::gives("lost-update-decrement/no-lock-timed", "left=3 ms=100"),
            Exhibit::gives("half-locked-section/pause-inside", "seconds=3"),
            Exhibit::gives("half-locked-section/pause-outside", "seconds=1"),
        ],
    },
    Claim {
        number: "K05",
        says: "the interpreter lock does not remove the need for locks",
        documents: &["000", "003"],
        judgement: Holds("a turn may end between the bytecodes that load and store"),
        exhibits: &[
            Exhibit::always("gil-quantum-lost-update/no-lock", Kind::LostUpdate),
            Exhibit::gives("gil-quantum-lost-update/locked", "0"),
        ],
    },
    Claim {
        number: "K06",
        says: "the interpreter lock trades speed for the safety of data",
        documents: &["001 4.8"],
        judgement: Refuted("single bytecodes are safe, and what takes several of them is not"),
        exhibits: &[Exhibit::always("gil-quantum-lost-update/no-lock", Kind::LostUpdate)],
    },
    Claim {
        number: "K07",
        says: "the interpreter switches every 100 bytecodes",
        documents: &["000"],
        judgement: OnlyIf(
            "the interpreter is an old one; with a fixed number the result hangs on how the rounds fall into the turns",
        ),
        exhibits: &[
            Exhibit::gives("gil-quantum-lost-update/no-lock", "8"),
            Exhibit::gives("gil-quantum-lost-update/no-lock", "0").with(&[("quantum", 100)]),
            Exhibit::gives("gil-quantum-lost-update/no-lock", "10").with(&[("quantum", 3)]),
        ],
    },
    Claim {
        number: "K08",
        says: "a sleep of no time, or a call that waits, gives up the interpreter lock",
        documents: &["001", "002"],
        judgement: Holds("with such a pause between load and store all updates but one are lost"),
        exhibits: &[
            Exhibit::always("gil-io-yield-lost-update/pause", Kind::LostUpdate),
            Exhibit::gives("gil-io-yield-lost-update/pause", "2"),
            Exhibit::gives("gil-io-yield-lost-update/locked", "0"),
        ],
    },
    Claim {
        number: "K09",
        says: "only one thread of a process runs at an instant, several processes run in parallel",
        documents: &["000", "001", "002", "003"],
        judgement: Holds(
            "what threads compute takes the sum of their bursts, and what processes compute takes one burst where there is a core for each",
        ),
        exhibits: &[
            Exhibit::gives("cpu-bound-threads-vs-processes/threads", "ends=50"),
            Exhibit::gives("cpu-bound-threads-vs-processes/processes", "ends=10"),
        ],
    },
    Claim {
        number: "K10",
        says: "every process has an interpreter lock of its own",
        documents: &["002", "003"],
        judgement: Holds(
            "processes do not wait for one another, and on one core they do for the core",
        ),
        exhibits: &[
            Exhibit::gives("cpu-bound-threads-vs-processes/processes", "ends=10"),
            Exhibit::gives("cpu-bound-threads-vs-processes/processes", "ends=50")
                .with(&[("cores", 1)]),
        ],
    },
    Claim {
        number: "K11",
        says: "threads are for what waits, processes for what computes",
        documents: &["001", "002"],
        judgement: Holds("waiting overlaps in both, computing in processes only"),
        exhibits: &[
            Exhibit::gives("cpu-bound-threads-vs-processes/threads-waiting", "ends=10"),
            Exhibit::gives("cpu-bound-threads-vs-processes/processes-waiting", "ends=10"),
            Exhibit::gives("cpu-bound-threads-vs-processes/threads", "ends=50"),
            Exhibit::gives("cpu-bound-threads-vs-processes/processes", "ends=10"),
        ],
    },
    Claim {
        number: "K12",
        says: "native code keeps the interpreter lock until it returns",
        documents: &["001"],
        judgement: Holds(
            "unless it gives the lock up by itself, the other threads wait for the whole call",
        ),
        exhibits: &[
            Exhibit::gives("gil-long-native-call/keeps-lock", "the other ends at=10"),
            Exhibit::gives("gil-long-native-call/gives-lock-up", "the other ends at=0"),
        ],
    },
    Claim {
        number: "K13",
        says: "a list is unsafe for threads",
        documents: &["000"],
        judgement: OnlyIf("several calls belong together: each call by itself is safe"),
        exhibits: &[
            Exhibit::always("list-tail-remove-race/look-then-remove", Kind::Exception),
            Exhibit::passes("list-tail-remove-race/locked-pop"),
        ],
    },
    Claim {
        number: "K14",
        says: "a reentrant lock solves deadlock",
        documents: &["000", "001", "002"],
        judgement: Refuted(
            "it solves that of a thread with itself; two of them in opposite orders deadlock as plain ones do",
        ),
        exhibits: &[
            Exhibit::sometimes("rlock-swap-keeps-cycle/two-rlocks-phases", Kind::Deadlock),
            Exhibit::sometimes("rlock-swap-keeps-cycle/two-rlocks-groups", Kind::Deadlock),
            Exhibit::always("alias-plain-lock-self-deadlock/plain-lock", Kind::Deadlock),
            Exhibit::passes("alias-plain-lock-self-deadlock/rlock"),
        ],
    },
    Claim {
        number: "K15",
        says: "one reentrant lock under both names solves the deadlock",
        documents: &["001", "003"],
        judgement: Holds(
            "one lock has no order; it must be reentrant because the code takes it twice",
        ),
        exhibits: &[
            Exhibit::sometimes("ab-ba-noodles/opposite-orders", Kind::Deadlock),
            Exhibit::passes("ab-ba-noodles/one-rlock"),
        ],
    },
    Claim {
        number: "K16",
        says: "a reentrant lock is free for others only after as many releases as acquires",
        documents: &["000", "001", "002", "003"],
        judgement: Holds("with one release too few the others wait for ever"),
        exhibits: &[
            Exhibit::always("rlock-reentrancy/one-release-missing", Kind::AbandonedLock),
            Exhibit::passes("rlock-reentrancy/balanced"),
        ],
    },
    Claim {
        number: "K17",
        says: "two threads that hold one lock each and want the other one never go on",
        documents: &["000", "001", "002", "003"],
        judgement: Holds("each waits for what only the other one can give back"),
        exhibits: &[
            Exhibit::sometimes("ab-ba-two-phase/opposite-phases", Kind::Deadlock),
            Exhibit::passes("ab-ba-two-phase/one-order"),
        ],
    },
    Claim {
        number: "K18",
        says: "a shared value or array is safe for processes, since it has a lock inside",
        documents: &["000"],
        judgement: Refuted("the lock covers a read or a write, and not both together"),
        exhibits: &[
            Exhibit::sometimes("proxy-read-modify-write/shared-value", Kind::LostUpdate),
            Exhibit::sometimes("proxy-read-modify-write/shared-array", Kind::LostUpdate),
            Exhibit::passes("proxy-read-modify-write/shared-value-locked"),
        ],
    },
    Claim {
        number: "K19",
        says: "what a manager keeps is safe for processes",
        documents: &["000"],
        judgement: OnlyIf("it is one call: calls that belong together need a lock"),
        exhibits: &[
            Exhibit::sometimes("proxy-read-modify-write/dict", Kind::LostUpdate),
            Exhibit::passes("proxy-read-modify-write/dict-locked"),
            Exhibit::sometimes(
                "manager-two-container-order/common-key-first",
                Kind::InvariantViolation,
            ),
        ],
    },
    Claim {
        number: "K20",
        says: "processes need no mutex, since they share nothing",
        documents: &["004"],
        judgement: Refuted("they share files, and what is in shared memory or with a manager"),
        exhibits: &[
            Exhibit::sometimes("ticket-oversell/no-lock", Kind::InvariantViolation),
            Exhibit::sometimes("append-interleave/two-writes", Kind::InvariantViolation),
            Exhibit::sometimes("proxy-read-modify-write/value", Kind::LostUpdate),
        ],
    },
    Claim {
        number: "K21",
        says: "the lock of the processes keeps the ticket data consistent",
        documents: &["001"],
        judgement: OnlyIf(
            "every look at the file is inside the lock: a look outside may find the file half written and kill the buyer",
        ),
        exhibits: &[
            Exhibit::passes("ticket-oversell/second-check"),
            Exhibit::sometimes("ticket-torn-read/check-outside-lock", Kind::Exception),
            Exhibit::passes("ticket-torn-read/check-inside-lock"),
        ],
    },
    Claim {
        number: "K22",
        says: "two users of the same end of a pipe corrupt its data",
        documents: &["002", "003"],
        judgement: Holds(
            "where a frame leaves in several writes; a frame of one write stays whole",
        ),
        exhibits: &[
            Exhibit::sometimes("torn-pipe-frames/same-end", Kind::InvariantViolation),
            Exhibit::passes("torn-pipe-frames/one-write"),
        ],
    },
    Claim {
        number: "K23",
        says: "a process leaves the 10 of its parent as it is; what a thread writes is seen",
        documents: &["001"],
        judgement: Holds("a process has a copy, and a thread has none"),
        exhibits: &[
            Exhibit::gives("process-isolation/process", "10"),
            Exhibit::gives("process-isolation/thread", "100"),
        ],
    },
    Claim {
        number: "K24",
        says: "a plain dict that is passed to processes is several dicts, a managed one is one",
        documents: &["001"],
        judgement: Holds(
            "each process writes to its own copy, and the keeper of a managed dict gets all calls",
        ),
        exhibits: &[
            Exhibit::gives("process-isolation/plain-dict", "processes=[1, 1] main=0"),
            Exhibit::may_give("process-isolation/managed-dict", "processes=[2, 2] main=2"),
            Exhibit::always("private-queue-copies/thread-queue", Kind::Hang),
        ],
    },
    Claim {
        number: "K25",
        says: "a reader that does not synchronise can read dirty data",
        documents: &["004"],
        judgement: Holds("it may look between two writes that belong together"),
        exhibits: &[
            Exhibit::sometimes("inc-dec-drift/read-without-lock", Kind::InvariantViolation),
            Exhibit::sometimes(
                "transfer-not-atomic/halves-audit-at-once",
                Kind::InvariantViolation,
            ),
            Exhibit::passes("transfer-not-atomic/both-locks"),
        ],
    },
];
