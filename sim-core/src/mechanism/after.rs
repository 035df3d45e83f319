//! What follows a move: pages that are not there yet, who holds them, on whom the process depends.
//!
//! A page that is touched before it has arrived is a fault: the process stalls for phi = 2 latency + CPU + transfer,
//! and the link carries the page before anything that is pushed in the background.
//!
//! Not here: the engine's way of doing the same among other processes.

use super::image::Image;

/// How much of the work after the resumption is told apart.
const PARTS: f64 = 2048.0;

/// For how long a process depends on the node that it left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// It does not.
    #[default]
    Never,
    /// Until what was left there has been sent away.
    Sent,
    /// As long as it lives.
    Exit,
}

/// On whom a moved process depends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dependency {
    /// The node that it left.
    pub source: Until,
    /// The file server, for memory that it would otherwise have with it.
    pub server: bool,
    /// Its home, for as long as it is away.
    pub home: bool,
    /// A checkpoint store, while it waits there.
    pub store: bool,
}

/// Where pages that are sent away in the background go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Background {
    /// Nowhere.
    None,
    /// To the process: what has arrived faults no more.
    Push,
    /// To the file server: faults go on, but there.
    Flush,
}

/// The pages that a process has left behind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct After {
    /// Bytes left behind.
    pub left: f64,
    /// Distinct pages among them that it will touch, if it lives long enough.
    pub wanted: f64,
    /// tau: the CPU time in which it touches all but 1/e of them.
    pub touch_time: f64,
    /// Seconds per fault at whoever holds the page at first: without the transfer, and the transfer.
    pub fault: (f64, f64),
    /// The same at the file server.
    pub server_fault: (f64, f64),
    /// Whether the file server holds them from the start.
    pub at_server: bool,
    /// CPU seconds per fault at the holder.
    pub fault_cpu: f64,
    /// Bytes of a page.
    pub page: f64,
    /// Pages that come with each fault, beyond the one that was touched.
    pub prefetch: f64,
    /// The fraction of those that would have been the next to be touched.
    pub hits: f64,
    /// What happens to them meanwhile.
    pub background: Background,
    /// Bytes per second of the background.
    pub rate: f64,
    /// Clean pages that are paged in from the file server as they would have been anyway, and seconds for each.
    pub paging: (f64, f64),
}

impl After {
    /// Nothing is left behind.
    pub fn nothing(image: &Image) -> After {
        After {
            left: 0.0,
            wanted: 0.0,
            touch_time: image.touch_time,
            fault: (0.0, 0.0),
            server_fault: (0.0, 0.0),
            at_server: false,
            fault_cpu: 0.0,
            page: image.page,
            prefetch: 0.0,
            hits: 0.0,
            background: Background::None,
            rate: f64::INFINITY,
            paging: (0.0, 0.0),
        }
    }

    /// How many pages one fault brings that would each have been a fault.
    pub fn per_fault(&self) -> f64 {
        1.0 + self.hits * self.prefetch
    }

    /// Bytes that one fault brings.
    pub fn bytes_per_fault(&self) -> f64 {
        self.page * (1.0 + self.prefetch)
    }
}

/// What became of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Aftermath {
    /// Remote faults.
    pub faults: f64,
    /// Of these, faults that the file server served.
    pub at_server: f64,
    /// Seconds during which the process stalled.
    pub stalled: f64,
    /// Bytes that faults brought.
    pub fetched: f64,
    /// Bytes that were pushed or flushed.
    pub pushed: f64,
    /// Seconds after the resumption until nothing is left at the source; infinite if that takes as long as it lives.
    pub released: f64,
}

