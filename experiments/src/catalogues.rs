//! All catalogues in one place: what the experiment file may name. Adding a policy, a law or a mechanism to its own
//! list is enough for it to be read, checked, listed and documented.

use crate::file::{Catalogue, Env, Laws, keys};
use crate::library;
use crate::workload;
use loadlab_core::policy::Policy;
use loadlab_core::record::metric::METRICS;
use loadlab_core::spec::{Kind, Param};
use loadlab_core::{information, law, network, node, transfer};
use loadlab_policies::POLICIES;
use loadlab_workloads::arrivals::ARRIVALS;
use std::sync::LazyLock;

/// The keys of a scenario: those of the file, and those of workloads that are made of laws.
static SCENARIO: LazyLock<Vec<Param>> = LazyLock::new(|| [keys::SCENARIO, workload::keys::SCENARIO].concat());

/// What reading an experiment file needs, without access to files.
pub fn env() -> Env {
    let mut env = Env::new(Catalogue::of("policy", POLICIES), Laws::of(law::LAWS))
        .with("arrivals", ARRIVALS)
        .with("discipline", node::DISCIPLINES)
        .with("information", information::INFORMATION)
        .with("index", information::INDICES)
        .with("network", network::NETWORKS)
        .with("migration", transfer::TRANSFERS)
        .with("placement", transfer::PLACEMENTS);
    env.scenario = SCENARIO.as_slice();
    env.library = Box::new(|name| library::text(name).map(str::to_owned));
    env.shipped = library::names().map(str::to_owned).collect();
    env.metrics = METRICS.iter().map(|m| m.name.to_owned()).collect();
    env
}

/// The policy of a name.
pub fn policy(name: &str) -> Option<&'static Kind<Box<dyn Policy>>> {
    POLICIES.iter().find(|kind| kind.name == name)
}
