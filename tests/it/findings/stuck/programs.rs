//! The programs of the tables, made of simulated primitives.

use std::sync::Arc;

use unknot_checker::sim::{
    Condition, Exception, Lock, Program, Queue, Semaphore, Shared, Value, spawn, spawn_named,
};

pub(super) type Done = Result<(), Exception>;

pub(super) fn program(body: impl Fn() -> Done + Send + Sync + 'static) -> Program {
    Arc::new(move || body().map(|()| Value::Unit))
}

/// Philosophers that take the left fork and then the right one, each fork a
/// semaphore. A footman lets in only so many.
pub(super) fn philosophers(n: usize, seats: u32) -> Program {
    program(move || {
        let footman = Semaphore::named("footman", seats);
        let forks: Vec<Semaphore> = (0..n).map(|i| Semaphore::named(("fork", i), 1)).collect();
        for i in 0..n {
            let (left, right) = (forks[i].clone(), forks[(i + 1) % n].clone());
            let footman = footman.clone();
            spawn_named(("philosopher", i), move || {
                footman.acquire();
                left.acquire();
                right.acquire();
                right.release();
                left.release();
                footman.release();
            });
        }
        Ok(())
    })
}

/// Two tasks meet: each signals that it has come and waits for the other. In the
/// broken form both wait first.
pub(super) fn rendezvous(waits_first: bool) -> Program {
    program(move || {
        let (a, b) = (Semaphore::named("a arrived", 0), Semaphore::named("b arrived", 0));
        for (mine, theirs) in [(a.clone(), b.clone()), (b, a)] {
            spawn(move || {
                if waits_first {
                    theirs.acquire();
                    mine.release();
                } else {
                    mine.release();
                    theirs.acquire();
                }
            });
        }
        Ok(())
    })
}

/// A turnstile that the last to come opens. The broken form lets one through and is
/// not passed on.
pub(super) fn turnstile(n: i64, passes_on: bool) -> Program {
    program(move || {
        let (count, mutex) = (Shared::named("count", 0), Lock::named("mutex"));
        let turnstile = Semaphore::named("turnstile", 0);
        for _ in 0..n {
            let (count, mutex, turnstile) = (count.clone(), mutex.clone(), turnstile.clone());
            spawn(move || -> Done {
                {
                    let _held = mutex.lock()?;
                    count.write(count.read() + 1);
                    if count.read() == n {
                        turnstile.release();
                    }
                }
                turnstile.acquire();
                if passes_on {
                    turnstile.release();
                }
                Ok(())
            });
        }
        Ok(())
    })
}

/// The sleeping barber. Customers leave if no chair is free. In the broken form the
/// customer waits to be served before it says that it is there.
pub(super) fn barber(customers: i64, chairs: i64, wakes_first: bool) -> Program {
    program(move || {
        let (inside, mutex) = (Shared::named("inside", 0), Semaphore::named("mutex", 1));
        let (customer, done) = (Semaphore::named("customer", 0), Semaphore::named("done", 0));
        let (wakes, served) = (customer.clone(), done.clone());
        unknot_checker::sim::spawn_daemon("barber", move || -> Done {
            loop {
                wakes.acquire();
                served.release();
            }
        });
        for _ in 0..customers {
            let (inside, mutex) = (inside.clone(), mutex.clone());
            let (customer, done) = (customer.clone(), done.clone());
            spawn(move || {
                mutex.acquire();
                if inside.read() == chairs {
                    mutex.release();
                    return;
                }
                inside.write(inside.read() + 1);
                mutex.release();
                if wakes_first {
                    customer.release();
                    done.acquire();
                } else {
                    done.acquire();
                    customer.release();
                }
                mutex.acquire();
                inside.write(inside.read() - 1);
                mutex.release();
            });
        }
        Ok(())
    })
}

/// The cigarette smokers. The agent puts two of three ingredients on the table; each
/// smoker takes them one by one, so two smokers may each have one that the other
/// needs. With `whole` a smoker is woken by a signal for the pair.
pub(super) fn smokers(whole: bool) -> Program {
    program(move || {
        let names = ["tobacco", "paper", "match"];
        let on_table = names.map(|name| Semaphore::named(name, 0));
        let pairs = names.map(|name| Semaphore::named((name, 2), 0));
        let served = Semaphore::named("served", 0);
        for i in 0..3 {
            let (one, other) = (on_table[i].clone(), on_table[(i + 1) % 3].clone());
            let (pair, served) = (pairs[i].clone(), served.clone());
            unknot_checker::sim::spawn_daemon("smoker", move || {
                if whole {
                    pair.acquire();
                } else {
                    one.acquire();
                    other.acquire();
                }
                served.release();
            });
        }
        let pick = unknot_checker::sim::choose(3) as usize;
        if whole {
            pairs[pick].release();
        } else {
            on_table[pick].release();
            on_table[(pick + 1) % 3].release();
        }
        served.acquire();
        Ok(())
    })
}

