//! `--format junit`: an XML parser reads it, and it says what the JSON says.

use std::fs;

use roxmltree::{Document, Node};
use unknot_checker::replay::file::SchedFile;

use super::of_awkward;
use crate::cli::sched_files::Folder;
use crate::kit::support::unknot;

fn named<'a>(node: Node<'a, 'a>, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.descendants().filter(move |one| one.has_tag_name(name))
}

/// The schedule files in the output of a case.
fn attached(case: Node<'_, '_>) -> Vec<String> {
    let out = case.children().find(|one| one.has_tag_name("system-out"));
    let text = out.and_then(|out| out.text()).unwrap_or_default();
    let parts = text.split("--- finding-").skip(1);
    let parts = parts.filter_map(|part| part.split_once(".sched\n"));
    // What follows a file is the line of the attachment of the next one.
    parts.map(|(_, file)| file.split("[[ATT").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_case_passes_if_the_check_is_as_declared() {
    let line = "check --max-executions 300";
    let text = unknot(&format!("{line} --format junit")).out;
    let reports = unknot(&format!("{line} --format json")).out;
    let reports: serde_json::Value = serde_json::from_str(&reports).expect("JSON");
    let reports = reports.as_array().expect("a list");
    let document = Document::parse(&text).expect("XML");
    let cases: Vec<Node<'_, '_>> = named(document.root(), "testcase").collect();
    assert_eq!(cases.len(), reports.len());
    let (mut states, mut n_files) = ([0, 0, 0], 0);
    for (case, report) in cases.iter().zip(reports) {
        let of = |attribute| case.attribute(attribute).expect("it has that");
        let name = format!("{}/{}", of("classname"), of("name"));
        assert_eq!(report["scenario"], name.as_str());
        let has = |tag| case.children().any(|one| one.has_tag_name(tag));
        let (failure, error) = (has("failure"), has("error"));
        let state = match report["as_expected"].as_bool() {
            Some(true) => 0,
            Some(false) => 1,
            None => 2,
        };
        assert_eq!((failure, error), (state == 1, state == 2), "{name}");
        states[state] += 1;
        let findings = report["findings"].as_array().expect("a list");
        let errors = findings.iter().filter(|finding| finding["level"] == "error");
        let schedules: Vec<&str> = errors.filter_map(|one| one["schedule"].as_str()).collect();
        let files = attached(*case);
        assert_eq!(files.len(), schedules.len(), "{name}");
        for (file, schedule) in files.iter().zip(schedules) {
            let file = SchedFile::parse(file.as_bytes()).expect("a schedule file");
            assert_eq!((file.scenario, file.schedule.to_string()), (name.clone(), schedule.into()));
            n_files += 1;
        }
    }
    assert!(states[0] > 20 && states[2] > 5 && n_files > 50, "{states:?} {n_files}");
    let suites = document.root_element();
    let count = |attribute: &str| suites.attribute(attribute).and_then(|n| n.parse().ok());
    assert_eq!(["tests", "failures", "errors"].map(count)[1..], [Some(states[1]), Some(states[2])]);
}

#[test]
fn what_is_attached_is_what_is_saved() {
    let folder = Folder::new("junit");
    let dir = folder.0.display().to_string();
    let line =
        format!("check ab-ba-noodles/opposite-orders -p group=1 --save {dir} --format junit");
    let text = unknot(&line).out;
    let document = Document::parse(&text).expect("XML");
    let path = format!("{dir}/ab-ba-noodles/opposite-orders/group=1/deadlock-1.sched");
    let saved = fs::read_to_string(&path).expect("a file");
    let case = named(document.root(), "testcase").next().expect("a case");
    assert_eq!(attached(case), [saved]);
    assert!(text.contains(&format!("[[ATTACHMENT|{path}]]\n")), "{text}");
}

#[test]
fn a_case_that_fails_tells_why() {
    let line =
        "check lost-update-decrement/no-lock -p threads=2 --fail-on data-race --format junit";
    let ran = unknot(line);
    assert_eq!(ran.code, 1);
    let document = Document::parse(&ran.out).expect("XML");
    let failure = named(document.root(), "failure").next().expect("a failure");
    let text = failure.text().expect("the story");
    assert!(text.contains("read Shared 'number'") && text.contains("replay: "), "{text}");
    assert!(failure.attribute("message").is_some_and(|text| text.contains("data-race")));
}

#[test]
fn names_stay_text() {
    let text = of_awkward("check --format junit");
    let document = Document::parse(&text).expect("XML");
    assert!(named(document.root(), "img").next().is_none());
    let all = document.root_element();
    let mut told = all.descendants().filter_map(|node| node.text());
    assert!(told.any(|text| text.contains("</script><img onerror=")), "{text}");
    let files = attached(named(all, "testcase").next().expect("a case"));
    assert!(files.len() >= 2, "{text}");
    // A letter that is none in XML is another one there, and the file is one all the same.
    for file in files {
        let read = SchedFile::parse(file.as_bytes()).expect("a schedule file");
        assert_eq!(read.scenario, "awkward/form");
    }
}
