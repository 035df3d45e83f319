//! Small dense matrices: product, inverse product. For the chains and the refinement, up to a few hundred rows.

/// A square matrix, row by row.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    n: usize,
    x: Vec<f64>,
}

impl Matrix {
    pub(super) fn zero(n: usize) -> Matrix {
        Matrix { n, x: vec![0.0; n * n] }
    }

    pub(super) fn identity(n: usize) -> Matrix {
        let mut m = Matrix::zero(n);
        for i in 0..n {
            *m.at(i, i) = 1.0;
        }
        m
    }

    pub(super) fn size(&self) -> usize {
        self.n
    }

    pub(super) fn at(&mut self, i: usize, j: usize) -> &mut f64 {
        &mut self.x[i * self.n + j]
    }

    pub(super) fn row(&self, i: usize) -> &[f64] {
        &self.x[i * self.n..(i + 1) * self.n]
    }

    /// a self + b other.
    pub(super) fn combine(&self, a: f64, b: f64, other: &Matrix) -> Matrix {
        Matrix { n: self.n, x: self.x.iter().zip(&other.x).map(|(x, y)| a * x + b * y).collect() }
    }

    pub(super) fn times(&self, other: &Matrix) -> Matrix {
        let mut product = Matrix::zero(self.n);
        for i in 0..self.n {
            let target = &mut product.x[i * self.n..(i + 1) * self.n];
            for (k, &a) in self.row(i).iter().enumerate() {
                if a != 0.0 {
                    for (t, b) in target.iter_mut().zip(other.row(k)) {
                        *t += a * b;
                    }
                }
            }
        }
        product
    }

    pub(super) fn transposed(&self) -> Matrix {
        let mut t = Matrix::zero(self.n);
        for i in 0..self.n {
            for (j, &x) in self.row(i).iter().enumerate() {
                *t.at(j, i) = x;
            }
        }
        t
    }

    /// The row vector v self.
    pub(super) fn after(&self, v: &[f64]) -> Vec<f64> {
        let mut result = vec![0.0; self.n];
        for (i, a) in v.iter().enumerate() {
            for (r, b) in result.iter_mut().zip(self.row(i)) {
                *r += a * b;
            }
        }
        result
    }

    /// The largest absolute sum of a row.
    pub(super) fn norm(&self) -> f64 {
        (0..self.n).map(|i| self.row(i).iter().map(|x| x.abs()).sum()).fold(0.0, f64::max)
    }

    /// X with self X = right, by elimination with row pivots; `None` when self is singular.
    pub(super) fn solve(&self, right: &Matrix) -> Option<Matrix> {
        let (mut a, mut b, n) = (self.clone(), right.clone(), self.n);
        for c in 0..n {
            let pivot = (c..n).fold(c, |p, i| if a.row(i)[c].abs() > a.row(p)[c].abs() { i } else { p });
            if a.row(pivot)[c].abs().partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater) {
                return None;
            }
            a.swap_rows(c, pivot);
            b.swap_rows(c, pivot);
            for i in c + 1..n {
                let factor = a.row(i)[c] / a.row(c)[c];
                if factor != 0.0 {
                    a.subtract_row(i, c, factor);
                    b.subtract_row(i, c, factor);
                }
            }
        }
        for c in (0..n).rev() {
            let scale = 1.0 / a.row(c)[c];
            b.x[c * n..(c + 1) * n].iter_mut().for_each(|x| *x *= scale);
            for i in 0..c {
                let factor = a.row(i)[c];
                if factor != 0.0 {
                    b.subtract_row(i, c, factor);
                }
            }
        }
        Some(b)
    }

    /// The column vector x with self x = v; `None` when self is singular.
    pub(super) fn solve_vector(&self, v: &[f64]) -> Option<Vec<f64>> {
        let mut right = Matrix::zero(self.n);
        for (i, x) in v.iter().enumerate() {
            *right.at(i, 0) = *x;
        }
        let solution = self.solve(&right)?;
        Some((0..self.n).map(|i| solution.row(i)[0]).collect())
    }

    fn swap_rows(&mut self, i: usize, j: usize) {
        for k in 0..self.n {
            self.x.swap(i * self.n + k, j * self.n + k);
        }
    }

    /// Row i minus factor times row c.
    fn subtract_row(&mut self, i: usize, c: usize, factor: f64) {
        let (head, tail) = self.x.split_at_mut(i.max(c) * self.n);
        let (target, source) = if i > c {
            (&mut tail[..self.n], &head[c * self.n..(c + 1) * self.n])
        } else {
            (&mut head[i * self.n..(i + 1) * self.n], &tail[..self.n])
        };
        for (t, s) in target.iter_mut().zip(source) {
            *t -= factor * s;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solving_undoes_multiplying_even_where_the_first_pivot_is_zero() {
        let n = 7;
        let mut rng = crate::rng::Rng::new(1);
        let mut a = Matrix::zero(n);
        let mut b = Matrix::zero(n);
        for i in 0..n {
            for j in 0..n {
                *a.at(i, j) = rng.unit() - 0.5;
                *b.at(i, j) = rng.unit();
            }
        }
        *a.at(0, 0) = 0.0;
        let x = a.solve(&b).expect("regular");
        assert!(a.times(&x).combine(1.0, -1.0, &b).norm() < 1e-12);
        let column: Vec<f64> = (0..n).map(|i| b.row(i)[0]).collect();
        let first = a.solve_vector(&column).expect("regular");
        assert!((0..n).all(|i| (first[i] - x.row(i)[0]).abs() < 1e-12));
        assert!(Matrix::zero(2).solve(&Matrix::identity(2)).is_none());
    }
}
