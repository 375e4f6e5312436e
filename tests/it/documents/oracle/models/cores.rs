//! Model M30, and the other numbers about cores: jobs that compute and wait for devices, under a
//! policy.
//!
//! The idea: time goes on one unit after the other. In each unit the line is put in order, the
//! cores are handed out, and each of them does one unit of work; nothing looks ahead. So this says
//! nothing of events, deadlines or bursts that end early, of which the tool makes everything.
//!
//! The line is a sorted set of (when, had to leave, number of the job). What it misses: times that
//! are no whole units, and a job that is killed.

use std::collections::{BTreeSet, VecDeque};

/// Which job is next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    ComeFirst,
    Shortest,
    LeastLeft,
    Round(u64),
    /// The quanta of all levels but the last one.
    Levels(Vec<u64>),
}

/// Cores, all alike.
#[derive(Clone, Debug)]
pub(crate) struct Hall {
    pub(crate) cores: usize,
    pub(crate) rule: Rule,
    /// What it costs a core to go from one job to another.
    pub(crate) switch: u64,
}

/// What a job does next, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Cpu(u64),
    /// Waits for a device, of which there are enough.
    Io(u64),
}

/// What became of a job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) arrival: u64,
    pub(crate) ran: u64,
    pub(crate) waited: u64,
    pub(crate) response: u64,
    pub(crate) turnaround: u64,
}

/// A piece of the chart: core, job, from, to, and whether that was a switch.
pub(crate) type Piece = (usize, usize, u64, u64, bool);

/// What happens to all jobs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) fates: Vec<Fate>,
    pub(crate) chart: Vec<Piece>,
    pub(crate) end: u64,
}

impl Day {
    /// The units in which no core worked.
    pub(crate) fn idle(&self, cores: usize) -> u64 {
        let busy: u64 = self.chart.iter().map(|&(_, _, from, to, _)| to - from).sum();
        self.end * cores as u64 - busy
    }
}

#[derive(Default)]
struct Job {
    parts: VecDeque<Part>,
    /// Which line it stands in, from the first level.
    level: usize,
    spent: u64,
    switching: u64,
    /// Where it works.
    core: Option<usize>,
    /// When it last came to the line, and whether it had to leave a core for that.
    came: (u64, bool),
    /// The unit in which its device is ready.
    ready: u64,
    first_ran: Option<u64>,
    asked_first: Option<u64>,
    left_last: u64,
}

impl Job {
    fn left(&self) -> u64 {
        match self.parts.front() {
            Some(&Part::Cpu(left)) => left,
            _ => 0,
        }
    }
}

struct Hours<'a> {
    hall: &'a Hall,
    jobs: Vec<Job>,
    line: BTreeSet<(u64, bool, usize)>,
    /// For each core the job that it last worked for.
    had: Vec<Option<usize>>,
    day: Day,
}

/// A day of these jobs, each of them there from the start.
pub(crate) fn day(hall: &Hall, scripts: &[Vec<Part>]) -> Day {
    let jobs = scripts.iter().map(|parts| Job { parts: parts.clone().into(), ..Job::default() });
    let jobs: Vec<Job> = jobs.collect();
    let fates = vec![Fate::default(); jobs.len()];
    let day = Day { fates, ..Day::default() };
    let mut hours = Hours { hall, jobs, line: BTreeSet::new(), had: vec![None; hall.cores], day };
    let mut now = 0;
    (0..scripts.len()).for_each(|job| hours.begin(job, 0));
    while hours.jobs.iter().any(|job| !job.parts.is_empty()) {
        hours.hand_out(now);
        hours.work(now);
        now += 1;
        hours.change(now);
    }
    hours.day.end = now;
    hours.finish()
}

