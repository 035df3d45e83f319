//! How fast gossip runs. Only with LOADLAB_FULL=1, in the release profile, on a machine that has a core to spare.
#![allow(missing_docs)]

mod common;

use common::Puppet;
use loadlab_core::policy::{Declared, Gossip, Information, Timing};
use loadlab_core::{Discipline, Scripted, simulate};

#[test]
#[expect(clippy::disallowed_types, reason = "it is the machine's time that is measured")]
fn mosix_gossip_on_ten_thousand_nodes_runs_a_million_messages_a_second() {
    if std::env::var("LOADLAB_FULL").is_err() {
        return;
    }
    for length in [8, 16, 32] {
        let (timing, send) = (Timing::Phases, length / 2);
        let gossip = Gossip { period: 1.0, timing, length, send, fanout: 2, known: 1, reply: true };
        let mut scenario = common::nodes(10_000, Discipline::Ps);
        scenario.window.seconds = Some(200.0);
        scenario.window.drain = false;
        let policy = Puppet::new(Declared { information: Information::Gossip(gossip), ..Declared::default() });
        let births: Vec<_> = (0..2000).map(|k| (f64::from(k) * 0.1, 1.0, k)).collect();
        let start = std::time::Instant::now();
        let outcome = simulate(&scenario, Box::new(Scripted::new(&births)), &policy, 1, 0, None).expect("runs");
        let rate = outcome.traffic.messages as f64 / start.elapsed().as_secs_f64();
        println!("vectors of {length}: {:.2} million messages per second", rate / 1e6);
        assert_eq!(outcome.traffic.messages, 10_000 * 200 * 4);
        assert!(rate > 1e6, "vectors of {length}: {rate} messages per second");
    }
}
