//! What is found and how it is told: each kind of finding on programs that have it
//! and on twins that do not, what a verdict is worth, and what reports say.

// Kinds of findings.
mod analyses;
mod endings;
mod exceptions;
mod nondeterminism;
mod panics;
mod settled;
mod stuck;

// Verdicts, and checks that come to no end.
mod assumptions;
mod deaf;
mod declared;
mod earned;
mod stacks;

// What is told of a finding.
mod golden;
mod graphs;
mod replay;
mod timelines;
mod values;