impl Hours<'_> {
    /// Begins with the next part of a job.
    fn begin(&mut self, number: usize, now: u64) {
        let job = &mut self.jobs[number];
        match job.parts.front() {
            Some(Part::Cpu(_)) => {
                (job.level, job.spent) = (0, 0);
                job.asked_first.get_or_insert(now);
                job.came = (now, false);
                self.line.insert((now, false, number));
            }
            Some(&Part::Io(time)) => job.ready = now + time,
            None => {}
        }
    }

    /// What a job in the line, or one at work, goes by first.
    fn grade(&self, number: usize) -> u64 {
        let job = &self.jobs[number];
        match self.hall.rule {
            Rule::ComeFirst | Rule::Round(_) => 0,
            Rule::Shortest | Rule::LeastLeft => job.left(),
            Rule::Levels(_) => job.level as u64,
        }
    }

    fn at_work(&self) -> Vec<usize> {
        (0..self.jobs.len()).filter(|&number| self.jobs[number].core.is_some()).collect()
    }

    fn hand_out(&mut self, now: u64) {
        let may_push_out = matches!(self.hall.rule, Rule::LeastLeft | Rule::Levels(_));
        let mut chosen: Vec<usize> = vec![];
        let mut out: Vec<usize> = vec![];
        loop {
            let next = self
                .line
                .iter()
                .min_by_key(|&&(when, left, number)| (self.grade(number), when, left, number));
            let Some(&next) = next else { break };
            if chosen.len() + self.at_work().len() == self.hall.cores {
                // The one at work that has the least right to be there; of equals, the one
                // that came to the line last.
                let right = |&n: &usize| (self.grade(n), self.jobs[n].came, n);
                let worst = self.at_work().into_iter().max_by_key(right);
                let worse = worst.filter(|&n| may_push_out && self.grade(n) > self.grade(next.2));
                let Some(worse) = worse else { break };
                self.jobs[worse].core = None;
                self.jobs[worse].switching = 0;
                out.push(worse);
            }
            self.line.remove(&next);
            chosen.push(next.2);
        }
        for number in out {
            self.jobs[number].came = (now, true);
            self.line.insert((now, true, number));
        }
        let mut free: BTreeSet<usize> = (0..self.hall.cores).collect();
        for number in self.at_work() {
            free.remove(&self.jobs[number].core.expect("at work"));
        }
        let (home, strange): (Vec<usize>, Vec<usize>) = chosen
            .into_iter()
            .partition(|&number| free.iter().any(|&core| self.had[core] == Some(number)));
        for number in home {
            let core = free.iter().copied().find(|&core| self.had[core] == Some(number));
            self.take(number, core.expect("it was free"), &mut free);
        }
        for number in strange {
            let core = *free.first().expect("as many cores as jobs");
            self.take(number, core, &mut free);
        }
    }

    fn take(&mut self, number: usize, core: usize, free: &mut BTreeSet<usize>) {
        free.remove(&core);
        let had = self.had[core].replace(number);
        let is_new = had.is_some_and(|had| had != number);
        self.jobs[number].core = Some(core);
        self.jobs[number].switching = if is_new { self.hall.switch } else { 0 };
    }

    /// One unit of work of each core.
    fn work(&mut self, now: u64) {
        for number in 0..self.jobs.len() {
            let fate = &mut self.day.fates[number];
            let job = &mut self.jobs[number];
            let Some(core) = job.core else {
                fate.waited += u64::from(matches!(job.parts.front(), Some(Part::Cpu(_))));
                continue;
            };
            let switches = job.switching > 0;
            if switches {
                job.switching -= 1;
                fate.waited += 1;
            } else {
                job.parts[0] = Part::Cpu(job.left() - 1);
                job.spent += 1;
                job.first_ran.get_or_insert(now);
                fate.ran += 1;
            }
            let goes_on = self.day.chart.iter_mut().find(|piece| {
                (piece.0, piece.1, piece.3, piece.4) == (core, number, now, switches)
            });
            match goes_on {
                Some(piece) => piece.3 = now + 1,
                None => self.day.chart.push((core, number, now, now + 1, switches)),
            }
        }
    }

    /// What ends with a unit.
    fn change(&mut self, now: u64) {
        for number in 0..self.jobs.len() {
            let job = &mut self.jobs[number];
            let quantum = match &self.hall.rule {
                Rule::Round(quantum) => Some(*quantum),
                Rule::Levels(quanta) => quanta.get(job.level).copied(),
                _ => None,
            };
            let is_over = match job.parts.front() {
                Some(&Part::Cpu(left)) => left == 0,
                Some(Part::Io(_)) => job.ready == now,
                None => false,
            };
            if is_over {
                if job.core.take().is_some() {
                    job.left_last = now;
                }
                job.parts.pop_front();
                self.begin(number, now);
            } else if job.core.is_some() && quantum == Some(job.spent) {
                (job.core, job.spent) = (None, 0);
                job.level += 1;
                job.came = (now, true);
                self.line.insert((now, true, number));
            }
        }
    }

    fn finish(mut self) -> Day {
        for (fate, job) in self.day.fates.iter_mut().zip(&self.jobs) {
            fate.arrival = job.asked_first.unwrap_or_default();
            fate.response = job.first_ran.map_or(0, |first| first - fate.arrival);
            fate.turnaround = job.left_last - job.asked_first.unwrap_or(job.left_last);
        }
        self.day.chart.sort_by_key(|&(core, _, from, ..)| (from, core));
        self.day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of M30: for each job what it waits, its turnaround and its response.
    #[test]
    fn m30() {
        let hall = |rule, switch| Hall { cores: 1, rule, switch };
        let levels = Rule::Levels(vec![2, 4]);
        let table = [
            (hall(Rule::ComeFirst, 0), [(0, 24, 0), (24, 27, 24), (27, 30, 27)]),
            (hall(Rule::Shortest, 0), [(6, 30, 6), (0, 3, 0), (3, 6, 3)]),
            (hall(Rule::Round(4), 0), [(6, 30, 0), (4, 7, 4), (7, 10, 7)]),
            (hall(levels, 0), [(6, 30, 0), (8, 11, 2), (9, 12, 4)]),
            (hall(Rule::Round(4), 1), [(9, 33, 0), (5, 8, 5), (9, 12, 9)]),
        ];
        for (hall, expected) in table {
            let day = day(&hall, &[24, 3, 3].map(|burst| vec![Part::Cpu(burst)]));
            let times = day.fates.iter().map(|fate| (fate.waited, fate.turnaround, fate.response));
            assert_eq!(times.collect::<Vec<_>>(), expected, "{hall:?}");
        }
    }
}
