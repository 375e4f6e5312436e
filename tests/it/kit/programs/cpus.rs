//! Tasks that compute on processors of every policy.

use std::time::Duration;

use unknot_checker::sim::{Cpu, JobTimes, Policy, Slice};

use super::family::*;

operations! {
    /// The first number says which processor, the second one is milliseconds.
    CpuOp, |task| {
        Compute(i: u8, millis: u8), "Cpu::compute" => task.objects.cpu(i).compute(ms(millis)),
        /// By a handle for which it takes a millisecond to switch.
        ComputeSwitching(i: u8, millis: u8), "Cpu::switching" => {
            task.objects.cpu(i).clone().switching(ms(1)).compute(ms(millis))
        },
        /// On a processor of its own.
        ComputeAlone(millis: u8), "Cpu::compute" => {
            Cpu::new(1, Policy::RoundRobin(ms(1))).map(|cpu| cpu.compute(ms(millis)))
        },
        Slices(i: u8), "Cpu::slices" => told(&task.objects.cpu(i).slices()),
        Jobs(i: u8), "Cpu::report" => jobs(&task.objects.cpu(i).report()),
    }
}

fn ms(millis: u8) -> Duration {
    Duration::from_millis(millis.into())
}

/// Slices as a number that tells most of them apart.
fn told(slices: &[Slice]) -> i64 {
    let number = |slice: &Slice| {
        let times = slice.from.as_millis() as i64 * 7 + slice.to.as_millis() as i64;
        times * 5 + i64::from(slice.core) * 3 + i64::from(slice.switch) + slice.task.len() as i64
    };
    slices.iter().fold(0, |sum, slice| sum * 3 + number(slice))
}

fn jobs(report: &[JobTimes]) -> i64 {
    let number = |job: &JobTimes| {
        let response = job.response.unwrap_or_default();
        let times = [job.arrival, job.running, job.waiting, response, job.turnaround];
        times.iter().fold(0, |sum, time| sum * 7 + time.as_millis() as i64)
    };
    report.iter().fold(0, |sum, job| sum * 3 + number(job))
}

impl Objects {
    fn cpu(&self, i: u8) -> &Cpu {
        &self.cpus()[usize::from(i)]
    }
}

impl Family for CpuOp {
    /// One of each policy; that of the shortest remaining time has two cores.
    type Objects = [Cpu; 5];
    type Kept = ();

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[
        Theme::new(73, || {
            let first = ops![Compute(0, 1), Compute(0, 2), Compute(0, 3), ComputeSwitching(0, 2)];
            [first, ops![Lock(0), Unlock(0), Sleep(1), Update(0), Jobs(0)]].concat()
        }),
        Theme::new(74, || {
            let quanta = ops![Compute(3, 1), Compute(3, 3), ComputeSwitching(3, 4), Compute(4, 3)];
            let others = ops![Compute(4, 2), ComputeSwitching(4, 5), Sleep(1), Sleep(2)];
            [quanta, others, ops![LockTimeout(0), Unlock(0), Update(0), Slices(3), Now]].concat()
        }),
        Theme::new(75, || {
            let short = ops![Compute(1, 1), Compute(1, 3), Compute(2, 1), Compute(2, 4)];
            let others =
                ops![ComputeSwitching(2, 2), ComputeAlone(3), Sleep(1), Slices(2), Jobs(1)];
            [short, others, ops![Acquire, Release, Update(0), Compute(0, 2)]].concat()
        }),
    ];

    fn create(_: &Objects) -> [Cpu; 5] {
        let all = [
            (1, Policy::Fcfs),
            (1, Policy::Sjf),
            (2, Policy::Srtf),
            (1, Policy::RoundRobin(ms(2))),
            (1, Policy::Feedback(vec![ms(1), ms(2)])),
        ];
        let create = |(cores, policy)| Cpu::named("cpu", cores, policy);
        all.map(|cpu| create(cpu).expect("cores and quanta"))
    }

    fn finals(cpus: &[Cpu; 5]) -> Vec<i64> {
        cpus.iter().map(|cpu| told(&cpu.slices())).collect()
    }
}
