//! Numbers that carry exact derivatives: x + a u + b v + c uv with u² = v² = 0 (hyper-dual numbers).
//!
//! Fike & Alonso, The development of hyper-dual numbers for exact second-derivative calculations, AIAA 2011-886.
//! Evaluating F at such numbers gives F, its derivative along the direction in the u-parts, along that in the v-parts,
//! and the second derivative along both, without a step size.

use std::ops::{Add, Div, Mul, Sub};

/// A value with two first derivatives and the mixed second one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Jet {
    pub(super) x: f64,
    pub(super) u: f64,
    pub(super) v: f64,
    pub(super) uv: f64,
}

impl Jet {
    /// A constant.
    pub(super) fn of(x: f64) -> Jet {
        Jet { x, u: 0.0, v: 0.0, uv: 0.0 }
    }
}

impl Add for Jet {
    type Output = Jet;
    fn add(self, b: Jet) -> Jet {
        Jet { x: self.x + b.x, u: self.u + b.u, v: self.v + b.v, uv: self.uv + b.uv }
    }
}

impl Sub for Jet {
    type Output = Jet;
    fn sub(self, b: Jet) -> Jet {
        Jet { x: self.x - b.x, u: self.u - b.u, v: self.v - b.v, uv: self.uv - b.uv }
    }
}

impl Mul for Jet {
    type Output = Jet;
    fn mul(self, b: Jet) -> Jet {
        Jet {
            x: self.x * b.x,
            u: self.x * b.u + self.u * b.x,
            v: self.x * b.v + self.v * b.x,
            uv: self.x * b.uv + self.u * b.v + self.v * b.u + self.uv * b.x,
        }
    }
}

impl Div for Jet {
    type Output = Jet;
    fn div(self, b: Jet) -> Jet {
        let y = 1.0 / b.x;
        // The inverse of b: derivatives of 1/x are -1/x² and 2/x³.
        let inverse = Jet { x: y, u: -b.u * y * y, v: -b.v * y * y, uv: y * y * (2.0 * b.u * b.v * y - b.uv) };
        self * inverse
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_of_a_quotient_are_exact() {
        // f(x, y) = x² / (1 + y) at (3, 1): f_x = 3, f_y = -9/4, f_xy = -3/2.
        let x = Jet { u: 1.0, ..Jet::of(3.0) };
        let y = Jet { v: 1.0, ..Jet::of(1.0) };
        let f = x * x / (Jet::of(1.0) + y);
        assert_eq!(f, Jet { x: 4.5, u: 3.0, v: -2.25, uv: -1.5 });
        // Both directions along x: f_xx = 2 / (1 + y).
        let x = Jet { u: 1.0, v: 1.0, ..Jet::of(3.0) };
        assert_eq!((x * x / Jet::of(2.0) - Jet::of(1.0)).uv, 1.0);
    }
}
