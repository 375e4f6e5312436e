//! Claims about queues (K34 to K51).

use unknot_checker::Judgement::{Holds, OnlyIf, Refuted};
use unknot_checker::{Claim, Exhibit, Kind, Topic};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "Queues", claims: CLAIMS };

const CLAIMS: &[Claim] = &[
    Claim {
        number: "K34",
        says: "at a queue for one the second putter waits for a get",
        documents: &["001"],
        judgement: Holds("its put is made when the first item is taken"),
        exhibits: &[
            Exhibit::gives("bounded-queue-handoff/late-getters", "[0, 3]"),
            Exhibit::may_give("bounded-queue-handoff/hand-over", "[2, 1]"),
        ],
    },
    Claim {
        number: "K35",
        says: "put waits when the queue is empty",
        documents: &["002 2.8.1"],
        judgement: Refuted("it waits when the queue is full"),
        exhibits: &[
            Exhibit::always("queue-block-timeout-table/put-past-room", Kind::Hang),
            Exhibit::always("queue-block-timeout-table/get-from-empty", Kind::Hang),
        ],
    },
    Claim {
        number: "K36",
        says: "a size below 1 means room without end",
        documents: &["002"],
        judgement: Holds("no put is refused, and none waits"),
        exhibits: &[
            Exhibit::gives(
                "queue-block-timeout-table/refusals",
                "get_nowait=Empty get_timed=Empty put_nowait=ok put_timed=ok",
            )
            .with(&[("capacity", 0)]),
            Exhibit::gives(
                "queue-block-timeout-table/refusals",
                "get_nowait=Empty get_timed=Empty put_nowait=Full put_timed=Full",
            ),
        ],
    },
    Claim {
        number: "K37",
        says: "the forms without waiting and with a time raise Full or Empty",
        documents: &["000", "001", "002"],
        judgement: Holds("at once, or when the time has passed without room or an item"),
        exhibits: &[
            Exhibit::gives(
                "queue-block-timeout-table/refusals",
                "get_nowait=Empty get_timed=Empty put_nowait=Full put_timed=Full",
            ),
            Exhibit::gives(
                "queue-block-timeout-table/refusals-on-the-clock",
                "get_nowait=0 get_timed=2 put_nowait=2 put_timed=4",
            ),
        ],
    },
    Claim {
        number: "K38",
        says: "join waits until the queue is empty",
        documents: &["000", "002"],
        judgement: Refuted("it waits until every item is reported, be the queue empty or not"),
        exhibits: &[
            Exhibit::always("queue-join-not-empty/empty-unreported", Kind::Hang),
            Exhibit::gives("queue-join-not-empty/full-reported", "1"),
        ],
    },
    Claim {
        number: "K39",
        says: "every get needs a report",
        documents: &["002"],
        judgement: Holds("with fewer a join never returns, and one more raises"),
        exhibits: &[
            Exhibit::always("task-done-balance/one-short", Kind::Hang),
            Exhibit::always("task-done-balance/one-too-many", Kind::Exception),
            Exhibit::passes("task-done-balance/one-per-get"),
        ],
    },
    Claim {
        number: "K40",
        says: "of a priority queue the smallest number comes first",
        documents: &["001", "002"],
        judgement: Holds(
            "for equal numbers what is behind them is compared, which raises if it cannot be",
        ),
        exhibits: &[
            Exhibit::gives(
                "queue-order-kinds/priority",
                "got=[1, 2, 3, 4] size=0 empty=true full=false",
            ),
            Exhibit::always("queue-order-kinds/tie-unlike-payloads", Kind::Exception),
        ],
    },
    Claim {
        number: "K41",
        says: "queues are safe for threads without further locks",
        documents: &["000", "002"],
        judgement: OnlyIf("it is one call: a test and a get that belong together are not"),
        exhibits: &[
            Exhibit::sometimes("empty-then-get/test-then-get", Kind::Hang),
            Exhibit::passes("empty-then-get/get-nowait"),
        ],
    },
    Claim {
        number: "K42",
        says: "thanks to the buffer producer and consumer do not block each other",
        documents: &["000"],
        judgement: OnlyIf("the buffer is neither full nor empty when they come"),
        exhibits: &[
            Exhibit::gives(
                "bounded-buffer/room-for-burst",
                "producer_blocked=0 consumer_blocked=0 end=10",
            ),
            Exhibit::gives(
                "bounded-buffer/room-for-one",
                "producer_blocked=3 consumer_blocked=3 end=13",
            ),
            Exhibit::gives("bounded-buffer/steady", "producer_blocked=5 consumer_blocked=1 end=21"),
        ],
    },
    Claim {
        number: "K43",
        says: "without a sentinel the consumer waits for ever",
        documents: &["001"],
        judgement: Holds("after the last item no other will come"),
        exhibits: &[
            Exhibit::always("no-sentinel/no-sentinel", Kind::Hang),
            Exhibit::passes("no-sentinel/sentinel-by-producer"),
        ],
    },
    Claim {
        number: "K44",
        says: "a `None` put by main before the producer ends leaves the producer at a full queue",
        documents: &["001"],
        judgement: OnlyIf(
            "more items are still to come than fit; otherwise items are lost, or all is well",
        ),
        exhibits: &[
            Exhibit::sometimes("sentinel-too-early/at-once", Kind::Hang),
            Exhibit::may_give("sentinel-too-early/at-once", "eaten=3 left=1"),
            Exhibit::may_give("sentinel-too-early/at-once", "eaten=4 left=0"),
        ],
    },
    Claim {
        number: "K45",
        says: "joining the producer first solves that",
        documents: &["001"],
        judgement: Holds("then the sentinel is behind all items"),
        exhibits: &[
            Exhibit::gives("sentinel-too-early/after-join", "eaten=4 left=0"),
            Exhibit::passes("sentinel-too-early/after-join"),
        ],
    },
    Claim {
        number: "K46",
        says: "consumers beyond the number of sentinels never stop",
        documents: &["001"],
        judgement: Holds("each sentinel stops one of them"),
        exhibits: &[
            Exhibit::always("sentinel-count-mismatch/too-few", Kind::Hang),
            Exhibit::passes("sentinel-count-mismatch/one-per-consumer"),
        ],
    },
    Claim {
        number: "K47",
        says: "one `None` for each producer is right",
        documents: &["001"],
        judgement: Refuted(
            "one for each consumer is: with fewer of them some consumers wait for ever",
        ),
        exhibits: &[
            Exhibit::always("sentinel-count-mismatch/one-per-producer", Kind::Hang),
            Exhibit::sometimes("sentinel-per-producer/each-its-own", Kind::InvariantViolation),
            Exhibit::passes("sentinel-count-mismatch/one-per-consumer"),
        ],
    },
    Claim {
        number: "K48",
        says: "a timeout on `get` stops every consumer",
        documents: &["001", "004"],
        judgement: OnlyIf(
            "no lull is longer than the timeout; otherwise it stops them early, and items are left or a producer waits for ever",
        ),
        exhibits: &[
            Exhibit::sometimes("consumer-timeout-exit/timeout", Kind::InvariantViolation),
            Exhibit::sometimes("consumer-timeout-exit/timeout", Kind::Hang),
            Exhibit::passes("consumer-timeout-exit/gap-below-timeout"),
            Exhibit::always("consumer-timeout-exit/gap-above-timeout", Kind::Hang),
        ],
    },
    Claim {
        number: "K49",
        says: "a process queue moves data between processes, a queue of threads does not",
        documents: &["001", "002"],
        judgement: Holds("each process fills its own copy of a queue of threads"),
        exhibits: &[
            Exhibit::passes("private-queue-copies/process-queue"),
            Exhibit::always("private-queue-copies/thread-queue", Kind::Hang),
        ],
    },
    Claim {
        number: "K50",
        says: "a queue that is empty has nothing more to come",
        documents: &["000", "002"],
        judgement: Refuted("the writer may not have put its next item yet"),
        exhibits: &[
            Exhibit::sometimes(
                "reader-leaves-when-empty/empty-means-end",
                Kind::InvariantViolation,
            ),
            Exhibit::may_give("reader-leaves-when-empty/empty-means-end", "read=0"),
            Exhibit::passes("reader-leaves-when-empty/sentinel"),
        ],
    },
    Claim {
        number: "K51",
        says: "both ends of a pipe can send and receive",
        documents: &["002", "003"],
        judgement: Holds(
            "unless the pipe is made for one way; if both sides receive first, both wait",
        ),
        exhibits: &[
            Exhibit::gives("pipe-duplex/reply", "parent=[child 1] child=[parent 1]"),
            Exhibit::gives("pipe-duplex/crossing", "parent=[child 1] child=[parent 1]"),
            Exhibit::always("pipe-both-receive/both-receive", Kind::Deadlock),
        ],
    },
];
