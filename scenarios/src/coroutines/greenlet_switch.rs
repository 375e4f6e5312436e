//! Greenlets that switch to one another by name (E67 E68 E97 E128).
//!
//! ```text
//!   main           eat                    play
//!   switch
//!                  says eat1, switches
//!                                         says play1, switches
//!                  says eat2, switches
//!                                         says play2, ends
//!   goes on                                           the parent of play
//! ```
//!
//! `left-suspended`: as in the documents. A greenlet that ends gives control to its parent,
//! which is main here, and eat stays where it made its last switch. No task ever resumes it:
//! no error, but what it holds is held on, and what stands behind the switch is never done. A
//! note tells where, always.
//!
//! `switched-back`: play switches back at its end. Eat ends, and gives control to main, which
//! switches to play once more: play goes on behind its switch and ends too. Nothing is left.
//!
//! `sum-and-product` (E68): one greenlet adds up n numbers, another multiplies them, a millisecond
//! for each, and they switch after each number. It takes s ms to have the core work for the other
//! one. So 2 n pieces of work are done, and the core changes hands between each two: 2 n +
//! (2 n - 1) s ms, 39 for ten numbers. `sum-then-product`: the same without switches, one
//! computation after the other, with one change between: 2 n + s ms, 21 for ten. The results are
//! the same: switching only costs.
//!
//! One runs at a time, and says itself which is next: one class.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use unknot_checker::sim::{Cpu, Exception, Greenlet, Policy, Value};
use unknot_checker::{Expectation, Kind, Param, Params, Scenario, Variant};

use crate::clock::milliseconds;
use crate::source;

/// The scenario.
pub(crate) const SCENARIO: Scenario = Scenario {
    name: "greenlet-switch",
    family: "coroutines",
    about: "two greenlets that switch to one another",
    covers: &["E67", "E68", "E97", "E128"],
    params: &[
        Param { name: "numbers", about: "numbers to add", default: 10, min: 1, max: 15 },
        Param { name: "switch", about: "ms of a switch", default: 1, min: 0, max: 100 },
    ],
    variants: &[
        Variant::new(
            "left-suspended",
            "one ends, the other one waits",
            |_| eat_and_play(false),
            |_| Expectation::pass().always(Kind::Leak).outcomes([WORDS]),
        ),
        Variant::new(
            "switched-back",
            "a last switch back, and both end",
            |_| eat_and_play(true),
            |_| Expectation::pass().outcomes([WORDS]),
        ),
        Variant::new(
            "sum-and-product",
            "two computations in turn",
            |params| computes(params, true),
            |params| computed(params, 2 * params.int("numbers") - 1),
        )
        .in_virtual_time(),
        Variant::new(
            "sum-then-product",
            "one computation after the other",
            |params| computes(params, false),
            |params| computed(params, 1),
        )
        .in_virtual_time(),
    ],
    source: source!("greenlet_switch.rs"),
};

const WORDS: &str = "eat1 play1 eat2 play2";

/// A greenlet that the other one knows, though it is made later.
type Other = Rc<OnceCell<Greenlet<()>>>;

fn pair(
    first: (&'static str, impl FnOnce(&Greenlet<()>) + 'static),
    second: (&'static str, impl FnOnce(&Greenlet<()>) + 'static),
) -> [Greenlet<()>; 2] {
    let (main, other) = (Greenlet::main(), Other::default());
    let theirs = Rc::clone(&other);
    let one = main.child(first.0, move |_, ()| {
        (first.1)(theirs.get().expect("both are made before one runs"));
    });
    let back = one.clone();
    let two = main.child(second.0, move |_, ()| (second.1)(&back));
    other.get_or_init(|| two.clone());
    [one, two]
}

fn eat_and_play(switches_back: bool) -> Result<Value, Exception> {
    let said = Rc::new(RefCell::new(vec![]));
    let [eats, plays] = [Rc::clone(&said), Rc::clone(&said)];
    let [eat, play] = pair(
        ("eat", move |play| {
            eats.borrow_mut().push("eat1");
            play.switch(());
            eats.borrow_mut().push("eat2");
            play.switch(());
        }),
        ("play", move |eat| {
            plays.borrow_mut().push("play1");
            eat.switch(());
            plays.borrow_mut().push("play2");
            if switches_back {
                eat.switch(());
            }
        }),
    );
    eat.switch(());
    if switches_back {
        // Eat has ended, so main goes on; play stands behind its switch.
        play.switch(());
    }
    let said = said.borrow().join(" ");
    Ok(said.into())
}

fn results(sum: i64, product: i64, ms: i64) -> Value {
    Value::Record(vec![("sum", sum.into()), ("product", product.into()), ("ms", ms.into())])
}

fn computed(params: &Params, switches: i64) -> Expectation {
    let n = params.int("numbers");
    let takes = 2 * n + switches * params.int("switch");
    Expectation::pass().outcomes([results((1..=n).sum(), (1..=n).product(), takes)])
}

fn computes(params: &Params, switches: bool) -> Result<Value, Exception> {
    let n = params.int("numbers");
    let cost = Duration::from_millis(params.int("switch").unsigned_abs());
    let cpu = Cpu::named("cpu", 1, Policy::Fcfs)?.switching(cost);
    let all = Rc::new(RefCell::new((0, 1)));
    let [adds, multiplies] = [Rc::clone(&all), Rc::clone(&all)];
    let [of_sum, of_product] = [cpu.clone(), cpu];
    let [sum, product] = pair(
        ("sum", move |product| {
            for number in 1..=n {
                of_sum.compute(Duration::from_millis(1));
                adds.borrow_mut().0 += number;
                if switches {
                    product.switch(());
                }
            }
        }),
        ("product", move |sum| {
            for number in 1..=n {
                of_product.compute(Duration::from_millis(1));
                multiplies.borrow_mut().1 *= number;
                if switches {
                    sum.switch(());
                }
            }
        }),
    );
    sum.switch(());
    product.switch(());
    let (sum, product) = *all.borrow();
    Ok(results(sum, product, milliseconds()?))
}
