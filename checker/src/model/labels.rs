//! What objects and places are called in messages.

use unknot_sim::process::Pid;
use unknot_sim::{Execution, Names, Object, ObjectId, Purpose, Role};

/// `Lock 'bob'`, or `Lock#2` for the third object of the main task.
#[must_use]
pub fn object_label(object: &Object, id: ObjectId, names: &Names) -> String {
    if !object.name.is_empty() {
        return format!("{} '{}'", object.kind, object.name);
    }
    let (creator, nth) = names.object_origin(id);
    if object.is_called_by_place {
        let (file, line) = (file_name(object.location.file()), object.location.line());
        // Of several that one place makes, the first one is the rule.
        let other = match creator.role {
            Role::Place if nth > 0 => format!(" #{}", nth + 1),
            _ => String::new(),
        };
        return format!("{} '{file}:{line}{other}'", object.kind);
    }
    match (creator, nth) {
        (creator, _) if matches!(object.purpose, Purpose::End | Purpose::Doom) => {
            creator.to_string()
        }
        (creator, _) if object.purpose == Purpose::Waker => format!("waker of {creator}"),
        // The first two objects of main, and the first of other tasks, are the machine's.
        (creator, nth) if creator.parts.is_empty() => format!("{}#{}", object.kind, nth - 1),
        (creator, nth) => format!("{}#{creator}.{nth}", object.kind),
    }
}

/// The label of an object in an execution: a part of a primitive is shown as the
/// primitive.
#[must_use]
pub fn label_of(execution: &Execution<'_>, id: ObjectId) -> String {
    let id = execution.whole(id);
    object_label(execution.object(id), id, execution.names)
}

/// The last part of a path.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A source path relative to its package.
#[must_use]
pub fn package_path(file: &str) -> &str {
    ["/src/", "/tests/", "/benches/", "/examples/"]
        .iter()
        .filter_map(|folder| file.rfind(folder))
        .max()
        .map_or(file, |at| &file[at + 1..])
}

/// The number of a process, such as `p1`, where there are several.
pub(crate) fn process_label(execution: &Execution<'_>, number: u32) -> Option<String> {
    let Execution { processes, names, .. } = execution;
    let main = processes[number as usize].main;
    (processes.len() > 1).then(|| Pid::from(names.task_path(main)).to_string())
}
