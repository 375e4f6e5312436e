//! A counter that tasks add to without looking.

use unknot_checker::sim::Counter;

use super::family::*;

operations! {
    /// On the one counter.
    CounterOp, |task| {
        Add(amount: i8), "Counter::add" => task.objects.counters().add(amount.into()),
        CounterValue, "Counter::value" => task.objects.counters().value(),
    }
}

impl Family for CounterOp {
    type Objects = Counter;
    type Kept = ();

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[Theme::new(97, || {
        ops![Add(1), Add(1), Add(2), Add(-1), CounterValue, CounterValue, Update(0)]
    })];

    fn create(_: &Objects) -> Counter {
        Counter::new()
    }

    fn finals(counter: &Counter) -> Vec<i64> {
        vec![counter.value()]
    }
}
