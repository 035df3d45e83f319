//! When precopy stops its rounds, and what it does then.
//!
//! Sources: Clark et al., Live migration of virtual machines, NSDI 2005, and `xc_linux_save.c` of that year (fewer than
//! 50 pages, 29 rounds, 3 times the memory, a round longer than the one before; rate adaptation by 50 Mbit/s);
//! `xc_sr_save.c` of 2017 and later (fewer than 50 pages, 5 rounds); QEMU, `migration.c` and its documentation (what is
//! left fits into the downtime limit of 300 ms; auto-converge throttles by 20 %, then 10 % more each time, up to 99 %,
//! while more than half of what is sent is dirtied again).

/// What is done when the rounds end before little enough is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The process is frozen and all that is left is sent.
    Freeze,
    /// The process stays where it is.
    GiveUp,
}

/// The rules of precopy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Pages that are few enough for the freeze.
    pub few_pages: f64,
    /// Seconds of freeze that are short enough for what is left, at the rate of the last round.
    pub downtime: Option<f64>,
    /// Rounds at most.
    pub rounds: u32,
    /// Multiples of the memory that are sent at most.
    pub total: f64,
    /// Whether a round at the highest rate that sends more than the one before is the last.
    pub growing: bool,
    /// Whether a page that has been dirtied again before its turn is left to the next round.
    pub skip: bool,
    /// The rate of the first round, the highest rate, both in bytes per second; and by how much the rate of dirtying is
    /// exceeded.
    pub rates: Option<Rates>,
    /// Whether the process is slowed until the rounds converge.
    pub converge: bool,
    /// The fraction of its speed that the process loses during the rounds.
    pub slowdown: f64,
    /// CPU seconds at the source per page sent, for catching the next write to it.
    pub track_cpu: f64,
    /// What is done when the rounds end too early.
    pub limit: Limit,
    /// Whether what is left is pushed after the freeze instead of during it.
    pub then_push: bool,
}

/// Rate adaptation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Of the first round.
    pub first: f64,
    /// By how much the rate of dirtying is exceeded.
    pub step: f64,
    /// The highest.
    pub highest: f64,
}

/// 50 Mbit/s in bytes per second.
pub const XEN_STEP: f64 = 50e6 / 8.0;

impl Rules {
    /// V: until what is left is smaller than a fixed limit; the image of a process without any rule but a bound.
    pub const LIMIT: Rules = Rules {
        few_pages: 0.0,
        downtime: None,
        rounds: 30,
        total: f64::INFINITY,
        growing: false,
        skip: false,
        rates: None,
        converge: false,
        slowdown: 0.0,
        track_cpu: 0.0,
        limit: Limit::Freeze,
        then_push: false,
    };

    /// Xen of 2005: 100 to 500 Mbit/s.
    pub const XEN_2005: Rules = Rules {
        few_pages: 49.0,
        rounds: 29,
        total: 3.0,
        growing: true,
        skip: true,
        rates: Some(Rates { first: 100e6 / 8.0, step: XEN_STEP, highest: 500e6 / 8.0 }),
        ..Rules::LIMIT
    };

    /// Xen of 2017 and later.
    pub const XEN_2017: Rules = Rules { few_pages: 49.0, rounds: 5, skip: true, ..Rules::LIMIT };

    /// QEMU: it never freezes more than fits; `rounds` bounds what would go on for ever.
    pub const QEMU: Rules =
        Rules { downtime: Some(0.3), rounds: 1000, converge: true, limit: Limit::GiveUp, ..Rules::LIMIT };
}

/// Why the rounds ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Few pages are left.
    FewPages,
    /// What is left fits into the downtime.
    Downtime,
    /// The last round allowed.
    Rounds,
    /// The last byte allowed.
    Bytes,
    /// It got more instead of less.
    Growing,
}

impl Why {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Why::FewPages => "few pages",
            Why::Downtime => "downtime",
            Why::Rounds => "rounds",
            Why::Bytes => "bytes",
            Why::Growing => "growing",
        }
    }

    /// Whether little enough was left.
    pub fn converged(self) -> bool {
        matches!(self, Why::FewPages | Why::Downtime)
    }
}

/// How a move ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The process runs at its new node.
    Moved,
    /// It has stayed where it was.
    GivenUp,
}
