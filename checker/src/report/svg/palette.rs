//! What the roles of a picture look like: colours that colour-blind people can tell apart
//! (M. Okabe and K. Ito, *Color Universal Design*, 2008), and a pattern or a kind of line
//! for each, so that a picture reads without colour.
//!
//! Each role has two looks, for light and for dark pages. The dark one applies where the
//! reader's system asks for it; a PNG is light.

use std::fmt::Write;

/// What a box or a line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Paint {
    /// A task that waits.
    Task,
    /// A task in a knot.
    KnotTask,
    /// A task that could go on.
    FreeTask,
    /// A task that is over or was never there.
    EndedTask,
    /// What is waited for or held.
    Resource,
    /// The same in a knot.
    KnotResource,
    /// What is written at a line.
    Label,
    /// The head of a lane or a table.
    Head,
    /// A certain wait.
    Wait,
    /// A certain wait in a knot.
    KnotWait,
    /// A possible wait.
    Possible,
    /// One task lets another go on.
    Wakes,
    /// A thin line that guides the eye.
    Guide,
}

/// The colour of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Text,
    Faint,
    Bad,
}

/// How an area is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stripe {
    /// The band of the lock with this number.
    Band(usize),
    /// Nothing can go on there.
    Blocked,
    /// The same for a task that waits for ever.
    BlockedForGood,
    /// A core runs a task.
    Running,
    /// A task could run.
    Ready,
    /// A core changes tasks.
    Switch,
}

/// Colours that are told apart with any kind of colour blindness.
const BANDS: [&str; 7] =
    ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a800"];

/// What is drawn over them, in a square of 8 by 8.
const PATTERNS: [&str; 7] = [
    "",
    "M0 8L8 0M-2 2L2 -2M6 10L10 6",
    "M2 2h3v3h-3z",
    "M0 2h8",
    "M0 0L8 8M-2 6L2 10M6 -2L10 2",
    "M4 0v8",
    "M0 0L8 8M0 8L8 0",
];

/// How many bands look different.
pub(super) const LOOKS: usize = BANDS.len() * PATTERNS.len();

impl Paint {
    pub(super) const ALL: [Paint; 13] = [
        Paint::Task,
        Paint::KnotTask,
        Paint::FreeTask,
        Paint::EndedTask,
        Paint::Resource,
        Paint::KnotResource,
        Paint::Label,
        Paint::Head,
        Paint::Wait,
        Paint::KnotWait,
        Paint::Possible,
        Paint::Wakes,
        Paint::Guide,
    ];

    /// The name of its class.
    pub(super) fn class(self) -> &'static str {
        self.look().0
    }

    /// Its class; its fill and its stroke, on light and on dark pages; the width of the
    /// stroke, and its dashes.
    fn look(self) -> (&'static str, [&'static str; 2], [&'static str; 2], f64, &'static str) {
        const NONE: [&str; 2] = ["none", "none"];
        const RED: [&str; 2] = ["#b3261e", "#ff8a70"];
        const GREY: [&str; 2] = ["#57606a", "#9da7b1"];
        const PAPER: [&str; 2] = ["#ffffff", "#15181c"];
        match self {
            Paint::Task => ("task", ["#eef3f8", "#1f2a36"], ["#3b5670", "#8fb0cf"], 1.5, ""),
            Paint::KnotTask => ("knot-task", ["#fdecea", "#3a1b17"], RED, 3.0, ""),
            Paint::FreeTask => {
                ("free-task", ["#e8f5ee", "#17301f"], ["#1b6e45", "#7fd0a5"], 1.5, "")
            }
            Paint::EndedTask => ("ended-task", PAPER, GREY, 1.5, "2 3"),
            Paint::Resource => {
                ("resource", ["#fff8e1", "#2d2815"], ["#7a5f00", "#d9c06a"], 1.5, "")
            }
            Paint::KnotResource => ("knot-resource", ["#fff8e1", "#2d2815"], RED, 3.0, ""),
            Paint::Label => ("label", PAPER, NONE, 0.0, ""),
            Paint::Head => ("head", ["#eef3f8", "#1f2a36"], ["#3b5670", "#8fb0cf"], 1.0, ""),
            Paint::Wait => ("wait", NONE, ["#3b5670", "#8fb0cf"], 1.8, ""),
            Paint::KnotWait => ("knot-wait", NONE, RED, 3.0, ""),
            Paint::Possible => ("possible", NONE, GREY, 1.6, "6 4"),
            Paint::Wakes => ("wakes", NONE, ["#00694d", "#5fd3ae"], 2.0, ""),
            Paint::Guide => ("guide", NONE, ["#d0d7de", "#3a424b"], 1.0, ""),
        }
    }
}

