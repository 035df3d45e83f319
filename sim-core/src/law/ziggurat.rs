//! Exponential variates by the ziggurat method (Marsaglia & Tsang, J. Stat. Software 5(8), 2000), 256 layers.
//!
//! `rand_distr` has the same algorithm; ours exists because every transcendental function must come from one pure-Rust
//! libm for results to be the same bytes on every platform. The tests and the benchmark use `rand_distr` as the twin.

use crate::rng::Rng;
use std::sync::LazyLock;

/// Where the tail begins.
const R: f64 = 7.697_117_470_131_05;
/// The area of each layer.
const V: f64 = 3.949_659_822_581_572e-3;
const UNIT: f64 = 1.0 / (1u64 << 53) as f64;

/// Right edges and heights of the layers.
#[derive(Debug)]
pub struct Ziggurat {
    x: [f64; 257],
    f: [f64; 257],
}

/// Uniform on the open interval (0, 1) from the upper 52 bits: the midpoint of a cell, so that no draw is exactly 0.
#[inline(always)]
fn midpoint(bits: u64) -> f64 {
    (bits >> 11 | 1) as f64 * UNIT
}

static TABLES: LazyLock<Ziggurat> = LazyLock::new(Ziggurat::new);

impl Ziggurat {
    /// The shared tables; take the reference once, outside a loop.
    pub fn tables() -> &'static Ziggurat {
        &TABLES
    }

    fn new() -> Self {
        let mut x = [0.0; 257];
        x[0] = V / libm::exp(-R);
        x[1] = R;
        for i in 2..256 {
            x[i] = -libm::log(V / x[i - 1] + libm::exp(-x[i - 1]));
        }
        Ziggurat { f: x.map(|x| libm::exp(-x)), x }
    }

    /// One draw of the exponential law with mean 1.
    #[inline(always)]
    pub fn exponential(&self, rng: &mut Rng) -> f64 {
        let bits = rng.bits();
        let layer = (bits & 255) as usize;
        let x = midpoint(bits) * self.x[layer];
        if x < self.x[layer + 1] { x } else { self.edge(layer, x, rng) }
    }

    /// The 1 % of draws that fall outside their layer's core.
    #[cold]
    #[inline(never)]
    fn edge(&self, mut layer: usize, mut x: f64, rng: &mut Rng) -> f64 {
        loop {
            if layer == 0 {
                return R - libm::log(rng.unit());
            }
            let height = self.f[layer] + rng.unit() * (self.f[layer + 1] - self.f[layer]);
            if height < libm::exp(-x) {
                return x;
            }
            let bits = rng.bits();
            layer = (bits & 255) as usize;
            x = midpoint(bits) * self.x[layer];
            if x < self.x[layer + 1] {
                return x;
            }
        }
    }
}
