//! The policies of loadlab. One policy is one file: its literature name, what it does, its parameters, its behaviour and
//! its tests on hand-made views. The catalogue is [`POLICIES`]; everything that lists policies derives from it.
//!
//! Not here: the contract (`loadlab_core::policy`) and what policies are allowed to know, which the engine enforces.
//!
//! What T means, everywhere: a node with a load below T, *not counting the newcomer*, keeps or accepts a process.

mod age_based;
mod age_cost;
mod clairvoyant_migration;
mod lifetime_aware;
mod minimum_age;
mod name_list;
mod never_idle;
mod none;
mod power_of_d;
mod random;
mod sight;
mod stability;
mod threshold;
mod work_stealing;

pub use age_based::{AgeBased, Rule, Trigger};
pub use name_list::{Learned, List, NameList};
pub use never_idle::NeverIdle;
pub use none::NoSharing;
pub use power_of_d::PowerOfD;
pub use random::Random;
pub use sight::Sight;
pub use stability::Stability;
pub use threshold::Threshold;
pub use work_stealing::WorkStealing;

use loadlab_core::policy::Policy;
use loadlab_core::spec::Kind;

/// Every policy that TOML can name, in the order in which the docs present them.
pub static POLICIES: &[Kind<Box<dyn Policy>>] = &[
    none::KIND,
    random::KIND,
    threshold::KIND,
    power_of_d::KIND,
    work_stealing::KIND,
    never_idle::KIND,
    lifetime_aware::KIND,
    minimum_age::KIND,
    age_cost::KIND,
    name_list::KIND,
    clairvoyant_migration::KIND,
];
