//! The pages of `--format html`, in a real browser.
//!
//! Where there is no browser these tests say so and count as passed: see
//! [`chromium::Browser::start`].

mod awkward;
mod chromium;
mod hostile;
mod pages;
mod play;
mod screenshot;
mod sizes;
mod visit;
