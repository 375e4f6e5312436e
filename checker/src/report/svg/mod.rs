//! Pictures: SVG and PNG of wait-for graphs, executions and charts of time, made without
//! any program or font of the system.
//!
//! One file a picture makes a [`scene`], which is plain data; [`write`](mod@write) makes it
//! SVG and [`png`] pixels. A new picture is a file here and its functions in the rows of the
//! formats.

mod columns;
mod font;
mod gantt;
mod graph;
mod graph_text;
mod lane_diagram;
mod lane_end;
mod lane_rows;
mod lane_text;
mod lanes;
mod layout;
mod legend;
mod palette;
mod plan;
mod png;
mod ring;
mod route;
mod scene;
mod write;

#[cfg(test)]
mod tests;

use std::io;

use super::gantt::GanttReport;
use super::look::{Amount, Look};
use super::picture::View;
use super::replay::ReplayReport;
use crate::replay::graph::Graph;
use scene::Scene;
use write::Letters;

/// In which form a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Vectors, for pages and printers.
    Svg,
    /// Pixels.
    Png,
}

impl Form {
    fn write(self, scene: &Scene, out: &mut dyn io::Write) -> io::Result<()> {
        match self {
            Form::Svg => write::write(scene, Letters::Text, out),
            Form::Png => png::write(scene, out),
        }
    }

    /// Writes a wait-for graph.
    pub(super) fn graph(
        self,
        graph: &Graph,
        view: View,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        self.write(&graph::scene(graph, view), out)
    }

    /// Writes an execution.
    pub(super) fn execution(
        self,
        report: &ReplayReport<'_>,
        look: Look,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        self.write(&lanes::scene(report, look.amount == Amount::Whole), out)
    }

    /// Writes how time was spent.
    pub(super) fn gantt(self, report: &GanttReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        self.write(&gantt::scene(report), out)
    }
}
