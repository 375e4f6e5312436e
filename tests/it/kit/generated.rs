//! Generated programs: each is judged, and the smallest one that fails is told.

use std::fmt::Debug;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// What is wrong with a search on a program; `None` if the program is too large
/// to tell.
pub(crate) type Compared = Option<Result<(), String>>;

/// A panic of the tool is a failure like others: it is to be shrunk too.
fn caught(compare: impl FnOnce() -> Compared) -> Compared {
    let compared = std::panic::catch_unwind(std::panic::AssertUnwindSafe(compare));
    compared.unwrap_or_else(|_| Some(Err("the search panicked".to_owned())))
}

/// Makes a failing program as small as it gets while it fails.
fn shrink<S>(
    tree: &mut impl ValueTree<Value = S>,
    compare: impl Fn(&S) -> Compared,
) -> (S, String) {
    let failure = |spec: &S| caught(|| compare(spec)).and_then(Result::err);
    let mut smallest = tree.current();
    let mut message = failure(&smallest).expect("it fails");
    while tree.simplify() {
        loop {
            let spec = tree.current();
            if let Some(failed) = failure(&spec) {
                (smallest, message) = (spec, failed);
                break;
            }
            if !tree.complicate() {
                return (smallest, message);
            }
        }
    }
    (smallest, message)
}

pub(crate) fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Goes through so many programs that a strategy makes; those that are too large to tell do not
/// count. Returns how many these were, or what failed first. `UNKNOT_SEED` makes other ones, and
/// so does another part.
pub(crate) fn prove_among<S: Debug>(
    part: u8,
    strategy: &impl Strategy<Value = S>,
    programs: u64,
    compare: impl Fn(&S) -> Compared,
) -> Result<u64, String> {
    let mut seed = [0_u8; 32];
    seed[..8].copy_from_slice(&number("UNKNOT_SEED", 0).to_le_bytes());
    seed[8] = part;
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let (mut kept, mut discarded) = (0, 0);
    while kept < programs {
        let mut tree = strategy.new_tree(&mut runner).expect("programs can be made");
        match caught(|| compare(&tree.current())) {
            None => discarded += 1,
            Some(Ok(())) => kept += 1,
            Some(Err(_)) => {
                let (spec, message) = shrink(&mut tree, &compare);
                return Err(format!("{message}\nafter {kept} programs, by\n{spec:#?}"));
            }
        }
    }
    Ok(discarded)
}
