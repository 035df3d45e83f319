//! loadlab.
use loadlab_core::law::{Exponential, Law};
use loadlab_core::{Discipline, Scenario};
use loadlab_policies::*;
use loadlab_workloads::arrivals::Poisson;
use loadlab_workloads::{Homes, Recipe, Synthetic};
use std::sync::Arc;
fn cpu() -> f64 {
    std::fs::read_to_string("/proc/self/schedstat").unwrap().split(' ').next().unwrap().parse::<f64>().unwrap() * 1e-9
}
#[derive(Debug)]
struct Bp {
    low: f64,
    cap: f64,
    ia: f64,
    h: f64,
    a: f64,
}
impl Law for Bp {
    fn sample(&self, g: &mut loadlab_core::rng::Rng) -> f64 {
        let z = loadlab_core::law::ziggurat::Ziggurat::tables();
        let mut e = z.exponential(g);
        while e > self.cap {
            e = z.exponential(g)
        }
        self.low * libm_exp(e * self.ia)
    }
    fn cdf(&self, _: f64) -> f64 {
        0.0
    }
    fn quantile(&self, _: f64) -> f64 {
        0.0
    }
    fn partial_moment(&self, _: f64, _: f64, _: f64) -> f64 {
        1.0
    }
    fn support(&self) -> (f64, f64) {
        (self.low, self.low * self.h)
    }
    fn scaled(&self, _: f64) -> Box<dyn Law> {
        Box::new(Exponential { mean: self.a })
    }
}
fn libm_exp(x: f64) -> f64 {
    x.exp()
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let count: u64 = a[2].parse().unwrap();
    let n: u32 = a.get(3).map_or(20, |s| s.parse().unwrap());
    let h = 1e4f64;
    let al = 1.1;
    let m = 1.0 / (1.0 - h.powf(-al)) * al / (al - 1.0) * (1.0 - h.powf(1.0 - al));
    let bp: Arc<dyn Law> = Arc::new(Bp { low: 1.0 / m, cap: al * h.ln(), ia: 1.0 / al, h, a: al });
    let ex: Arc<dyn Law> = Arc::new(Exponential { mean: 1.0 });
    let (d, law, p, rho, n): (_, _, Box<dyn loadlab_core::policy::Policy>, f64, u32) = match a[1].as_str() {
        "m1" => (Discipline::Fcfs, ex, Box::new(NoSharing), 0.8, 1),
        "m2" => (Discipline::Fcfs, ex, Box::new(Threshold { threshold: 1, probes: 3 }), 0.8, n),
        "m3" => (Discipline::Ps, bp, Box::new(PowerOfD { d: 2, replacement: false }), 0.8, n),
        "m4" => (Discipline::Fcfs, ex, Box::new(PowerOfD { d: 2, replacement: false }), 0.9, n),
        "m5" => (Discipline::Ps, ex, Box::new(WorkStealing { threshold: 2, probes: 3 }), 0.8, n),
        "mm" => (Discipline::Ps, ex, Box::new(NeverIdle), 0.8, n),
        _ => panic!(),
    };
    let r = Recipe {
        arrivals: Arc::new(Poisson),
        rate: rho * f64::from(n),
        lifetime: law,
        homes: Homes::Even(n),
        memory: None,
    };
    let s = Scenario::simple(n, d, count);
    let c0 = cpu();
    let o = loadlab_core::simulate(&s, Box::new(Synthetic::new(&r, 1, 0)), p.as_ref(), 1, 0, None).unwrap();
    let el = cpu() - c0;
    let hwm = std::fs::read_to_string("/proc/self/status")
        .unwrap()
        .lines()
        .find(|l| l.starts_with("VmHWM"))
        .unwrap()
        .to_string();
    println!(
        "{} ns/event {:.2} mean {:.5} probes {:.4} cv {:.4} little {:.6} util {:.4} moves {:.4} {hwm}",
        a[1],
        el / count as f64 / 2.0 * 1e9,
        o.response.mean(),
        o.traffic.probes as f64 / count as f64,
        o.integrals.load_cv(o.nodes, o.seconds()),
        o.integrals.in_system_area() / o.response.sum,
        o.integrals.busy_area() / o.seconds() / n as f64,
        o.migrants.moves as f64 / count as f64
    );
}
