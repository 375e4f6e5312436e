//! Two events: the waiters of event 0 park, those of event 1 look again.

use unknot_checker::sim::Event;

use super::family::*;

operations! {
    /// Numbers name an event.
    EventOp, |task| {
        Set(i: u8), "Event::set" => task.objects.event(i).set(),
        Clear(i: u8), "Event::clear" => task.objects.event(i).clear(),
        Wait(i: u8), "Event::wait" => task.objects.event(i).wait(),
        WaitTimeout(i: u8), "Event::wait_timeout" => task.objects.event(i).wait_timeout(TIMEOUT),
        IsSet(i: u8), "Event::is_set" => task.objects.event(i).is_set(),
    }
}

impl Objects {
    fn event(&self, i: u8) -> &Event {
        &self.events()[usize::from(i)]
    }
}

impl Family for EventOp {
    type Objects = [Event; 2];
    type Kept = ();

    const THEMES: &'static [Theme] = &[
        Theme::new(7, || ops![Set(0), Clear(0), Wait(0), WaitTimeout(0), IsSet(0)]),
        Theme::new(8, || ops![Set(1), Clear(1), Wait(1), WaitTimeout(1), IsSet(1)]),
    ];

    fn create(_: &Objects) -> [Event; 2] {
        [Event::new(), Event::rechecking("rechecking")]
    }
}
