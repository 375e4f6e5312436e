//! Names that are markup stay text.

use unknot_checker::sim::{Lock, Shared, done, spawn_named};
use unknot_checker::{Expectation, Kind, Scenario, Variant, source};

use super::chromium::Browser;
use super::visit::{LOOKS, PageFile, assert_readable, open};
use crate::kit::support::unknot_on;

const MARKUP: &str =
    "</script><img src=x onerror=\"document.title='broken'\"><b>'&amp;\n\u{1b}[31m";

const HOSTILE: &[Scenario] = &[Scenario {
    name: "hostile-names",
    family: "hostile",
    about: "names that are markup",
    covers: &[],
    params: &[],
    variants: &[Variant::new("both", "two locks in opposite orders", body, |_| {
        Expectation::pass().sometimes(Kind::Deadlock)
    })],
    source: source!("hostile.rs"),
}];

fn body(
    _: &unknot_checker::Params,
) -> Result<unknot_checker::sim::Value, unknot_checker::sim::Exception> {
    let (one, two) = (Lock::named(MARKUP), Lock::named(MARKUP));
    let text = Shared::named(MARKUP, MARKUP.to_owned());
    let (a, b) = (one.clone(), two.clone());
    let other = spawn_named(MARKUP, move || {
        let _b = b.lock()?;
        let _a = a.lock()?;
        text.write(format!("{MARKUP}!"));
        done(())
    });
    {
        let _one = one.lock()?;
        let _two = two.lock()?;
    }
    other.join()??;
    Ok(MARKUP.into())
}

#[test]
fn names_that_are_markup_stay_text() {
    let page = PageFile::made_by("check hostile-names", |line| unknot_on(HOSTILE, line));
    assert_eq!(page.text().matches("<img").count(), 0, "markup of names is in the page");
    let Some(mut browser) = Browser::start() else { return };
    for look in LOOKS {
        open(&mut browser, &page.path, look);
        let n = browser.eval("player.execution.last").as_u64().expect("a number");
        for position in 0..=n {
            browser.eval(&format!("player.goTo({position})"));
        }
        assert_readable(&mut browser, "hostile names");
        browser
            .eval("document.querySelectorAll('#outcome-table button').forEach((b) => b.click())");
        assert_readable(&mut browser, "hostile names, an outcome");
        let elements = browser.eval("document.querySelectorAll('img, main b b').length");
        assert_eq!(elements, 0, "a name became an element");
        let title = browser.eval("document.title");
        assert_eq!(title, "hostile-names/both — unknot");
        let text = browser.eval("byId('objects').textContent.includes('<img src=x')");
        assert_eq!(text, true, "the name is shown as it is");
        assert_eq!(browser.errors(), Vec::<String>::new());
    }
}
