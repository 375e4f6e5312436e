//! Timers of tasks that share a baton: their deadlines belong to the step of the clock.
//!
//! A task that sleeps under a baton must not race with others for it when the time is up.
//! So it sets a timer, passes the baton on, and waits at its seat. The step of the clock
//! puts the tasks whose time is up in line, in the order of their deadlines, and of two with
//! one deadline first the one that set its timer earlier. It is ordered with all other
//! steps, so nothing of that can come in another order: a hundred tasks that sleep are one
//! class. A task that is put in line before its time is up has its timers taken back.
//!
//! Only for virtual time. Where durations do not count a sleep is a step that any other
//! may precede, and the baton is passed and asked for around it.

use super::line::{BatonId, Timer};
use super::state::Machine;
use crate::mode::Mode;
use crate::op::Access;

impl Machine {
    /// Sets a timer for the current task. Part of a step that has updated the cell.
    pub(crate) fn set_timer(&mut self, baton: BatonId, micros: u64) {
        let deadline = self.now.saturating_add(micros);
        let timer = Timer { task: self.current, deadline };
        self.line(baton).timers.push(timer);
        self.enter_clock();
    }

    /// When the next timer of a task that is left is up.
    pub(super) fn next_timer(&self) -> Option<u64> {
        let timers = self.batons.iter().flat_map(|line| &line.timers);
        timers.filter(|timer| self.is_left(timer.task)).map(|timer| timer.deadline).min()
    }

    /// Puts in line all whose time is up. Part of the step of the clock.
    pub(super) fn run_timers(&mut self) {
        let now = self.now;
        let is_up = |timer: &&Timer| timer.deadline <= now && self.is_left(timer.task);
        let mut due = vec![];
        for (nth, line) in (0..).zip(&self.batons) {
            let mut tasks: Vec<Timer> = line.timers.iter().filter(is_up).copied().collect();
            tasks.sort_by_key(|timer| timer.deadline);
            if !tasks.is_empty() {
                due.push((BatonId(nth), line.cell, tasks));
            }
        }
        // Two executions of one class may have made their batons in different orders.
        due.sort_by_cached_key(|(_, cell, _)| self.names.object_origin(*cell));
        for (baton, cell, timers) in due {
            self.touch(Access::new(cell, Mode::Update, 0));
            for timer in timers {
                self.line_up(baton, timer.task);
            }
        }
    }
}
