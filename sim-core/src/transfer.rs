//! What moving a process costs, as far as the engine's timeline needs it: seconds during which it runs nowhere.

/// A transfer mechanism.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Transfer {
    /// Free and instantaneous.
    Free,
    /// Harchol-Balter & Downey 1997: a fixed cost plus memory over bandwidth, in seconds of freeze; no CPU is charged.
    Fixed {
        /// Seconds per move.
        seconds: f64,
        /// Bytes per second; infinite where memory costs nothing.
        bandwidth: f64,
    },
}

impl Transfer {
    /// Seconds for a process of this many bytes.
    #[inline]
    pub fn seconds(&self, memory: f64) -> f64 {
        match self {
            Transfer::Free => 0.0,
            Transfer::Fixed { seconds, bandwidth } => seconds + memory / bandwidth,
        }
    }
}
