//! Words of printed commands, written so that a POSIX shell reads them back.

/// A word, in quotes if a shell would read something else in it.
pub(crate) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=:,".contains(c);
    match text.chars().all(is_plain) && !text.is_empty() {
        true => text.to_owned(),
        false => quoted(text),
    }
}

/// The first word of a command: with `=` in it a shell would set a variable.
pub(crate) fn command(text: &str) -> String {
    if text.contains('=') { quoted(text) } else { word(text) }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_reads_is_quoted() {
        for (text, written) in [
            ("target/release/unknot", "target/release/unknot"),
            ("n=5", "n=5"),
            ("tests::哲学家", "tests::哲学家"),
            ("", "''"),
            ("my tool", "'my tool'"),
            ("it's", "'it'\\''s'"),
            ("$HOME;`a`*", "'$HOME;`a`*'"),
            ("a\nb", "'a\nb'"),
        ] {
            assert_eq!(word(text), written, "{text:?}");
        }
        assert_eq!(command("./a=b"), "'./a=b'");
        assert_eq!(command("./unknot"), "./unknot");
    }
}