/// Readers and a writer. The first reader locks the room for all, and the last one
/// opens it: it gives what another has taken. In the broken form no reader opens it.
pub(super) fn readers_writers(readers: i64, last_opens: bool) -> Program {
    program(move || {
        let (count, mutex) = (Shared::named("readers", 0), Semaphore::named("mutex", 1));
        let room = Semaphore::named("room", 1);
        for _ in 0..readers {
            let (count, mutex, room) = (count.clone(), mutex.clone(), room.clone());
            spawn_named("reader", move || {
                mutex.acquire();
                count.write(count.read() + 1);
                if count.read() == 1 {
                    room.acquire();
                }
                mutex.release();
                mutex.acquire();
                count.write(count.read() - 1);
                if last_opens && count.read() == 0 {
                    room.release();
                }
                mutex.release();
            });
        }
        spawn_named("writer", move || {
            room.acquire();
            room.release();
        });
        Ok(())
    })
}

/// One producer and one consumer of so many items with two semaphores and a mutex. In
/// the broken form the mutex is taken before the wait for an item or for room.
pub(super) fn producer_consumer(items: i64, mutex_first: bool) -> Program {
    program(move || {
        let (room, filled) = (Semaphore::named("room", 1), Semaphore::named("filled", 0));
        let mutex = Semaphore::named("mutex", 1);
        let work = move |waits: Semaphore, gives: Semaphore, mutex: Semaphore| {
            move || {
                for _ in 0..items {
                    if mutex_first {
                        mutex.acquire();
                        waits.acquire();
                    } else {
                        waits.acquire();
                        mutex.acquire();
                    }
                    mutex.release();
                    gives.release();
                }
            }
        };
        spawn_named("producer", work(room.clone(), filled.clone(), mutex.clone()));
        spawn_named("consumer", work(filled, room, mutex));
        Ok(())
    })
}

/// Building water: an oxygen and two hydrogens. In the broken form one hydrogen is
/// missing.
pub(super) fn water(hydrogens: i64) -> Program {
    program(move || {
        let (h, o) = (Semaphore::named("hydrogen", 0), Semaphore::named("bonded", 0));
        for _ in 0..hydrogens {
            let (h, o) = (h.clone(), o.clone());
            spawn_named("hydrogen", move || {
                h.release();
                o.acquire();
            });
        }
        spawn_named("oxygen", move || {
            h.acquire();
            h.acquire();
            o.release();
            o.release();
        });
        Ok(())
    })
}

/// A ring of tasks that pass a token on. In the broken form nothing puts it in.
pub(super) fn token_ring(n: usize, starts: bool) -> Program {
    program(move || {
        let turn: Vec<Semaphore> = (0..n).map(|i| Semaphore::named(("turn", i), 0)).collect();
        for i in 0..n {
            let (mine, next) = (turn[i].clone(), turn[(i + 1) % n].clone());
            spawn(move || {
                mine.acquire();
                next.release();
            });
        }
        if starts {
            turn[0].release();
        }
        Ok(())
    })
}

/// A unisex bathroom: the first of a kind takes it for all of that kind, and the last
/// gives it back. In the broken form the last forgets to.
pub(super) fn bathroom(gives_back: bool) -> Program {
    program(move || {
        let empty = Semaphore::named("empty", 1);
        for kind in ["women", "men"] {
            let (count, mutex) = (Shared::named(kind, 0), Semaphore::named((kind, 1), 1));
            for _ in 0..2 - usize::from(kind == "men") {
                let (count, mutex, empty) = (count.clone(), mutex.clone(), empty.clone());
                spawn_named(kind, move || {
                    mutex.acquire();
                    count.write(count.read() + 1);
                    if count.read() == 1 {
                        empty.acquire();
                    }
                    mutex.release();
                    mutex.acquire();
                    count.write(count.read() - 1);
                    if gives_back && count.read() == 0 {
                        empty.release();
                    }
                    mutex.release();
                });
            }
        }
        Ok(())
    })
}

/// A condition that is waited for without a look at the predicate, or with one look.
pub(super) fn missed_notify(looks: bool) -> Program {
    program(move || {
        let lock = Lock::named("lock");
        let (ready, flag) = (Condition::named("ready", &lock), Shared::named("flag", 0));
        let (l, r, f) = (lock.clone(), ready.clone(), flag.clone());
        spawn_named("notifier", move || -> Done {
            let _held = l.lock()?;
            f.write(1);
            r.notify(1)
        });
        let _held = lock.lock()?;
        if !looks || flag.read() == 0 {
            ready.wait()?;
        }
        Ok(())
    })
}

/// Workers that all take from one queue until a sentinel comes, and so many sentinels.
pub(super) fn sentinels(workers: i64, sentinels: i64) -> Program {
    program(move || {
        let work = Queue::named("work", 0);
        for _ in 0..workers {
            let work = work.clone();
            spawn_named("worker", move || -> Done {
                let _sentinel: i64 = work.get()?;
                Ok(())
            });
        }
        (0..sentinels).try_for_each(|_| work.put(0))
    })
}
