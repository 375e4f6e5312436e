//! One atomic integer.

use unknot_checker::sim::Atomic;

use super::family::*;

operations! {
    /// Numbers are values.
    AtomicOp, |task| {
        Load, "Atomic::load" => task.objects.atomic().load(),
        Store(value: u8), "Atomic::store" => task.objects.atomic().store(value.into()),
        FetchAdd, "Atomic::fetch_add" => task.objects.atomic().fetch_add(1),
        CompareExchange(old: u8, new: u8), "Atomic::compare_exchange" => {
            let exchanged = task.objects.atomic().compare_exchange(old.into(), new.into());
            exchanged.unwrap_or_else(|found| -1 - found)
        },
        Swap(value: u8), "Atomic::swap" => task.objects.atomic().swap(value.into()),
        FetchSub, "Atomic::fetch_sub" => task.objects.atomic().fetch_sub(1),
        FetchAnd(bits: u8), "Atomic::fetch_and" => task.objects.atomic().fetch_and(bits.into()),
        FetchOr(bits: u8), "Atomic::fetch_or" => task.objects.atomic().fetch_or(bits.into()),
        FetchXor(bits: u8), "Atomic::fetch_xor" => task.objects.atomic().fetch_xor(bits.into()),
        FetchMax(value: u8), "Atomic::fetch_max" => task.objects.atomic().fetch_max(value.into()),
        FetchMin(value: u8), "Atomic::fetch_min" => task.objects.atomic().fetch_min(value.into()),
    }
}

impl Family for AtomicOp {
    type Objects = Atomic;
    type Kept = ();

    const THEMES: &'static [Theme] = &[
        Theme::new(1, || {
            ops![Load, Store(1), FetchAdd, CompareExchange(0, 1), CompareExchange(1, 2)]
        }),
        Theme::new(25, || {
            let changes = ops![FetchSub, FetchAnd(1), FetchOr(2), FetchXor(1), FetchMax(1)];
            let others = ops![FetchMin(0), Load, Store(1), YieldUntilChanged];
            [changes, others].concat()
        }),
    ];

    fn create(_: &Objects) -> Atomic {
        Atomic::new(0)
    }

    fn finals(atomic: &Atomic) -> Vec<i64> {
        vec![atomic.load()]
    }
}
