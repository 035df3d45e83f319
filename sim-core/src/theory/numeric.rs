//! The few numerical methods that the closed forms need: whole powers, a scalar root, an integral.

/// x^n by repeated squaring: the same bits everywhere, and 0^0 = 1.
pub(super) fn power(x: f64, n: u32) -> f64 {
    let (mut result, mut square, mut left) = (1.0, x, n);
    while left > 0 {
        if left & 1 == 1 {
            result *= square;
        }
        square *= square;
        left >>= 1;
    }
    result
}

/// 1 + x + ... + x^(n-1).
pub(super) fn geometric(x: f64, n: u32) -> f64 {
    (0..n).fold(0.0, |sum, _| 1.0 + x * sum)
}

/// Where a rising function becomes positive between `low` and `high`, by bisection to the last bit; an end when it
/// does not change its sign (which rounding may hide at a root that lies at the end).
pub(super) fn root(mut low: f64, mut high: f64, rising: impl Fn(f64) -> f64) -> f64 {
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return middle;
        }
        if rising(middle) > 0.0 {
            high = middle;
        } else {
            low = middle;
        }
    }
}

/// Nodes and weights of the 15-point Kronrod rule on (-1, 1), positive half, and of the 7-point Gauss rule inside it
/// (Piessens, de Doncker-Kapenga, Ueberhuber & Kahaner, QUADPACK, Springer 1983).
const NODES: [f64; 8] = [
    0.991_455_371_120_812_6,
    0.949_107_912_342_758_5,
    0.864_864_423_359_769_1,
    0.741_531_185_599_394_4,
    0.586_087_235_467_691_1,
    0.405_845_151_377_397_2,
    0.207_784_955_007_898_47,
    0.0,
];
const KRONROD: [f64; 8] = [
    0.022_935_322_010_529_224,
    0.063_092_092_629_978_55,
    0.104_790_010_322_250_18,
    0.140_653_259_715_525_92,
    0.169_004_726_639_267_9,
    0.190_350_578_064_785_4,
    0.204_432_940_075_298_9,
    0.209_482_141_084_727_82,
];
const GAUSS: [f64; 4] =
    [0.129_484_966_168_869_7, 0.279_705_391_489_276_64, 0.381_830_050_505_118_9, 0.417_959_183_673_469_4];

/// A piece of an integral with its estimated error.
struct Piece {
    low: f64,
    high: f64,
    value: f64,
    error: f64,
}

impl Piece {
    fn new(low: f64, high: f64, f: &impl Fn(f64) -> f64) -> Piece {
        let (centre, half) = ((low + high) / 2.0, (high - low) / 2.0);
        let (mut kronrod, mut gauss) = (0.0, 0.0);
        for (i, node) in NODES.iter().enumerate() {
            let y = if i == 7 { f(centre) } else { f(centre - half * node) + f(centre + half * node) };
            kronrod += KRONROD[i] * y;
            if i % 2 == 1 {
                gauss += GAUSS[i / 2] * y;
            }
        }
        Piece { low, high, value: half * kronrod, error: (half * (kronrod - gauss)).abs() }
    }
}

/// The most pieces an integral is cut into.
const PIECES: usize = 1000;

/// The integral of f over (low, high) and an estimate of its error, by cutting the worst piece in two until the
/// estimated error is below `precision` of the value. Jumps of f cost pieces, not correctness.
pub(super) fn integral(low: f64, high: f64, precision: f64, f: impl Fn(f64) -> f64) -> (f64, f64) {
    let mut pieces = vec![Piece::new(low, high, &f)];
    loop {
        let value: f64 = pieces.iter().map(|p| p.value).sum();
        let error: f64 = pieces.iter().map(|p| p.error).sum();
        if error <= precision * value.abs() || pieces.len() >= PIECES {
            return (value, error);
        }
        let worst = (0..pieces.len()).fold(0, |w, i| if pieces[i].error > pieces[w].error { i } else { w });
        let Piece { low, high, .. } = pieces.swap_remove(worst);
        let middle = low + (high - low) / 2.0;
        pieces.push(Piece::new(low, middle, &f));
        pieces.push(Piece::new(middle, high, &f));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_exact_for_a_polynomial_of_degree_22() {
        let piece = Piece::new(0.0, 2.0, &|x| power(x, 22));
        assert!((piece.value / (power(2.0, 23) / 23.0) - 1.0).abs() < 1e-14);
        let gauss = Piece::new(-1.0, 1.0, &|x| power(x, 12));
        assert!(gauss.error < 1e-15, "the 7-point rule is exact up to degree 13, too");
    }

    #[test]
    fn an_integral_over_a_jump_is_right_within_its_estimate() {
        let (value, error) = integral(0.0, 1.0, 1e-12, |x| if x < 1.0 / 3.0 { 1.0 } else { 2.0 });
        assert!((value - 5.0 / 3.0).abs() <= error.max(1e-14) && error < 1e-11, "{value} {error}");
    }

    #[test]
    fn a_root_is_found_to_the_last_bit_and_an_end_where_there_is_none() {
        let two = root(0.0, 3.0, |x| x * x - 2.0);
        assert!((two - 2f64.sqrt()).abs() < 1e-15);
        assert!(root(1.0, 2.0, |x| x) < 1.0 + 1e-15);
        assert!(root(1.0, 2.0, |x| x - 3.0) > 2.0 - 1e-15);
    }

    #[test]
    fn powers_and_geometric_sums_agree_with_their_definition() {
        assert_eq!(geometric(0.5, 3), 1.75);
        assert_eq!(geometric(0.5, 0), 0.0);
        assert_eq!(power(0.0, 0), 1.0);
        assert_eq!(power(-2.0, 5), -32.0);
    }
}
