//! What there is to move: the memory model of a process.
//!
//! Not here: what moving it costs (`costs`), and in which order its parts travel (the mechanisms).

/// How many classes of often written pages one process can have.
pub const SETS: usize = 3;

/// Pages that are written to at one rate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HotSet {
    /// Bytes.
    pub size: f64,
    /// CPU seconds between two writes to the same page, on average.
    pub time: f64,
}

/// D(t): how many distinct bytes a process dirties in t seconds of its own CPU time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Writes {
    /// D(t) = R t: every write hits another page, until all pages are dirty.
    Rate(f64),
    /// D(t) = sum W (1 - exp(-t / time)): each page of a set of W bytes is written at random instants (the writable
    /// working set of Clark et al., NSDI 2005, as independent Poisson streams).
    Sets([HotSet; SETS]),
    /// D(t) = scale ln(t / start), and 0 before `start`.
    Logarithmic {
        /// Bytes per e-fold.
        scale: f64,
        /// Seconds.
        start: f64,
    },
}

/// A process as an image in memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Image {
    /// S: its address space in bytes.
    pub memory: f64,
    /// P: bytes of a page.
    pub page: f64,
    /// d: the fraction of its memory that differs from what the file server holds.
    pub dirty: f64,
    /// What it writes to while it runs.
    pub writes: Writes,
    /// u: the fraction of its pages that it will touch again.
    pub touched: f64,
    /// tau: U(t) = u N (1 - exp(-t / tau)) distinct pages are touched in t seconds of CPU time.
    pub touch_time: f64,
    /// Contiguous regions of its address space.
    pub regions: f64,
    /// Open files.
    pub files: f64,
    /// Communication channels.
    pub channels: f64,
    /// Bytes that the kernel holds on its behalf.
    pub kernel_state: f64,
}

impl Default for Image {
    fn default() -> Self {
        Image {
            memory: 1024.0 * 1024.0,
            page: 4096.0,
            dirty: 1.0,
            writes: Writes::Rate(0.0),
            touched: 1.0,
            touch_time: 1.0,
            regions: 0.0,
            files: 0.0,
            channels: 0.0,
            kernel_state: 0.0,
        }
    }
}

impl Image {
    /// N = S / P.
    pub fn pages(&self) -> f64 {
        self.memory / self.page
    }

    /// What is left to move to a node that has the code already: this fraction less, all of it clean.
    pub fn warm(&self, code: f64) -> Image {
        let rest = 1.0 - code;
        Image { memory: self.memory * rest, dirty: (self.dirty / rest).min(1.0), ..*self }
    }

    /// U(t): distinct pages touched in t seconds of CPU time.
    pub fn pages_touched(&self, t: f64) -> f64 {
        -self.touched * self.pages() * libm::expm1(-t / self.touch_time)
    }

    /// D(t) by class; it never exceeds the memory. What is in no class comes last.
    pub fn dirtied(&self, t: f64) -> Dirty {
        let mut dirty = Dirty::default();
        match self.writes {
            Writes::Rate(rate) => dirty.other = (rate * t).min(self.memory),
            Writes::Sets(sets) => {
                let mut room = self.memory;
                for (amount, set) in dirty.sets.iter_mut().zip(sets).filter(|(_, set)| set.size > 0.0) {
                    let size = set.size.min(room);
                    room -= size;
                    *amount = -size * libm::expm1(-t / set.time);
                }
            }
            Writes::Logarithmic { scale, start } if t > start => {
                dirty.other = (scale * libm::log(t / start)).min(self.memory);
            }
            Writes::Logarithmic { .. } => {}
        }
        dirty
    }

    /// The probability that a page of each class has been written to again within t seconds of CPU time.
    pub fn rewritten(&self, t: f64) -> Dirty {
        let mut share = Dirty::default();
        match self.writes {
            Writes::Sets(sets) => {
                for (p, set) in share.sets.iter_mut().zip(sets).filter(|(_, set)| set.size > 0.0) {
                    *p = -libm::expm1(-t / set.time);
                }
            }
            Writes::Rate(rate) if self.memory > 0.0 => share.other = (rate * t / self.memory).min(1.0),
            Writes::Rate(_) | Writes::Logarithmic { .. } => {}
        }
        share
    }

    /// All of the memory, by class.
    pub fn everything(&self) -> Dirty {
        let mut all = Dirty { other: self.memory, ..Dirty::default() };
        if let Writes::Sets(sets) = self.writes {
            for (amount, set) in all.sets.iter_mut().zip(sets) {
                *amount = set.size.min(all.other);
                all.other -= *amount;
            }
        }
        all
    }
}

/// Amounts by class of pages.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Dirty {
    /// One for each hot set.
    pub sets: [f64; SETS],
    /// Everything else.
    pub other: f64,
}

impl Dirty {
    /// The sum.
    pub fn total(&self) -> f64 {
        self.sets.iter().sum::<f64>() + self.other
    }

    /// What is left of these amounts after each class loses its share.
    pub fn without(&self, share: &Dirty) -> f64 {
        let sets: f64 = self.sets.iter().zip(share.sets).map(|(amount, p)| amount * (1.0 - p)).sum();
        sets + self.other * (1.0 - share.other)
    }
}
