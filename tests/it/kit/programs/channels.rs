//! Two channels: channel 0 has room for one, 1 room without end.

use unknot_checker::sim::Channel;

use super::family::*;

operations! {
    /// The first number is the channel, the second a value.
    ChannelOp, |task| {
        Send(i: u8, value: u8), "Channel::send" => task.objects.channel(i).send(value.into()),
        Receive(i: u8), "Channel::receive" => task.objects.channel(i).receive(),
        Close(i: u8), "Channel::close" => task.objects.channel(i).close(),
    }
}

impl Objects {
    pub(super) fn channel(&self, i: u8) -> &Channel<i64> {
        &self.channels()[usize::from(i)]
    }
}

impl Family for ChannelOp {
    type Objects = [Channel<i64>; 2];
    type Kept = ();

    const THEMES: &'static [Theme] = &[
        Theme::new(16, || ops![Send(0, 1), Send(0, 2), Receive(0), Receive(0), Close(0)]),
        Theme::new(22, || ops![Send(1, 1), Send(1, 2), Receive(1), Receive(1), Close(1)]),
    ];

    fn create(_: &Objects) -> [Channel<i64>; 2] {
        [Channel::new(1), Channel::new(0)]
    }
}
