//! How large pages are, and what they do without a network.

use unknot_scenarios::CATALOGUE;

use super::visit::PageFile;

/// The most bytes of the page of a scenario.
const MOST: usize = 3_000_000;

#[test]
fn the_page_of_every_scenario_is_one_small_file() {
    for scenario in CATALOGUE {
        for variant in scenario.variants {
            let name = format!("{}/{}", scenario.name, variant.name);
            let text = PageFile::of(&format!("check {name} --max-executions 2000")).text();
            assert!(text.len() < MOST, "{name}: {} bytes", text.len());
            for load in ["src=\"", "href=\"http", "@import", "url(http", "fetch(", "XMLHttp"] {
                let (head, rest) = text.split_once("id=\"data\">").expect("an island");
                let (_, script) = rest.split_once("</script>").expect("which ends");
                assert!(!head.contains(load) && !script.contains(load), "{name}: {load}");
            }
        }
    }
}
