//! Which scenarios and variants a pattern means.

use crate::cli::status::Trouble;
use crate::model::scenario::{Params, Scenario, Variant};

/// One variant of one scenario.
#[derive(Clone, Copy, Debug)]
pub(super) struct Selected<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) variant: &'a Variant,
}

impl Selected<'_> {
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.scenario.name, self.variant.name)
    }

    pub(super) fn params(&self, given: &[(String, String)]) -> Result<Params, Trouble> {
        self.scenario.params(given).map_err(Trouble::Usage)
    }

    /// The parameters that are not the usual ones, as they are given.
    pub(super) fn given(&self, params: &Params) -> Vec<(String, String)> {
        let default = |name: &str| self.scenario.params.iter().find(|p| p.name == name);
        let is_other =
            |&(name, value): &(&str, i64)| default(name).is_none_or(|p| p.default != value);
        let given = params.iter().filter(is_other);
        given.map(|(name, value)| (name.to_owned(), value.to_string())).collect()
    }
}

fn all(catalogue: &[Scenario]) -> impl Iterator<Item = Selected<'_>> {
    catalogue.iter().flat_map(|scenario| {
        scenario.variants.iter().map(move |variant| Selected { scenario, variant })
    })
}

/// All variants that some pattern matches, in the order of the catalogue.
pub(super) fn select<'a>(
    patterns: &[String],
    catalogue: &'a [Scenario],
) -> Result<Vec<Selected<'a>>, Trouble> {
    for pattern in patterns {
        if !all(catalogue).any(|selected| matches(pattern, &selected)) {
            return Err(unknown(pattern, catalogue));
        }
    }
    let wanted = |selected: &Selected<'_>| {
        patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, selected))
    };
    Ok(all(catalogue).filter(wanted).collect())
}

/// The one variant that a name means: the first variant if the name has none.
pub(super) fn single<'a>(name: &str, catalogue: &'a [Scenario]) -> Result<Selected<'a>, Trouble> {
    let exact = |selected: &Selected<'_>| selected.scenario.name == name || selected.name() == name;
    all(catalogue).find(exact).ok_or_else(|| {
        let of_family = catalogue.iter().filter(|scenario| scenario.family == name);
        let names: Vec<&str> = of_family.map(|scenario| scenario.name).collect();
        match names.is_empty() {
            true => unknown(name, catalogue),
            false => Trouble::Usage(format!(
                "'{name}' is a family of scenarios, and one is wanted; it has: {}",
                names.join(", ")
            )),
        }
    })
}

fn matches(pattern: &str, selected: &Selected<'_>) -> bool {
    let scenario = selected.scenario;
    [scenario.name, scenario.family, &selected.name()].iter().any(|name| glob(pattern, name))
}

/// Whether a text matches a pattern in which `*` stands for any text.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    loop {
        if glob(rest, text) {
            return true;
        }
        let mut chars = text.chars();
        if chars.next().is_none() {
            return false;
        }
        text = chars.as_str();
    }
}

fn unknown(pattern: &str, catalogue: &[Scenario]) -> Trouble {
    let mut names: Vec<String> = catalogue.iter().map(|s| s.name.to_owned()).collect();
    names.extend(all(catalogue).map(|selected| selected.name()));
    names.extend(catalogue.iter().map(|s| s.family.to_owned()));
    names.sort();
    names.dedup();
    // The distance: how many letters have to be changed, added or removed.
    names.sort_by_key(|name| strsim::levenshtein(pattern, name));
    names.truncate(4);
    Trouble::Usage(format!("no scenario is called '{pattern}'; nearest: {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (pattern, text, yes) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "ab", true),
            ("*b", "ab", true),
            ("*", "", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abcd", false),
            ("*é*", "né!", true),
        ] {
            assert_eq!(glob(pattern, text), yes, "{pattern} {text}");
        }
    }
}
