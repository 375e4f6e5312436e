//! A graph to be laid out, without what its boxes say.

/// The size of a box.
pub(super) type Size = (f64, f64);

/// Where the middle of a box is.
pub(super) type Spot = (f64, f64);

/// A graph to be laid out: the sizes of its boxes, its edges, and its rings, none of which
/// share a box.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan<'a> {
    pub(super) sizes: &'a [Size],
    pub(super) edges: &'a [(usize, usize)],
    pub(super) rings: &'a [Vec<usize>],
}

/// The boxes at the other ends of the edges of a box.
pub(super) fn neighbours(
    edges: &[(usize, usize)],
    node: usize,
) -> impl Iterator<Item = usize> + '_ {
    edges.iter().filter_map(move |&(from, to)| match (from == node, to == node) {
        (true, false) => Some(to),
        (false, true) => Some(from),
        _ => None,
    })
}
