//! Rows with aligned columns, as wide as a line may be.
//!
//! A row that is too wide is broken: the columns from a certain one on go on a line of
//! their own. A line that is still too wide is cut: on the second line the last column,
//! which quotes a source; otherwise the widest column.

use std::io;

use super::look::Look;
use super::style::width;
use crate::report::style::padded;

/// Blanks between two columns.
const GAP: usize = 3;

/// No column is cut to less than this.
const LEAST: usize = 16;

/// The second line of a row is indented by this.
const DEEPER: &str = "    ";

/// Writes rows. Rows that are too wide continue on a second line, from a column on.
pub(super) fn write_rows(
    rows: &[Vec<String>],
    (indent, broken_at): (&str, usize),
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut widths = natural(rows);
    if total(&widths) + indent.len() <= look.columns {
        return rows.iter().try_for_each(|row| write_row(row, &widths, indent, out));
    }
    let (first, second) = widths.split_at_mut(broken_at.min(rows_width(rows)));
    let deeper = format!("{indent}{DEEPER}");
    fit(first, look.columns - indent.len());
    let room = look.columns - deeper.len();
    let too_many = total(second).saturating_sub(room);
    if let Some(last) = second.last_mut() {
        *last = last.saturating_sub(too_many).max(LEAST.min(*last));
    }
    fit(second, room);
    for row in rows {
        let (start, end) = row.split_at(first.len().min(row.len()));
        write_row(start, first, indent, out)?;
        if end.iter().any(|cell| !cell.is_empty()) {
            write_row(end, second, &deeper, out)?;
        }
    }
    Ok(())
}

/// Whether rows fit on lines as they are.
pub(super) fn do_fit(rows: &[Vec<String>], indent: &str, look: Look) -> bool {
    total(&natural(rows)) + indent.len() <= look.columns
}

fn rows_width(rows: &[Vec<String>]) -> usize {
    rows.iter().map(Vec::len).max().unwrap_or(0)
}

fn natural(rows: &[Vec<String>]) -> Vec<usize> {
    let widest =
        |nth: usize| rows.iter().filter_map(|row| row.get(nth)).map(|cell| width(cell)).max();
    (0..rows_width(rows)).map(|nth| widest(nth).unwrap_or(0)).collect()
}

/// The width of columns together; empty columns are left out.
fn total(widths: &[usize]) -> usize {
    let shown = widths.iter().filter(|width| **width > 0);
    shown.map(|width| width + GAP).sum::<usize>().saturating_sub(GAP)
}

/// Cuts the widest columns until all fit, or none can be cut.
fn fit(widths: &mut [usize], most: usize) {
    while total(widths) > most {
        let widest = widths.iter_mut().max_by_key(|width| **width);
        match widest.filter(|width| **width > LEAST) {
            Some(widest) => *widest -= 1,
            None => return,
        }
    }
}

fn write_row(
    row: &[String],
    widths: &[usize],
    indent: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut line = indent.to_owned();
    for (cell, width) in row.iter().zip(widths).filter(|(_, width)| **width > 0) {
        line.push_str(&padded(&cut(cell, *width), *width));
        line.push_str(&" ".repeat(GAP));
    }
    writeln!(out, "{}", line.trim_end())
}

/// A text cut to at most `most` columns. A text with colours is never cut: it is a
/// single word.
fn cut(text: &str, most: usize) -> String {
    if width(text) <= most || text.contains('\u{1b}') {
        return text.to_owned();
    }
    let mut shown = String::new();
    for c in text.chars() {
        shown.push(c);
        if width(&shown) >= most {
            // A wide letter may take one column too many.
            while width(&shown) >= most {
                shown.pop();
            }
            break;
        }
    }
    shown.push('…');
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(rows: &[&[&str]], broken_at: usize, look: Look) -> String {
        let row = |row: &&[&str]| row.iter().map(|cell| (*cell).to_owned()).collect();
        let rows: Vec<Vec<String>> = rows.iter().map(row).collect();
        let mut bytes = vec![];
        write_rows(&rows, ("  ", broken_at), look, &mut bytes).expect("memory");
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn what_is_too_wide_goes_on_below_and_is_cut_there() {
        let rows: &[&[&str]] = &[
            &["step 1", "T0 'main'", "read", "a.rs:1", "let x = number.read(); // and so on"],
            &["step 12", "T1", "write", "a.rs:2", "number.write(x);"],
        ];
        let look = |columns| Look { columns, ..Look::default() };
        assert_eq!(
            written(rows, 3, look(90)),
            "  step 1    T0 'main'   read    a.rs:1   let x = number.read(); // and so on\n  \
             step 12   T1          write   a.rs:2   number.write(x);\n"
        );
        assert_eq!(
            written(rows, 3, look(40)),
            "  step 1    T0 'main'   read\n      a.rs:1   let x = number.read(); /…\n  \
             step 12   T1          write\n      a.rs:2   number.write(x);\n"
        );
        let whole = look(40).verbose(true);
        assert_eq!(written(rows, 3, whole), written(rows, 3, look(90)));
    }

    #[test]
    fn texts_are_cut_by_columns() {
        for (text, most, shown) in [
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("鍵鍵鍵", 6, "鍵鍵鍵"),
            ("鍵鍵鍵", 5, "鍵鍵…"),
            ("鍵鍵鍵", 4, "鍵…"),
        ] {
            assert_eq!(cut(text, most), shown);
        }
    }
}
