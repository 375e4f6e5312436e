//! Which file imports which: no circles, and arrows that point down only.
//!
//! Read off the `use` lines and the paths in the text, so nothing has to be declared. A
//! file is a module; what stands in `mod tests` at its end does not count.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{root, sources};

/// The folders of the checker, bottom first: each imports only what stands above it in
/// this list, and itself.
const CHECKER: [&str; 9] =
    ["model", "analysis", "strategy", "search", "replay", "check", "report", "library", "cli"];

/// The modules of a crate, and who imports whom.
struct Crate {
    name: &'static str,
    graph: DiGraph<String, ()>,
}

impl Crate {
    fn of(name: &'static str) -> Crate {
        let start = Path::new(name).join("src");
        let mut files = BTreeMap::new();
        for (path, text) in sources() {
            if let Ok(inside) = path.strip_prefix(&start) {
                files.insert(module_of(&inside.to_string_lossy()), code_of(&text));
            }
        }
        let mut graph = DiGraph::new();
        let nodes: BTreeMap<&str, NodeIndex> =
            files.keys().map(|module| (module.as_str(), graph.add_node(module.clone()))).collect();
        for (module, code) in &files {
            for path in paths_in(code) {
                let Some(path) = absolute(module, &path, &nodes) else { continue };
                let to = imported(&path, &nodes);
                if to != nodes[module.as_str()] {
                    graph.update_edge(nodes[module.as_str()], to, ());
                }
            }
        }
        Crate { name, graph }
    }

    /// Circles, each as the sorted modules in it.
    fn circles(&self) -> Vec<Vec<&str>> {
        let circles = tarjan_scc(&self.graph).into_iter().filter(|all| all.len() > 1);
        let named = circles.map(|all| {
            let mut names: Vec<&str> = all.iter().map(|&n| self.graph[n].as_str()).collect();
            names.sort_unstable();
            names
        });
        named.collect()
    }
}

/// `rt/machine/mod.rs` is `rt::machine`, and `lib.rs` the empty name.
fn module_of(file: &str) -> String {
    let path = file.trim_end_matches(".rs").replace('\\', "/");
    let path = path.strip_suffix("/mod").unwrap_or(&path);
    if path == "lib" { String::new() } else { path.replace('/', "::") }
}

/// The text without comments, and without the tests at its end.
fn code_of(text: &str) -> String {
    let lines = text.lines().take_while(|line| !line.starts_with("mod tests {"));
    let code = lines.map(|line| line.split("//").next().unwrap_or_default());
    code.collect::<Vec<_>>().join("\n")
}

/// All paths of modules in a text: those of `use` trees, and others with `::` in them. A
/// path with `$crate` is none: it is read where the macro is used.
fn paths_in(code: &str) -> Vec<String> {
    let mut paths = vec![];
    let mut rest = String::new();
    let mut statement: Option<String> = None;
    for line in code.lines() {
        let begins = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
        let begins = begins.trim_start_matches("pub(super) ");
        if statement.is_none() && begins.starts_with("use ") {
            statement = Some(String::new());
        }
        match &mut statement {
            Some(text) => text.push_str(begins.trim()),
            None => rest.push_str(&format!("{line}\n")),
        }
        if statement.as_ref().is_some_and(|text| text.ends_with(';')) {
            let text = statement.take().unwrap_or_default();
            paths.extend(expand(text.trim_start_matches("use ").trim_end_matches(';')));
        }
    }
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '$');
    let words = rest.split(|c| !is_path(c));
    let words = words.filter(|word| word.contains("::") && !word.starts_with('$'));
    paths.extend(words.map(|word| word.trim_matches(':').to_owned()));
    paths
}

/// The paths of a tree such as `a::{b, c::{d, e}}`.
fn expand(tree: &str) -> Vec<String> {
    let Some(open) = tree.find('{') else {
        return vec![tree.split(" as ").next().unwrap_or_default().trim().to_owned()];
    };
    let close = tree.rfind('}').unwrap_or(tree.len());
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for c in tree[open + 1..close].chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().expect("there is one").push(c);
    }
    let parts = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
    parts.flat_map(expand).map(|path| format!("{}{path}", &tree[..open])).collect()
}

/// A path from the root of the crate on; `None` for one of another crate.
fn absolute(module: &str, path: &str, nodes: &BTreeMap<&str, NodeIndex>) -> Option<String> {
    let mut here: Vec<&str> = module.split("::").filter(|part| !part.is_empty()).collect();
    let mut parts = path.split("::").peekable();
    match *parts.peek()? {
        "crate" => {
            parts.next();
            here.clear();
        }
        "self" => _ = parts.next(),
        "super" => {
            while parts.next_if_eq(&"super").is_some() {
                here.pop();
            }
        }
        child => {
            let child: Vec<&str> = here.iter().copied().chain([child]).collect();
            nodes.get(child.join("::").as_str())?;
        }
    }
    here.extend(parts);
    Some(here.join("::"))
}

/// The module that a path leads into.
fn imported(path: &str, nodes: &BTreeMap<&str, NodeIndex>) -> NodeIndex {
    let mut path = path;
    loop {
        if let Some(&module) = nodes.get(path) {
            return module;
        }
        path = path.rsplit_once("::").map_or("", |(start, _)| start);
    }
}

#[test]
fn no_files_import_one_another() {
    for name in ["sim", "checker"] {
        let house = Crate::of(name);
        assert!(house.circles().is_empty(), "{name}: {:?}", house.circles());
    }
}

#[test]
fn arrows_of_the_checker_point_down() {
    let house = Crate::of("checker");
    let floor = |module: &str| {
        let folder = module.split("::").next().unwrap_or_default();
        CHECKER.iter().position(|&known| known == folder)
    };
    let mut n = 0;
    for edge in house.graph.edge_indices() {
        let (from, to) = house.graph.edge_endpoints(edge).expect("there is the arrow");
        let (from, to) = (house.graph[from].as_str(), house.graph[to].as_str());
        if let (Some(from_floor), Some(to_floor)) = (floor(from), floor(to)) {
            assert!(from_floor >= to_floor, "{}: {from} imports {to}", house.name);
            n += 1;
        }
    }
    assert!(n > 300, "{n} arrows are too few: something is not read");
    let folders = fs::read_dir(root().join("checker/src")).expect("a folder").flatten();
    let folders = folders.filter(|entry| entry.path().is_dir());
    for folder in folders.map(|entry| entry.file_name().to_string_lossy().into_owned()) {
        assert!(CHECKER.contains(&folder.as_str()), "{folder} has no place in the list");
    }
}

#[test]
fn paths_are_read_off_the_text() {
    for (text, paths) in [
        ("use a::{b, c::{d, e}};", vec!["a::b", "a::c::d", "a::c::e"]),
        ("pub use a::b as c;\nlet x = crate::d::e(f);", vec!["a::b", "crate::d::e"]),
        ("use a::{\n    b,\n    c,\n};\nfn f() {}", vec!["a::b", "a::c"]),
        ("pub(crate) use a::{self};", vec!["a::self"]),
        ("$crate::a::b(c::d)", vec!["c::d"]),
    ] {
        assert_eq!(paths_in(text), paths, "{text}");
    }
}