impl Ink {
    pub(super) fn class(self) -> &'static str {
        match self {
            Ink::Text => "t",
            Ink::Faint => "f",
            Ink::Bad => "b",
        }
    }
}

impl Stripe {
    /// The name of its pattern.
    pub(super) fn id(self) -> String {
        match self {
            Stripe::Band(nth) => format!("band{}", nth % LOOKS),
            Stripe::Blocked => "blocked".to_owned(),
            Stripe::BlockedForGood => "stuck".to_owned(),
            Stripe::Running => "running".to_owned(),
            Stripe::Ready => "ready".to_owned(),
            Stripe::Switch => "switch".to_owned(),
        }
    }

    /// Its pattern: a square with a ground and lines on it.
    pub(super) fn pattern(self) -> String {
        let id = self.id();
        let (ground, lines, d, width) = match self {
            Stripe::Band(nth) => {
                let colour = BANDS[nth % BANDS.len()];
                let shift = nth % LOOKS / BANDS.len();
                let d = PATTERNS[(nth + shift) % PATTERNS.len()];
                (format!("fill=\"{colour}\""), "stroke=\"#ffffff\"".to_owned(), d, 1.6)
            }
            _ => {
                let d = match self {
                    Stripe::Blocked | Stripe::BlockedForGood => PATTERNS[1],
                    Stripe::Ready => "M3 4h2",
                    Stripe::Switch => PATTERNS[6],
                    _ => "",
                };
                (format!("class=\"{id}-g\""), format!("class=\"{id}-l\""), d, 1.3)
            }
        };
        format!(
            "<pattern id=\"{id}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">\
             <rect width=\"8\" height=\"8\" {ground}/>\
             <path d=\"{d}\" fill=\"none\" stroke-width=\"{width}\" {lines}/></pattern>"
        )
    }
}

/// The grounds and lines of areas, on light and on dark pages.
const AREAS: [(&str, [&str; 2], [&str; 2]); 5] = [
    ("blocked", ["#f1f3f5", "#20252b"], ["#9aa4ae", "#5d6771"]),
    ("stuck", ["#fdecea", "#3a1b17"], ["#d9847d", "#a5483d"]),
    ("running", ["#0072b2", "#3d9bd1"], ["#0072b2", "#3d9bd1"]),
    ("ready", ["#fff3d6", "#3b3216"], ["#7a5f00", "#d9c06a"]),
    ("switch", ["#ffffff", "#15181c"], ["#1f2328", "#e6edf3"]),
];

/// The rules for one kind of page: 0 is light, 1 dark.
fn rules(page: usize) -> String {
    let mut css = String::new();
    let paper = ["#ffffff", "#15181c"][page];
    let _ = write!(css, ".page{{fill:{paper}}}");
    let inks = [
        ("t", ["#1f2328", "#e6edf3"]),
        ("f", ["#57606a", "#9da7b1"]),
        ("b", ["#b3261e", "#ff8a70"]),
    ];
    for (class, colours) in inks {
        let _ = write!(css, ".{class}{{fill:{}}}", colours[page]);
    }
    for role in Paint::ALL {
        let (class, fill, stroke, _, _) = role.look();
        let _ = write!(css, ".{class}{{fill:{};stroke:{}}}", fill[page], stroke[page]);
        let _ = write!(css, ".{class}-a{{fill:{}}}", stroke[page]);
    }
    for (id, ground, line) in AREAS {
        let _ = write!(css, ".{id}-g{{fill:{}}}.{id}-l{{stroke:{}}}", ground[page], line[page]);
    }
    css
}

/// The style sheet: for light pages, and for dark ones where that is wanted.
pub(super) fn style_sheet(has_dark: bool) -> String {
    let mut css = rules(0);
    for role in Paint::ALL {
        let (class, _, _, width, dashes) = role.look();
        let _ = write!(css, ".{class}{{stroke-width:{width}}}");
        if !dashes.is_empty() {
            let _ = write!(css, ".{class}{{stroke-dasharray:{dashes}}}");
        }
    }
    if has_dark {
        let _ = write!(css, "@media (prefers-color-scheme:dark){{{}}}", rules(1));
    }
    css
}
