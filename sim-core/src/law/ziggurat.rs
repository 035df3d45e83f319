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

/// Right edges and heights of the layers.
#[derive(Debug)]
pub struct Ziggurat {
    x: [f64; 257],
    f: [f64; 257],
}

/// Uniform on the open interval (0, 1), as in [`Rng::unit`]: the upper 52 bits become the fraction of a number in
/// [1, 2), which is then moved down. Setting bits is faster than converting an integer.
#[inline(always)]
fn midpoint(bits: u64) -> f64 {
    f64::from_bits(0x3ff0_0000_0000_0000 | bits >> 12) - (1.0 - 0.5 * f64::EPSILON)
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
