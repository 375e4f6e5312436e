//! What `merge` says of units that were made under other budgets, that are not finished, and of
//! files of a program that has changed.

use unknot_checker::sim::{Exception, Shared, Value};
use unknot_checker::{Expectation, Params, Scenario, Source, Variant};

use super::same;
use crate::cli::sched_files::Folder;
use crate::kit::support::{unknot, unknot_on};

/// The budget of the report is the largest of the units, given or not.
#[test]
fn units_with_other_budgets_are_merged_under_the_largest() {
    let folder = Folder::new("long-budgets");
    let line = "check lost-update-decrement/locked -p threads=4";
    let json = format!("{line} --format json");
    let whole = unknot(&json);
    assert!(whole.out.contains("\"directed\":"), "there is a stage: {}", whole.out);
    let (of, mut files, mut finished) = (7, vec![], 0);
    for unit in 1..=of {
        let file = folder.path(&unit.to_string());
        let of_unit = format!("{line} --unit {unit}/{of}");
        let few = unknot(&format!("{of_unit} --max-executions 3 --checkpoint {file}"));
        finished += u32::from(few.code == 0);
        if few.code != 0 {
            let ran = unknot(&format!("{of_unit} --resume {file}"));
            assert_eq!(ran.code, 0, "{}", ran.err);
        }
        files.push(file);
    }
    assert!((1..of).contains(&finished), "{finished} of {of}");
    same(&whole, &unknot(&format!("merge {} --format json", files.join(" "))), line);
}

/// A search that is through after its first executions is told by its files all the same.
#[test]
fn a_unit_of_a_small_search_that_is_not_finished_is_told() {
    let folder = Folder::new("long-small");
    let line = "check lost-update-decrement/locked -p threads=2";
    let files = [1, 2].map(|unit| folder.path(&unit.to_string()));
    let [one, two] = &files;
    assert_eq!(unknot(&format!("{line} --unit 1/2 --checkpoint {one}")).code, 0);
    let cut = unknot(&format!("{line} --unit 2/2 --checkpoint {two} --time-limit 0"));
    assert_eq!(cut.code, 3, "{}", cut.err);
    let open = unknot(&format!("merge {one} {two}"));
    assert_eq!(open.code, 3, "{}", open.out);
    assert!(open.out.contains("INCONCLUSIVE (1 of 2 units is not finished; "), "{}", open.out);
    assert!(open.err.contains("note: unit 2 of 2 ("), "{}", open.err);
    assert_eq!(unknot(&format!("{line} --unit 2/2 --resume {two}")).code, 0);
    same(&unknot(line), &unknot(&format!("merge {one} {two}")), line);
}

fn nothing(_: &Params) -> Result<Value, Exception> {
    let number = Shared::new(0);
    number.write(1);
    Ok(Value::Int(number.read()))
}

const VARIANTS: &[Variant] = &[Variant::new("one", "once", nothing, |_| Expectation::pass())];

/// A program with a source text.
const fn with(source: &'static [Source]) -> Scenario {
    Scenario {
        name: "writes",
        family: "t",
        about: "one task writes a number",
        covers: &[],
        params: &[],
        variants: VARIANTS,
        source,
    }
}

const BEFORE: &[Scenario] = &[with(&[Source { file: "a.rs", text: "one\ntwo\n" }])];
const CHANGED: &[Scenario] = &[with(&[Source { file: "a.rs", text: "one\nthree\n" }])];

/// The same, with the ends of lines of another system, and from another folder.
const MOVED: &[Scenario] = &[with(&[Source { file: "b/a.rs", text: "one\r\ntwo\r\n" }])];

/// Nothing is made again of a file with everything, so what has changed is seen in the text.
#[test]
fn a_finished_file_is_of_one_text() {
    let folder = Folder::new("long-text");
    let file = folder.path("a");
    let made = unknot_on(BEFORE, &format!("check writes --checkpoint {file}"));
    assert!(made.code == 0 && made.out.contains("PASS (exhaustive)"), "{} {}", made.out, made.err);
    let said = format!(
        "error: {file} does not fit writes/one as it is now: its source text is another one\n"
    );
    for line in [format!("check writes --resume {file}"), format!("merge {file}")] {
        let refused = unknot_on(CHANGED, &line);
        assert_eq!((refused.code, &*refused.out, &refused.err), (1, "", &said), "{line}");
        for same_text in [BEFORE, MOVED] {
            let ran = unknot_on(same_text, &line);
            assert!(ran.code == 0 && ran.out.contains("PASS (exhaustive)"), "{line}: {}", ran.err);
        }
    }
}
