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

mod above_average;
mod age_based;
mod age_cost;
mod balance_any;
mod clairvoyant_migration;
mod clairvoyant_placement;
mod combined;
mod composite;
mod diffusion;
mod eligible;
mod forward;
mod groups;
mod hierarchical;
mod idle_sharing;
mod join_idle_queue;
mod least_loaded;
mod least_work_left;
mod lifetime_aware;
mod locate;
mod minimum_age;
mod mosix;
mod name_list;
mod never_idle;
mod none;
mod params;
mod partition;
mod posted_choices;
mod power_of_d;
mod power_of_d_memory;
mod pull;
mod pull_rate;
mod push_rate;
mod random;
mod random_migration;
mod receiver;
mod reservation;
mod reverse;
mod round_robin;
mod select;
mod shortest;
mod sight;
mod sita;
mod stability;
mod stable_sender;
mod stable_symmetric;
mod symmetric;
mod tags;
mod threshold;
mod work_stealing;

pub use above_average::AboveAverage;
pub use age_based::{AgeBased, Rule, Trigger};
pub use clairvoyant_placement::ClairvoyantPlacement;
pub use combined::Combined;
pub use composite::{Composite, Transfer};
pub use diffusion::{Diffusion, Topology};
pub use forward::Forward;
pub use hierarchical::Hierarchical;
pub use join_idle_queue::{Definition, JoinIdleQueue};
pub use least_loaded::LeastLoaded;
pub use least_work_left::LeastWorkLeft;
pub use locate::{LOCATIONS, Location};
pub use name_list::{Learned, List, NameList};
pub use never_idle::NeverIdle;
pub use none::NoSharing;
pub use posted_choices::PostedChoices;
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
pub use select::{Order, SELECTIONS, Selection};
pub use shortest::Shortest;
pub use sight::Sight;
pub use sita::Sita;
pub use stability::Stability;
pub use stable_sender::StableSender;
pub use stable_symmetric::StableSymmetric;
pub use symmetric::Symmetric;
pub use tags::Tags;
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
    join_idle_queue::KIND,
    receiver::KIND,
    reservation::KIND,
    symmetric::KIND,
    stable_sender::KIND,
    stable_symmetric::KIND,
    above_average::KIND,
    work_stealing::KIND,
    push_rate::KIND,
    pull_rate::KIND,
    forward::KIND,
    reverse::KIND,
    least_work_left::KIND,
    sita::KIND,
    tags::KIND,
    clairvoyant_placement::KIND,
    lifetime_aware::KIND,
    minimum_age::KIND,
    age_cost::KIND,
    name_list::KIND,
    clairvoyant_migration::KIND,
    never_idle::KIND,
    composite::KIND,
    combined::KIND,
    balance_any::KIND,
    idle_sharing::KIND,
    random_migration::KIND,
    diffusion::KIND,
    mosix::KIND,
    hierarchical::KIND,
];
