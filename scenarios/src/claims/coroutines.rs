//! Claims about coroutines and about input and output (K71 to K84).

use unknot_checker::Judgement::{Holds, OnlyIf, Refuted};
use unknot_checker::{Claim, Exhibit, Kind, Topic};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "Coroutines, input and output", claims: CLAIMS };

const CLAIMS: &[Claim] = &[
    Claim {
        number: "K71",
        says: "coroutines need no locks, since they switch only where they yield",
        documents: &["000", "002", "003"],
        judgement: OnlyIf("no yield is between the read and the write"),
        exhibits: &[
            Exhibit::always("await-inside-rmw/await-inside", Kind::LostUpdate),
            Exhibit::passes("await-inside-rmw/no-await"),
            Exhibit::passes("await-inside-rmw/async-lock"),
        ],
    },
    Claim {
        number: "K72",
        says: "a producer and a consumer by yield cannot be in a deadlock",
        documents: &["000", "002", "003"],
        judgement: Holds("of two that take strict turns one can always go on"),
        exhibits: &[
            Exhibit::passes("generator-ping-pong/closes"),
            Exhibit::passes("generator-ping-pong/sentinel"),
        ],
    },
    Claim {
        number: "K73",
        says: "a blocking call stops all coroutines",
        documents: &["001", "002", "003"],
        judgement: Holds("sleeps of 2 s and 3 s that keep the turn take 5 s"),
        exhibits: &[
            Exhibit::gives(
                "blocking-call-in-coroutine/unpatched",
                "said=eat1 eat2 play1 play2 s=5",
            ),
            Exhibit::always("blocking-call-in-coroutine/unpatched", Kind::InvariantViolation),
        ],
    },
    Claim {
        number: "K74",
        says: "patching lets ordinary sleeps switch",
        documents: &["001", "002", "003"],
        judgement: Holds("the same sleeps overlap and take 3 s"),
        exhibits: &[
            Exhibit::gives("blocking-call-in-coroutine/patched", "said=eat1 play1 eat2 play2 s=3"),
            Exhibit::gives("cooperative-sleep/overlapping", "said=eat1 play1 eat2 play2 s=3"),
        ],
    },
    Claim {
        number: "K75",
        says: "switching between coroutines helps waiting only, not computation",
        documents: &["001", "002"],
        judgement: Holds(
            "the work ends no earlier with switches than without, and later where they cost",
        ),
        exhibits: &[
            Exhibit::gives("cooperative-cpu-hog/hog", "word at=5 end at=5"),
            Exhibit::gives("cooperative-cpu-hog/gives-way", "word at=1 end at=5"),
            Exhibit::gives("greenlet-switch/sum-and-product", "sum=55 product=3628800 ms=39"),
            Exhibit::gives("greenlet-switch/sum-then-product", "sum=55 product=3628800 ms=21"),
        ],
    },
    Claim {
        number: "K76",
        says: "coroutines cannot use several cores; processes with coroutines in each can",
        documents: &["000", "002", "003"],
        judgement: Holds("one loop computes one thing at a time"),
        exhibits: &[
            Exhibit::gives("coroutine-multi-core/one-process", "8"),
            Exhibit::gives("coroutine-multi-core/a-process-a-core", "2"),
        ],
    },
    Claim {
        number: "K77",
        says: "a read that does not block never stops the process",
        documents: &["002"],
        judgement: OnlyIf(
            "the copy is not counted: the process does not wait for bytes, and it is stopped while they are copied",
        ),
        exhibits: &[
            Exhibit::gives(
                "io-model-phases/polling",
                "wait=0 copy=2 work=12 calls=5 wasted=4 done=14",
            ),
            Exhibit::gives(
                "io-model-phases/completion",
                "wait=0 copy=0 work=12 calls=1 wasted=0 done=12",
            ),
        ],
    },
    Claim {
        number: "K78",
        says: "polling raises latency",
        documents: &["002"],
        judgement: Holds("by up to one interval"),
        exhibits: &[
            Exhibit::gives("io-poll-latency/poll", "latency=2 wasted=4"),
            Exhibit::gives("io-poll-latency/wait", "latency=0 wasted=0"),
        ],
    },
    Claim {
        number: "K79",
        says: "select costs two calls and is no faster for one connection",
        documents: &["002"],
        judgement: Holds("it is told of the bytes, and a second call fetches them"),
        exhibits: &[
            Exhibit::gives(
                "io-model-phases/select",
                "wait=10 copy=2 work=0 calls=2 wasted=0 done=12",
            ),
            Exhibit::gives(
                "io-model-phases/blocking",
                "wait=10 copy=2 work=0 calls=1 wasted=0 done=12",
            ),
            Exhibit::gives("io-select-one-versus-many/one-at-a-time", "calls=6 threads=1"),
        ],
    },
    Claim {
        number: "K80",
        says: "select serves many connections in one process",
        documents: &["002"],
        judgement: Holds("one thread is enough, and one call tells of all that are ready"),
        exhibits: &[
            Exhibit::gives("io-select-one-versus-many/all-at-once", "calls=4 threads=1"),
            Exhibit::gives("io-select-one-versus-many/threads", "calls=3 threads=3"),
            Exhibit::gives("echo-server-serial-versus-concurrent/selector", "[0, 0]"),
        ],
    },
    Claim {
        number: "K81",
        says: "three of the four models are synchronous",
        documents: &["002"],
        judgement: Holds("those that are stopped during the copy: blocking, polling and select"),
        exhibits: &[
            Exhibit::gives(
                "io-model-phases/blocking",
                "wait=10 copy=2 work=0 calls=1 wasted=0 done=12",
            ),
            Exhibit::gives(
                "io-model-phases/polling",
                "wait=0 copy=2 work=12 calls=5 wasted=4 done=14",
            ),
            Exhibit::gives(
                "io-model-phases/select",
                "wait=10 copy=2 work=0 calls=2 wasted=0 done=12",
            ),
            Exhibit::gives(
                "io-model-phases/completion",
                "wait=0 copy=0 work=12 calls=1 wasted=0 done=12",
            ),
        ],
    },
    Claim {
        number: "K82",
        says: "a greenlet never gives up the processor unless it waits",
        documents: &["002"],
        judgement: Holds("the others have to wait until it gives way"),
        exhibits: &[
            Exhibit::gives("cooperative-cpu-hog/hog", "word at=5 end at=5"),
            Exhibit::always("cooperative-cpu-hog/hog", Kind::InvariantViolation),
            Exhibit::gives("cooperative-cpu-hog/gives-way", "word at=1 end at=5"),
        ],
    },
    Claim {
        number: "K83",
        says: "a send on a ready socket will not block",
        documents: &["002"],
        judgement: Refuted(
            "ready means room for one byte: a longer answer is cut, or the send would block and raises",
        ),
        exhibits: &[
            Exhibit::sometimes("selector-partial-write/raises", Kind::Exception),
            Exhibit::gives("selector-partial-write/loses-rest", "[rr]"),
            Exhibit::passes("selector-partial-write/buffered"),
        ],
    },
    Claim {
        number: "K84",
        says: "waiting for a device takes no processor, so another program runs meanwhile",
        documents: &["001", "002", "003"],
        judgement: Holds("the processor is idle for less of the time"),
        exhibits: &[
            Exhibit::gives("multiprogramming-io-switch/batch", "ends=150 idle=80"),
            Exhibit::gives("multiprogramming-io-switch/io-switch", "ends=100 idle=30"),
        ],
    },
];