/// Follows a process that runs alone for `life` more CPU seconds, as a fluid: the expected numbers of faults.
///
/// While a fraction x of what was left behind has been sent away, a first touch faults with probability 1 - x (push;
/// the order of sending is independent of use and skips what faults have fetched). Exact in the limit of many pages.
pub fn follow(after: &After, life: f64) -> Aftermath {
    let mut run = Fluid { after, done: Aftermath::default(), x: 0.0, touched: 0.0, wall: 0.0 };
    if after.background == Background::None || after.left <= 0.0 {
        run.touch(-after.wanted * libm::expm1(-life / after.touch_time));
        run.done.released = if after.left > 0.0 && !after.at_server { f64::INFINITY } else { 0.0 };
        return run.done;
    }
    if after.rate == f64::INFINITY {
        (run.x, run.done.pushed) = (1.0, after.left);
    }
    let sending = after.left / after.rate;
    let (mut cpu, slice) = (0.0, sending / PARTS);
    while cpu < life && run.x < 1.0 && (after.wanted - run.touched) * PARTS > after.wanted {
        // Parts of equal numbers of touches, and of at most a small part of the sending.
        let share = 1.0 - run.touched / after.wanted;
        let by_touches = -after.touch_time * libm::log1p(-(1.0 / PARTS).min(share) / share);
        let dt = by_touches.min(slice).min(life - cpu);
        run.advance(dt, -(after.wanted - run.touched) * libm::expm1(-dt / after.touch_time));
        cpu += dt;
    }
    run.finish(life - cpu);
    run.done
}

struct Fluid<'a> {
    after: &'a After,
    done: Aftermath,
    /// How much of what was left behind has been passed by the background.
    x: f64,
    touched: f64,
    wall: f64,
}

impl Fluid<'_> {
    /// `count` pages are touched for the first time, none of which may have arrived otherwise.
    fn touch(&mut self, count: f64) {
        let a = self.after;
        let pushed = if a.background == Background::Push { self.x } else { 0.0 };
        let faults = count * (1.0 - pushed) / a.per_fault();
        let at_server = match (a.at_server, a.background) {
            (true, _) => faults,
            (false, Background::Flush) => faults * self.x,
            (false, _) => 0.0,
        };
        self.done.faults += faults;
        self.done.at_server += at_server;
        self.done.fetched += faults * a.bytes_per_fault();
        let here = if a.at_server { 0.0 } else { faults - at_server };
        self.done.stalled += here * (a.fault.0 + a.fault.1) + at_server * (a.server_fault.0 + a.server_fault.1);
    }

    /// `dt` CPU seconds pass, in which `count` pages are touched.
    fn advance(&mut self, dt: f64, count: f64) {
        let before = self.done;
        self.touch(count);
        self.touched += count;
        let wall = dt + (self.done.stalled - before.stalled);
        // Faults that cross the same link come first: the background has what they leave.
        let faults = self.done.faults - before.faults;
        let taken = if self.after.background == Background::Push { faults * self.after.fault.1 } else { 0.0 };
        self.send((wall - taken).max(0.0));
        self.wall += wall;
    }

    /// The background has the link for so many seconds.
    fn send(&mut self, seconds: f64) {
        let a = self.after;
        // What is still ahead, without what faults have fetched from there.
        let gone = if a.background == Background::Push { self.touched * a.page / a.left } else { 0.0 };
        let density = (1.0 - gone).max(0.0);
        let step = if density > 0.0 { seconds * a.rate / (a.left * density) } else { 1.0 };
        let step = step.min(1.0 - self.x);
        self.x += step;
        self.done.pushed += step * a.left * density;
    }

    /// The rest: the background ends, or the process goes on without it.
    fn finish(&mut self, life: f64) {
        let a = self.after;
        if self.x < 1.0 && life > 0.0 {
            let gone = if a.background == Background::Push { self.touched * a.page / a.left } else { 0.0 };
            let bytes = a.left * (1.0 - self.x) * (1.0 - gone).max(0.0);
            self.done.pushed += bytes;
            self.wall += bytes / a.rate;
            self.x = 1.0;
        }
        self.done.released = self.wall;
        self.touch(-(a.wanted - self.touched) * libm::expm1(-life / a.touch_time));
    }
}
