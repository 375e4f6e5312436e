//! A stack whose links are written by pushes and read by pops.

use unknot_checker::sim::{Atomic, spawn, verify};

use super::Body;

fn id(task: usize) -> i64 {
    i64::try_from(task).expect("few")
}

/// Vyukov's stack of free places with an atomic count, whose pop and push write the
/// links that other tasks read.
pub(super) fn safe_stack(n: usize, rounds: usize) -> Body {
    const TAKEN: i64 = -1;
    #[derive(Clone)]
    struct Stack {
        head: Atomic,
        count: Atomic,
        next: Vec<Atomic>,
    }
    impl Stack {
        fn pop(&self) -> Option<usize> {
            while self.count.load() > 1 {
                let head = self.head.load();
                let place = usize::try_from(head).ok()?;
                let next = self.next[place].load();
                if next == TAKEN || self.next[place].compare_exchange(next, TAKEN).is_err() {
                    continue;
                }
                if self.head.compare_exchange(head, next).is_ok() {
                    self.count.fetch_sub(1);
                    return Some(place);
                }
                self.next[place].store(next);
            }
            None
        }

        fn push(&self, place: usize) {
            loop {
                let head = self.head.load();
                self.next[place].store(head);
                if self.head.compare_exchange(head, id(place)).is_ok() {
                    break;
                }
            }
            self.count.fetch_add(1);
        }
    }
    Box::new(move || {
        let next = (1..=n).map(|next| Atomic::new(if next == n { -2 } else { id(next) }));
        let stack = Stack { head: Atomic::new(0), count: Atomic::new(id(n)), next: next.collect() };
        let users: Vec<Atomic> = (0..n).map(|_| Atomic::new(0)).collect();
        let work = move |stack: &Stack, users: &[Atomic]| {
            for _ in 0..rounds {
                if let Some(place) = stack.pop() {
                    verify!(users[place].fetch_add(1) == 0, "taken twice");
                    users[place].fetch_sub(1);
                    stack.push(place);
                }
            }
        };
        let (theirs, others) = (stack.clone(), users.clone());
        let task = spawn(move || work(&theirs, &others));
        work(&stack, &users);
        task.join()
    })
}
