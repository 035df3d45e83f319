//! The policies of loadlab. One policy is one file: its literature name, what it does, its parameters, its behaviour and
//! its tests on hand-made views. The catalogue is [`POLICIES`]; everything that lists policies derives from it.
//!
//! Not here: the contract (`loadlab_core::policy`) and what policies are allowed to know, which the engine enforces.
//!
//! What T means, everywhere. T is compared with the load as it is *without* the process in question: before a newcomer
//! joins, after a process has left. A newcomer that finds a load below T stays, else its node is a sender; a node accepts
//! a process while its load is below T. A node is a receiver when a departure leaves a load below T; it takes from nodes
//! with a load above T, which keep T or more. So T = 1 means: sent away from busy nodes, to idle ones. ("Would exceed T
//! after it has joined" is the same as "at T or above before it".) Where a paper counts otherwise, the policy says so.

mod age_based;
mod age_cost;
mod clairvoyant_migration;
mod forward;
mod least_loaded;
mod lifetime_aware;
mod minimum_age;
mod name_list;
mod never_idle;
mod none;
mod params;
mod power_of_d;
mod power_of_d_memory;
mod pull;
mod pull_rate;
mod push_rate;
mod random;
mod receiver;
mod reservation;
mod reverse;
mod round_robin;
mod shortest;
mod stability;
mod symmetric;
mod threshold;
mod work_stealing;

pub use age_based::{AgeBased, Rule, Trigger};
pub use forward::Forward;
pub use least_loaded::LeastLoaded;
pub use name_list::{Learned, List, NameList};
pub use never_idle::NeverIdle;
pub use none::NoSharing;
pub use power_of_d::PowerOfD;
pub use power_of_d_memory::PowerOfDMemory;
pub use pull::Take;
pub use pull_rate::PullRate;
pub use push_rate::PushRate;
pub use random::{Random, UNLIMITED};
pub use receiver::Receiver;
pub use reservation::Reservation;
pub use reverse::Reverse;
pub use round_robin::RoundRobin;
pub use shortest::Shortest;
pub use stability::Stability;
pub use symmetric::Symmetric;
pub use threshold::Threshold;
pub use work_stealing::WorkStealing;

use loadlab_core::policy::Policy;
use loadlab_core::spec::Kind;

/// Every policy that TOML can name, in the order in which the docs present them.
pub static POLICIES: &[Kind<Box<dyn Policy>>] = &[
    none::KIND,
    random::KIND,
    round_robin::KIND,
    threshold::KIND,
    shortest::KIND,
    power_of_d::KIND,
    power_of_d_memory::KIND,
    least_loaded::KIND,
    receiver::KIND,
    reservation::KIND,
    symmetric::KIND,
    work_stealing::KIND,
    push_rate::KIND,
    pull_rate::KIND,
    forward::KIND,
    reverse::KIND,
    never_idle::KIND,
    lifetime_aware::KIND,
    minimum_age::KIND,
    age_cost::KIND,
    name_list::KIND,
    clairvoyant_migration::KIND,
];
