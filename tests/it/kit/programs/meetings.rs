//! A channel without room, and what a channel with room for one tries to do or does in time.

use unknot_checker::sim::{Ready, Rendezvous, wait_any, wait_any_timeout};

use super::family::*;
use super::selects::{chosen, places};

operations! {
    /// The numbers are values. Those that begin with `Ch` are about the channel with room for
    /// one.
    MeetingOp, |task| {
        MSend(value: u8), "Rendezvous::send" => task.objects.meetings().send(value.into()),
        MTrySend(value: u8), "Rendezvous::try_send" => {
            task.objects.meetings().try_send(value.into())
        },
        MSendTimeout(value: u8), "Rendezvous::send_timeout" => {
            task.objects.meetings().send_timeout(value.into(), TIMEOUT)
        },
        MReceive, "Rendezvous::receive" => task.objects.meetings().receive(),
        MTryReceive, "Rendezvous::try_receive" => task.objects.meetings().try_receive(),
        MReceiveTimeout, "Rendezvous::receive_timeout" => {
            task.objects.meetings().receive_timeout(TIMEOUT)
        },
        MClose, "Rendezvous::close" => task.objects.meetings().close(),
        ChTrySend(value: u8), "Channel::try_send" => {
            task.objects.channel(0).try_send(value.into())
        },
        ChTryReceive, "Channel::try_receive" => task.objects.channel(0).try_receive(),
        ChReceiveTimeout, "Channel::receive_timeout" => {
            task.objects.channel(0).receive_timeout(TIMEOUT)
        },
        /// The bits say which: 1 a sender of the channel without room, 2 a receiver of it, 4 an
        /// item of the other channel, 8 room in that one, 16 and 32 room in the queues with room
        /// for one and without end.
        AnyMeeting(of: u8), "wait_any" => {
            any(task, of, |things| places(wait_any(things)))
        },
        AnyMeetingTimeout(of: u8), "wait_any_timeout" => {
            any(task, of, |things| places(wait_any_timeout(things, TIMEOUT)))
        },
        MRoom, "Rendezvous::room" => places(wait_any(&[&task.objects.meetings().room()])),
        ChRoom, "Channel::room" => places(wait_any(&[&task.objects.channel(0).room()])),
    }
}

fn any<T>(task: &Running, of: u8, wait: impl FnOnce(&[&dyn Ready]) -> T) -> T {
    let objects = &task.objects;
    let (meetings, channel) = (objects.meetings(), objects.channel(0));
    let rooms = [meetings.room(), channel.room(), objects.line(0).room(), objects.line(1).room()];
    let all: [&dyn Ready; 6] = [meetings, &rooms[0], channel, &rooms[1], &rooms[2], &rooms[3]];
    wait(&chosen(&all, of))
}

impl Family for MeetingOp {
    type Objects = Rendezvous<i64>;
    type Kept = ();

    const ON_DEMAND: bool = true;

    const THEMES: &'static [Theme] = &[
        Theme::new(76, || {
            let tries = ops![MTrySend(3), MSendTimeout(4), MTryReceive, MReceiveTimeout];
            [ops![MSend(1), MSend(2), MReceive, MReceive, MReceive, MClose], tries].concat()
        }),
        Theme::new(77, || {
            let plain = ops![Send(0, 1), Send(0, 2), Receive(0), Close(0)];
            let tries = ops![ChTrySend(3), ChTryReceive, ChReceiveTimeout, ChReceiveTimeout];
            [plain, tries, ops![ChRoom, QRoom(0), QRoom(2), QRoom(3), Put(0, 1), Put(2, 1)]]
                .concat()
        }),
        Theme::new(78, || {
            let meets = ops![MSend(1), MReceive, MTryReceive, MTrySend(2), MReceiveTimeout, MClose];
            let others = ops![ChTrySend(1), ChTryReceive, Put(0, 1), Get(0)];
            let any = ops![MRoom, AnyMeeting(5), AnyMeeting(10), AnyMeetingTimeout(3)];
            [meets, others, any, ops![AnyMeeting(51), AnyMeetingTimeout(25)]].concat()
        }),
    ];

    /// What it is about is there when a process is started.
    fn create(_: &Objects) -> Rendezvous<i64> {
        Rendezvous::new()
    }
}
