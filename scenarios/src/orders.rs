//! Sets of outcomes that are orders: for declarations, by counting what is
//! possible rather than by running anything.

use std::collections::BTreeSet;

/// All orders of some items, each once.
pub(crate) fn permutations<T: Clone + Ord>(items: &[T]) -> BTreeSet<Vec<T>> {
    let mut orders = BTreeSet::new();
    if items.is_empty() {
        orders.insert(vec![]);
    }
    for (nth, first) in items.iter().enumerate() {
        let mut rest = items.to_vec();
        rest.remove(nth);
        for mut order in permutations(&rest) {
            order.insert(0, first.clone());
            orders.insert(order);
        }
    }
    orders
}

/// All ways to merge two orders into one that keeps both.
pub(crate) fn merges<T: Clone + Ord>(a: &[T], b: &[T]) -> BTreeSet<Vec<T>> {
    let (Some((first_a, rest_a)), Some((first_b, rest_b))) = (a.split_first(), b.split_first())
    else {
        return BTreeSet::from([[a, b].concat()]);
    };
    let after = |first: &T, orders: BTreeSet<Vec<T>>| {
        let first = first.clone();
        orders.into_iter().map(move |order| [vec![first.clone()], order].concat())
    };
    after(first_a, merges(rest_a, b)).chain(after(first_b, merges(a, rest_b))).collect()
}

/// All ways to merge any number of orders into one that keeps them all.
pub(crate) fn merges_of<T: Clone + Ord>(orders: &[Vec<T>]) -> BTreeSet<Vec<T>> {
    orders.iter().fold(BTreeSet::from([vec![]]), |merged, next| {
        merged.iter().flat_map(|merged| merges(merged, next)).collect()
    })
}

/// All orders in which `n` tasks are done that `n_workers` workers begin in the order of
/// their numbers, counted from 0.
pub(crate) fn completion_orders(n: usize, n_workers: usize) -> BTreeSet<Vec<usize>> {
    let mut orders = BTreeSet::from([vec![]]);
    for _ in 0..n {
        let next = |done: &Vec<usize>| {
            // The tasks that are being done are the first ones that have not been done.
            let left = (0..n).filter(|task| !done.contains(task)).take(n_workers);
            left.map(|task| [done.clone(), vec![task]].concat()).collect::<Vec<_>>()
        };
        orders = orders.iter().flat_map(next).collect();
    }
    orders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_there_should_be() {
        // n! orders of unlike items; 4!/2!2! of two pairs of like ones.
        for (items, n) in [(vec![], 1), (vec![1], 1), (vec![1, 2, 3], 6), (vec![1, 1, 2, 2], 6)] {
            assert_eq!(permutations(&items).len(), n, "{items:?}");
        }
        // w! w^(n-w)
        for (n, n_workers, orders) in [(4, 2, 8), (6, 3, 162), (3, 5, 6), (1, 1, 1)] {
            assert_eq!(completion_orders(n, n_workers).len(), orders);
        }
        // (a+b)! / a! b!
        assert_eq!(merges(&[1, 2], &[3, 4]).len(), 6);
        assert_eq!(merges(&[1, 2, 3], &[]).len(), 1);
        // 5! / 2! 2! 1!
        assert_eq!(merges_of(&[vec![1, 2], vec![3, 4], vec![5]]).len(), 30);
    }
}
