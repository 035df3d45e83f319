//! All catalogues in one place: what the experiment file may name. Adding a policy, a law or a mechanism to its own
//! list is enough for it to be read, checked, listed and documented.

use crate::file::{Catalogue, Env, Laws, keys};
use crate::library;
use crate::workload;
use loadlab_core::policy::Policy;
use loadlab_core::record::metric::METRICS;
use loadlab_core::spec::{Kind, Param};
use loadlab_core::{forwarding, information, law, network, node, transfer};
use loadlab_policies::{LOCATIONS, POLICIES, SELECTIONS};
use loadlab_workloads::arrivals::ARRIVALS;
use std::sync::{LazyLock, OnceLock};

/// The keys of a scenario: those of the file, and those of workloads that are made of laws.
static SCENARIO: LazyLock<Vec<Param>> = LazyLock::new(|| [keys::SCENARIO, workload::keys::SCENARIO].concat());

/// Policies of the program that uses loadlab as a library; set once, before anything is read.
static EXTRA: OnceLock<&'static [Kind<Box<dyn Policy>>]> = OnceLock::new();

/// Adds policies to the catalogue, once per program. A name that is taken is refused.
pub fn add_policies(kinds: &'static [Kind<Box<dyn Policy>>]) -> Result<(), String> {
    if let Some(taken) = kinds.iter().find(|kind| POLICIES.iter().any(|known| known.name == kind.name)) {
        return Err(format!("there is a policy `{}` already: give yours another name", taken.name));
    }
    let set = EXTRA.get_or_init(|| kinds);
    if std::ptr::eq(*set, kinds) { Ok(()) } else { Err("policies can be added only once".to_owned()) }
}

fn extra() -> &'static [Kind<Box<dyn Policy>>] {
    EXTRA.get().copied().unwrap_or(&[])
}

/// What reading an experiment file needs, without access to files.
pub fn env() -> Env {
    let mut env = Env::new(Catalogue::of("policy", POLICIES), Laws::of(law::LAWS))
        .with("arrivals", ARRIVALS)
        .with("discipline", node::DISCIPLINES)
        .with("information", information::INFORMATION)
        .with("index", information::INDICES)
        .with("selection", SELECTIONS)
        .with("location", LOCATIONS)
        .with("network", network::NETWORKS)
        .with("migration", transfer::TRANSFERS)
        .with("placement", transfer::PLACEMENTS)
        .with("forwarding", forwarding::FORWARDING)
        .with("workload", workload::WORKLOADS);
    env.policies.kinds.extend(Catalogue::of("policy", extra()).kinds);
    env.scenario = SCENARIO.as_slice();
    env.library = Box::new(|name| library::text(name).map(str::to_owned));
    env.shipped = library::names().map(str::to_owned).collect();
    env.metrics = METRICS.iter().map(|m| m.name.to_owned()).collect();
    env
}

/// The policy of a name.
pub fn policy(name: &str) -> Option<&'static Kind<Box<dyn Policy>>> {
    POLICIES.iter().chain(extra()).find(|kind| kind.name == name)
}
